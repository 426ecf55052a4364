"""How far a structure has moved between two dates: four rulers, each with its own idea of far."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from longwave.measure.structure.shares import closed, same_parts


def absolute_movement(before: ArrayLike, after: ArrayLike) -> float:
    """Norm of absolute values NAV = 1/2 sum |s_i' - s_i|: the share of the whole that changed place.

    From 0 (nothing moved) to 1 (nothing is where it was). Reference: Dietrich (2012), Empirical Economics 43.
    Raises ValueError as `shares.same_parts` does.
    """
    first, second = same_parts(before, after)
    return float(np.abs(second - first).sum() / 2)


def lilien(before: ArrayLike, after: ArrayLike, weights: str = "end") -> float:
    """Dispersion of growth sigma = sqrt(sum w_i (dln x_i - dln X)^2), X the total.

    before, after: amounts (not shares), all above zero. weights: ``end`` takes the shares after, ``mean`` the mean of
    the shares before and after (Stamer's variant, which does not change its value when time is turned round).
    Zero where all parts grow alike; no upper bound. Reference: Lilien (1982), Journal of Political Economy 90.
    Raises ValueError for a part that is zero or below, and for unknown weights.
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    shares = same_parts(first, second)
    if (first <= 0).any() or (second <= 0).any():
        raise ValueError("a part that is zero has no rate of growth: leave it out or join it to another")
    if weights not in {"end", "mean"}:
        raise ValueError("weights are 'end' or 'mean'")
    weight = shares[1] if weights == "end" else (shares[0] + shares[1]) / 2
    growth = np.log(second / first) - np.log(second.sum() / first.sum())
    return float(np.sqrt((weight * growth**2).sum()))


def moore_angle(before: ArrayLike, after: ArrayLike) -> float:
    """Angle between two structures, arccos(s.s' / |s||s'|), in degrees: 0 (same) to 90 (nothing in common).

    Reference: Moore (1978), Review of Income and Wealth 24. Raises ValueError as `shares.same_parts` does.
    """
    first, second = same_parts(before, after)
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    # By the half chord: arccos loses half the digits of a small angle.
    return float(np.degrees(2 * np.arcsin(min(1.0, float(np.linalg.norm(first - second)) / 2))))


def krugman(here: ArrayLike, there: ArrayLike) -> float:
    """Krugman's index of specialisation sum |s_i - s*_i|: 0 (same structure) to 2 (no industry in common).

    Reference: Krugman (1991), Geography and Trade. Raises ValueError as `shares.same_parts` does.
    """
    return 2 * absolute_movement(here, there)


def location_quotient(here: ArrayLike, whole: ArrayLike) -> np.ndarray:
    """LQ_i = s_i / s*_i: how much larger an item's share is here than in the whole; 1 is alike.

    Raises ValueError where the whole has nothing of an item (the ratio has no value there), and as
    `shares.same_parts` does. Reference: Haig (1926); the same ratio is Balassa's (1965) when items are exports.
    """
    first, second = same_parts(here, whole)
    if (second == 0).any():
        raise ValueError("the whole has nothing of one item: its location quotient has no value")
    return np.asarray(first / second)


def churn(before: ArrayLike, after: ArrayLike) -> float:
    """Share of items present at either date that came or went: (entries + exits) / (items of both dates together).

    Present means above zero. 0 where the same items are there, 1 where none stayed (Jaccard distance). Raises
    ValueError as `shares.closed` does.
    """
    first, second = closed(before) > 0, closed(after) > 0
    if first.shape != second.shape:
        raise ValueError("two structures are compared part by part: they need the same parts")
    return float((first ^ second).sum() / (first | second).sum())
