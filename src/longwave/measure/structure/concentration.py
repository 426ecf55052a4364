"""How unevenly a whole is divided among its parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from longwave.measure.structure.shares import closed


def herfindahl(parts: ArrayLike) -> float:
    """H = sum s_i^2: 1/n where all parts are equal, 1 where one has all. Times 10,000 it is the HHI of competition
    law. Joining two parts adds 2 s_i s_j. Reference: Herfindahl (1950); Hirschman (1964). Raises ValueError as
    `shares.closed` does.
    """
    return float((closed(parts) ** 2).sum())


def normalised_herfindahl(parts: ArrayLike) -> float:
    """(H - 1/n) / (1 - 1/n): 0 where all n parts are equal, 1 where one has all. Raises ValueError for one part."""
    count = np.asarray(parts).size
    if count < 2:
        raise ValueError("with one part alone there is nothing to be even or uneven")
    return (herfindahl(parts) - 1 / count) / (1 - 1 / count)


def equal_number(parts: ArrayLike) -> float:
    """1 / H: how many equal parts would give the same Herfindahl index. Reference: Adelman (1969)."""
    return 1 / herfindahl(parts)


def entropy(parts: ArrayLike) -> float:
    """-sum s_i ln s_i, in natural units; 0 where one part has all, ln n where n are equal; empty parts add nothing.

    Splitting a part of share s into fractions p adds s times the entropy of p. Reference: Theil (1967).
    """
    shares = closed(parts)
    held = shares[shares > 0]
    return max(0.0, float(-(held * np.log(held)).sum()))


def normalised_entropy(parts: ArrayLike) -> float:
    """Entropy over its highest value ln n, from 0 to 1. Raises ValueError for one part."""
    count = np.asarray(parts).size
    if count < 2:
        raise ValueError("with one part alone there is nothing to be even or uneven")
    return entropy(parts) / float(np.log(count))


def gini(parts: ArrayLike) -> float:
    """Gini coefficient of the parts: 2 sum i s_(i) / n - (n + 1) / n, s_(i) in rising order; 0 to 1 - 1/n.

    Reference: Gini (1912). Raises ValueError as `shares.closed` does.
    """
    shares = np.sort(closed(parts))
    count = len(shares)
    return float(2 * (np.arange(1, count + 1) @ shares) / count - (count + 1) / count)


def normalised_gini(parts: ArrayLike) -> float:
    """Gini over its highest value 1 - 1/n, from 0 to 1. Raises ValueError for one part."""
    count = np.asarray(parts).size
    if count < 2:
        raise ValueError("with one part alone there is nothing to be even or uneven")
    return gini(parts) * count / (count - 1)


def largest(parts: ArrayLike, count: int) -> float:
    """CRn: the share of the `count` largest parts together; 1 where there are no more. Raises ValueError for a count
    below one."""
    if count < 1:
        raise ValueError("the number of the largest must be at least one")
    return float(np.sort(closed(parts))[::-1][:count].sum())
