"""Forecasts of what would have been: their intervals, their controls, their placebos."""

import numpy as np
import pandas as pd
import pytest

from longwave.policy.evaluate.bands import from_draws
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.run import evaluate
from longwave.policy.evaluate.state_space import choose_trend, forecast_without

from .made_up import START, YEARS, autoregression, panel

H = 5
DESIGN = EvaluationDesign("trial", "output", 6, "state_space")


def coverage(count: int, rho: float, drift: float, runs: int) -> float:
    rng, held = np.random.default_rng(2), 0
    for _ in range(runs):
        y = autoregression(rng, count + H, rho) + drift * np.arange(count + H)
        found = forecast_without(y, count, choose_trend(y, count))
        measured = from_draws(y[count:] - found.mean, -found.errors, 0.95)
        held += measured.average[1] <= 0 <= measured.average[2]
    return held / runs


def test_intervals_hold() -> None:
    assert coverage(30, 0.5, 0.0, 60) >= 0.88


@pytest.mark.slow
@pytest.mark.parametrize("count", [25, 40, 80])
@pytest.mark.parametrize(("rho", "drift"), [(0.0, 0.0), (0.5, 0.0), (0.8, 0.0), (1.0, 0.0), (1.0, 0.5)])
def test_intervals_hold_in_many_worlds(count: int, rho: float, drift: float) -> None:
    assert coverage(count, rho, drift, 200) >= 0.87


@pytest.mark.parametrize("trend", ["level", "drift", "slope"])
def test_an_effect_is_found_with_every_trend(trend: str) -> None:
    rng = np.random.default_rng(0)
    y = pd.DataFrame({"A": 0.2 * rng.standard_normal(60)}, index=range(1950, 2010))
    y.loc[2000:, "A"] += 3.0
    design = EvaluationDesign("t", "y", 5, "state_space", trend=trend)  # type: ignore[arg-type]
    effect = evaluate(design, y, "A", 2000)
    assert effect.average is not None and effect.average.value == pytest.approx(3.0, abs=0.6)


def test_a_control_narrows_and_one_that_was_hit_is_left_out() -> None:
    table = panel(3, areas=4, rho=0.2, factors=1)
    table["A00"] = table["A01"] * 2 + 0.1 * np.random.default_rng(0).standard_normal(YEARS)
    table.loc[START:, "A00"] += 1.0
    alone = evaluate(DESIGN, table[["A00"]], "A00", START)
    helped = evaluate(DESIGN, table[["A00"]], "A00", START, controls=table[["A01"]])
    assert alone.average is not None and helped.average is not None
    assert helped.average.high - helped.average.low < (alone.average.high - alone.average.low) / 4
    assert helped.average.value == pytest.approx(1.0, abs=0.2) and helped.seen
    hit = table[["A01"]].copy()
    hit.loc[START:] += 40.0
    spoilt = evaluate(DESIGN, table[["A00"]], "A00", START, controls=hit)
    assert any("itself moved" in each.text() for each in spoilt.notes)
    pd.testing.assert_frame_equal(spoilt.path, alone.path)
    hit.iloc[3] = np.nan
    assert any("holes" in each.text() for each in evaluate(DESIGN, table, "A00", START, controls=hit).notes)


def test_holes_before_the_start_are_borne() -> None:
    table = panel(5, areas=2)
    table.iloc[[3, 4, 22], 0] = np.nan
    assert evaluate(DESIGN, table, "A00", START).average is not None


def test_a_method_that_fails_its_placebos_decides_nothing() -> None:
    """Steps that grow: the past looks calm before each, and every pretended start shows an effect."""
    steps = 3.0 ** np.arange(40) / 3.0**20 + 0.001 * np.random.default_rng(0).standard_normal(40)
    table = pd.DataFrame({"A": steps}, index=range(1980, 2020))
    effect = evaluate(EvaluationDesign("t", "y", 3, "state_space", trend="level"), table, "A", 2015)
    assert not effect.decidable and effect.grade.value == "D"
    assert any("sees effects where there are none" in each.text() for each in effect.notes)
    assert "not decidable" in effect.sentence().text()
