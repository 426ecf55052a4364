"""Intervals of a share: Wilson's score interval, which is honest where everything or nothing was right.

With p = right / n and z the normal quantile, the bounds solve |p − q| = z sqrt(q (1 − q) / n) for q:

    (p + z²/2n ± z sqrt(p (1 − p)/n + z²/4n²)) / (1 + z²/n)

Wilson (1927), Probable inference, the law of succession, and statistical inference. JASA 22, 209-212. F1 of a label is
2J / (1 + J) with J = tp / (tp + fp + fn) a share too, so its bounds are those of J, carried over.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


def wilson(right: ArrayLike, of: ArrayLike, level: float = 0.95) -> tuple[Vector, Vector]:
    """Low and high bound of right/of at `level`, as arrays of their common shape; 0 and 1 where `of` is 0."""
    hits, n = np.broadcast_arrays(np.asarray(right, float), np.asarray(of, float))
    z = NormalDist().inv_cdf(0.5 + level / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / n
        middle = share + z * z / (2 * n)
        half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    # At the ends the formula gives 0 and 1 but for rounding; without rows nothing is excluded.
    low, high = np.where((hits <= 0) | (n <= 0), 0.0, low), np.where((hits >= n) | (n <= 0), 1.0, high)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def wilson_f1(tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, level: float = 0.95) -> tuple[Vector, Vector]:
    """Low and high bound of 2 tp / (2 tp + fp + fn), given how many rows the label touches."""
    touched = np.asarray(tp, float) + np.asarray(fp, float) + np.asarray(fn, float)
    low, high = wilson(tp, touched, level)
    return 2 * low / (1 + low), 2 * high / (1 + high)
