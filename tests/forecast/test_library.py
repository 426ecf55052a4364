"""The wrapper of statsforecast's models."""

import numpy as np
import pytest

from longwave.core.message import say
from longwave.forecast.library import fit_library, quietly, unit_of
from longwave.forecast.method import FitError

from .methods.series import NILE, walk


def wrapped(values):
    from statsforecast.models import ARIMA

    model = ARIMA(order=(1, 0, 0))
    return fit_library(
        model, values, lambda _: say("methods.naive"), lambda fitted: len(fitted.model_["coef"])
    )


def test_it_says_what_the_library_says():
    from statsforecast.models import ARIMA

    library = ARIMA(order=(1, 0, 0)).fit(NILE).predict(6, level=[95])
    said = wrapped(NILE).ahead(6)
    np.testing.assert_array_equal(said.mean, library["mean"])
    np.testing.assert_allclose(said.quantile(0.975), library["hi-95"])
    np.testing.assert_allclose(said.quantile(0.025), library["lo-95"])


def test_carried_is_the_librarys_forward_with_the_old_parameters():
    run = walk(50)
    fit = wrapped(run[:30])
    kept = dict(fit.model.model_["coef"])
    carried = fit.carried(run)
    constant, slope = kept["intercept"], kept["ar1"]
    assert carried.ahead(1).mean[0] == pytest.approx(constant + slope * (run[-1] - constant))
    assert fit.model.model_["coef"] == kept
    assert carried.parameters == fit.parameters == 2


@pytest.mark.parametrize("factor", [1e12, 1e-12, -1e9])
def test_values_far_from_one_are_brought_to_unit_size(factor):
    plain, scaled = wrapped(NILE).ahead(3), wrapped(NILE * factor).ahead(3)
    np.testing.assert_allclose(scaled.mean / factor, plain.mean, rtol=1e-4)
    np.testing.assert_allclose(scaled.sd / abs(factor), plain.sd, rtol=1e-3)


def test_ordinary_sizes_are_left_as_they_are():
    assert unit_of(NILE) == 1
    assert unit_of(np.zeros(3)) == 1
    assert unit_of(np.array([1e12, -1e12])) == 1e12


def test_the_librarys_bare_exceptions_are_a_fit_that_was_not_found():
    def bare():
        raise Exception("no model able to be fitted")

    def value():
        raise ValueError("tiny datasets")

    for call in (bare, value):
        with pytest.raises(FitError):
            quietly(call)


def test_what_is_no_fault_of_the_numbers_rises():
    def stopped():
        raise KeyboardInterrupt

    class Odd(Exception):
        pass

    def odd():
        raise Odd

    with pytest.raises(KeyboardInterrupt):
        quietly(stopped)
    with pytest.raises(Odd):
        quietly(odd)


def test_warnings_are_kept_quiet():
    def chatters():
        import warnings

        warnings.warn("not converged", stacklevel=1)
        return np.log(np.zeros(1))[0]

    assert quietly(chatters) == -np.inf
