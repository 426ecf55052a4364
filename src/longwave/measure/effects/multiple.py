"""Many arrows, some of which will look like effects by chance: p-values that answer for the whole family.

Benjamini and Hochberg (1995): q_(i) = min over j >= i of m p_(j) / j, the share of false finds among all finds.
Romano and Wolf (2005): step-down on the largest |t| of bootstrap draws that all arrows share, the chance of even one
false find; it gains from arrows that move together.
"""

from __future__ import annotations

import numpy as np

from longwave.measure.effects.within import Matrix, Vector


def benjamini_hochberg(p: Vector) -> Vector:
    """q-values in the order given. Raises ValueError for p-values outside 0 to 1."""
    if len(p) and (not np.isfinite(p).all() or p.min() < 0 or p.max() > 1):
        raise ValueError("p-values must lie between 0 and 1")
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    stepped = np.minimum.accumulate(scaled[::-1])[::-1]
    q = np.empty(len(p))
    q[order] = np.minimum(stepped, 1.0)
    return q


def romano_wolf(statistics: Vector, draws: Matrix) -> Vector:
    """Family-wise p-values. statistics: m values of |t|; draws: b by m values of |t| under the nulls, drawn together.

    Raises ValueError where the shapes do not agree.
    """
    if draws.ndim != 2 or draws.shape[1] != len(statistics):
        raise ValueError("draws must have one column a statistic")
    order = np.argsort(-statistics)
    adjusted = np.empty(len(statistics))
    least = 0.0
    for rank, which in enumerate(order):
        largest = draws[:, order[rank:]].max(axis=1)
        p = ((largest >= statistics[which]).sum() + 1) / (len(draws) + 1)
        least = max(least, float(p))
        adjusted[which] = least
    return adjusted
