"""The frontier of two inputs, one output and constant returns, as a curve: the most that a worker can make with the
capital that he has.

With constant returns y <= F(k, l) = l f(k / l), and data envelopment makes f the smallest concave, rising curve
through the origin that lies above every point (k_j / l_j, y_j / l_j): this is `efficiency` of envelopment.py for that
case, without a linear programme, and so fast enough for hundreds of resampled frontiers.

    f(c) = min over slopes b >= 0 of  max_j (z_j + b (c - c_j)),   the origin among the points
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longwave.measure.frontier.envelopment import Vector


def hull(depth: Vector, yields: Vector) -> tuple[Vector, Vector]:
    """Corners of the smallest concave and rising curve from the origin above all points, sorted by depth.

    depth: capital a worker, yields: output a worker, both positive and of one length. Raises ValueError where they
    are not.
    """
    if len(depth) != len(yields) or not len(depth) or (depth <= 0).any() or (yields <= 0).any():
        raise ValueError("capital and output a worker must be positive")
    order = np.lexsort((-yields, depth))
    corners: list[tuple[float, float]] = [(0.0, 0.0)]
    for c, z in zip(depth[order].tolist(), yields[order].tolist(), strict=True):
        if z <= corners[-1][1]:
            continue
        while len(corners) > 1 and _right_turn_missing(corners[-2], corners[-1], (c, z)):
            corners.pop()
        corners.append((c, z))
    found = np.array(corners)
    return found[:, 0], found[:, 1]


def frontier_yield(depth: Vector, yields: Vector, at: Vector) -> Vector:
    """f at the depths `at`: the most output a worker that best practice reaches there."""
    corners = hull(depth, yields)
    return np.interp(at, *corners)


def frontier_yield_draws(depth: Vector, yields: NDArray[np.float64], at: float) -> Vector:
    """f at one depth for many frontiers at once. depth: n, yields: draws x n; returns one value a draw.

    The best of the points to the left, and of every line from a point on the left (the origin among them) to one on
    the right.
    """
    left = np.flatnonzero(depth <= at)
    right = np.flatnonzero(depth > at)
    draws = len(yields)
    low_c = np.concatenate([[0.0], depth[left]])
    low_z = np.column_stack([np.zeros(draws), yields[:, left]])
    best = low_z.max(axis=1)
    for one in right:
        step = (at - low_c) / (depth[one] - low_c)
        best = np.maximum(best, (low_z + (yields[:, [one]] - low_z) * step).max(axis=1))
    return np.asarray(best, dtype=np.float64)


def _right_turn_missing(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether the middle point lies on or below the line from the first to the last."""
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])
