"""Exponential smoothing, its form chosen: ets."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.methods.ets import Ets

from .series import NILE, seasonal

METHOD = FORECAST_METHODS.get("ets")


@pytest.mark.parametrize(("values", "season"), [(NILE, 1), (seasonal(8, 4), 4), (seasonal(5, 12), 12)])
def test_means_are_statsforecasts(values, season):
    from statsforecast.models import AutoETS

    library = AutoETS(season_length=season).fit(values)
    fit = METHOD.fit(values, season, 0)
    np.testing.assert_array_equal(fit.ahead(15).mean, library.predict(15)["mean"])
    assert library.model_["method"] in fit.label.text("en")
    longer = np.append(values, values[-3:])
    np.testing.assert_array_equal(fit.carried(longer).ahead(6).mean, library.forward(longer, 6)["mean"])


@pytest.mark.parametrize("form", ["ANN", "AAN", "MNN", "MAN"])
def test_spread_without_seasons_is_statsforecasts(form):
    """Where the library's own formula is right, ours is the same."""
    from statsforecast.models import AutoETS

    said = Ets(form).fit(seasonal(10, 4), 1, 0).ahead(12)
    library = AutoETS(season_length=1, model=form).fit(seasonal(10, 4)).predict(12, level=[95])
    np.testing.assert_allclose(said.quantile(0.975), library["hi-95"], rtol=1e-4)


def simulated(state, horizon, paths):
    """Paths of the state-space model, written from the book's equations (Hyndman and others 2008, 2.4)."""
    error, trend, season, damped = state["components"]
    alpha, beta, gamma, phi = np.nan_to_num(state["par"][:4])
    phi = phi if damped == "D" else 1.0
    last, m = state["states"][-1], state["m"]
    level, slope = np.full(paths, last[0]), np.full(paths, last[1] if trend == "A" else 0.0)
    usual = np.tile(last[-m:][::-1], (paths, 1)).T if season != "N" else None
    random, found = np.random.default_rng(1), np.zeros((horizon, paths))
    for step in range(horizon):
        shock = random.normal(0, np.sqrt(state["sigma2"]), paths)
        base = level + phi * slope
        part = usual[step % m] if season != "N" else 0.0
        mean = base * part if season == "M" else base + part
        found[step] = mean + (shock if error == "A" else mean * shock)
        if error == "A":
            to_level = to_season = shock
        else:
            to_level = base * shock if season == "M" else mean * shock
            to_season = part * shock if season == "M" else mean * shock
        level, slope = base + alpha * to_level, phi * slope + beta * to_level
        if season != "N":
            usual[step % m] = part + gamma * to_season
    return found


@pytest.mark.parametrize("damped", [False, True])
@pytest.mark.parametrize("form", ["ANA", "AAA", "MNA", "MAA", "MNM", "MAM", "AAN", "MAN"])
def test_spread_is_that_of_the_equations(form, damped):
    """Weights are set, so that every part moves; 40,000 paths tell a standard deviation to 0.4 per cent."""
    if damped and form[1] == "N":
        return
    from statsforecast.ets import ets_f

    from longwave.forecast.methods.ets import variance

    state = ets_f(seasonal(10, 4), m=4, model=form, damped=damped)
    beta = 0.1 if form[1] == "A" else np.nan
    gamma = 0.2 if form[2] != "N" else np.nan
    state["par"][:4] = [0.4, beta, gamma, 0.9 if damped else np.nan]
    state["sigma2"] = 0.03**2 if form[0] == "M" else 2.0**2
    paths = simulated(state, 14, 40000)
    from statsforecast.ets import forecast_ets

    mean = forecast_ets(state, 14)["mean"]
    np.testing.assert_allclose(np.sqrt(variance(state, mean)), paths.std(axis=1), rtol=0.025)
    np.testing.assert_allclose(mean, paths.mean(axis=1), rtol=0.01)


def test_parameters_do_not_count_the_error_variance():
    assert Ets("ANN").fit(NILE, 1, 0).parameters == 2


def test_carried_states_and_weights_are_those_of_the_fit():
    values = seasonal(8, 4)
    fit = METHOD.fit(values[:24], 4, 0)
    carried = fit.carried(values)
    np.testing.assert_array_equal(carried.state["par"], fit.state["par"])
    np.testing.assert_allclose(carried.state["states"][:25], fit.state["states"])
