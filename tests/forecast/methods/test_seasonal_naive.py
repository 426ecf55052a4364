"""The seasonal random walk: seasonal_naive."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS, FitError

from .series import NILE, seasonal

METHOD = FORECAST_METHODS.get("seasonal_naive")


def test_seasonal_naive_by_hand():
    """Season of two: differences over it 1, 3, -1, 1; root mean square sqrt(3), grown by sqrt(years)."""
    said = METHOD.fit(np.array([1.0, 2, 2, 5, 1, 6]), 2, 0).ahead(5)
    assert said.mean.tolist() == [1, 6, 1, 6, 1]
    np.testing.assert_allclose(said.sd, np.sqrt(3 * np.array([1, 1, 2, 2, 3])))


def test_seasonal_naive_says_what_statsforecast_says():
    from statsforecast.models import SeasonalNaive

    values = seasonal(5, 12)
    other = SeasonalNaive(season_length=12).fit(values).predict(30)
    np.testing.assert_array_equal(METHOD.fit(values, 12, 0).ahead(30).mean, other["mean"])


def test_once_a_year_it_is_the_random_walk():
    naive = FORECAST_METHODS.get("naive").fit(NILE, 1, 0).ahead(4)
    said = METHOD.fit(NILE, 1, 0).ahead(4)
    np.testing.assert_allclose(said.mean, naive.mean)
    np.testing.assert_allclose(said.sd, naive.sd)
    assert METHOD.fit(NILE, 1, 0).label.key == "methods.naive"


def test_less_than_a_year_and_three_values_is_too_little():
    with pytest.raises(FitError):
        METHOD.fit(seasonal(2, 12)[:14], 12, 0)
    assert METHOD.fit(seasonal(2, 12)[:15], 12, 0).ahead(12).finite
