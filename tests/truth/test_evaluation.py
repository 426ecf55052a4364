"""Evaluation against outside numbers: the Nile, statsmodels' own forecasts, pysyncon's weights, analytic responses, and
Card and Krueger's table.

The Basque country's published weights (Catalonia .851, Madrid .149; Abadie and Gardeazabal 2003) are not checked: neither
package ships the data.
"""

import numpy as np
import pandas as pd
import pytest

from longwave.policy.evaluate.difference_in_differences import did_path
from longwave.policy.evaluate.local_projection import local_projection
from longwave.policy.evaluate.simplex import simplex_weights
from longwave.policy.evaluate.state_space import forecast_without


@pytest.fixture(scope="module")
def nile() -> np.ndarray:
    from statsmodels.datasets import nile

    return nile.load_pandas().data["volume"].to_numpy(float)


def test_the_dam_at_aswan(nile: np.ndarray) -> None:
    """Means 1097.75 to 1898 and 849.972 after it (Zeileis, Kleiber, Kramer and Hornik 2003): with a level that stands still
    the effect is their difference."""
    found = forecast_without(nile, 28, "level", ratios=(0.0,))
    assert found.mean == pytest.approx(1097.75, abs=0.01)
    assert (nile[28:] - found.mean).mean() == pytest.approx(849.972 - 1097.750, abs=0.01)


@pytest.mark.parametrize("ratio", [0.01, 0.1, 1.0])
def test_forecasts_are_those_of_statsmodels(nile: np.ndarray, ratio: float) -> None:
    """Given the ratio, mean and (scale by generalised least squares, Student's t) spread of the library's own forecast."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    n = 28
    cov = np.eye(n) + ratio * np.minimum.outer(np.arange(n), np.arange(n))
    inverse, ones = np.linalg.inv(cov), np.ones(n)
    left = nile[:n] - ones @ inverse @ nile[:n] / (ones @ inverse @ ones)
    scale = float(left @ inverse @ left) / (n - 1)
    model = UnobservedComponents(nile[:n], "llevel", use_exact_diffuse=True)
    theirs = model.filter([scale, ratio * scale]).get_forecast(6)
    ours = forecast_without(nile[: n + 6], n, "level", ratios=(ratio,))
    assert ours.mean == pytest.approx(theirs.predicted_mean, rel=1e-6)
    spread = ours.errors.std(axis=0) / np.sqrt((n - 1) / (n - 3))
    assert spread == pytest.approx(theirs.se_mean, rel=0.05)


def test_weights_are_those_of_pysyncon() -> None:
    from pysyncon import Synth

    rng = np.random.default_rng(0)
    donors = pd.DataFrame(rng.standard_normal((15, 6)).cumsum(axis=0), columns=list("abcdef"))
    area = pd.Series(donors.to_numpy() @ [0.5, 0.3, 0.2, 0, 0, 0] + 0.3 * rng.standard_normal(15), name="x")
    scale = pd.concat([donors, area], axis=1).std(axis=1).to_numpy() ** 2
    theirs = Synth()
    theirs.fit(X0=donors, X1=area, Z0=donors, Z1=area, custom_V=scale / scale.sum())
    ours = simplex_weights(area.to_numpy(), donors.to_numpy())
    assert ours == pytest.approx(theirs.W, abs=2e-3), "its optimiser stops at a tolerance, ours is exact"
    assert ((area - donors @ ours) ** 2).sum() <= ((area - donors @ theirs.W) ** 2).sum() + 1e-12


@pytest.mark.parametrize("rho", [0.3, 0.8])
def test_responses_are_the_powers_of_rho(rho: float) -> None:
    rng = np.random.default_rng(4)
    shock = rng.standard_normal(20_000)
    y = shock.copy()
    for t in range(1, len(y)):
        y[t] += rho * y[t - 1]
    found = local_projection(y, shock, 5)
    assert found.effect == pytest.approx(rho ** np.arange(5), abs=0.05)
    assert (np.abs(found.effect - rho ** np.arange(5)) < 4 * np.sqrt(np.diag(found.covariance)) + 1e-9).all()


def test_minimum_wages_and_employment() -> None:
    """Card and Krueger (1994), table 3: full-time equivalents per store, New Jersey 20.44 to 21.03, Pennsylvania 23.33 to
    21.17; difference in differences 2.76 from unrounded means."""
    found, _ = _two_periods()
    assert found == pytest.approx(2.76, abs=0.015)


def _two_periods() -> tuple[float, float]:
    """The eve before the eve repeats the eve, so that the spread of earlier changes is defined."""
    values = np.array([[20.44, 23.33], [20.44, 23.33], [21.03, 21.17]])
    path, spread = did_path(values, [0], [2], [1], 1)
    return float(path[0]), spread
