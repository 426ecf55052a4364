"""Least squares as statsmodels has it, its spread with the doubt in the coefficients, and what it refuses."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.methods.var import Var
from longwave.forecast.system import newest

from .series import NILE, walk
from .systems import system


def test_forecasts_and_shocks_are_those_of_statsmodels():
    from statsmodels.tsa.api import VAR

    values = system(80)
    other = VAR(values).fit(2)
    fit = Var(lags=2).fit(values, 4, 0)
    means, _ = fit.system(8)
    np.testing.assert_allclose(means, other.forecast(values[-2:], 8), rtol=1e-8, atol=1e-10)
    known = replace(fit, inverse=np.zeros_like(fit.inverse)).system(8)[1]
    np.testing.assert_allclose(known, other.mse(8), rtol=1e-8)


def test_the_lags_are_those_of_least_aic():
    from statsmodels.tsa.api import VAR

    values = system(120, seed=2)
    assert Var().fit(values, 4, 0).lags == max(1, VAR(values).select_order(5).aic)


def test_doubt_in_the_coefficients_averages_to_luetkepohls_over_the_sample():
    """Luetkepohl (2005), 3.5.13, as statsmodels computes it, is the mean over the sample of what is seen from each
    place of it."""
    from statsmodels.tsa.api import VAR

    values = system(60, seed=1)
    other = VAR(values).fit(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        published = other.forecast_cov(3, method="auto")
    fit = Var(lags=2).fit(values, 4, 0)
    each = [fit.carried(values[: end + 1]).system(3)[1] for end in range(1, len(values) - 1)]
    np.testing.assert_allclose(np.mean(each, axis=0), published, rtol=0.005)


def test_one_step_ahead_is_the_regression_textbooks_interval():
    values = system(50, seed=3)
    fit = Var(lags=1).fit(values, 1, 0)
    x = np.column_stack([values[:-1], np.ones(49)])
    left = values[1:, 0] - x @ np.linalg.lstsq(x, values[1:, 0], rcond=None)[0]
    now = newest(values, 1)
    spread = np.sqrt(left @ left / 45 * (1 + now @ np.linalg.inv(x.T @ x) @ now))
    said = fit.ahead(1)
    assert said.sd[0] == pytest.approx(spread)
    assert said.degrees == 45


def test_one_column_is_an_autoregression_given_either_way():
    from statsmodels.tsa.ar_model import AutoReg

    flat, tall = (Var(lags=2).fit(values, 1, 0) for values in (NILE, NILE[:, None]))
    np.testing.assert_array_equal(flat.ahead(4).mean, tall.ahead(4).mean)
    np.testing.assert_allclose(flat.ahead(4).mean, AutoReg(NILE, 2).fit().forecast(4), rtol=1e-8)
    assert "no other series" in flat.label.text("en")


@given(
    seed=st.integers(0, 500),
    factors=st.tuples(*[st.floats(1e-3, 1e3)] * 3),
    shifts=st.tuples(*[st.floats(-1e3, 1e3)] * 3),
)
@settings(max_examples=10)
def test_neither_unit_nor_zero_of_a_column_matters(seed, factors, shifts):
    values = system(40, seed)
    plain = FORECAST_METHODS.get("var").fit(values, 4, 0)
    moved = FORECAST_METHODS.get("var").fit(values * factors + shifts, 4, 0)
    said, other = plain.ahead(6), moved.ahead(6)
    assert (np.abs((other.mean - shifts[0]) / factors[0] - said.mean) < 1e-6 * said.sd).all()
    np.testing.assert_allclose(other.sd / factors[0], said.sd, rtol=1e-6)


def test_the_order_of_the_other_columns_does_not_matter():
    values = system(60, k=4)
    first, second = (Var().fit(values[:, order], 4, 0).ahead(6) for order in ([0, 1, 2, 3], [0, 3, 1, 2]))
    np.testing.assert_allclose(first.mean, second.mean, rtol=1e-8)
    np.testing.assert_allclose(first.sd, second.sd, rtol=1e-8)


def test_a_carried_fit_keeps_its_coefficients():
    values = system(70, seed=4)
    fit = Var().fit(values[:60], 4, 0)
    again, on = fit.carried(values[:60]), fit.carried(values)
    np.testing.assert_array_equal(again.ahead(5).mean, fit.ahead(5).mean)
    np.testing.assert_array_equal(on.coefficients, fit.coefficients)
    assert not np.allclose(on.ahead(5).mean, fit.ahead(5).mean)
    with pytest.raises(FitError, match="3 columns, the new figures have 2"):
        fit.carried(values[:, :2])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda y: np.column_stack([y, y[:, 0]]), "copies or sums"),
        (lambda y: np.column_stack([y, y @ [1.0, 2.0, -1.0]]), "copies or sums"),
        (lambda y: np.column_stack([y[1:], y[:-1, 0]]), "copies or sums"),
        (lambda y: np.column_stack([y, np.ones(60)]), "Column 4 never changes"),
        (lambda y: y[:12], "too few for 3 columns"),
        (lambda y: np.where(np.arange(60)[:, None] == 5, np.nan, y), "finite numbers"),
        (lambda y: y * 1e180, "another unit"),
        (lambda y: np.tile(y, (1, 7)), "21 columns are too many"),
        (lambda y: 3.0 + np.arange(60), "follows from its own past"),
        (lambda y: np.exp(0.2 * np.arange(60)) + y[:, 0], "explosive"),
    ],
)
def test_what_it_refuses(spoil, words):
    with pytest.raises(FitError, match=words) as refused:
        Var().fit(spoil(system(60)), 4, 0)
    assert refused.value.args[0].text("zh")


def test_an_unstable_system_says_so():
    values = np.column_stack([np.cumsum(walk(60, 3)), walk(60, 4)])
    fit = Var(lags=1).fit(values, 1, 0)
    assert fit.root > 1
    assert "not stable" in fit.label.text("en")
    assert "not stable" not in Var().fit(system(60), 4, 0).label.text("en")


def test_bands_hold_what_they_say_where_the_truth_is_a_system():
    inside = []
    for seed in range(150):
        values = system(58, seed, root=0.5)
        said = Var().fit(values[:50], 1, 0).ahead(8)
        inside.append((said.quantile(0.1) <= values[50:, 0]) & (values[50:, 0] <= said.quantile(0.9)))
    assert 0.75 < np.mean(inside) < 0.86
