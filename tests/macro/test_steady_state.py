"""Where models rest, against closed forms."""

import pandas as pd
import pytest

from longwave.core.errors import SolveError
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.solve import solve
from longwave.macro.steady_state import resting_bank, steady_state

P = Period.parse
SOLOW = read_model(
    """model solow exogenous A parameter s = 0.25, alpha = 0.33, delta = 0.06, n = 0.01
    endogenous k, y
    identity y = A*k^alpha
    identity d(k) = s*y(-1) - (delta + n)*k(-1)"""
)


def _bank(**columns: float) -> Databank:
    return Databank.from_frame(pd.DataFrame(columns, index=range(2000, 2010)))


def test_solow_rests_where_the_book_says() -> None:
    found = steady_state(SOLOW, _bank(A=1.0, k=1.0, y=1.0), P("2005"))
    assert found.values["k"] == pytest.approx((0.25 / 0.07) ** (1 / 0.67), rel=1e-10)
    assert found.certificate.holds


def test_a_solve_from_rest_stays_at_rest() -> None:
    found = steady_state(SOLOW, _bank(A=2.0, k=1.0, y=1.0), P("2005"))
    bank = resting_bank(found, P("2000"), 20)
    path = solve(SOLOW, bank, P("2005"), P("2015")).frame()
    assert path["k"].to_numpy() == pytest.approx([found.values["k"]] * 11, rel=1e-9)


def test_leads_rest_too() -> None:
    model = read_model("model m exogenous z endogenous x identity x = 0.5*x(+1) + 0.3*x(-1) + z")
    assert steady_state(model, _bank(x=0.0, z=1.0), P("2005")).values["x"] == pytest.approx(5.0)


def test_a_level_that_only_its_change_decides_is_named() -> None:
    model = read_model("model m exogenous z endogenous x, w identity d(x) = z identity w = x")
    with pytest.raises(SolveError, match="x"):
        steady_state(model, _bank(x=1.0, w=1.0, z=0.0), P("2005"))
