"""ARIMA with chosen orders: auto_arima."""

import numpy as np

from longwave.forecast.method import FORECAST_METHODS, Prediction
from longwave.forecast.methods.auto_arima import add_drift_variance

from .series import NILE, seasonal

METHOD = FORECAST_METHODS.get("auto_arima")


def test_auto_arima_agrees_with_statsmodels_on_the_same_orders():
    """Orders as chosen; statsmodels' exact likelihood gives the same forecast to within a twentieth of its
    spread."""
    from statsmodels.tsa.arima.model import ARIMA

    fit = METHOD.fit(NILE, 1, 0)
    p, q, _, _, _, d, _ = fit.inner.model.model_["arma"]
    drifts = "drift" in fit.inner.model.model_["coef"]
    other = ARIMA(NILE, order=(p, d, q), trend="t" if drifts else "n" if d else "c").fit().get_forecast(3)
    said = fit.ahead(3)
    np.testing.assert_allclose(said.mean, other.predicted_mean, atol=0.05 * said.sd[0])


def test_second_differences_are_not_taken():
    curved = np.cumsum(np.cumsum(np.random.default_rng(0).normal(0, 1, 60)))
    assert METHOD.fit(curved, 1, 0).inner.model.model_["arma"][5] <= 1


def test_means_are_statsforecasts():
    from statsforecast.models import AutoARIMA

    values = seasonal(6, 4)
    other = AutoARIMA(season_length=4, max_d=1).fit(values).predict(6)["mean"]
    np.testing.assert_array_equal(METHOD.fit(values, 4, 0).ahead(6).mean, other)


def test_a_random_walk_with_drift_has_the_textbook_spread():
    """For ARIMA(0,1,0) with drift the variance is s2 (h + h^2 / n)."""
    known = Prediction(np.zeros(30), 2.0 * np.sqrt(np.arange(1.0, 31)))
    said = add_drift_variance(known, 5, 20, 1)
    steps = np.arange(1, 6)
    np.testing.assert_allclose(said.sd, 2.0 * np.sqrt(steps + steps**2 / 20))


def test_carried_parameters_are_those_of_the_first_fit():
    values = seasonal(8, 4)
    fit = METHOD.fit(values[:24], 4, 0)
    kept = dict(fit.inner.model.model_["coef"])
    carried = fit.carried(values)
    carried.ahead(4)
    assert fit.inner.model.model_["coef"] == kept
    assert carried.label == fit.label


def test_carrying_on_agrees_with_statsmodels_filter():
    from statsmodels.tsa.arima.model import ARIMA

    run = np.log(seasonal(12, 1))
    run = np.cumsum(np.random.default_rng(1).normal(0.05, 1, 60)) + run[0]
    fit = METHOD.fit(run[:40], 1, 0)
    p, q, _, _, _, d, _ = fit.inner.model.model_["arma"]
    coefficients = fit.inner.model.model_["coef"]
    drifts = "drift" in coefficients
    model = ARIMA(run, order=(p, d, q), trend="t" if drifts else "n" if d else "c")
    order = [*(["drift"] if drifts else []), *([] if d else ["intercept"])]
    order += [f"ar{lag + 1}" for lag in range(p)] + [f"ma{lag + 1}" for lag in range(q)]
    estimates = [coefficients[name] for name in order] + [fit.inner.model.model_["sigma2"]]
    other = model.filter(estimates).get_forecast(4)
    np.testing.assert_allclose(fit.carried(run).inner.ahead(4).mean, other.predicted_mean, rtol=1e-5)
    np.testing.assert_allclose(fit.carried(run).inner.ahead(4).sd, other.se_mean, rtol=1e-4)
