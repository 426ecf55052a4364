"""Shares as the ratios that they are: coordinates in which a composition may be added, averaged and tested.

Shares cannot move freely, for they add up to one; what one gains the others lose. Logarithms of their ratios can.
Reference: Aitchison (1986), The Statistical Analysis of Compositional Data; Egozcue et al. (2003) for the isometric
coordinates; Martin-Fernandez et al. (2003) for zeros.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longwave.measure.structure.shares import closed

Matrix = NDArray[np.float64]


def without_zeros(parts: ArrayLike, smallest: float = 0.65e-4) -> Matrix:
    """Shares with each zero replaced by `smallest` and the others scaled down so that ratios among them stay.

    smallest: what a zero may stand for; 0.65 times the least share that figures are rounded to is the usual choice
    (here a hundredth of a per cent). Raises ValueError as `shares.closed` does, and where zeros would fill a tenth.
    """
    shares = closed(parts)
    zero = shares == 0
    filled = zero.sum(axis=-1, keepdims=True) * smallest
    if (filled > 0.1).any():
        raise ValueError("so many parts are zero that their replacements would fill a tenth of the whole")
    return np.where(zero, smallest, shares * (1 - filled))


def basis(count: int) -> Matrix:
    """Orthonormal contrasts (count - 1, count) of the isometric log-ratio: each part against those before it."""
    rows = np.zeros((count - 1, count))
    for row in range(1, count):
        rows[row - 1, :row] = 1 / row
        rows[row - 1, row] = -1
        rows[row - 1] *= np.sqrt(row / (row + 1))
    return rows


def log_ratios(shares: ArrayLike) -> Matrix:
    """Isometric log-ratio coordinates z = ln(s) V', one fewer than parts. Raises ValueError for a share of zero."""
    values = closed(shares)
    if (values == 0).any():
        raise ValueError("a share of zero has no logarithm: see without_zeros")
    return np.asarray(np.log(values) @ basis(values.shape[-1]).T)


def from_log_ratios(coordinates: ArrayLike) -> Matrix:
    """The shares that have these isometric log-ratio coordinates."""
    values = np.asarray(coordinates, dtype=float)
    logs = values @ basis(values.shape[-1] + 1)
    return closed(np.exp(logs - logs.max(axis=-1, keepdims=True)))


def aitchison_distance(before: ArrayLike, after: ArrayLike) -> float:
    """Euclidean distance of two compositions in log-ratio coordinates: how far ratios moved, small parts counting as
    much as large ones."""
    return float(np.linalg.norm(log_ratios(after) - log_ratios(before)))
