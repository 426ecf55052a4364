"""The local level at a fixed ratio of drift to noise against statsmodels' exact diffuse Kalman filter, and sums of what is
ahead against generalised least squares written out.

Nile: Durbin and Koopman (2012), 2.2.5 and 2.10.1: variances 15098.5 and 1469.1, log likelihood -633.46 (their figure counts
the diffuse first observation's constant, as statsmodels does).
"""

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import t as student
from statsmodels.datasets import nile
from statsmodels.tsa.statespace.structural import UnobservedComponents

from longwave.forecast.methods.local_level import Grid, filtered, fit_level

NILE = nile.load_pandas().data["volume"].to_numpy(float)
RATIOS = np.array([0.0, 0.05, 0.312, 1.0, 7.0])


def grid_of(ratios, discount=1.0):
    angle = np.arctan(np.asarray(ratios))
    return Grid(np.cos(angle) ** 2, np.sin(angle) ** 2, np.full(len(angle), discount))


def model(values):
    return UnobservedComponents(values, level="llevel", use_exact_diffuse=True)


def concentrated(state, count):
    """Log likelihood at the variance of most likelihood, from what the state knows up to a constant."""
    degrees = count - 1
    given = state.loglikelihood - gammaln(degrees / 2) + gammaln(2.5)
    return given + degrees / 2 * (np.log(degrees) - 1 - np.log(2 * np.pi)) - 0.5 * np.log(2 * np.pi)


def test_likelihood_level_and_variance_are_those_of_statsmodels():
    grid = grid_of(RATIOS)
    state = filtered(NILE, grid)
    ours = concentrated(state, len(NILE))
    for node in range(len(RATIOS)):
        noise, drift = (state.scale[node] ** 2 * part[node] for part in (grid.noise, grid.drift))
        other = model(NILE)
        assert ours[node] == pytest.approx(other.loglike([noise, drift]), abs=1e-8)
        found = other.filter([noise, drift])
        assert state.level[node] == pytest.approx(found.filtered_state[0, -1], rel=1e-10)
        assert state.scale[node] ** 2 * state.variance[node] == pytest.approx(
            found.filtered_state_cov[0, 0, -1]
        )


def test_forecast_variance_is_that_of_statsmodels():
    for ratio in RATIOS:
        grid = grid_of([ratio])
        fit = fit_level(NILE, grid)
        scale = fit.state.scale[0] ** 2
        other = model(NILE).filter([scale * grid.noise[0], scale * grid.drift[0]]).get_forecast(8)
        said = fit.ahead(8)
        np.testing.assert_allclose(said.centres[0], other.predicted_mean, rtol=1e-10)
        np.testing.assert_allclose(said.spreads[0], other.se_mean, rtol=1e-8)


def test_nile_as_published():
    ratio = np.sqrt(1469.1 / 15098.5)
    state = filtered(NILE, grid_of([ratio]))
    assert concentrated(state, len(NILE))[0] == pytest.approx(-633.46, abs=0.01)
    # The variance without bias is the most likely one: 99 differences, no mean fitted to them.
    assert state.scale[0] ** 2 * np.cos(np.arctan(ratio)) ** 2 == pytest.approx(15098.5, rel=1e-3)


def test_sums_are_those_of_least_squares_written_out():
    """g = mean + e + cumulated drift, all in one covariance; the best linear forecast of sums of the next h."""
    growth, ahead = np.diff(np.log(NILE[:30])), 6
    count = len(growth)
    for ratio in (0.05, 0.4, 2.0):
        fit = fit_level(growth, grid_of([ratio]))
        place = np.arange(1, count + ahead + 1)
        every = np.eye(count + ahead) + ratio**2 * np.minimum.outer(place, place)
        inner, across = every[:count, :count], every[count:, :count]
        ones, inverse = np.ones(count), np.linalg.inv(inner)
        mean = ones @ inverse @ growth / (ones @ inverse @ ones)
        residual = growth - mean
        scale = residual @ inverse @ residual / (count - 1)
        centre = mean + across @ inverse @ residual
        miss = np.ones(ahead) - across @ inverse @ ones
        spread = every[count:, count:] - across @ inverse @ across.T
        spread += np.outer(miss, miss) / (ones @ inverse @ ones)
        said = fit.summed(ahead)
        sums = np.tril(np.ones((ahead, ahead)))
        np.testing.assert_allclose(said.centres[0], sums @ centre, rtol=1e-9)
        np.testing.assert_allclose(
            said.spreads[0], np.sqrt(scale * np.diag(sums @ spread @ sums.T)), rtol=1e-9
        )


def test_discounted_variance_is_the_recursion_of_west_and_harrison():
    """West and Harrison (1997), 10.8.2: n_t = kept n_{t-1} + 1, n_t S_t = kept n_{t-1} S_{t-1} + e_t^2 / Q_t, one-step
    forecasts Student with kept n_{t-1} degrees of freedom, here by scipy; the first five steps undiscounted."""
    growth, ratio, kept = np.diff(np.log(NILE[:40])), 0.3, 0.9
    grid = grid_of([ratio, 0.6], kept)
    state = filtered(growth, grid)
    found = []
    for noise, drift in zip(grid.noise, grid.drift, strict=True):
        level, variance, degrees, squares, logs = growth[0], noise, 0.0, 0.0, 0.0
        for step, value in enumerate(growth[1:], start=1):
            spread = variance + drift + noise
            error = value - level
            if step > 5:
                degrees, squares = kept * degrees, kept * squares
                logs += student.logpdf(error, degrees, scale=np.sqrt(spread * squares / degrees))
            else:
                logs -= 0.5 * np.log(spread)
            degrees, squares = degrees + 1, squares + error**2 / spread
            if step == 5:
                logs -= 2.5 * np.log(squares)
            gain = (variance + drift) / spread
            level, variance = level + gain * error, gain * noise
        found.append((logs, level, squares / degrees, degrees))
    logs, level, scale, degrees = map(np.array, zip(*found, strict=True))
    np.testing.assert_allclose(np.diff(state.loglikelihood), np.diff(logs), rtol=1e-9)
    np.testing.assert_allclose(state.level, level)
    np.testing.assert_allclose(state.scale**2, scale)
    np.testing.assert_allclose(state.degrees, degrees)
