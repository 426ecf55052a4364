"""How unequal: Gini, Theil, Atkinson, percentile ratios, the coefficient of variation, with weights and intervals.

    Gini        G = sum_i sum_j w_i w_j |x_i - x_j| / (2 m),         weights adding to one, m the weighted mean
    normalised  G n / (n - 1), which is 1 where one of n has everything (unweighted only)
    Theil T     sum w (x/m) ln(x/m),  Theil L  sum w ln(m/x);  T = between + within, both as such sums
    Atkinson    1 - (sum w (x/m)^(1-e))^(1/(1-e)),  e = 1: 1 - exp(sum w ln x) / m
    CV          weighted standard deviation / m

Gini (1912); Theil (1967); Atkinson (1970); Shorrocks (1980) for the decomposition; Cowell (2011). All are
free of the unit and
of order. The interval of an index is the jackknife over areas with Student's t (Efron and Stein 1981; for
the Gini Ogwang 2000): the
areas are taken as draws; where they are all there are, it tells how far the index hangs on single ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


def gini(values: ArrayLike, weights: ArrayLike | None = None, *, normalised: bool = False) -> float:
    """The Gini coefficient, 0 to 1 - 1/n (to 1 where normalised).

    values: non-negative, not all zero. Raises ValueError for negative or missing values, a total of zero, and for
    `normalised` with weights or a single value.
    """
    x, w = _checked(values, weights)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    mean = float(w @ x)
    # sum_i sum_j w w |x - x| = 2 sum_i w_i x_i (2 F_i - w_i - 1) with F the cumulated weight.
    found = float((w * x * (2 * np.cumsum(w) - w - 1)).sum()) / mean
    if not normalised:
        return max(found, 0.0)
    if weights is not None or len(x) < 2:
        raise ValueError("the normalised Gini is for two or more values without weights")
    return max(found, 0.0) * len(x) / (len(x) - 1)


def theil_t(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's T, 0 to ln n; zero values contribute nothing. Raises ValueError as `gini` does."""
    x, w = _checked(values, weights)
    part = x / float(w @ x)
    return float((w * part * np.log(np.where(part > 0, part, 1.0))).sum())


