"""The interval of a ratio of two means, after Fieller: where the denominator can be zero, there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class RatioInterval:
    """A ratio with its bounds. bounded: False where the denominator's interval holds zero, so that no finite
    interval of the ratio has its coverage (Fieller 1954); low and high are then minus and plus infinity."""

    value: float
    low: float
    high: float
    bounded: bool


def fieller(
    top: float, bottom: float, variance: tuple[float, float, float], quantile: float
) -> RatioInterval:
    """Fieller's interval of top / bottom.

    variance: of top, of bottom, and their covariance; quantile: of the Student distribution, e.g. 2.0. The set
    of r with (top - r bottom)^2 <= quantile^2 (v_t - 2 r c + r^2 v_b). Raises ValueError for a negative variance
    or where both means are zero. Reference: Fieller (1954), Journal of the Royal Statistical Society B 16.
    """
    v_top, v_bottom, covariance = variance
    if v_top < 0 or v_bottom < 0:
        raise ValueError("a variance cannot be negative")
    if bottom == 0:
        if top == 0:
            raise ValueError("nothing over nothing is no ratio")
        return RatioInterval(math.inf, -math.inf, math.inf, False)
    square = quantile**2
    a = bottom**2 - square * v_bottom
    if a <= 0:
        return RatioInterval(top / bottom, -math.inf, math.inf, False)
    b = top * bottom - square * covariance
    c = top**2 - square * v_top
    root = math.sqrt(max(b * b - a * c, 0.0))
    return RatioInterval(top / bottom, (b - root) / a, (b + root) / a, True)


def mean_factor(count: int, persistence: float) -> float:
    """1'R1 / n^2: variance of the mean of n AR(1) values over the variance of one."""
    lag = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    return float((persistence**lag).sum() / count**2)
