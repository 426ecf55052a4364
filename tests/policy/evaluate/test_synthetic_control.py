"""Weights that are known, placebos that are uniform, and fits that are too poor to speak."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.run import evaluate
from longwave.policy.evaluate.simplex import simplex_weights

from .made_up import START, panel

DESIGN = EvaluationDesign("trial", "output", 6, "synthetic_control")


@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(3, 20))
def test_weights_are_optimal(seed: int, donors: int, periods: int) -> None:
    """Karush, Kuhn and Tucker: no donor off the support would lower the error, all on it are alike."""
    rng = np.random.default_rng(seed)
    z, y = rng.standard_normal((periods, donors)), rng.standard_normal(periods)
    w = simplex_weights(y, z)
    assert (w >= 0).all() and w.sum() == pytest.approx(1)
    slope = -2 * z.T @ (y - z @ w)
    least = slope.min()
    assert (slope[w > 1e-9] - least < 1e-8 * (1 + np.abs(slope).max())).all()


def test_known_weights_and_effect_come_back() -> None:
    table = panel(1, areas=25)
    table["A00"] = 0.851 * table["A05"] + 0.149 * table["A09"]
    table.loc[START:, "A00"] -= 0.6996
    effect = evaluate(DESIGN, table, "A00", START)
    assert effect.average is not None and effect.average.value == pytest.approx(-0.6996, abs=1e-6)
    weights = effect.weights.set_index("donor")["weight"]
    assert weights["A05"] == pytest.approx(0.851, abs=1e-5) and weights["A09"] == pytest.approx(
        0.149, abs=1e-5
    )
    assert effect.p_value == pytest.approx(1 / 25)
    assert set(effect.placebos["kind"]) == {"space", "time", "leave_one_out"}


def test_predictors_are_searched_by_the_library() -> None:
    table = panel(2, areas=12, effect=3.0)
    means = pd.DataFrame({"early": table.loc[:2001].mean(), "late": table.loc[2002:2013].mean()}).T
    effect = evaluate(DESIGN, table, "A00", START, predictors=means)
    assert effect.weights["weight"].sum() == pytest.approx(1)
    assert any("matters" in each.text() for each in effect.notes)
    holes = means.copy()
    holes.iloc[0, 3] = np.nan
    assert "holes" in evaluate(DESIGN, table, "A00", START, predictors=holes).refusals[0].reason.text()
    short = means.drop(columns="A04")
    assert "A04" in evaluate(DESIGN, table, "A00", START, predictors=short).refusals[0].reason.text()


def test_those_hit_are_no_donors() -> None:
    table = panel(4, areas=14)
    effect = evaluate(DESIGN, table, "A00", START, hit=("A01",), adopters={"A02": 2016, "A03": 2090})
    space = effect.placebos[effect.placebos["kind"] == "space"]["name"]
    assert not {"A01", "A02"} & set(space) and "A03" in set(space)
    assert any("A01" in each.text() for each in effect.notes)


def test_too_few_donors_are_refused_by_name_and_reason() -> None:
    table = panel(4, areas=7)
    table.loc[2000, "A01"] = np.nan
    table["A02"] = 1.0
    told = evaluate(DESIGN, table, "A00", START).refusals[0].reason.text()
    assert "4 areas" in told and "A01" in told and "A02" in told


def test_a_poor_fit_is_not_decidable_and_an_intercept_is_offered() -> None:
    table = panel(6, areas=25, rho=0.2)
    table["A00"] = (table["A04"] + table["A05"]) / 2 + 100.0
    effect = evaluate(DESIGN, table, "A00", START)
    assert not effect.decidable and effect.grade.value == "D"
    assert any("intercept" in each.text() for each in effect.notes)
    moved = EvaluationDesign("trial", "output", 6, "synthetic_control", intercept=True)
    again = evaluate(moved, table, "A00", START)
    assert again.decidable and again.average is not None and abs(again.average.value) < 0.2


def test_few_donors_say_what_level_they_carry() -> None:
    effect = evaluate(DESIGN, panel(7, areas=10), "A00", START)
    assert effect.level == pytest.approx(0.9) and effect.average is not None
    assert effect.average.level == pytest.approx(0.9)
    assert any("0.100" in each.text() for each in effect.notes)


def test_forty_donors_in_seconds() -> None:
    begin = time.perf_counter()
    evaluate(DESIGN, panel(8, areas=41), "A00", START)
    assert time.perf_counter() - begin < 15


def sizes(runs: int, rho: float, factors: int) -> tuple[float, float, float]:
    low, middle, held = 0, 0, 0
    for seed in range(runs):
        effect = evaluate(DESIGN, panel(seed, rho=rho, factors=factors), "A00", START)
        assert effect.average is not None and effect.p_value is not None
        low += effect.p_value <= 0.1
        middle += effect.p_value <= 0.5
        held += effect.average.low <= 0 <= effect.average.high
    return low / runs, middle / runs, held / runs


def test_placebo_p_values_are_uniform() -> None:
    low, middle, held = sizes(120, 0.5, 2)
    assert 0.03 <= low <= 0.18 and 0.38 <= middle <= 0.65 and held >= 0.90


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "factors"), [(0.5, 2), (1.0, 2), (0.5, 1)])
def test_placebo_p_values_are_uniform_in_many_worlds(rho: float, factors: int) -> None:
    low, middle, held = sizes(400, rho, factors)
    assert 0.06 <= low <= 0.15 and 0.44 <= middle <= 0.60 and held >= 0.92
