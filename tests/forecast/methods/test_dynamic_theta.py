"""Dynamic optimised theta: dynamic_theta."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS

from .series import NILE, seasonal, walk

METHOD = FORECAST_METHODS.get("dynamic_theta")


@pytest.mark.parametrize(("values", "season"), [(NILE, 1), (seasonal(8, 4), 4), (seasonal(5, 12) - 50, 12)])
def test_means_are_statsforecasts(values, season):
    from statsforecast.models import DynamicOptimizedTheta

    library = DynamicOptimizedTheta(season_length=season).fit(values)
    said = METHOD.fit(values, season, 0).ahead(15)
    np.testing.assert_allclose(said.mean, library.predict(15)["mean"], atol=0.1 * said.sd[0])


@pytest.mark.parametrize("values", [NILE, walk(30, seed=4)])
def test_spread_is_that_of_the_librarys_paths(values):
    """20,000 paths of the library's simulation tell a standard deviation to half a per cent; its own error spread is
    about the mean error, ours about zero."""
    from statsforecast.theta import simulate_theta

    fit = METHOD.fit(values, 1, 0)
    paths = simulate_theta(dict(fit.state), 12, 20000, seed=1)
    errors = fit.state["residuals"][3:]
    about_zero = np.sqrt(errors @ errors / (len(errors) - 1)) / np.std(errors, ddof=1)
    np.testing.assert_allclose(fit.ahead(12).sd, fit.size * about_zero * paths.std(axis=0), rtol=0.02)


def test_label_tells_theta():
    assert "theta = " in METHOD.fit(NILE, 1, 0).label.text("en")
    assert METHOD.fit(seasonal(8, 4), 4, 0).label.key == "methods.dynamic_theta_seasonal"


def test_carried_is_the_librarys_forward_without_seasons():
    from statsforecast.models import DynamicOptimizedTheta

    run = walk(40, seed=4)
    fit = METHOD.fit(run[:30], 1, 0)
    library = DynamicOptimizedTheta(season_length=1).fit((run[:30] - fit.start) / fit.size)
    other = library.forward((run - fit.start) / fit.size, 5)["mean"]
    np.testing.assert_allclose(fit.carried(run).ahead(5).mean, fit.start + fit.size * other, rtol=1e-9)
