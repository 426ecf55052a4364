"""Roots and Blanchard-Kahn counts against closed forms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.library import catalogue as library
from longwave.macro.solve import solve
from longwave.macro.stability import Verdict, stability, stability_at_end

P = Period.parse
NEW_KEYNESIAN = """model nk exogenous e
parameter beta = 0.99, kappa = 0.1, sigma = 1, phi_pi = 1.5, phi_y = 0.1
endogenous pi, y, r
identity pi = beta*pi(+1) + kappa*y + e
identity y = y(+1) - (r - pi(+1))/sigma
identity r = phi_pi*pi + phi_y*y"""


def _bank(names: str, rows: int = 8) -> Databank:
    return Databank.from_frame(pd.DataFrame(1.0, index=range(2000, 2000 + rows), columns=names.split()))


@given(st.lists(st.floats(0.1, 0.95) | st.floats(-0.95, -0.1), min_size=1, max_size=4))
def test_the_roots_of_an_autoregression(roots: list[float]) -> None:
    lags = -np.poly(roots)[1:]
    terms = " + ".join(f"{float(weight)!r}*x(-{lag})" for lag, weight in enumerate(lags, start=1))
    model = read_model(f"model m exogenous z endogenous x, w identity x = {terms} + z identity w = 2*x")
    found = stability(model, _bank("x w z"), P("2005"))
    assert found.verdict is Verdict.STABLE
    polynomial = np.poly(found.roots)
    assert polynomial.real == pytest.approx(np.poly(roots), abs=1e-7)


def test_cycle_and_half_life() -> None:
    model = read_model("model m exogenous z endogenous x identity x = 1.4*x(-1) - 0.8*x(-2) + z")
    row = stability(model, _bank("x z"), P("2005")).frame().iloc[0]
    assert row["modulus"] == pytest.approx(np.sqrt(0.8))
    assert row["cycle"] == pytest.approx(2 * np.pi / np.arccos(0.7 / np.sqrt(0.8)))
    assert row["half_life"] == pytest.approx(np.log(0.5) / np.log(np.sqrt(0.8)))


def test_unit_roots_and_explosions_are_told() -> None:
    for weight, verdict in ((1.0, Verdict.UNIT_ROOT), (1.1, Verdict.EXPLOSIVE), (0.9, Verdict.STABLE)):
        model = read_model(f"model m exogenous z endogenous x identity x = {weight}*x(-1) + z")
        assert stability(model, _bank("x z"), P("2005")).verdict is verdict


@pytest.mark.parametrize("phi_pi", [0.5, 0.9, 1.1, 1.5, 3.0])
@pytest.mark.parametrize("phi_y", [0.0, 0.5, 2.0])
def test_the_taylor_principle(phi_pi: float, phi_y: float) -> None:
    """Bullard and Mitra (2002), proposition 1: determinate if and only if kappa (phi_pi - 1) + (1 - beta) phi_y > 0."""
    found = stability(
        read_model(NEW_KEYNESIAN), _bank("pi y r e"), P("2003"), parameters={"phi_pi": phi_pi, "phi_y": phi_y}
    )
    determinate = 0.1 * (phi_pi - 1.0) + 0.01 * phi_y > 0.0
    assert found.needed == 2
    assert found.verdict is (Verdict.UNIQUE if determinate else Verdict.INDETERMINATE)


def test_longer_leads_and_lags_count_right() -> None:
    """x(t) = a x(t+2) + b x(t-2) + z: z^4 - z^2/a + b/a = 0."""
    model = read_model("model m exogenous z endogenous x identity x = 0.4*x(+2) + 0.3*x(-2) + z")
    found = stability(model, _bank("x z", 12), P("2006"))
    expected = np.roots([0.4, 0.0, -1.0, 0.0, 0.3])
    assert np.sort(np.abs(found.roots)) == pytest.approx(np.sort(np.abs(expected)), rel=1e-8)
    assert found.verdict is Verdict.UNIQUE
    assert "唯一" in found.sentence().text("zh")


def test_no_stable_path() -> None:
    model = read_model(
        "model m exogenous z endogenous x, k identity x = 0.5*x(+1) + z identity k = 1.2*k(-1) + x"
    )
    assert stability(model, _bank("x k z"), P("2003")).verdict is Verdict.NO_STABLE_PATH


def test_the_roots_of_a_linear_model_are_the_same_in_every_period() -> None:
    entry = library.find("klein1")
    bank = entry.bank()
    assert bank is not None
    found = [np.abs(stability(entry.model(), bank, P(str(year))).roots) for year in (1921, 1925, 1930, 1941)]
    for each in found[1:]:
        assert each == pytest.approx(found[0], rel=1e-9)


def test_the_end_of_a_solution_is_nearer_to_balance_than_its_beginning() -> None:
    """What grew before the first period may grow; what only the solution lets grow is an explosion."""
    text = "model m exogenous z endogenous x parameter a = 1.05 identity x = a*x(-1) + z"
    grown = pd.DataFrame({"x": 1.05 ** np.arange(60.0), "z": 0.0}, index=range(1980, 2040))
    flat = pd.DataFrame({"x": 1.0, "z": -0.05 + 1e-3}, index=range(1980, 2040))
    for frame, verdict in ((grown, Verdict.UNIT_ROOT), (flat, Verdict.EXPLOSIVE)):
        found = solve(read_model(text), Databank.from_frame(frame), "2001", "2030")
        assert stability_at_end(found).verdict is verdict
