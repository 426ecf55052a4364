"""One date, several, few adopters; trends that were not parallel."""

import numpy as np
import pytest

from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.run import evaluate

from .made_up import START, panel

DESIGN = EvaluationDesign("trial", "output", 4, "difference_in_differences")


def dates(count: int, spread: int) -> dict[str, object]:
    return {f"A{each:02d}": START + each % spread for each in range(count)}


@pytest.mark.parametrize("spread", [1, 3])
def test_known_effects_come_back(spread: int) -> None:
    table = panel(1, areas=40, rho=0.3, factors=0)
    adopters = dates(15, spread)
    for area, date in adopters.items():
        table.loc[date:, area] += 3.0
    effect = evaluate(DESIGN, table, "A00", START, adopters=adopters)
    assert (
        effect.average is not None
        and effect.average.low < 3 < effect.average.high
        and effect.average.low > 1.5
    )
    assert effect.clock == ("period" if spread == 1 else "event")
    assert [each.name for each in effect.tests] == ["no_average_effect", "parallel_trends"]
    assert set(effect.placebos["kind"]) == {"lead"}


def test_growing_effects_and_several_dates_are_not_mixed() -> None:
    """Without noise: an effect that grows by 1 a year; two-way fixed effects would be far off, the path is exact."""
    table = panel(2, areas=30, factors=0) * 0.0
    table += np.random.default_rng(0).standard_normal(30) + np.sin(np.arange(len(table)))[:, None]
    adopters = {f"A{each:02d}": (2000, 2008)[each % 2] for each in range(20)}
    for area, date in adopters.items():
        table.loc[date:, area] += np.arange(1.0, len(table.loc[date:]) + 1)
    effect = evaluate(DESIGN, table, "A00", 2000, adopters=adopters)
    assert list(effect.path["effect"]) == pytest.approx([1.0, 2.0, 3.0, 4.0], abs=1e-6)


def test_one_adopter_is_judged_by_placebos() -> None:
    table = panel(3, areas=25, rho=0.3, factors=0, effect=6.0)
    effect = evaluate(DESIGN, table, "A00", START)
    assert effect.p_value == pytest.approx(1 / 25) and set(effect.placebos["kind"]) == {"space"}
    two = evaluate(DESIGN, table, "A00", START, adopters={"A01": START})
    assert len(two.placebos) == 253, "pairs of 23 areas"


def test_trends_apart_are_not_decidable() -> None:
    table = panel(4, areas=30, rho=0.2, factors=0)
    adopters = dates(12, 1)
    for area in adopters:
        table[area] += 0.5 * np.arange(len(table))
    effect = evaluate(DESIGN, table, "A00", START, adopters=adopters)
    assert not effect.decidable and effect.grade.value == "D"
    assert any("moved apart" in each.text() for each in effect.notes)


def test_nobody_left_without_the_policy() -> None:
    table = panel(5, areas=12)
    told = evaluate(DESIGN, table, "A00", START, adopters={str(each): START for each in table.columns})
    assert "0 areas without the policy" in told.refusals[0].reason.text()


def sizes(runs: int, count: int, spread: int, rho: float) -> float:
    held = 0
    for seed in range(runs):
        effect = evaluate(
            DESIGN, panel(seed, areas=30, rho=rho, factors=0), "A00", START, adopters=dates(count, spread)
        )
        assert effect.average is not None
        held += effect.average.low <= 0 <= effect.average.high
    return held / runs


def test_intervals_of_few_adopters_hold() -> None:
    assert sizes(60, 1, 1, 0.5) >= 0.88


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.5, 1.0])
@pytest.mark.parametrize(("count", "spread"), [(1, 1), (3, 1), (8, 1), (8, 3)])
def test_intervals_hold_in_many_worlds(count: int, spread: int, rho: float) -> None:
    assert sizes(200, count, spread, rho) >= 0.91
