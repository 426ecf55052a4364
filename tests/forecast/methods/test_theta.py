"""The theta method, and what it shares with dynamic_theta."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.methods.theta import responses

from .series import NILE, seasonal, walk

METHOD = FORECAST_METHODS.get("theta")


@pytest.mark.parametrize(("values", "season"), [(NILE, 1), (seasonal(8, 4), 4), (seasonal(5, 12) - 50, 12)])
def test_means_are_statsforecasts(values, season):
    from statsforecast.models import Theta

    library = Theta(season_length=season).fit(values)
    said = METHOD.fit(values, season, 0).ahead(15)
    np.testing.assert_allclose(said.mean, library.predict(15)["mean"], atol=0.1 * said.sd[0])


def test_on_the_same_values_it_is_statsforecast_to_the_last_digit():
    from statsforecast.models import Theta

    fit = METHOD.fit(NILE, 1, 0)
    library = Theta(season_length=1).fit((NILE - fit.start) / fit.size).predict(9)["mean"]
    np.testing.assert_allclose(fit.ahead(9).mean, fit.start + fit.size * library, rtol=1e-12)


@pytest.mark.parametrize("name", ["theta", "dynamic_theta"])
def test_the_search_does_not_stop_where_it_began(name):
    """On logarithms the library's own search leaves half the first value and a weight of a half where they were."""
    from statsforecast.theta import auto_theta

    logs = np.log(NILE)
    kind = "STM" if name == "theta" else "DOTM"
    library = auto_theta(logs / 100, 1, model=kind)
    assert library["par"]["alpha"] == pytest.approx(0.5, abs=0.03)
    fit = FORECAST_METHODS.get(name).fit(logs, 1, 0)
    own = fit.size * np.sqrt(np.mean(fit.state["residuals"][3:] ** 2))
    assert own < 0.99 * 100 * np.sqrt(np.mean(library["residuals"][3:] ** 2))


@pytest.mark.parametrize("name", ["theta", "dynamic_theta"])
def test_neither_shift_nor_scale_matters_without_seasons(name):
    for seed in range(10):
        run = walk(24, seed)
        plain = FORECAST_METHODS.get(name).fit(run, 1, 0).ahead(5)
        moved = FORECAST_METHODS.get(name).fit(1e4 + 1e-2 * run, 1, 0).ahead(5)
        assert (np.abs((moved.mean - 1e4) / 1e-2 - plain.mean) < 0.01 * plain.sd).all()
        np.testing.assert_allclose(moved.sd / 1e-2, plain.sd, rtol=0.01)


def test_it_is_smoothing_with_half_the_slope():
    """Hyndman and Billah (2003): far ahead each step adds half the slope of the least squares line."""
    run = walk(60, seed=4)
    slope = np.polyfit(np.arange(60), run, 1)[0]
    np.testing.assert_allclose(np.diff(METHOD.fit(run, 1, 0).ahead(30).mean)[-1], slope / 2, rtol=1e-6)


def test_spread_is_that_of_exponential_smoothing():
    fit = METHOD.fit(NILE, 1, 0)
    alpha = fit.state["par"]["alpha"]
    said = fit.ahead(6).sd
    np.testing.assert_allclose(said / said[0], np.sqrt(1 + np.arange(6) * alpha**2))


def test_spread_of_adjusted_values_is_adjusted_back():
    values = seasonal(8, 4)
    fit = METHOD.fit(values, 4, 0)
    assert fit.seasons.multiplicative
    assert fit.parameters == 6
    said, usual = fit.ahead(8), fit.seasons.at(len(values), 8)
    assert (np.diff(said.sd / usual) > 0).all()
    assert fit.label.key == "methods.theta_seasonal"


def test_carried_keeps_parameters_and_seasons():
    values = seasonal(8, 4)
    fit = METHOD.fit(values[:22], 4, 0)
    carried = fit.carried(values[:27])
    assert dict(carried.state["par"]) == dict(fit.state["par"])
    np.testing.assert_array_equal(carried.seasons.pattern, fit.seasons.pattern)
    assert carried.state["n"] == 27


def test_carried_without_seasons_is_the_librarys_forward():
    from statsforecast.models import Theta

    run = walk(40, seed=4)
    library = Theta(season_length=1).fit(run[:30])
    carried = METHOD.fit(run[:30], 1, 0).carried(run)
    np.testing.assert_allclose(carried.ahead(5).mean, library.forward(run, 5)["mean"], atol=0.01)


def test_the_first_answer_of_a_shock_is_the_shock():
    fit = METHOD.fit(NILE, 1, 0)
    rows = responses(fit.state, 5, dynamic=False)
    np.testing.assert_array_equal(np.diag(rows), np.ones(5))
    assert not np.triu(rows, 1).any(), "nothing answers before it is asked"
