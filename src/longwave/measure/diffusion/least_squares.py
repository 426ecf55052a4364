"""Nonlinear least squares for many samples at once.

Levenberg and Marquardt's method (Marquardt 1963), on all samples in parallel: a bootstrap of 400 refits costs little more
than one fit. Columns of the Jacobian are scaled, so parameters of any size are welcome. The tests hold it against the
certified values of NIST's Statistical Reference Datasets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Model = Callable[[Array, Rows], tuple[Array, Array]]
"""Parameters (b, p) of some of the samples and which these are -> fitted values (b, n), derivatives (b, n, p)."""


@dataclass(frozen=True, eq=False)
class Solution:
    """parameters: (B, p); rest: (B,), sums of squared residuals; converged: (B,), whether the last step was below the
    tolerance."""

    parameters: Array
    rest: Array
    converged: NDArray[np.bool_]


def least_squares(
    model: Model,
    y: Array,
    start: Array,
    *,
    low: Array | None = None,
    high: Array | None = None,
    steps: int = 200,
    tolerance: float = 1e-10,
) -> Solution:
    """Least-squares parameters of each of B samples.

    y: (B, n); start: (B, p); low, high: (p,), limits at which parameters are held. A sample stops when no parameter
    moves by more than `tolerance` of its size. Raises ValueError for shapes that do not fit.
    """
    if y.ndim != 2 or start.ndim != 2 or len(y) != len(start):
        raise ValueError("y has to be (samples, observations) and start (samples, parameters)")
    theta = start.astype(float).copy()
    rest = np.full(len(theta), np.inf)
    done = np.zeros(len(theta), dtype=bool)
    damping = np.full(len(theta), 1e-3)
    limits = (
        np.full(theta.shape[1], -np.inf) if low is None else low,
        np.full(theta.shape[1], np.inf) if high is None else high,
    )
    rows = np.arange(len(theta))
    fitted, jacobian = model(theta, rows)
    rest = _rest(y, fitted)
    for _ in range(steps):
        # Only samples that still move are worked on: a few slow ones must not cost as much as all.
        trial = np.clip(
            theta[rows] + _step(jacobian, y[rows] - fitted, theta[rows], damping[rows], limits), *limits
        )
        trial_fitted, trial_jacobian = model(trial, rows)
        trial_rest = _rest(y[rows], trial_fitted)
        better = trial_rest <= rest[rows]
        size = np.abs(theta[rows])
        moved = (np.abs(trial - theta[rows]) / (size + 1e-8 * size.max(axis=1, keepdims=True) + 1e-300)).max(
            axis=1
        )
        # The end: a good step that hardly moves, or no good step however short.
        done[rows] = (better & (moved < tolerance)) | (~better & (damping[rows] > 1e12)) | (moved == 0)
        theta[rows] = np.where(better[:, None], trial, theta[rows])
        rest[rows] = np.where(better, trial_rest, rest[rows])
        damping[rows] = np.where(better, np.maximum(damping[rows] / 10, 1e-18), damping[rows] * 8)
        active = ~done[rows]
        fitted = np.where(better[:, None], trial_fitted, fitted)[active]
        jacobian = np.where(better[:, None, None], trial_jacobian, jacobian)[active]
        rows = rows[active]
        if not len(rows):
            break
    return Solution(theta, rest, done)


def _step(jacobian: Array, left: Array, theta: Array, damping: Array, limits: tuple[Array, Array]) -> Array:
    """A damped Gauss-Newton step of each sample; a parameter held at its limit takes no part."""
    scale = np.sqrt((jacobian**2).sum(axis=1))
    scale = np.where(scale > 1e-150, scale, 1.0)
    scaled = jacobian / scale[:, None, :]
    curvature = np.swapaxes(scaled, 1, 2) @ scaled
    slope = (np.swapaxes(scaled, 1, 2) @ left[..., None])[..., 0]
    free = ~(((theta <= limits[0]) & (slope < 0)) | ((theta >= limits[1]) & (slope > 0)))
    curvature = curvature * free[:, :, None] * free[:, None, :]
    every = np.arange(theta.shape[1])
    idle = np.where(curvature[:, every, every] == 0, 1.0, 0.0)
    curvature[:, every, every] += damping[:, None] + 1e-15 + idle
    return np.asarray(np.linalg.solve(curvature, (slope * free)[..., None])[..., 0] / scale)


def standard_errors(model: Model, solution: Solution, observations: int) -> Array:
    """Asymptotic standard errors s (J'J)^-1/2 with s2 = rest / (n - p); (B, p)."""
    jacobian = model(solution.parameters, np.arange(len(solution.parameters)))[1]
    scale = np.sqrt((jacobian**2).sum(axis=1))
    scaled = jacobian / scale[:, None, :]
    inverse = np.linalg.inv(np.swapaxes(scaled, 1, 2) @ scaled)
    variance = solution.rest / (observations - solution.parameters.shape[1])
    diagonal = np.diagonal(inverse, axis1=1, axis2=2) / scale**2
    return np.asarray(np.sqrt(variance[:, None] * diagonal))


def by_complex_step(function: Callable[[NDArray[np.complex128]], NDArray[np.complex128]]) -> Model:
    """A model from a function of parameters (B, p) alone, its derivatives by complex steps (Squire and Trapp 1998),
    exact to rounding for analytic functions."""

    def model(theta: Array, _rows: Rows) -> tuple[Array, Array]:
        fitted = function(theta.astype(complex)).real
        columns = []
        for which in range(theta.shape[1]):
            moved = theta.astype(complex)
            size = 1e-20 * np.maximum(np.abs(theta[:, which]), 1e-8)
            moved[:, which] += 1j * size
            columns.append(function(moved).imag / size[:, None])
        return fitted, np.stack(columns, axis=2)

    return model


def _rest(y: Array, fitted: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        rest = ((y - fitted) ** 2).sum(axis=1)
    return np.where(np.isfinite(rest), rest, np.inf)
