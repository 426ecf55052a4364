"""Impulse responses and multipliers against algebra."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.macro.databank import Databank
from longwave.macro.impulse import impulse, multipliers
from longwave.macro.language.read import read_model
from longwave.macro.library import catalogue as library
from longwave.macro.scenario import Scenario

AR = "model m exogenous z parameter a = 0.8 endogenous x identity x = a*x(-1) + z"


def _scenario(text: str = AR, last: str = "2099") -> Scenario:
    bank = Databank.from_frame(pd.DataFrame({"x": 0.0, "z": 0.0}, index=range(2000, 2101)))
    return Scenario(read_model(text), bank, "2001", last)


def _klein() -> Scenario:
    entry = library.find("klein1")
    bank = entry.bank()
    assert bank is not None
    return Scenario(entry.model(), bank, "1921", "1941")


def test_a_pulse_dies_as_the_root_says() -> None:
    found = impulse(_scenario(), "z", size=2.0, at="2003")
    expected = np.r_[0.0, 0.0, 2.0 * 0.8 ** np.arange(97)]
    assert found.responses["x"].to_numpy() == pytest.approx(expected, abs=1e-12)


def test_impact_multipliers_of_klein_are_those_of_the_reduced_form() -> None:
    """The inverse of Klein's matrix of endogenous coefficients, by hand, for two-stage least squares."""
    value = library.find("klein1").model().values
    names = ["C", "I", "Wp", "X", "P"]
    system = np.eye(5)
    place = {name: number for number, name in enumerate(names)}
    for row, column, weight in (
        ("C", "P", value["c1"]), ("C", "Wp", value["c3"]), ("I", "P", value["i1"]), ("Wp", "X", value["w1"]),
        ("X", "C", 1.0), ("X", "I", 1.0), ("P", "X", 1.0), ("P", "Wp", -1.0),
    ):  # fmt: skip
        system[place[row], place[column]] -= weight
    reduced = np.linalg.solve(system, np.eye(5)[:, place["X"]])
    found = impulse(_klein(), "G", at="1930").responses.loc["1930"]
    assert found[names].to_numpy() == pytest.approx(reduced, rel=1e-10)


def test_long_run_and_cumulative_multipliers() -> None:
    found = multipliers(_scenario(), "x", "z")
    assert found.long_run == pytest.approx(5.0, rel=1e-9)
    steps = np.arange(99)
    assert found.table["multiplier"].to_numpy() == pytest.approx((1 - 0.8 ** (steps + 1)) / 0.2)
    pulse = multipliers(_scenario(), "x", "z", permanent=False, discount=0.05)
    weights = 1.05 ** -steps.astype(float)
    assert pulse.table["cumulative"].to_numpy() == pytest.approx(np.cumsum(weights * 0.8**steps))


def test_no_long_run_without_a_place_to_rest() -> None:
    for root in ("1.0", "1.05"):
        assert multipliers(_scenario(AR.replace("0.8", root), "2020"), "x", "z").long_run is None


def test_bands_hold_the_spread_of_the_coefficient() -> None:
    generator = np.random.default_rng(3)
    draws = generator.normal(0.8, 0.05, size=(400, 1))
    found = impulse(_scenario(last="2006"), "z", watch=["x"], draws=draws)
    low, high = np.quantile(draws[:, 0] ** 3, [0.025, 0.975])
    assert found.bands["x"].iloc[3].tolist() == pytest.approx([low, high], rel=1e-9)
    assert found.failed == 0


def test_what_makes_no_interval_or_no_shock_is_refused() -> None:
    with pytest.raises(UsageError):
        impulse(_scenario(), "z", draws=np.full((10, 1), 0.8))
    with pytest.raises(UsageError):
        multipliers(_scenario(), "x", "x")


def test_a_multiplier_on_what_is_given_is_refused() -> None:
    with pytest.raises(UsageError, match="z"):
        multipliers(_scenario(), "z", "z")


DEBT = """model dbt exogenous g, b0 endogenous d, r parameter i = 4
behavioural d: d = d(-1)*(1 + (r - g)/100) - b0
behavioural r: r = i + 0.02*(d(-1) - 60)"""


def _debt(start: float) -> Scenario:
    columns = {"g": 2.0, "b0": 0.5, "d": start, "r": 4.0}
    return Scenario(
        read_model(DEBT), Databank.from_frame(pd.DataFrame(columns, index=range(2000, 2030))), "2010", "2020"
    )


def test_there_is_no_long_run_where_the_model_does_not_go() -> None:
    """The debt rests at 33.9, from where it runs away, and at -73.9, where it goes from below 33.9 alone."""
    runs_away = multipliers(_debt(61.0), "d", "g")
    assert runs_away.table["cumulative"].iloc[-1] < 0.0
    assert runs_away.long_run is None
    rests = multipliers(_debt(-70.0), "d", "g", size=0.01)
    rests_at = (
        -73.85164807134466
    )  # where 0.0002 d^2 + 0.008 d = 0.5; its slope to g by implicit differentiation
    assert rests.long_run == pytest.approx(0.01 * rests_at / (0.0004 * rests_at + 0.008), rel=3e-3)


def test_multipliers_say_whether_the_change_lasted() -> None:
    """Of a passing change the cumulated multiplier goes to the long run of a lasting one."""
    for lasting in (True, False):
        found = multipliers(_scenario(), "x", "z", permanent=lasting)
        assert found.lasting is lasting and found.long_run == pytest.approx(5.0)
    assert found.table["cumulative"].iloc[-1] == pytest.approx(5.0, rel=1e-6)
