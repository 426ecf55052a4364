"""The random walk without drift: naive."""

import numpy as np

from longwave.forecast.method import FORECAST_METHODS

from .series import NILE


def test_naive_is_the_textbook_formula():
    """Last value, sd s sqrt(h), s the root mean square of the steps: Hyndman and Athanasopoulos (2021), 5.2 and 5.5."""
    said = FORECAST_METHODS.get("naive").fit(np.array([1.0, 3, 2, 4]), 1, 0).ahead(3)
    assert said.mean.tolist() == [4, 4, 4]
    np.testing.assert_allclose(said.sd, np.sqrt(3 * np.array([1, 2, 3])))


def test_naive_says_what_statsforecast_says():
    from statsforecast.models import Naive

    other = Naive().fit(NILE).predict(5)
    np.testing.assert_array_equal(FORECAST_METHODS.get("naive").fit(NILE, 1, 0).ahead(5).mean, other["mean"])
