"""ARIMA of given orders: arima, registered as the article's ARIMA(1,1,1) with drift."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.methods.arima import Arima

from .series import NILE, seasonal, walk


def test_arima_as_registered_is_the_articles():
    fit = FORECAST_METHODS.get("arima").fit(NILE, 1, 0)
    assert fit.label.text("en").startswith("ARIMA(1,1,1) with drift")
    assert fit.parameters == 3


@pytest.mark.parametrize(
    ("order", "drift", "trend"), [((1, 1, 1), True, "t"), ((1, 0, 0), True, "c"), ((0, 1, 1), False, "n")]
)
def test_arima_agrees_with_statsmodels(order, drift, trend):
    """Means of statsmodels' own fit on the same values, to a fiftieth of the spread; spread to a fiftieth."""
    from statsmodels.tsa.arima.model import ARIMA

    run = walk(60, seed=4)
    model = ARIMA((run - run[0]) / 5, order=order, trend=trend)
    other = model.fit().get_forecast(60)
    mean, sd = run[0] + 5 * other.predicted_mean, 5 * other.se_mean
    fit = Arima(order=order, drift=drift).fit(run, 1, 0)
    said = fit.ahead(8)
    np.testing.assert_allclose(said.mean, mean[:8], atol=0.02 * sd[0])
    steps = np.arange(1, 9)
    drift = sd[-1] / 60 * steps if trend == "t" else 0.0
    np.testing.assert_allclose(said.sd, np.hypot(sd[:8], drift), rtol=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_neither_shift_nor_scale_matters_to_arima(seed):
    plain = FORECAST_METHODS.get("arima").fit(walk(24, seed), 1, 0).ahead(5)
    moved = FORECAST_METHODS.get("arima").fit(1e4 + 37.3 * walk(24, seed), 1, 0).ahead(5)
    assert (np.abs((moved.mean - 1e4) / 37.3 - plain.mean) < 0.02 * plain.sd).all()
    np.testing.assert_allclose(moved.sd / 37.3, plain.sd, rtol=0.02)


def test_it_does_not_end_in_a_false_optimum():
    """On the Nile statsforecast's search ends at a moving average of -1.33 and a log-likelihood three below."""
    fit = FORECAST_METHODS.get("arima").fit(NILE, 1, 0)
    assert (np.abs(fit.estimates[1:3]) <= 1).all()


def test_seasonal_orders_are_used_where_there_are_seasons():
    fit = Arima(order=(0, 1, 1), seasonal=(0, 1, 1), drift=False).fit(seasonal(8, 4), 4, 0)
    assert "ARIMA(0,1,1)(0,1,1)[4]" in fit.label.text("en")
    again = Arima(order=(0, 1, 1), seasonal=(0, 1, 1), drift=False).fit(NILE, 1, 0)
    assert "ARIMA(0,1,1)," in again.label.text("en")


def test_a_seasonal_drift_is_averaged_over_the_seasons():
    """Seasonal differences of 28 values over four seasons: the mean of these has s2/28, a year's worth of drift."""
    values = seasonal(8, 4)
    fit = Arima(order=(0, 0, 0), seasonal=(0, 1, 0)).fit(values, 4, 0)
    assert "with drift" in fit.label.text("en")
    steps = values[4:] - values[:-4]
    np.testing.assert_allclose(fit.ahead(4).mean, values[-4:] + steps.mean(), rtol=0.01)
    known = Arima(order=(0, 0, 0), seasonal=(0, 1, 0), drift=False).fit(values, 4, 0)
    np.testing.assert_allclose(known.ahead(4).mean, values[-4:])
    spread = steps.std() * np.sqrt(1 + np.array([1, 2, 3, 4]) ** 2 / 16 / 32)
    np.testing.assert_allclose(fit.ahead(4).sd, spread, rtol=0.01)


def test_without_coefficients_it_is_a_random_walk():
    fit = Arima(order=(0, 1, 0), drift=False).fit(NILE, 1, 0)
    naive = FORECAST_METHODS.get("naive").fit(NILE, 1, 0)
    assert fit.parameters == 0
    np.testing.assert_allclose(fit.ahead(5).mean, naive.ahead(5).mean)
    np.testing.assert_allclose(fit.ahead(5).sd, naive.ahead(5).sd, rtol=1e-6)


def test_carried_is_a_filter_with_the_old_estimates():
    from statsmodels.tsa.arima.model import ARIMA

    run = walk(60, seed=2)
    fit = FORECAST_METHODS.get("arima").fit(run[:40], 1, 0)
    model = ARIMA((run - fit.start) / fit.size, order=(1, 1, 1), trend="t")
    other = model.filter(fit.estimates).get_forecast(3).predicted_mean
    np.testing.assert_allclose(fit.carried(run).ahead(3).mean, fit.start + fit.size * other)


def test_a_line_is_no_arima():
    with pytest.raises(FitError):
        FORECAST_METHODS.get("arima").fit(3.0 + np.arange(20.0), 1, 0)
