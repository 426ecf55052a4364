"""Cash flows: net present value, every rate that makes it nothing, the modified rate, and payback.

An internal rate is a root of a polynomial, and a polynomial can have several or none. All rates above -99 %
are found, by bisection between the turning points, so that nobody is shown the one that a solver happened to
meet first.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

LOWEST_RATE = -0.99
"""A rate below this is no answer to anybody's question, and powers of its discount factor overflow."""

LONGEST = 600
"""Most periods that are solved for: fifty years of months."""

_TOUCH = 1e-10
"""A polynomial that comes this near zero, against the sum of its terms, touches it: a double root."""


def net_present_value(flows: Sequence[float], rate: float) -> float:
    """Sum of c_t / (1 + r)^t, t = 0, 1, ... Unit: that of the flows. Raises ValueError for rate <= -1."""
    if rate <= -1:
        raise ValueError("a rate must be above -1")
    return _value(np.asarray(flows, float), 1.0 / (1.0 + rate))


def sign_changes(flows: Sequence[float]) -> int:
    """How often the flows change sign, zeros apart: the most positive roots that there can be (Descartes)."""
    signs = [math.copysign(1, flow) for flow in flows if flow != 0]
    return sum(one != other for one, other in itertools.pairwise(signs))


def internal_rates(flows: Sequence[float]) -> tuple[float, ...]:
    """Every rate above -99 % a period at which the net present value is zero, rising; empty where there is none.

    The polynomial in v = 1 / (1 + r) is bisected between the roots of its derivative, found the same way. A
    double root (the value touches zero and turns) counts once. Raises ValueError for fewer than two flows, for
    more than 600, for flows that are not finite, and where all flows are zero.
    """
    values = np.asarray(flows, float)
    if len(values) < 2 or len(values) > LONGEST:
        raise ValueError(f"between 2 and {LONGEST} flows are needed")
    if not np.isfinite(values).all() or not values.any():
        raise ValueError("flows must be finite and not all zero")
    if sign_changes(flows) == 0:
        return ()
    top = 1.0 / (1.0 + LOWEST_RATE)
    roots = _roots(values / np.abs(values).max(), top)
    return tuple(sorted({round(1.0 / root - 1.0, 12) for root in roots if root > 0}))


def modified_rate(flows: Sequence[float], finance: float, reinvest: float) -> float:
    """MIRR: (future value of inflows at `reinvest` / present value of outflows at `finance`)^(1/n) - 1.

    Raises ValueError where there is no outflow or no inflow, or a rate is not above -1.
    """
    values = np.asarray(flows, float)
    if min(finance, reinvest) <= -1:
        raise ValueError("a rate must be above -1")
    steps = np.arange(len(values))
    paid = float((-np.minimum(values, 0) / (1 + finance) ** steps).sum())
    earned = float((np.maximum(values, 0) * (1 + reinvest) ** steps[::-1]).sum())
    if paid <= 0 or earned <= 0:
        raise ValueError("there must be money in and money out")
    return float((earned / paid) ** (1 / (len(values) - 1)) - 1)


def payback(flows: Sequence[float], rate: float = 0.0) -> float | None:
    """Periods until the sum of the flows, discounted at `rate`, is no longer negative and stays so, with the last
    period counted in part; None where that never comes."""
    values = np.asarray(flows, float) / (1 + rate) ** np.arange(len(flows))
    total = np.cumsum(values)
    below = np.flatnonzero(total < 0)
    if len(below) == 0:
        return 0.0
    last = int(below[-1])
    if last == len(values) - 1:
        return None
    return float(last - total[last] / values[last + 1])


@dataclass(frozen=True, slots=True)
class RateRange:
    """The internal rate of flows that are known between bounds: at their lowest, as given, at their highest."""

    value: float
    low: float
    high: float


def rate_range(flows: Sequence[float], lowest: Sequence[float], highest: Sequence[float]) -> RateRange | None:
    """The internal rate and what it becomes where every flow is at its bound; None unless each of the three has
    exactly one sign change from minus to plus, where the rate rises with every flow. Raises ValueError where a
    flow is outside its bounds."""
    low, mid, high = (np.asarray(one, float) for one in (lowest, flows, highest))
    if (low > mid).any() or (mid > high).any():
        raise ValueError("a flow lies outside its bounds")
    found = []
    for values in (low, mid, high):
        present = values[values != 0]
        if sign_changes(list(values)) != 1 or present[0] > 0:
            return None
        rates = internal_rates(list(values))
        if len(rates) != 1:
            return None
        found.append(rates[0])
    return RateRange(found[1], found[0], found[2])


def _value(flows: Vector, factor: float) -> float:
    """Horner's rule in the discount factor."""
    total = 0.0
    for flow in flows[::-1].tolist():
        total = total * factor + flow
    return float(total)


def _scaled(flows: Vector, factor: float) -> float:
    """The same over factor^n where the factor is above one: the sign and the roots are kept, and nothing
    overflows."""
    return _value(flows, factor) if factor <= 1 else _value(flows[::-1], 1.0 / factor)


def _roots(flows: Vector, top: float) -> list[float]:
    """Roots in (0, top] of sum c_t v^t."""
    trimmed = np.trim_zeros(flows, "b")
    if len(trimmed) < 2:
        return []
    if len(trimmed) == 2:
        root = -trimmed[0] / trimmed[1]
        return [float(root)] if 0 < root <= top else []
    if sign_changes(list(trimmed)) == 0:
        return []
    slope = trimmed[1:] * np.arange(1, len(trimmed))
    turns = _roots(slope / np.abs(slope).max(), top)
    marks = [0.0, *turns, top]
    found: list[float] = []
    for start, end in itertools.pairwise(marks):
        found.extend(_between(trimmed, start, end))
    touched = [turn for turn in turns if _touches(trimmed, turn)]
    return _distinct(sorted(found + touched))


def _between(flows: Vector, start: float, end: float) -> list[float]:
    from scipy.optimize import brentq

    first, last = _scaled(flows, start), _scaled(flows, end)
    if first == 0 and start > 0:
        return [start]
    if first * last >= 0:
        return [end] if last == 0 else []
    root = brentq(lambda factor: _scaled(flows, factor), start, end, xtol=1e-14, rtol=1e-14, maxiter=500)
    return [float(root)]


def _touches(flows: Vector, factor: float) -> bool:
    return abs(_scaled(flows, factor)) <= _TOUCH * _scaled(np.abs(flows), factor)


def _distinct(roots: list[float]) -> list[float]:
    kept: list[float] = []
    for root in roots:
        if not kept or abs(root - kept[-1]) > 1e-6 * max(1.0, root):
            kept.append(root)
    return kept
