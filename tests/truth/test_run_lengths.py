"""Run lengths of control charts against published tables, and against runs.

Published: D. C. Montgomery, Introduction to Statistical Quality Control (6th ed.), table 9.3 (CUSUM, k = 1/2, h = 4 and 5)
and table 9.11 (EWMA, after Lucas and Saccucci, Technometrics 32, 1990): average run length by shift of the mean. The
tables are rounded to three digits.
"""

from __future__ import annotations

import numpy as np
import pytest

from longwave.policy.monitor.cusum import cusum
from longwave.policy.monitor.run_length import run_length

SHIFTS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4)
CUSUM = {
    4.0: (168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71),
    5.0: (465, 139, 38.0, 17.0, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01),
}
EWMA = (500, 150, 41.8, 18.2, 10.5, 5.5, 3.7, 2.9, 2.4, 1.9)


@pytest.mark.parametrize("limit", CUSUM)
def test_cusum_by_montgomery_s_table(limit):
    ours = [run_length("cusum", limit, shift) for shift in SHIFTS]
    assert ours == pytest.approx(CUSUM[limit], rel=0.005)


def test_ewma_by_lucas_and_saccucci_s_table():
    ours = [run_length("ewma", 2.962, shift) for shift in SHIFTS]
    assert ours == pytest.approx(EWMA, rel=0.025)
    assert ours[0] == pytest.approx(500, rel=0.002)


def test_a_one_sided_cusum_runs_twice_as_long():
    """Page 1954: the two sides of a symmetric chart give alarms independently often."""
    assert run_length("cusum", 5.0, direction="up") == pytest.approx(2 * run_length("cusum", 5.0))
    assert run_length("cusum", 5.0, -1.0, direction="down") == pytest.approx(10.38, abs=0.01)


def runs(noise: float, limit: float, count: int, periods: int, seed: int) -> float:
    """Average run length over simulated series of AR(1) noise with unit variance, by the total-time estimate."""
    chance = np.random.default_rng(seed)
    level = chance.normal(size=count)
    up, down = np.zeros(count), np.zeros(count)
    alarms = 0
    for _ in range(periods):
        level = noise * level + np.sqrt(1 - noise**2) * chance.normal(size=count)
        up, down = np.maximum(0, up + level - 0.5), np.maximum(0, down - level - 0.5)
        over = (up > limit) | (down > limit)
        alarms += int(over.sum())
        up[over] = down[over] = 0.0
        level[over] = chance.normal(size=int(over.sum()))
    return count * periods / alarms


@pytest.mark.parametrize(("noise", "length"), [(0.0, 465), (0.3, 98), (0.5, 51), (0.7, 33)])
def test_noise_that_remembers_left_in_makes_false_alarms(noise, length):
    assert runs(noise, 5.0, 2_000, 2_500, seed=7) == pytest.approx(length, rel=0.04)


def test_the_equation_is_what_the_chart_does():
    """The chart itself on simulated residuals of another mean and spread, against the equation."""
    chance = np.random.default_rng(11)
    lengths = []
    for _ in range(1_500):
        up, down = cusum(chance.normal(0.4, 1.2, size=400))
        lengths.append(1 + int(np.argmax(np.maximum(up, down) > 4.0)))
    told = run_length("cusum", 4.0, 0.4, spread=1.2)
    assert np.mean(lengths) == pytest.approx(told, rel=0.08)
