"""The vectorised likelihood against the same thing written out slowly."""

import numpy as np
import pytest

from longwave.measure.era.grid import grid_for
from longwave.measure.era.likelihood import LINE_PRICE, Likelihood
from longwave.measure.era.noise import STRUCTURES

YEARS = np.array([*range(1960, 1975), *range(1978, 2001)])


def slow(values, curve, positive=False) -> float:
    n = len(YEARS)
    time = (YEARS - YEARS.mean()) / np.ptp(YEARS)
    full = np.column_stack([np.ones(n), time])
    found = []
    for structure in STRUCTURES:
        matrix = structure.matrix(YEARS)
        inverse = np.linalg.inv(matrix)
        dets = np.linalg.slogdet(matrix)[1] + np.linalg.slogdet(full.T @ inverse @ full)[1]
        for line in (False, True):
            x = np.column_stack([full if line else full[:, :1], *([curve] if curve is not None else [])])
            b = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ values)
            if positive and curve is not None and b[-1] < 0:
                x = x[:, :-1]
                b = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ values)
            left = values - x @ b
            found.append(-(n - 2) / 2 * np.log(left @ inverse @ left) - dets / 2 - LINE_PRICE * line)
    return max(found)


@pytest.mark.parametrize("positive", [False, True])
def test_profile_is_what_generalised_least_squares_gives(positive) -> None:
    grid = grid_for(1960, 2000, coarse=True, step=3)
    curves = grid.curves(YEARS, positive)
    values = np.random.default_rng(5).normal(size=len(YEARS)).cumsum()
    points, none = Likelihood(YEARS, curves, penalty=grid.penalty, positive=positive).profile(values[:, None])
    assert none[0] == pytest.approx(slow(values, None), abs=0.01)
    for point in range(20, grid.size, 41):
        if np.ptp(curves[:, point]) > 1e-4:
            expected = slow(values, curves[:, point], positive) - grid.penalty[point]
            assert points[point, 0] == pytest.approx(expected, abs=0.02)


def test_likelihood_follows_the_unit_and_not_the_level() -> None:
    grid = grid_for(1960, 2000, coarse=True, step=3)
    likelihood = Likelihood(YEARS, grid.curves(YEARS, False))
    values = np.random.default_rng(6).normal(size=len(YEARS))
    a, b = likelihood.profile(np.column_stack([values, 3.0 - 250 * values]))[0].T
    np.testing.assert_allclose(a - a.max(), b - b.max(), atol=0.01)


def test_a_fit_agrees_with_the_profile() -> None:
    grid = grid_for(1960, 2000, coarse=True, step=3)
    likelihood = Likelihood(YEARS, grid.curves(YEARS, False))
    values = np.random.default_rng(7).normal(size=len(YEARS))
    points = likelihood.profile(values[:, None])[0][:, 0]
    best = int(np.argmax(points))
    fit = likelihood.fits(values, best)[0]
    assert fit.likelihood == pytest.approx(float(points[best]), abs=0.01)
    drawn = likelihood.coefficients(values[:, None], np.array([best]), fit)
    assert drawn[0] == pytest.approx(fit.coefficient, rel=1e-3)


def test_a_contribution_has_no_coefficient_below_nought() -> None:
    grid = grid_for(1960, 2000, coarse=True, step=3)
    curves = grid.curves(YEARS, True)
    values = np.random.default_rng(6).normal(size=len(YEARS))
    points = np.arange(grid.size)
    for positive in (True, False):
        model = Likelihood(YEARS, curves, penalty=grid.penalty, positive=positive)
        low, high = model.ranges(values, points, model.fits(values, 30))
        assert np.all(low <= high)
        assert (low.min() >= 0) == positive
