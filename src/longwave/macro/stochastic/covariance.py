"""The covariance of residuals, shrunk where there are few periods for many equations.

With fewer periods than equations the sample covariance S is singular and its correlations are mostly noise.
Shrinkage moves the correlations towards nought and leaves the variances: r_ij (1 - w), with the weight of Schäfer
and Strimmer (2005, target D), w = sum of the estimated variances of r_ij / sum of r_ij squared, over i different
from j, held between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Covariance:
    """matrix: [columns, columns]; shrinkage: weight of the target, 0 where nothing was shrunk."""

    matrix: Vector
    shrinkage: float


def covariance_of(table: Vector) -> Covariance:
    """The covariance of a table [periods, columns] about its mean, divisor periods; shrunk where periods <= columns."""
    count, columns = table.shape
    centred = table - table.mean(axis=0)
    matrix = centred.T @ centred / count
    if count > columns or columns == 1:
        return Covariance(matrix, 0.0)
    weight = shrinkage_of(table)
    shrunk = (1.0 - weight) * matrix
    np.fill_diagonal(shrunk, np.diag(matrix))
    return Covariance(shrunk, weight)


def shrinkage_of(table: Vector) -> float:
    """The weight of nought in the correlations of a table [periods, columns]."""
    count, columns = table.shape
    spread = table.std(axis=0, ddof=1)
    scaled = (table - table.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    correlation = scaled.T @ scaled / (count - 1)
    # variance of the mean of w_kij = x_ki x_kj: sum of (w_kij - mean)^2 = sum of x_ki^2 x_kj^2 - count mean^2
    mean = correlation * (count - 1) / count
    squares = (scaled**2).T @ scaled**2 - count * mean**2
    variance = count / (count - 1) ** 3 * squares
    off = ~np.eye(columns, dtype=bool)
    total = float((correlation[off] ** 2).sum())
    return float(np.clip(variance[off].sum() / total, 0.0, 1.0)) if total > 0.0 else 1.0


def factor_of(matrix: Vector) -> Vector:
    """A factor F with F F' = matrix, for one that may be singular. Worked out on correlations, so that units play
    no part.

    Eigenvalues below nought are taken for rounding.
    """
    values, vectors, spread = _eigen(matrix)
    return np.asarray(spread[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))


def is_covariance(matrix: Vector) -> bool:
    """Whether a square matrix is symmetric and has no eigenvalue below nought, but for rounding."""
    if (np.diag(matrix) < 0.0).any():
        return False
    values, _, spread = _eigen((matrix + matrix.T) / 2.0)
    scale = np.outer(spread, spread)
    return bool(
        (np.abs(matrix - matrix.T) <= 1e-8 * scale).all() and values.min(initial=0.0) >= -1e-8 * len(matrix)
    )


def _eigen(matrix: Vector) -> tuple[Vector, Vector, Vector]:
    """(eigenvalues, eigenvectors) of the correlations, and the standard deviations."""
    spread = np.sqrt(np.diag(matrix))
    divisor = np.where(spread > 0.0, spread, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(divisor, divisor))
    return values, vectors, divisor
