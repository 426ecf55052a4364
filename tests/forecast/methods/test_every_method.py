"""What holds for every method that takes one series."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.forecast.method import FORECAST_METHODS, FitError

from .series import NILE, seasonal, walk

DOCS = Path(__file__).parents[3] / "docs" / "methods"
SINGLE = (
    "naive",
    "seasonal_naive",
    "drift",
    "naive2",
    "arima",
    "auto_arima",
    "ets",
    "theta",
    "dynamic_theta",
    "ces",
    "autoregression",
    "ar2",
)
QUICK = tuple(name for name in SINGLE if name not in {"arima", "auto_arima", "ets"})
PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def fit(name, values, season=1):
    return FORECAST_METHODS.get(name).fit(values, season, 0)


@pytest.mark.parametrize("name", SINGLE)
def test_every_method_has_a_page(name):
    assert (DOCS / f"{name}.md").exists()


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize(("values", "season"), [(NILE, 1), (seasonal(8, 4), 4), (seasonal(6, 12), 12)])
def test_it_speaks_and_gives_a_fan(name, values, season):
    found = fit(name, values, season)
    assert found.label.text("en")
    assert found.label.text("zh")
    assert found.parameters >= 0
    said = found.ahead(15)
    assert said.finite
    assert len(said.mean) == len(said.sd) == 15
    assert (said.sd > 0).all()
    fan = np.array([said.quantile(probability) for probability in PROBABILITIES])
    assert (np.diff(fan, axis=0) > 0).all()


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize(("values", "season"), [(np.log(NILE), 1), (seasonal(8, 4), 4)])
def test_a_short_look_ahead_is_the_beginning_of_a_long_one(name, values, season):
    found = fit(name, values, season)
    short, long = found.ahead(3), found.ahead(60)
    np.testing.assert_allclose(short.mean, long.mean[:3], rtol=1e-9)
    np.testing.assert_allclose(short.sd, long.sd[:3], rtol=1e-9)


@pytest.mark.parametrize("name", SINGLE)
def test_spread_does_not_shrink_ahead(name):
    assert (np.diff(fit(name, np.log(NILE)).ahead(10).sd) >= -1e-12).all()


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize(("values", "season"), [(NILE, 1), (seasonal(8, 4), 4)])
def test_carried_to_the_same_values_is_the_fit(name, values, season):
    found = fit(name, values, season)
    again = found.carried(values)
    np.testing.assert_allclose(again.ahead(9).mean, found.ahead(9).mean, rtol=1e-9)
    np.testing.assert_allclose(again.ahead(9).sd, found.ahead(9).sd, rtol=1e-9)
    assert again.label == found.label
    assert again.parameters == found.parameters


@pytest.mark.parametrize("name", SINGLE)
def test_a_carried_fit_stands_on_the_longer_run_and_leaves_the_old_one_alone(name):
    run = walk(40)
    found = fit(name, run[:30])
    before = found.ahead(3)
    carried = found.carried(run).ahead(3)
    assert carried.finite
    assert not np.allclose(carried.mean, before.mean)
    np.testing.assert_array_equal(found.ahead(3).mean, before.mean)


@pytest.mark.parametrize("name", SINGLE)
def test_values_are_not_changed(name):
    values = seasonal(6, 4)
    kept = values.copy()
    fit(name, values, 4).carried(values).ahead(5)
    np.testing.assert_array_equal(values, kept)


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("season", [1, 4])
@pytest.mark.parametrize("factor", [1e12, 1e-12, 1e100])
def test_the_unit_does_not_matter(name, season, factor):
    """To within a hundredth of the spread: searches end where they end."""
    values = seasonal(8, 4, seed=5)
    plain = fit(name, values, season).ahead(6)
    scaled = fit(name, values * factor, season).ahead(6)
    assert (np.abs(scaled.mean / factor - plain.mean) < 0.01 * plain.sd).all()
    np.testing.assert_allclose(scaled.sd / factor, plain.sd, rtol=0.01)


SHIFTED = ("naive", "seasonal_naive", "drift", "autoregression", "ar2")
"""ETS, CES, theta and Naive2 may multiply seasons or errors, and CES starts from a share of the level; ARIMA is searched
for and has its own test."""


@pytest.mark.parametrize("name", SHIFTED)
@given(
    seed=st.integers(0, 1000),
    shift=st.floats(-1e4, 1e4),
    factor=st.floats(1e-3, 1e3),
    season=st.sampled_from([1, 4]),
)
@settings(max_examples=8)
def test_neither_shift_nor_scale_matters(name, seed, shift, factor, season):
    values = walk(24, seed)
    plain = fit(name, values, season).ahead(5)
    moved = fit(name, shift + factor * values, season).ahead(5)
    assert (np.abs((moved.mean - shift) / factor - plain.mean) <= 1e-6 * plain.sd).all()
    np.testing.assert_allclose(moved.sd / factor, plain.sd, rtol=1e-6)


SMOOTHERS = ("theta", "dynamic_theta", "ets", "ces", "naive2")


@pytest.mark.parametrize("name", SMOOTHERS)
@given(seed=st.integers(0, 1000), factor=st.sampled_from([0.25, 8.0, 1024.0]), season=st.sampled_from([1, 4]))
@settings(max_examples=8)
def test_scale_does_not_matter(name, seed, factor, season):
    values = seasonal(6, 4, seed)
    plain = fit(name, values, season).ahead(5)
    scaled = fit(name, values * factor, season).ahead(5)
    assert (np.abs(scaled.mean / factor - plain.mean) <= 0.02 * plain.sd).all()
    np.testing.assert_allclose(scaled.sd / factor, plain.sd, rtol=0.02)


def odd(length):
    time, random = np.arange(length), np.cumsum(np.random.default_rng(length).normal(size=length))
    return {
        "constant": np.full(length, 3.7),
        "zeros": np.zeros(length),
        "linear": 1.5 + 0.3 * time,
        "squares": time**2.0,
        "steps of one": 5.0 + time,
        "alternating": (-1.0) ** time,
        "one spike": np.where(time == length // 2, 1e6, 1.0),
        "spike at the end": np.where(time == length - 1, 1e9, 1.0),
        "ends in zeros": np.where(time < length // 2, random, 0.0),
        "zeros below": np.maximum(random, 0),
        "negative": random - 100,
        "huge": 1e12 * (5 + 0.1 * random),
        "beyond squares": 1e200 * (5 + 0.1 * random),
        "tiny": 1e-12 * (5 + 0.1 * random),
        "exponential": np.exp(0.8 * time),
        "perfect season": np.tile([1.0, 2, 3, 7], length)[:length],
        "not a number": np.where(time == 0, np.nan, random),
        "infinite": np.where(time == 0, np.inf, random),
    }


@pytest.mark.parametrize("name", SINGLE)
def test_odd_values_give_numbers_or_no_fit(name):
    wrong = []
    for length in (*range(1, 13), 26) if name in QUICK else (8, 14):
        for what, values in odd(length).items():
            for season in (1, 4, 12) if name in QUICK else (1,):
                try:
                    said = fit(name, values, season).ahead(8)
                except FitError:
                    continue
                if not said.finite or (said.sd <= 0).any():
                    wrong.append((what, length, season))
    assert wrong == []


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("what", ["constant", "zeros", "not a number", "infinite"])
def test_what_cannot_be_forecast_has_no_fit(name, what):
    with pytest.raises(FitError):
        fit(name, odd(26)[what])


@pytest.mark.parametrize("name", SINGLE)
def test_a_line_has_no_honest_spread(name):
    """The naive methods see steps, and the library's searches end near, not at, the line; the others refuse."""
    if name in {"naive", "seasonal_naive", "naive2", "auto_arima", "ets", "ces"}:
        return
    with pytest.raises(FitError):
        fit(name, 5.0 + np.arange(30)).ahead(5)


@pytest.mark.parametrize("name", SINGLE)
def test_fewest_is_enough_for_yearly_values_and_one_less_is_not(name):
    fewest = FORECAST_METHODS.get(name).fewest
    assert fit(name, walk(fewest, seed=1)).ahead(3).finite
    with pytest.raises(FitError):
        fit(name, walk(fewest - 1, seed=1)).ahead(3)


@pytest.mark.parametrize("name", SINGLE)
def test_the_same_twice(name):
    values = seasonal(5, 4)
    np.testing.assert_array_equal(fit(name, values, 4).ahead(6).sd, fit(name, values, 4).ahead(6).sd)


@pytest.mark.parametrize("name", QUICK)
def test_a_fit_is_quick(name):
    """Back-tests fit thousands of times. Bounds are ten times what was measured on one core."""
    values = seasonal(10, 4)
    fit(name, values, 4).ahead(8)
    start = time.process_time()
    fit(name, values, 4).ahead(8)
    assert time.process_time() - start < 0.5
