"""The drifting trend: against the Kalman filter, under change of unit and time, and as a speaker of truth."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.trend.gaussian import condition
from longwave.measure.trend.local_linear import _Processes, local_linear_trend, state_space


def series(seed: int, count: int = 40, drift: float = 0.1, noise: float = 1.0) -> pd.Series:
    rng = np.random.default_rng(seed)
    slope = 0.5 + np.cumsum(rng.normal(0, drift, count))
    level = np.cumsum(slope + rng.normal(0, 0.5, count))
    return pd.Series(level + rng.normal(0, noise, count), index=1970 + np.arange(count))


def test_states_given_variances_are_those_of_the_kalman_smoother_with_missing_years():
    values = series(3).drop([1975, 1976, 1990])
    years = values.index.to_numpy()
    processes = _Processes(years)
    node = np.array([[0.7, 0.08]])
    found = processes.given(values.to_numpy(), node)
    noise, level, slope = (float(share[0] * found.scale[0]) for share in processes.shares(node))
    smoothed = state_space(values.reindex(range(1970, 2010)), "lltrend").smooth([noise, level, slope])
    assert found.mean[0] == pytest.approx(smoothed.smoothed_state.ravel(), abs=1e-5)
    spread = found.scale[0] * np.diagonal(found.covariance[0])
    both = np.concatenate([smoothed.smoothed_state_cov[0, 0], smoothed.smoothed_state_cov[1, 1]])
    assert spread == pytest.approx(both, rel=1e-4)


def test_a_fall_of_the_slope_is_seen_and_none_is_not_made_up():
    rng = np.random.default_rng(1)
    slope = np.where(np.arange(60) < 30, 3.0, 0.5)
    values = pd.Series(np.cumsum(slope) + rng.normal(0, 1, 60), index=1960 + np.arange(60))
    trend = local_linear_trend(values)
    assert trend.probability_slope_lower(2018, 1970) > 0.99
    assert trend.probability_slope_lower(1970, 2018) == pytest.approx(
        1 - trend.probability_slope_lower(2018, 1970), abs=1e-9
    )
    assert trend.slope_change(2018, 1970).high < 0


def test_statements_are_right_as_often_as_they_say():
    """Said with nine tenths' certainty: right in at least four fifths of the series, and slopes within their bands."""
    right = said = covered = 0
    for seed in range(16):
        rng = np.random.default_rng(seed)
        slope = 0.5 + np.cumsum(rng.normal(0, 0.25, 40))
        level = np.concatenate([[0.0], np.cumsum(slope)[:-1]])
        values = pd.Series(level + rng.normal(0, 1, 40), index=1980 + np.arange(40))
        trend = local_linear_trend(values)
        band = trend.frame.loc[2018]
        covered += band["slope_low"] <= slope[38] <= band["slope_high"]
        chance = trend.probability_slope_lower(2018, 2003)
        if chance > 0.9 or chance < 0.1:
            said += 1
            right += (chance > 0.9) == (slope[38] < slope[23])
    assert said >= 4
    assert right / said >= 0.8
    assert covered / 16 >= 0.8


def test_a_constant_slope_seldom_alarms():
    alarms = 0
    for seed in range(15):
        rng = np.random.default_rng(100 + seed)
        values = pd.Series(np.cumsum(0.5 + rng.normal(0, 1, 40)), index=1980 + np.arange(40))
        chance = local_linear_trend(values).probability_slope_lower(2018, 2003)
        alarms += chance > 0.95 or chance < 0.05
    assert alarms <= 2


@settings(max_examples=4)
@given(st.integers(0, 1000), st.floats(1e-3, 1e4), st.floats(-1e3, 1e3), st.integers(-300, 300))
def test_unit_line_and_calendar_do_not_matter(seed, scale, tilt, shift):
    values = series(seed, 20)
    moved = pd.Series(scale * values.to_numpy() + tilt * np.arange(20) + 7, index=values.index + shift)
    plain, other = local_linear_trend(values), local_linear_trend(moved)
    assert other.frame["slope"].to_numpy() == pytest.approx(
        scale * plain.frame["slope"].to_numpy() + tilt, rel=1e-5, abs=1e-5 * (scale + abs(tilt))
    )
    assert other.probability_slope_lower(1988 + shift, 1975 + shift) == pytest.approx(
        plain.probability_slope_lower(1988, 1975), abs=1e-4
    )


def test_bands_enclose_and_missing_years_are_wider():
    trend = local_linear_trend(series(5).drop(range(1985, 1991)))
    frame = trend.frame
    assert len(frame) == 40
    assert (frame["level_low"] < frame["level"]).all()
    assert (frame["slope"] < frame["slope_high"]).all()
    width = frame["level_high"] - frame["level_low"]
    assert width[1988] > width[1982]


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1.0, 2.0, 4.0], index=[2000, 2001, 2002]),
        pd.Series(np.arange(20.0), index=range(2000, 2020)),
        pd.Series(np.full(20, 3.0), index=range(2000, 2020)),
        pd.Series(np.full(20, np.nan), index=range(2000, 2020)),
        pd.Series([1.0, np.inf] * 10, index=range(2000, 2020)),
        pd.Series(np.random.default_rng(0).normal(size=20), index=[2000] * 20),
    ],
)
def test_what_cannot_carry_a_trend_is_refused_with_a_sentence(values):
    with pytest.raises(ValueError, match=r"[a-z]"):
        local_linear_trend(values)


def test_years_outside_are_refused():
    with pytest.raises(ValueError, match="1970 to 2009"):
        local_linear_trend(series(1)).probability_slope_lower(2050, 1980)


def test_seventy_years_take_half_a_second():
    values = series(2, 70)
    local_linear_trend(values)
    taken = []
    for _ in range(3):
        start = time.process_time()
        local_linear_trend(values)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.5


def test_conditioning_reproduces_what_is_known_without_noise():
    """Data that are the process itself are given back."""
    times = np.arange(6.0)
    cov = np.minimum(times[:, None], times[None, :]) + 1.0
    y = np.array([1.0, 2.0, 1.5, 3.0, 2.0, 2.5])
    ones = np.ones((6, 1))
    found = condition(y, ones, cov[None], ones, cov[None], cov[None])
    assert found.mean[0] == pytest.approx(y)
    assert np.diagonal(found.covariance[0]) == pytest.approx(np.zeros(6), abs=1e-9)
