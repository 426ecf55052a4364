"""Which opening is better whatever one's taste: first-order dominance for all who like more, second-order for all who
also dislike risk (Hadar and Russell 1969; Hanoch and Levy 1969), on the drawn net present values.

A dominates B at first order where each quantile of A is at least B's; at second order where each mean of the worst
share is.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from longwave.decide.investment.plan import Vector

Order = Literal["first", "second", "none"]


def dominance(better: Vector, worse: Vector) -> Order:
    """Whether the first of two samples of equal size dominates the second."""
    one, two = np.sort(better), np.sort(worse)
    if (one >= two).all() and (one > two).any():
        return "first"
    one, two = np.cumsum(one), np.cumsum(two)
    slack = 1e-12 * max(1.0, float(np.abs(two).max()))
    if (one >= two - slack).all() and (one > two + slack).any():
        return "second"
    return "none"
