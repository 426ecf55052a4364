"""Local level, one-sided filter, and the line through persistent noise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.trend.line import persistent_line
from longwave.measure.trend.local_level import local_level
from longwave.measure.trend.one_sided import one_sided_trend


def noise(seed: int, count: int, rho: float) -> np.ndarray:
    shocks = np.random.default_rng(seed).normal(size=count + 50)
    if rho == 1:
        return np.cumsum(shocks[50:])
    for place in range(1, len(shocks)):
        shocks[place] += rho * shocks[place - 1]
    return shocks[50:]


def test_local_level_follows_what_wanders_and_not_what_does_not():
    years = np.arange(1960, 2010)
    still = local_level(pd.Series(noise(1, 50, 0.0), index=years))
    walk = local_level(pd.Series(noise(1, 50, 1.0), index=years))
    assert still.level < 0.1 * still.irregular
    assert walk.level > walk.irregular
    assert (
        (still.frame["level_low"] < still.frame["level"]) & (still.frame["level"] < still.frame["level_high"])
    ).all()


@pytest.mark.parametrize("values", [[1.0] * 20, [1.0, 2.0], [np.nan] * 20, [1.0, np.inf] * 5])
def test_local_level_refuses(values):
    with pytest.raises(ValueError, match=r"[a-z]"):
        local_level(pd.Series(values, index=range(2000, 2000 + len(values))))


def test_one_sided_filter_does_not_know_the_future_and_begins_when_three_figures_are_there():
    values = pd.Series([np.nan, 3.0, 5.0, 4.0, np.nan, 8.0, 9.0, 30.0])
    trend = one_sided_trend(values, 6.25)["trend"]
    early = one_sided_trend(values.iloc[:7], 6.25)["trend"]
    assert trend.iloc[:7].to_numpy() == pytest.approx(early.to_numpy(), nan_ok=True)
    assert trend.isna().tolist() == [True, True, True, False, False, False, False, False]


@settings(max_examples=10)
@given(st.integers(0, 500), st.floats(1e-6, 1e6))
def test_one_sided_filter_in_any_unit(seed, scale):
    values = pd.Series(noise(seed, 15, 0.5) + 10)
    plain, scaled = one_sided_trend(values, 6.25)["gap"], one_sided_trend(values * scale, 6.25)["gap"]
    assert scaled.to_numpy() == pytest.approx(
        scale * plain.to_numpy(), nan_ok=True, rel=1e-6, abs=1e-9 * scale
    )


@pytest.mark.parametrize(
    ("values", "smoothness"),
    [([1.0, 2.0], 6.25), ([1.0, 2.0, 3.0], 0.0), ([1.0, np.inf, 2.0], 1.0), ([], 1.0)],
)
def test_one_sided_filter_refuses(values, smoothness):
    with pytest.raises(ValueError, match=r"[a-z]"):
        one_sided_trend(pd.Series(values, dtype=float), smoothness)


@pytest.mark.parametrize("rho", [0.0, 0.8, 1.0])
def test_intervals_of_slopes_cover(rho):
    time = np.arange(30)
    hits = 0
    for seed in range(80):
        found = persistent_line(time, time.astype(float), 0.3 * time + noise(seed, 30, rho))
        hits += found.low <= 0.3 <= found.high
    assert hits / 80 >= 0.86


def test_a_random_walk_is_known_for_one():
    time = np.arange(60)
    assert persistent_line(time, time.astype(float), noise(4, 60, 1.0)).persistence > 0.85
    assert persistent_line(time, time.astype(float), noise(4, 60, 0.0)).persistence < 0.4


@pytest.mark.parametrize(
    ("times", "x", "y"),
    [
        (range(3), [1.0, 2.0, 3.0], [1.0, 2.0, 4.0]),
        (range(8), [1.0] * 8, list(range(8))),
        (range(8), list(range(8)), list(range(8))),
        ([0, 1, 1, 2, 3, 4, 5, 6], list(range(8)), [1.0, 3, 2, 5, 4, 7, 5, 6]),
    ],
)
def test_lines_that_say_nothing_are_refused(times, x, y):
    with pytest.raises(ValueError, match=r"[a-z]"):
        persistent_line(np.array(list(times)), np.array(x, float), np.array(y, float))
