"""Where models rest, against closed forms."""

import pandas as pd
import pytest

from longwave.core.errors import SolveError
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.solve import solve
from longwave.macro.stability import Verdict
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


def test_equations_that_only_fade_have_no_rest() -> None:
    model = read_model(
        "model m exogenous z endogenous A, g identity dlog(A) = z*A(-1)^(-3) identity g = dlog(A)"
    )
    with pytest.raises(SolveError, match="A"):
        steady_state(model, _bank(A=5.0, g=0.0, z=0.02), P("2005"))


DEBT = """model dbt exogenous g, b0 endogenous d, r parameter i = 4
behavioural d: d = d(-1)*(1 + (r - g)/100) - b0
behavioural r: r = i + 0.02*(d(-1) - 60)"""


def _debt(start: float) -> Databank:
    return _bank(g=2.0, b0=0.5, d=start, r=4.0)


def test_a_state_that_the_model_runs_away_from_says_so() -> None:
    found = steady_state(read_model(DEBT), _debt(61.0), "2005")
    assert found.values["d"] == pytest.approx(33.85164807134466)
    assert found.reached is False and found.attracts is False
    assert found.stability is not None and found.stability.verdict is Verdict.EXPLOSIVE
    assert "does not go to this state" in found.sentences()[-1].text("en")
    assert "不会" in found.sentences()[-1].text("zh")


def test_a_state_that_the_model_goes_to_says_nothing_more() -> None:
    found = steady_state(read_model(DEBT), _debt(20.0), "2005")
    assert found.values["d"] == pytest.approx(-73.85164807134466)
    assert found.reached and found.attracts
    assert len(found.sentences()) == 1


def test_history_with_gaps_is_followed_from_its_last_figures() -> None:
    frame = pd.DataFrame({"g": 2.0, "b0": 0.5, "d": 61.0, "r": 4.0}, index=range(2000, 2010))
    frame.loc[2003:, ["d", "r"]] = float("nan")
    found = steady_state(read_model(DEBT), Databank.from_frame(frame), "2008")
    assert found.attracts is False


def test_a_model_that_looks_ahead_is_judged_by_its_roots() -> None:
    text = "model m exogenous z parameter a = 0.5 endogenous x identity x = a*x(+1) + 0.3*x(-1) + z"
    model = read_model(text)
    assert steady_state(model, _bank(x=0.0, z=1.0), "2005").attracts
    assert not steady_state(model, _bank(x=0.0, z=1.0), "2005", parameters={"a": 0.9}).attracts
