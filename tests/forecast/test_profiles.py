"""Words for ways to forecast."""

import numpy as np
import pytest

from longwave.core.errors import UsageError
from longwave.forecast.forecast import forecast
from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.profiles import DEFAULT, profile, profile_names

from .made_series import WORDS, gdp


@pytest.mark.parametrize("name", profile_names())
def test_every_word_names_a_method(name):
    found = profile(name)
    assert found.name == name
    assert found.fitted is FORECAST_METHODS.get(found.method)


@pytest.mark.parametrize("name", [DEFAULT, "fast", "mean", "median"])
def test_ensembles_take_amounts_in_logarithms_and_the_rest_as_it_is(name):
    series = gdp(40)
    amount = forecast(series, variable="x", area="USA", unit="million USD", method=name, horizon=4)
    bare = forecast(series, variable="x", area="USA", unit="not stated", method=name, horizon=4)
    assert amount.method.values["scale"].key == "forecast.scale_log"
    assert bare.method.values["scale"].key == "forecast.scale_level"
    growth = {"slow_growth", "log_growth_autoregression"}
    assert growth & set(profile(name).fitted_on("log").members) == {"slow_growth"}
    assert growth & set(profile(name).fitted_on("level").members) == {"log_growth_autoregression"}


def test_the_long_run_is_slow_growth_on_the_logarithm_with_its_own_bands():
    found = profile("long_run")
    assert (found.method, found.log, found.widened) == ("slow_growth", True, False)
    assert profile("theta").log is None
    assert profile("theta").widened


def test_an_unknown_word_is_an_error_with_the_nearest():
    with pytest.raises(UsageError, match="ensemble") as caught:
        profile("ensembel")
    assert caught.value.text("zh")


def test_no_logarithm_is_taken_of_a_logarithm():
    """By its own name, growth in per cent is what it says."""
    series = gdp(40)
    found = forecast(series, **WORDS, method="log_growth_autoregression", horizon=4)
    own = FORECAST_METHODS.get("log_growth_autoregression").fit(series.to_numpy(), 1, 0).ahead(4)
    np.testing.assert_allclose(found.frame["0.5"], own.mean)
    in_units = forecast(series, **WORDS, method="growth_autoregression", horizon=4)
    np.testing.assert_allclose(in_units.frame["0.5"], found.frame["0.5"])
