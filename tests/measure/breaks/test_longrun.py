"""The long-run variance of scores whose law is known."""

import numpy as np
import pytest

from longwave.measure.breaks.longrun import bandwidth, long_run_covariance, quadratic_spectral


def autoregression(n: int, rho: float, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(n)
    for place in range(1, n):
        values[place] += rho * values[place - 1]
    return values[:, None]


@pytest.mark.parametrize("prewhiten", [True, False])
@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_long_run_variance_of_an_autoregression(rho: float, prewhiten: bool) -> None:
    """1/(1 - rho)^2 for unit innovations."""
    found = long_run_covariance(autoregression(3000, rho), prewhiten)[0, 0]
    assert found == pytest.approx(1 / (1 - rho) ** 2, rel=0.15)


def test_kernel_is_one_at_zero_and_has_its_known_curvature() -> None:
    """k(x) = 1 - 18 pi^2 x^2 / 125 near 0 (Andrews 1991)."""
    assert quadratic_spectral(np.array([1e-2]))[0] == pytest.approx(1 - 18 * np.pi**2 * 1e-4 / 125, abs=1e-6)


def test_bandwidth_widens_with_persistence() -> None:
    assert bandwidth(autoregression(500, 0.8)) > bandwidth(autoregression(500, 0.3)) > 0
    assert bandwidth(np.zeros((50, 1))) == 0


def test_units_enter_as_squares() -> None:
    scores = np.column_stack([autoregression(80, 0.4, 1), autoregression(80, 0.2, 2)])
    assert long_run_covariance(1000 * scores) == pytest.approx(1e6 * long_run_covariance(scores), rel=1e-6)
