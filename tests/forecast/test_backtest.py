import numpy as np
import pytest

from longwave.forecast.backtest import origins, score, trials
from longwave.forecast.methods.drift import Drift


@pytest.mark.parametrize("observations", range(1, 80))
def test_origins_leave_a_past_and_a_future(observations):
    found = origins(observations, 10)
    assert found == sorted(set(found))
    assert all(12 <= known <= observations - 3 for known in found)
    assert len(found) <= 8


def test_no_origin_sees_its_future():
    values = np.cumsum(np.random.default_rng(0).normal(0, 1, 60))
    changed = values.copy()
    changed[-3:] += 1000.0
    before, after = (trials(Drift(), each, 1, 3, 0) for each in (values, changed))
    for one, other in zip(before[:-2], after[:-2], strict=True):
        np.testing.assert_array_equal(one.sd, other.sd)


def test_the_yardstick_against_itself_scores_one():
    values = np.cumsum(np.random.default_rng(1).normal(0, 1, 60))
    found = score(trials(Drift(), values, 1, 5, 0), (0.5, 0.8))
    assert found.relative_error == 1.0
    assert found.coverage[0.5] <= found.coverage[0.8] <= 1
    assert found.origins == 8


def test_no_origins_no_score():
    assert score(trials(Drift(), np.arange(13.0), 1, 5, 0), (0.8,)) is None


def test_drift_covers_walks():
    """80% bands of the right model on 120 random walks cover 75-90% of outcomes."""
    rng = np.random.default_rng(2)
    covered = [
        score(trials(Drift(), np.cumsum(rng.normal(0.1, 1, 50)), 1, 5, 0), (0.8,)).coverage[0.8]
        for _ in range(120)
    ]
    assert 0.75 <= np.mean(covered) <= 0.90
