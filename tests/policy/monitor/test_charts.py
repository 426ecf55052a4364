"""CUSUM, EWMA and thresholds by hand."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.policy.monitor import cusum as sums
from longwave.policy.monitor import ewma as averages
from longwave.policy.monitor.threshold import Crossing, crossing

NAN = np.nan


def test_cusum_adds_what_is_beyond_half_a_deviation():
    up, down = sums.cusum(np.array([1.0, 2.0, -3.0, NAN, 0.5, -2.0]))
    assert up == pytest.approx([0.5, 2.0, 0.0, 0.0, 0.0, 0.0])
    assert down == pytest.approx([0.0, 0.0, 2.5, 2.5, 1.5, 3.0])


def test_the_change_began_after_the_sum_was_last_nought():
    up, _ = sums.cusum(np.array([0.0, 2.0, -5.0, 1.0, 2.0, 3.0]))
    assert sums.began(up, 5) == 3
    assert sums.began(up, 1) == 1
    assert sums.began(np.array([1.0, 2.0]), 1) == 0


def test_ewma_by_hand():
    path = averages.ewma(np.array([1.0, NAN, 1.0])) * averages.DEVIATION
    assert path == pytest.approx([0.2, 0.2, 0.36])
    assert pytest.approx(1 / 3) == averages.DEVIATION
    assert averages.began(np.array([1.0, -1.0, 0.5, 2.0]), 3) == 2


@pytest.mark.parametrize(
    ("figures", "persistence", "expected"),
    [
        ([1, 5, 5, 1], 2, Crossing(2, 1, False, False)),
        ([1, 5, 1, 5], 2, Crossing(None, None, False, False)),
        ([5, 5, 5], 2, Crossing(1, 0, True, False)),
        ([1, 5, NAN, 5], 2, Crossing(None, None, False, False)),
        ([1, 1, 5], 1, Crossing(2, 2, True, False)),
        ([1, 5, 5, NAN], 2, Crossing(2, 1, True, False)),
        ([4, 4, 4], 2, Crossing(None, None, False, False)),
        ([], 2, Crossing(None, None, False, False)),
        ([NAN, NAN], 1, Crossing(None, None, False, False)),
    ],
)
def test_a_threshold_must_be_passed_for_long_enough(figures, persistence, expected):
    y = np.array(figures, dtype=float)
    assert crossing(y, 4.0, above=True, persistence=persistence) == expected
    assert crossing(-y, -4.0, above=False, persistence=persistence) == expected


def test_the_whole_interval_must_pass():
    y, low = np.array([5.0, 5.0, 5.0]), np.array([3.0, 4.5, 4.5])
    assert crossing(y, 4.0, above=True, persistence=2, low=low) == Crossing(2, 1, True, False)
    assert crossing(y, 4.0, above=True, persistence=3, low=low) == Crossing(None, None, False, True)
    ended = np.array([5.0, 5.0, 1.0])
    assert not crossing(ended, 4.0, above=True, persistence=2, low=ended - 2).open
    # a figure without an interval counts as it stands
    assert crossing(y, 4.0, above=True, persistence=3, low=np.array([NAN, 4.5, NAN])).fired == 2
