"""Shares of a whole: parts of nothing and parts below zero are refused before anything is divided."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


def closed(parts: ArrayLike) -> Vector:
    """s_i = x_i / sum x, for one whole (a vector) or one whole a row (a matrix).

    parts: amounts in one unit, no matter which (sales, persons, shares in per cent). Returns shares that add up to
    one, in the shape given. Raises ValueError for a negative or missing part, and where a whole adds up to zero.
    """
    amounts = np.asarray(parts, dtype=float)
    if amounts.size == 0:
        raise ValueError("no parts were given")
    if not np.isfinite(amounts).all():
        raise ValueError("a part is missing or infinite: shares of an incomplete whole mean nothing")
    if (amounts < 0).any():
        raise ValueError("a part is negative: it is no share of a whole")
    # Scaled first, so that very large amounts do not overflow and very small ones do not vanish.
    largest = amounts.max(axis=-1, keepdims=True)
    if (largest == 0).any():
        raise ValueError("the parts add up to zero")
    scaled = amounts / largest
    return np.asarray(scaled / scaled.sum(axis=-1, keepdims=True), dtype=np.float64)


def same_parts(before: ArrayLike, after: ArrayLike) -> tuple[Vector, Vector]:
    """Both wholes as shares. Raises ValueError where they do not have the same parts, or as `closed` does."""
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape:
        raise ValueError("two structures are compared part by part: they need the same parts")
    return closed(first), closed(second)
