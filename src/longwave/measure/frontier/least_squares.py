"""Ordinary least squares by an orthogonal decomposition of scaled columns, with refinement: figures that defeat the
normal equations (NIST's Longley and Filip) come out right.

    b = argmin |y - X b|^2,  s^2 = |y - X b|^2 / (n - k),  V(b) = s^2 (X'X)^-1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.frontier.envelopment import Vector


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Coefficients, their standard errors, residuals, the residual standard deviation (n - k degrees of freedom) and
    the Gaussian log likelihood at the maximum."""

    coefficients: Vector
    errors: Vector
    residuals: Vector
    deviation: float
    loglikelihood: float


def least_squares(y: Vector, x: Vector) -> LeastSquares:
    """Ordinary least squares of y (n) on the columns of x (n x k, a constant among them if one is wanted).

    Raises ValueError where there are not more rows than columns, or the columns hang together.
    """
    n, k = x.shape
    if n <= k:
        raise ValueError("least squares needs more observations than coefficients")
    scale = np.linalg.norm(x, axis=0)
    if (scale == 0).any():
        raise ValueError("a regressor is zero throughout")
    columns = x / scale
    q, r = np.linalg.qr(columns)
    diagonal = np.abs(np.diag(r))
    if diagonal.min() <= diagonal.max() * np.finfo(float).eps * n:
        raise ValueError("the regressors hang together: one is a combination of the others")
    long_x, long_y = columns.astype(np.longdouble), np.asarray(y, dtype=np.longdouble)
    b = np.linalg.solve(r, q.T @ y).astype(np.longdouble)
    for _ in range(4):
        left = (long_y - long_x @ b).astype(np.float64)
        b = b + np.linalg.solve(r, q.T @ left)
    residuals = np.asarray(long_y - long_x @ b, dtype=np.float64)
    squares = float(residuals @ residuals)
    deviation = float(np.sqrt(squares / (n - k)))
    inverse = np.linalg.solve(r, np.eye(k))
    errors = deviation * np.sqrt((inverse**2).sum(axis=1)) / scale
    likelihood = -n / 2 * (np.log(2 * np.pi) + 1 + np.log(squares / n)) if squares > 0 else np.inf
    return LeastSquares(
        np.asarray(b, dtype=np.float64) / scale, errors, residuals, deviation, float(likelihood)
    )
