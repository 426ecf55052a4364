"""The smallest effect that a design says it can see is seen four times in five."""

import pytest

from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.run import evaluate, power_before

from .made_up import START, panel


def seen(estimator: str, runs: int) -> float:
    """Share of panels in which an effect of the size told before is found afterwards."""
    design = EvaluationDesign("trial", "output", 4, estimator)  # type: ignore[arg-type]
    found = 0
    for seed in range(runs):
        table = panel(seed, areas=25, rho=0.5, factors=1)
        power = power_before(design, table, "A00", START)
        assert power.smallest is not None
        table.loc[START:, "A00"] += power.smallest
        effect = evaluate(design, table, "A00", START)
        assert effect.average is not None
        found += not effect.average.low <= 0 <= effect.average.high
    return found / runs


def test_what_should_be_seen_is_seen() -> None:
    assert seen("synthetic_control", 30) >= 0.6


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["synthetic_control", "difference_in_differences", "state_space"])
def test_what_should_be_seen_is_seen_by_each(estimator: str) -> None:
    assert seen(estimator, 100) >= 0.7