def theil_l(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's L, the mean logarithmic deviation. Raises ValueError as `gini` does and for zero values."""
    x, w = _checked(values, weights, positive=True)
    return float((w * np.log(float(w @ x) / x)).sum())


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Theil's T of the whole as between groups plus within them; within_by_group adds up to within."""

    total: float
    between: float
    within: float
    within_by_group: dict[str, float]

    @property
    def share_between(self) -> float:
        """Part of the whole that lies between groups; 0 where there is no inequality at all."""
        return self.between / self.total if self.total > 0 else 0.0


def decompose(values: ArrayLike, groups: Sequence[str], weights: ArrayLike | None = None) -> Decomposition:
    """Theil's T cut into inequality between the groups' means and within the groups, which add up exactly.

    Raises ValueError as `gini` does, and where groups are not as many as values.
    """
    x, w = _checked(values, weights)
    names = np.asarray(groups, dtype=object)
    if len(names) != len(x):
        raise ValueError(f"{len(x)} values but {len(names)} groups")
    mean = float(w @ x)
    between, inside = 0.0, {}
    for name in dict.fromkeys(groups):
        here = names == name
        weight = float(w[here].sum())
        own = float(w[here] @ x[here]) / weight
        income = weight * own / mean
        between += income * np.log(own / mean) if own > 0 else 0.0
        inside[str(name)] = income * theil_t(x[here], w[here]) if own > 0 else 0.0
    within = float(sum(inside.values()))
    return Decomposition(float(between) + within, float(between), within, inside)


def atkinson(values: ArrayLike, aversion: float = 0.5, weights: ArrayLike | None = None) -> float:
    """Atkinson's index, 0 to 1: the part of the total that could be given up for an equal distribution.

    aversion: above 0. Raises ValueError as `gini` does, for an aversion of 0 or less, and for zero values
    with an aversion of 1 or
    more (the index is then 1 whatever the rest).
    """
    if not aversion > 0:
        raise ValueError("aversion must be above 0")
    x, w = _checked(values, weights, positive=aversion >= 1)
    part = x / float(w @ x)
    if aversion == 1:
        return float(1 - np.exp((w * np.log(part)).sum()))
    return float(1 - (w @ part ** (1 - aversion)) ** (1 / (1 - aversion)))


def percentile_ratio(values: ArrayLike, high: float = 0.9, low: float = 0.1) -> float:
    """The value at the high percentile over that at the low one, e.g. P90/P10 (linear interpolation).

    Raises ValueError as `gini` does, where the low percentile is zero, and for fewer than two values.
    """
    x, _ = _checked(values, None)
    if len(x) < 2:
        raise ValueError("a percentile ratio needs two or more values")
    bottom = float(np.quantile(x, low))
    if bottom <= 0:
        raise ValueError(f"the value at the {low:.0%} percentile is zero")
    return float(np.quantile(x, high)) / bottom


def coefficient_of_variation(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Standard deviation over the mean (the population's, without n - 1). Raises ValueError as `gini` does."""
    x, w = _checked(values, weights)
    mean = float(w @ x)
    return float(np.sqrt(w @ (x - mean) ** 2)) / mean


def logit_dispersion(shares: ArrayLike) -> float:
    """Standard deviation (n - 1) of ln(s / (1 - s)).

    Near saturation the Gini of a share falls by arithmetic alone, because nobody can pass 1; the logit has
    no such ceiling. Shares are
    kept 0.005 away from 0 and 1, the half of the last digit to which they are commonly published. Raises
    ValueError for fewer
    than two, and outside 0 to 1.
    """
    s = np.asarray(shares, dtype=float)
    if len(s) < 2 or not np.isfinite(s).all() or s.min() < 0 or s.max() > 1:
        raise ValueError("two or more shares between 0 and 1 are needed")
    s = np.clip(s, 0.005, 0.995)
    return float(np.log(s / (1 - s)).std(ddof=1))


def jackknife_interval(
    index: Callable[[Vector], float], values: ArrayLike, level: float = 0.95
) -> tuple[float, float, float]:
    """An index between 0 and 1 with its interval, leaving out one value at a time.

    The interval is made on the logit of the index, so that it stays within 0 and 1, about the index freed of the bias that
    the jackknife sees; it always holds the index itself. Raises ValueError for fewer than five values, and where the index
    leaves 0 to 1 or is at a bound.
    """
    from scipy.stats import t as student

    x = np.asarray(values, dtype=float)
    n = len(x)
    if n < 5:
        raise ValueError("an interval needs five or more values")
    value = index(x)
    left = np.array([index(np.delete(x, which)) for which in range(n)])
    if min(value, float(left.min())) <= 0 or max(value, float(left.max())) >= 1:
        raise ValueError("the index must lie between 0 and 1, bounds left out")
    whole, parts = np.log(value / (1 - value)), np.log(left / (1 - left))
    error = float(np.sqrt((n - 1) / n * ((parts - parts.mean()) ** 2).sum()))
    centre = n * whole - (n - 1) * float(parts.mean())
    half = float(student.ppf(0.5 + level / 2, n - 1)) * error
    low, high = (float(1 / (1 + np.exp(-(centre + side * half)))) for side in (-1, 1))
    return value, min(low, value), max(high, value)


def _checked(values: ArrayLike, weights: ArrayLike | None, positive: bool = False) -> tuple[Vector, Vector]:
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or len(x) == 0 or not np.isfinite(x).all():
        raise ValueError("values must be a list of finite numbers")
    if x.min() < 0 or (positive and x.min() <= 0):
        raise ValueError("values must be above zero" if positive else "values must not be negative")
    if x.sum() <= 0:
        raise ValueError("all values are zero: there is nothing to share out")
    if weights is None:
        return x, np.full(len(x), 1 / len(x))
    w = np.asarray(weights, dtype=float)
    if w.shape != x.shape or not np.isfinite(w).all() or w.min() < 0 or w.sum() <= 0:
        raise ValueError("weights must be as many as values, not negative, and not all zero")
    if float(w @ x) <= 0:
        raise ValueError("all weighted values are zero: there is nothing to share out")
    return x, w / w.sum()
