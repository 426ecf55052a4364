"""Index numbers: how much more of many things, when each is counted in its own unit.

With quantities q and prices p of the items at two dates, 0 and 1:

    Laspeyres  L = sum p0 q1 / sum p0 q0              Paasche  P = sum p1 q1 / sum p1 q0
    Fisher     F = sqrt(L P)                          Törnqvist  ln T = sum (w0 + w1)/2 ln(q1 / q0),  w = p q / sum p q

Productivity is an index of outputs over an index of inputs. Fisher is its own mirror in time and in prices, Törnqvist
is exact for a translog technology (Diewert 1976); both lie close together unless quantities jump. A chain multiplies
the links of neighbouring periods, so that weights stay of their time.
"""

from __future__ import annotations

import math

import numpy as np

from longwave.measure.frontier.envelopment import Vector

FORMULAS = ("tornqvist", "fisher", "laspeyres", "paasche")


def laspeyres(q0: Vector, q1: Vector, p0: Vector, p1: Vector) -> float:
    """Quantities valued at the earlier prices. All: n, one entry an item. Raises ValueError as `checked`."""
    checked(q0, q1, p0, p1)
    return float(p0 @ q1 / (p0 @ q0))


def paasche(q0: Vector, q1: Vector, p0: Vector, p1: Vector) -> float:
    """Quantities valued at the later prices. All: n, one entry an item. Raises ValueError as `checked`."""
    checked(q0, q1, p0, p1)
    return float(p1 @ q1 / (p1 @ q0))


def fisher(q0: Vector, q1: Vector, p0: Vector, p1: Vector) -> float:
    """Geometric mean of Laspeyres and Paasche. All: n, one entry an item. Raises ValueError as `checked`."""
    return math.sqrt(laspeyres(q0, q1, p0, p1) * paasche(q0, q1, p0, p1))


def tornqvist(q0: Vector, q1: Vector, p0: Vector, p1: Vector) -> float:
    """Growth of each quantity weighted by its mean share of value. All: n, one entry an item. Raises ValueError as
    `checked`."""
    checked(q0, q1, p0, p1)
    before, after = p0 * q0, p1 * q1
    weights = (before / before.sum() + after / after.sum()) / 2
    return float(np.exp(weights @ np.log(q1 / q0)))


def indices(q0: Vector, q1: Vector, p0: Vector, p1: Vector) -> dict[str, float]:
    """All four FORMULAS of one pair of dates. Raises ValueError as `checked`."""
    return {
        "tornqvist": tornqvist(q0, q1, p0, p1),
        "fisher": fisher(q0, q1, p0, p1),
        "laspeyres": laspeyres(q0, q1, p0, p1),
        "paasche": paasche(q0, q1, p0, p1),
    }


def checked(*vectors: Vector) -> None:
    """Raises ValueError unless all vectors have one length of at least 1 and hold finite numbers above zero."""
    if len({len(vector) for vector in vectors}) != 1 or not len(vectors[0]):
        raise ValueError("quantities and prices must have one entry for each item")
    if not all(np.isfinite(vector).all() and (vector > 0).all() for vector in vectors):
        raise ValueError("quantities and prices must be positive")
