"""Complex exponential smoothing: ces."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.methods.ces import responses

from .series import NILE, seasonal

METHOD = FORECAST_METHODS.get("ces")
ERROR = {
    "N": lambda p: (p["alpha_0"] - p["alpha_1"], p["alpha_0"] + p["alpha_1"]),
    "S": lambda p: (p["alpha_0"] - p["alpha_1"], p["alpha_0"] + p["alpha_1"]),
    "P": lambda p: (p["alpha_0"] - p["alpha_1"], p["alpha_0"] + p["alpha_1"], p["beta_0"]),
    "F": lambda p: (
        p["alpha_0"] - p["alpha_1"],
        p["alpha_0"] + p["alpha_1"],
        p["beta_0"] - p["beta_1"],
        p["beta_0"] + p["beta_1"],
    ),
}
"""What an error of one does to the states of each form (Svetunkov, Kourentzes and Ord 2022)."""


@pytest.mark.parametrize(("values", "season"), [(NILE, 1), (seasonal(8, 4), 4), (seasonal(5, 12), 12)])
def test_means_are_statsforecasts(values, season):
    from statsforecast.models import AutoCES

    library = AutoCES(season_length=season).fit(values)
    fit = METHOD.fit(values, season, 0)
    np.testing.assert_array_equal(fit.ahead(15).mean, library.predict(15)["mean"])
    longer = np.append(values, values[-max(season, 3) :][:3])
    np.testing.assert_array_equal(fit.carried(longer).ahead(6).mean, library.forward(longer, 6)["mean"])


@pytest.mark.parametrize("form", ["N", "S", "P", "F"])
def test_responses_are_those_of_the_librarys_recursion(form):
    """The library's forecast, with what an error of one leaves in the last states added to them."""
    from statsforecast.ces import auto_ces, forecast_ces

    state = auto_ces(seasonal(8, 4), m=1 if form == "N" else 4, model=form)
    struck = state["states"].copy()
    struck[state["n"] + state["m"] - 1] += ERROR[form](state["par"])
    other = forecast_ces({**state, "states": struck}, h=10)["mean"] - forecast_ces(state, h=10)["mean"]
    np.testing.assert_allclose(responses(state, 10), other, atol=1e-9)


def test_the_fan_widens_where_the_librarys_does_not():
    from statsforecast.models import AutoCES

    walk = 50 + np.cumsum(np.random.default_rng(0).normal(0, 1, 60))
    said = METHOD.fit(walk, 1, 0).ahead(12).sd
    library = AutoCES(season_length=1).fit(walk).predict(12, level=[80])
    widths = library["hi-80"] - library["lo-80"]
    assert said[-1] > 2 * said[0]
    assert widths[-1] < 2 * widths[0]


def test_the_fan_holds_what_comes():
    """Random walks of 60 values: of 12 steps ahead the 80 per cent fan holds about two thirds, the library's fewer."""
    from statsforecast.models import AutoCES

    own, library = [], []
    for seed in range(60):
        walk = 50 + np.cumsum(np.random.default_rng(seed).normal(0, 1, 72))
        said = METHOD.fit(walk[:60], 1, 0).ahead(12)
        own.append((walk[60:] >= said.quantile(0.1)) & (walk[60:] <= said.quantile(0.9)))
        if seed < 6:
            other = AutoCES(season_length=1).fit(walk[:60]).predict(12, level=[80])
            library.append((walk[60:] >= other["lo-80"]) & (walk[60:] <= other["hi-80"]))
    assert 0.58 <= np.mean(own) <= 0.9
    assert np.mean(library) < np.mean(own[:6])
