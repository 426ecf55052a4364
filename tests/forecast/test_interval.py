"""The doubt about the model: a rival beside it, weighed by what the series says of a random walk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

from longwave.forecast.interval import doubted, freedom, walk_weight
from longwave.forecast.method import FORECAST_METHODS, Prediction

from .made_series import autoregression


class Fixed:
    """A fit that says what it was given."""

    parameters = 1

    def __init__(self, said):
        self.said = said

    def ahead(self, horizon):
        return self.said


WALK = np.cumsum(np.random.default_rng(0).normal(0.1, 1, 40))


def test_the_spread_is_that_of_an_even_mixture_with_a_random_walk():
    """Law of total variance: (v + w) / 2 + (m - r)^2 / 4."""
    own = Prediction(np.array([30.0, 31.0]), np.array([1.0, 1.5]))
    rival = FORECAST_METHODS.get("drift").fit(WALK, 1, 0).ahead(2)
    assert walk_weight(WALK, 1) == 0.5
    said = doubted(Fixed(own), WALK, 1, 2)
    expected = (own.sd**2 + rival.sd**2) / 2 + (own.mean - rival.mean) ** 2 / 4
    np.testing.assert_allclose(said.sd**2, expected)
    np.testing.assert_array_equal(said.mean, own.mean)
    assert said.degrees == freedom(40, 1) == 38


def test_the_doubt_never_narrows():
    own = Prediction(np.full(3, WALK[-1]), np.full(3, 50.0))
    np.testing.assert_array_equal(doubted(Fixed(own), WALK, 1, 3).sd, own.sd)


def test_a_random_walk_has_no_rival_but_itself():
    fit = FORECAST_METHODS.get("drift").fit(WALK, 1, 0)
    np.testing.assert_allclose(doubted(fit, WALK, 1, 6).sd, fit.ahead(6).sd)


def test_a_distribution_that_holds_the_doubt_is_left_alone():
    fit = FORECAST_METHODS.get("fast").fit(WALK, 1, 0)
    said, own = doubted(fit, WALK, 1, 6), fit.ahead(6)
    np.testing.assert_array_equal(said.sd, own.sd)
    assert said.degrees == own.degrees == np.inf


def test_the_weight_is_the_schwarz_criterion_of_a_dickey_fuller_regression():
    """Against statsmodels: the difference in BIC between the regression with and without the level."""
    run = autoregression(60, 0.8, seed=3)
    steps = np.diff(run)
    beside = np.column_stack([np.ones(58), steps[:-1]])
    without = OLS(steps[1:], beside).fit().bic
    whole = OLS(steps[1:], np.column_stack([beside, run[1:-1]])).fit()
    assert walk_weight(run, 1) == pytest.approx(1 / (1 + np.exp((without - whole.bic) / 2)))
    assert walk_weight(run, 1) < 0.2


def test_walks_keep_the_rival_and_returning_series_lose_it():
    rng = np.random.default_rng(5)
    walks = [walk_weight(np.cumsum(rng.normal(0.1, 1, 120)), 1) for _ in range(60)]
    returning = [walk_weight(autoregression(120, 0.5, seed), 1) for seed in range(60)]
    assert np.mean(walks) > 0.45
    assert max(returning) < 0.05


def test_a_short_or_exploding_series_keeps_the_rival():
    assert walk_weight(autoregression(11, 0.0, 0), 1) == 0.5
    assert walk_weight(np.exp(0.5 * np.arange(20)), 1) == 0.5
    assert walk_weight(np.append(np.zeros(29), 1.0), 1) <= 0.5


@given(seed=st.integers(0, 500), shift=st.floats(-1e4, 1e4), factor=st.sampled_from([1e-6, 0.3, 1e9]))
@settings(max_examples=20, deadline=None)
def test_the_weight_does_not_depend_on_unit_or_origin(seed, shift, factor):
    run = autoregression(40, 0.7, seed)
    assert walk_weight(factor * (run + shift), 1) == pytest.approx(walk_weight(run, 1), rel=1e-4)


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.8])
def test_a_well_specified_long_autoregression_is_not_widened_blindly(phi):
    """Bands before calibration stay within a tenth of the model's own, on average over 40 series of 200."""
    method = FORECAST_METHODS.get("autoregression")
    ratio = []
    for seed in range(40):
        run = autoregression(200, phi, seed)
        fit = method.fit(run, 1, 0)
        own, said = fit.ahead(8), doubted(fit, run, 1, 8)
        ratio.append((said.quantile(0.9) - said.mean) / (own.quantile(0.9) - own.mean))
    assert (np.mean(ratio, axis=0) < 1.1).all()
    assert (np.array(ratio) >= 1 - 1e-9).all()


@pytest.mark.parametrize(("observations", "parameters", "degrees"), [(40, 3, 36), (7, 5, 3), (5, 0, 4)])
def test_degrees_of_freedom(observations, parameters, degrees):
    assert freedom(observations, parameters) == degrees
