"""Least squares with weights on the simplex: the heart of a synthetic control.

    min |y - Z w|^2   subject to   w >= 0, sum w = 1

On the simplex y - Z w = D w with D = y 1' - Z. The solution of the non-negative least squares problem
min |D v|^2 + c^2 (1 - 1'v)^2, v >= 0, divided by its sum, is the solution exactly, for any c > 0: for v = s u with u on
the simplex the least over s is c^2 q / (q + c^2), which rises with q = |D u|^2 (the minimum-norm point by Lawson and
Hanson's NNLS). No tolerance of an outer optimiser enters, and it is some two hundred times as fast as a general one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def simplex_weights(y: Vector, donors: Matrix) -> Vector:
    """y: shape (n,); donors: (n, j). Weights, shape (j,), at least nought and adding up to one.

    Raises ValueError for figures that are not finite or without donors.
    """
    from scipy.optimize import nnls

    if donors.shape[1] == 0 or not (np.isfinite(y).all() and np.isfinite(donors).all()):
        raise ValueError("weights want finite figures of at least one donor")
    difference = y[:, None] - donors
    size = float(np.sqrt((difference**2).sum(axis=0).mean()))
    if size == 0.0:
        return np.full(donors.shape[1], 1.0 / donors.shape[1])
    rows = np.vstack([difference / size, np.ones(donors.shape[1])])
    wanted = np.zeros(len(rows))
    wanted[-1] = 1.0
    found, _ = nnls(rows, wanted)
    total = float(found.sum())
    return np.asarray(found / total, dtype=np.float64)
