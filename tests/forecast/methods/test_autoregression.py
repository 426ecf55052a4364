"""Autoregression with its order chosen: autoregression."""

import numpy as np
import pytest

from longwave.core.message import say
from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.methods.autoregression import choose_order, fit_order

from .series import NILE, walk

METHOD = FORECAST_METHODS.get("autoregression")
LABEL = say("methods.ar2")


def process(length, coefficients, seed):
    random = np.random.default_rng(seed).normal(0, 1, length + 100)
    values = np.zeros(length + 100)
    for now in range(len(coefficients), length + 100):
        values[now] = values[now - len(coefficients) : now][::-1] @ coefficients + random[now]
    return values[100:]


@pytest.mark.parametrize("order", [1, 2, 5])
def test_coefficients_and_means_are_those_of_statsmodels(order):
    from statsmodels.tsa.ar_model import AutoReg

    other = AutoReg(NILE, order).fit()
    fit = fit_order(NILE, order, LABEL)
    np.testing.assert_allclose(fit.coefficients[1:], other.params[1:], rtol=1e-6)
    np.testing.assert_allclose(fit.ahead(12).mean, other.forecast(12), rtol=1e-8)


def test_spread_without_uncertain_coefficients_is_that_of_statsmodels():
    from statsmodels.tsa.ar_model import AutoReg

    other = AutoReg(NILE, 2).fit()
    fit = fit_order(NILE, 2, LABEL)
    weights = fit._paths(10)[2]
    known = fit.size * np.sqrt(fit.s2 * np.cumsum(weights**2))
    by_degrees = np.sqrt(other.nobs / fit.degrees)
    theirs = other.get_prediction(40, 49).se_mean
    np.testing.assert_allclose(known, theirs * by_degrees, rtol=1e-6)
    assert (fit.ahead(10).sd > known).all()


def test_one_step_spread_is_that_of_least_squares():
    """The prediction interval of an ordinary regression, with Student's t."""
    import statsmodels.api as sm

    lagged = np.column_stack([np.ones(38), NILE[1:-1], NILE[:-2]])
    other = sm.OLS(NILE[2:], lagged).fit().get_prediction([[1.0, NILE[-1], NILE[-2]]])
    said = fit_order(NILE, 2, LABEL).ahead(1)
    low, high = other.conf_int(obs=True, alpha=0.05)[0]
    assert said.quantile(0.025)[0] == pytest.approx(low, rel=1e-8)
    assert said.quantile(0.975)[0] == pytest.approx(high, rel=1e-8)


def test_derivatives_are_those_of_small_changes():
    from dataclasses import replace

    fit = fit_order(NILE, 3, LABEL)
    mean, slopes, _ = fit._paths(6)
    for place in range(4):
        nudged = fit.coefficients.copy()
        nudged[place] += 1e-7
        moved = replace(fit, coefficients=nudged)._paths(6)[0]
        np.testing.assert_allclose((moved - mean) / 1e-7, slopes[:, place], atol=1e-5)


def test_the_order_is_found():
    found = [choose_order(process(300, np.array([0.5, 0.0, 0.4]), seed)) for seed in range(10)]
    assert np.median(found) == 3
    assert np.median([choose_order(process(300, np.array([0.6]), seed)) for seed in range(10)]) == 1


def test_the_order_is_statsmodels_by_bic():
    from statsmodels.tsa.ar_model import ar_select_order

    for seed in range(10):
        values = process(80, np.array([0.5, 0.3]), seed)
        chosen = ar_select_order(values, 12, ic="bic").ar_lags
        if chosen is not None:
            assert choose_order(values) == max(chosen)


def test_the_fan_holds_what_comes():
    """40 values of a persistent process: four in five of the next five, give or take what 200 draws leave open."""
    inside = []
    for seed in range(200):
        values = process(45, np.array([0.7]), seed)
        said = fit_order(values[:40], 1, LABEL).ahead(5)
        inside.append((values[40:] >= said.quantile(0.1)) & (values[40:] <= said.quantile(0.9)))
    assert 0.74 <= np.mean(inside) <= 0.86


def test_carried_uses_the_old_coefficients_on_the_new_values():
    run = walk(40)
    fit = METHOD.fit(run[:30], 1, 0)
    carried = fit.carried(run)
    np.testing.assert_array_equal(carried.coefficients, fit.coefficients)
    lags = run[-1 : -fit.parameters : -1]
    constant = fit.coefficients[0] * fit.size + fit.centre * (1 - fit.coefficients[1:].sum())
    assert carried.ahead(1).mean[0] == pytest.approx(constant + fit.coefficients[1:] @ lags)


def test_too_few_or_too_regular_values_are_refused():
    with pytest.raises(FitError):
        fit_order(walk(6), 3, LABEL)
    with pytest.raises(FitError):
        METHOD.fit(np.tile([1.0, 2.0], 10), 1, 0)
