"""The catalogue's `local_level` and `slow_growth`: mixtures, what they stand for, and values that they refuse."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from statsmodels.datasets import nile

from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.methods import local_level
from longwave.forecast.methods.local_level import Grid, fit_level
from longwave.forecast.methods.slow_growth import SlowGrowth

NILE = np.log(nile.load_pandas().data["volume"].to_numpy(float))
NAMES = ("local_level", "slow_growth")
PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def walk(seed, count=60):
    rng = np.random.default_rng(seed)
    return np.cumsum(0.02 + np.cumsum(rng.normal(0, 0.002, count)) + rng.normal(0, 0.02, count))


def quantiles(said):
    return np.array([said.quantile(probability) for probability in PROBABILITIES])


@pytest.mark.parametrize("name", NAMES)
def test_quantiles_solve_the_mixture(name):
    said = FORECAST_METHODS.get(name).fit(walk(1), 1, 0).ahead(12)
    for probability in (0.001, *PROBABILITIES, 0.999):
        np.testing.assert_allclose(said.below(said.quantile(probability)), probability, atol=1e-9)
    other = brentq(lambda x: said.below(np.full(12, x))[7] - 0.9, said.mean[7] - 9, said.mean[7] + 9)
    assert said.quantile(0.9)[7] == pytest.approx(other, abs=1e-9)


def test_mean_and_sd_are_those_of_the_mixture():
    """Against a million draws: node, then Student."""
    said = FORECAST_METHODS.get("local_level").fit(NILE[:40], 1, 0).ahead(3)
    rng = np.random.default_rng(0)
    node = rng.choice(len(said.weights), 1_000_000, p=said.weights)
    drawn = said.centres[node, 2] + said.spreads[node, 2] * rng.standard_t(said.freedom[node])
    assert said.mean[2] == pytest.approx(drawn.mean(), abs=0.01 * said.sd[2])
    assert said.sd[2] == pytest.approx(drawn.std(), rel=0.01)
    assert said.quantile(0.1)[2] == pytest.approx(np.quantile(drawn, 0.1), abs=0.01 * said.sd[2])


@given(
    seed=st.integers(0, 10_000),
    shift=st.floats(-50, 50),
    slope=st.floats(-3, 3),
    scale=st.floats(1e-3, 1e3),
)
def test_growth_shifts_and_scales(seed, shift, slope, scale):
    """A constant added to growth moves every forecast by it; a unit changed changes the forecast's."""
    values = walk(seed, 40)
    method, steps = FORECAST_METHODS.get("slow_growth"), np.arange(1, 9)
    plain = quantiles(method.fit(values, 1, 0).ahead(8))
    moved = quantiles(method.fit(scale * values + shift + slope * np.arange(40), 1, 0).ahead(8))
    wanted = scale * plain + shift + slope * (39 + steps)
    np.testing.assert_allclose(moved, wanted, atol=1e-6 * max(scale, 1e-2), rtol=1e-7)


@given(
    seed=st.integers(0, 10_000),
    shift=st.floats(-1e4, 1e4),
    scale=st.floats(-1e3, -1e-3) | st.floats(1e-3, 1e3),
)
def test_the_level_shifts_and_scales(seed, shift, scale):
    values = walk(seed, 40)
    method = FORECAST_METHODS.get("local_level")
    plain = quantiles(method.fit(values, 1, 0).ahead(4))
    moved = quantiles(method.fit(scale * values + shift, 1, 0).ahead(4))
    wanted = scale * (plain if scale > 0 else plain[::-1]) + shift
    np.testing.assert_allclose(moved, wanted, atol=1e-6 * abs(scale) + 1e-8 * abs(shift))


@given(seed=st.integers(0, 10_000), count=st.integers(7, 80))
def test_quantiles_rise_and_bands_widen(seed, count):
    for name in NAMES:
        said = FORECAST_METHODS.get(name).fit(walk(seed, count), 1, 0).ahead(15)
        found = quantiles(said)
        assert (np.diff(found, axis=0) > 0).all()
        assert (np.diff(found[-1] - found[0]) > 0).all()
        assert said.finite


def test_means_of_single_years_add_up_to_the_level():
    """Horizon additivity: growth year by year, summed, is the level's own fan in the mean."""
    values = walk(3)
    method = SlowGrowth()
    grown = fit_level(np.diff(values), Grid.falling(method.most_drift, method.discounts)).ahead(20).mean
    np.testing.assert_allclose(values[-1] + np.cumsum(grown), method.fit(values, 1, 0).ahead(20).mean)


