"""Tests of one forecast against another: sizes in small samples, signs, and refusals."""

import numpy as np
import pytest

from longwave.core.errors import BadInput, NotEnoughData
from longwave.forecast.scores.comparison import diebold_mariano, mincer_zarnowitz


def overlapping_losses(count: int, horizon: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Squared errors of two equally good forecasts: moving averages of order horizon − 1, correlated 0.5."""
    shocks = rng.standard_normal((2, count + horizon - 1))
    shocks[1] = 0.5 * shocks[0] + np.sqrt(0.75) * shocks[1]
    errors = np.array([np.convolve(each, np.ones(horizon), "valid") for each in shocks])
    return errors[0] ** 2, errors[1] ** 2


def rejected(count: int, horizon: int, samples: int, variance=None) -> float:
    rng = np.random.default_rng(2026)
    found = [
        diebold_mariano(*overlapping_losses(count, horizon, rng), horizon=horizon, variance=variance).p_value
        for _ in range(samples)
    ]
    return float((np.array(found) < 0.05).mean())


@pytest.mark.parametrize(("count", "horizon"), [(10, 1), (24, 4), (40, 8)])
def test_diebold_mariano_holds_its_size(count, horizon):
    assert 0.015 <= rejected(count, horizon, 600) <= 0.085


def test_the_rectangular_variance_does_not_further_ahead():
    """Why the house takes another beyond one step: 10 and more in 100 at a nominal 5."""
    assert rejected(24, 8, 600, "rectangular") > 0.1


def test_the_better_forecast_has_the_negative_statistic():
    rng = np.random.default_rng(0)
    good, bad = rng.normal(0, 1, 40) ** 2, rng.normal(0, 3, 40) ** 2
    for horizon in (1, 4):
        found = diebold_mariano(good, bad, horizon=horizon)
        assert found.statistic < 0
        assert found.difference < 0
        assert found.p_value < 0.01
        swapped = diebold_mariano(bad, good, horizon=horizon)
        assert swapped.statistic == pytest.approx(-found.statistic)
        assert swapped.p_value == pytest.approx(found.p_value)


def test_scale_of_losses_does_not_matter():
    first, second = overlapping_losses(30, 3, np.random.default_rng(1))
    plain, scaled = (diebold_mariano(k * first, k * second, horizon=3) for k in (1.0, 1e12))
    assert scaled.statistic == pytest.approx(plain.statistic)


def test_a_variance_that_is_not_positive_gives_way_to_bartlett_s():
    wave = np.tile([1.0, -1.0], 10) + 0.1 * np.arange(20) / 20
    first, second = 2 + wave, np.full(20, 2.0)
    plain = diebold_mariano(first, second, horizon=2, variance="rectangular")
    assert np.isfinite(plain.statistic)
    assert plain.statistic == pytest.approx(
        diebold_mariano(first, second, horizon=2, variance="bartlett").statistic
    )


def test_what_diebold_mariano_refuses():
    losses = np.arange(20.0)
    with pytest.raises(NotEnoughData, match="never differ"):
        diebold_mariano(losses, losses)
    with pytest.raises(NotEnoughData, match="never differ"):
        diebold_mariano(losses, losses + 1)
    with pytest.raises(NotEnoughData, match="at least 8"):
        diebold_mariano(losses[:7], losses[:7] ** 2)
    with pytest.raises(NotEnoughData, match="at least 12"):
        diebold_mariano(losses[:11], losses[:11] ** 2, horizon=2)
    with pytest.raises(NotEnoughData, match="at least 24"):
        diebold_mariano(losses, losses**2, horizon=12, variance="rectangular")
    with pytest.raises(BadInput, match="horizon"):
        diebold_mariano(losses, losses**2, horizon=0)


@pytest.mark.parametrize("count", [12, 30])
def test_mincer_zarnowitz_holds_its_size(count):
    """Growth that is an AR(1) of 0.5, forecast with the true coefficient."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(600):
        growth = np.zeros(count + 30)
        for place, shock in enumerate(rng.standard_normal(count + 29)):
            growth[place + 1] = 0.5 * growth[place] + shock
        said, came = 0.5 * growth[29:-1], growth[30:]
        found.append(mincer_zarnowitz(came, said).p_value)
    assert (np.array(found) < 0.05).mean() <= 0.075


def test_mincer_zarnowitz_sees_bias_and_overreaction():
    said, noise = np.random.default_rng(0).standard_normal((2, 60))
    assert mincer_zarnowitz(said + noise, said).p_value > 0.05
    assert mincer_zarnowitz(1 + said + noise, said).p_value < 0.001
    assert mincer_zarnowitz(0.2 * said + noise, said).p_value < 0.01


def test_mincer_zarnowitz_does_not_hang_on_units():
    said, noise = np.random.default_rng(2).standard_normal((2, 40))
    came = 0.5 * said + noise
    plain, scaled = (mincer_zarnowitz(k * came, k * said) for k in (1.0, 1e9))
    assert scaled.statistic == pytest.approx(plain.statistic)
    assert scaled.slope == pytest.approx(plain.slope)


def test_a_forecast_that_never_varies_is_tested_for_bias():
    noise = np.random.default_rng(0).standard_normal(40)
    found = mincer_zarnowitz(2 + noise, np.full(40, 2.0))
    assert (found.slope, found.degrees) == (None, 1)
    assert found.intercept == pytest.approx(noise.mean())
    assert found.p_value > 0.05
    assert mincer_zarnowitz(3 + noise, np.full(40, 2.0)).p_value < 0.001


def test_what_mincer_zarnowitz_refuses():
    values = np.arange(20.0)
    with pytest.raises(NotEnoughData, match="nothing to test"):
        mincer_zarnowitz(values, values)
    with pytest.raises(NotEnoughData, match="at least 8"):
        mincer_zarnowitz(values[:5], values[:5] ** 2)
    missed_once = values.copy()
    missed_once[3] += 1
    with pytest.raises(NotEnoughData, match="nothing to test"):
        mincer_zarnowitz(missed_once, values)
