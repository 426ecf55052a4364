"""Interval scores: identities, propriety and edges."""

import numpy as np
import pytest
from scipy.stats import norm

from longwave.core.errors import BadInput
from longwave.forecast.scores.distribution import quantile_scores
from longwave.forecast.scores.intervals import (
    central_pairs,
    coverage,
    coverage_by_step,
    interval_scores,
    msis,
    weighted_interval_scores,
)

SEVEN = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])


def test_the_bound_is_inside():
    assert coverage([1.0, 2.0, 3.0, 3.1], [1.0] * 4, [3.0] * 4) == 0.75


def test_central_pairs_are_those_with_a_mirror_image():
    assert central_pairs([0.1, 0.25, 0.5, 0.8, 0.9]) == [(0.8, 0, 4)]
    assert [level for level, _, _ in central_pairs(SEVEN)] == [0.5, 0.8, 0.95]


def test_wis_with_the_median_alone_is_the_absolute_error():
    assert weighted_interval_scores([3.0, 1.0], [[1.0], [4.0]], [0.5]) == pytest.approx([2.0, 3.0])


def test_wis_is_twice_the_mean_quantile_score():
    rng = np.random.default_rng(1)
    came, table = rng.normal(size=50), np.sort(rng.normal(size=(50, 7)), axis=1)
    expected = 2 * quantile_scores(came, table, SEVEN).mean(axis=1)
    assert weighted_interval_scores(came, table, SEVEN) == pytest.approx(expected)


def test_wis_without_a_median_divides_by_the_intervals():
    found = weighted_interval_scores([15.0], [[8.0, 12.0]], [0.25, 0.75])
    assert found == pytest.approx([0.25 * 16])


def test_wis_wants_pairs():
    with pytest.raises(BadInput, match="pairs"):
        weighted_interval_scores([1.0], [[0.0, 1.0]], [0.1, 0.5])


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(BadInput, match="between 0 and 1"):
        interval_scores([1.0], [0.0], [2.0], level)


def test_low_above_high_is_refused():
    with pytest.raises(BadInput, match="fall"):
        interval_scores([1.0], [2.0], [0.0], 0.8)


def test_msis_without_a_scale_is_nan():
    assert np.isnan(msis([1.0], [0.0], [2.0], np.nan))
    assert np.isnan(msis([1.0], [0.0], [2.0], 0.0))
    assert msis([5.0], [0.0], [2.0], 2.0) == pytest.approx((2 + 40 * 3) / 2)


def test_the_right_spread_scores_best():
    """Propriety: of normal forecasts of normal outcomes those with the right standard deviation."""
    came = np.random.default_rng(0).normal(size=4000)
    by_spread = {}
    for spread in (0.6, 0.8, 1.0, 1.25, 1.6):
        table = np.tile(spread * norm.ppf(SEVEN), (4000, 1))
        by_spread[spread] = (
            weighted_interval_scores(came, table, SEVEN).mean(),
            interval_scores(came, table[:, 0], table[:, 6], 0.95).mean(),
        )
    assert min(by_spread, key=lambda spread: by_spread[spread][0]) == 1.0
    assert min(by_spread, key=lambda spread: by_spread[spread][1]) == 1.0


def test_coverage_by_step():
    table = np.tile([-1.0, 0.0, 1.0], (4, 1))
    found = coverage_by_step([0.0, 2.0, 0.5, 1.0], table, [0.25, 0.5, 0.75], [1, 1, 2, 2])
    assert found.index.tolist() == [1, 2]
    assert found["forecasts"].tolist() == [2, 2]
    assert found[0.5].tolist() == [0.5, 1.0]