def test_quarters_are_the_same_model_seen_four_times_as_often():
    """Growth a year from quarters without a season: close to what the yearly figures say."""
    rng = np.random.default_rng(5)
    quarters = np.cumsum(0.005 + np.cumsum(rng.normal(0, 0.0002, 240)) + rng.normal(0, 0.01, 240))
    yearly = SlowGrowth().fit(quarters[3::4], 1, 0).ahead(10)
    often = SlowGrowth().fit(quarters, 4, 0).ahead(40)
    assert often.mean[-1] == pytest.approx(yearly.mean[-1], abs=0.35 * yearly.sd[-1])
    assert often.sd[-1] == pytest.approx(yearly.sd[-1], rel=0.35)


@pytest.mark.parametrize("name", NAMES)
def test_the_grid_is_fine_enough(name, monkeypatch):
    values = walk(8, 100)
    plain = FORECAST_METHODS.get(name).fit(values, 1, 0).ahead(10)
    monkeypatch.setattr(local_level, "NODES", 4 * local_level.NODES)
    finer = FORECAST_METHODS.get(name).fit(values, 1, 0).ahead(10)
    assert (np.abs(quantiles(plain) - quantiles(finer)) < 0.02 * finer.sd).all()


def test_noise_is_not_taken_for_drift_nor_drift_for_noise():
    rng = np.random.default_rng(0)
    noise, drift = rng.normal(0, 1, 200), np.cumsum(rng.normal(0, 1, 200))
    method = FORECAST_METHODS.get("local_level")
    assert method.fit(noise, 1, 0).ratio < 0.1
    assert method.fit(drift, 1, 0).ratio > 3
    assert method.fit(noise, 1, 0).ahead(1).mean[0] == pytest.approx(noise.mean(), abs=0.25)
    assert method.fit(drift, 1, 0).ahead(1).mean[0] == pytest.approx(drift[-1], abs=0.25)


def test_calm_after_war_narrows_the_band():
    """The variance is remembered for ten years, twenty or for ever: fifty calm years count more than those before."""
    rng = np.random.default_rng(2)
    growth = rng.normal(0.02, np.where(np.arange(120) < 60, 0.08, 0.01))
    level = np.cumsum(growth)
    plain = SlowGrowth(discounts=(1.0,)).fit(level, 1, 0).ahead(1).sd[0]
    assert SlowGrowth().fit(level, 1, 0).ahead(1).sd[0] < 0.5 * plain


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "values",
    [np.full(30, 3.7), np.full(30, 1e9), np.zeros(30), np.arange(4.0), np.append(np.arange(20.0), np.inf)],
    ids=["constant", "large constant", "zero", "short", "infinite"],
)
def test_refuses_what_has_no_variation(name, values):
    with pytest.raises(FitError):
        FORECAST_METHODS.get(name).fit(values, 1, 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("factor", [1e12, 1e-12, 1e100])
def test_the_size_of_the_unit_does_not_matter(name, factor):
    plain = quantiles(FORECAST_METHODS.get(name).fit(walk(5), 1, 0).ahead(6))
    scaled = quantiles(FORECAST_METHODS.get(name).fit(walk(5) * factor, 1, 0).ahead(6))
    np.testing.assert_allclose(scaled / factor, plain, rtol=1e-9)


def test_doubt_about_the_model_is_in_the_mixture():
    """What calibration asks, so as to set no rival beside an average over models."""
    assert FORECAST_METHODS.get("slow_growth").fit(walk(0), 1, 0).ahead(1).counts_doubt


def test_refuses_regular_growth():
    with pytest.raises(FitError):
        FORECAST_METHODS.get("slow_growth").fit(np.log(100 * 1.02 ** np.arange(40)), 1, 0)


@pytest.mark.parametrize("name", NAMES)
def test_long_stretches_without_change_do_not_break_it(name):
    values = np.concatenate([np.full(20, 2.0), walk(0, 20), np.full(30, 5.0)])
    assert FORECAST_METHODS.get(name).fit(values, 1, 0).ahead(10).finite
    assert np.isfinite(quantiles(FORECAST_METHODS.get(name).fit(values, 1, 0).ahead(10))).all()


@pytest.mark.parametrize("name", NAMES)
def test_carried_keeps_the_weights_and_moves_the_level(name):
    values = walk(4)
    fit = FORECAST_METHODS.get(name).fit(values[:50], 1, 0)
    carried = fit.carried(values)
    inner, before = (each if name == "local_level" else each.growth for each in (carried, fit))
    assert (inner.weights == before.weights).all()
    again = FORECAST_METHODS.get(name).fit(values, 1, 0).ahead(5)
    assert carried.ahead(5).mean == pytest.approx(again.mean, abs=again.sd[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_fit_takes_milliseconds(name):
    """Twenty on an idle core for a hundred values; the bound leaves room for a busy one."""
    values, method = walk(0, 100), FORECAST_METHODS.get(name)
    method.fit(values, 1, 0)
    taken = []
    for _ in range(5):
        start = time.process_time()
        method.fit(values, 1, 0)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.02
