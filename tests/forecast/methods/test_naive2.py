"""The M4 competition's yardstick: naive2."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.methods.naive2 import decompose, is_seasonal

from .series import NILE, seasonal

METHOD = FORECAST_METHODS.get("naive2")


def test_naive2_by_hand():
    """Level 10 with factors 0.5 and 1.5, the level a fifth higher in the last year, two periods a year.

    Centred averages (a/2 + b + c/2)/2 are 10 from the second value to the ninth, then 10.25 and 11.25. Mean ratio of the
    second season (4 x 1.5 + 15/10.25) / 5 = 306/205, of the first (4 x 0.5 + 6/11.25) / 5 = 38/75; factors are these
    over their mean.
    """
    values = np.array([5.0, 15, 5, 15, 5, 15, 5, 15, 5, 15, 6, 18])
    mean = (306 / 205 + 38 / 75) / 2
    first, second = 38 / 75 / mean, 306 / 205 / mean
    seasons = decompose(values, 2)
    np.testing.assert_allclose(seasons.pattern, [first, second])
    assert seasons.multiplicative
    assert is_seasonal(values, 2)
    said = METHOD.fit(values, 2, 0).ahead(3)
    last = 18 / second
    np.testing.assert_allclose(said.mean, [last * first, 18, last * first])
    adjusted = values / np.tile([first, second], 6)
    spread = np.sqrt(np.mean(np.diff(adjusted) ** 2))
    np.testing.assert_allclose(said.sd, spread * np.sqrt([1, 2, 3]) * np.array([first, second, first]))


@pytest.mark.parametrize("season", [4, 7, 12])
def test_factors_are_those_of_statsmodels(season):
    from statsmodels.tsa.seasonal import seasonal_decompose

    values = seasonal(5, season)
    other = seasonal_decompose(values, model="multiplicative", period=season).seasonal
    np.testing.assert_allclose(decompose(values, season).at(0, len(values)), other)
    centred = values - values.mean()
    other = seasonal_decompose(centred, model="additive", period=season).seasonal
    np.testing.assert_allclose(decompose(centred, season).at(0, len(values)), other)


def test_the_test_is_the_competitions():
    """1.645 sqrt((1 + 2 sum r^2) / n) with statsmodels' autocorrelations; nothing is tested in under three years."""
    from statsmodels.tsa.stattools import acf

    agreed = set()
    for seed in range(40):
        random = np.random.default_rng(seed)
        values = 100 + random.normal(0, 1, 40) + 0.6 * np.sin(np.pi * np.arange(40) / 2)
        r = acf(values, nlags=4, fft=False)[1:]
        limit = 1.645 * np.sqrt((1 + 2 * np.sum(r[:3] ** 2)) / 40)
        assert is_seasonal(values, 4) == (abs(r[3]) > limit)
        agreed.add(is_seasonal(values, 4))
    assert agreed == {True, False}
    assert not is_seasonal(seasonal(3, 4)[:11], 4)
    assert not is_seasonal(NILE, 1)


def test_values_below_zero_are_adjusted_by_differences():
    values = seasonal(8, 4) - 60
    fit = METHOD.fit(values, 4, 0)
    assert fit.label.key == "methods.naive2_additive"
    assert fit.parameters == 3
    said = fit.ahead(8)
    np.testing.assert_allclose(said.mean[:4], said.mean[4:])
    assert METHOD.fit(values + 100, 4, 0).label.key == "methods.naive2_multiplicative"


def test_a_season_that_nearly_vanishes_is_not_divided_by():
    values = np.tile([1e-9, 5.0, 3.0, 4.0], 6) * np.random.default_rng(0).uniform(0.9, 1.1, 24)
    assert METHOD.fit(values, 4, 0).label.key == "methods.naive2_additive"


def test_carried_keeps_the_seasons_in_their_place():
    values = seasonal(8, 4)
    fit = METHOD.fit(values[:24], 4, 0)
    carried = fit.carried(values[:25])
    np.testing.assert_allclose(carried.seasons.pattern, fit.seasons.pattern)
    usual = fit.seasons.at(24, 3)
    np.testing.assert_allclose(carried.ahead(2).mean, values[24] / usual[0] * usual[1:])
