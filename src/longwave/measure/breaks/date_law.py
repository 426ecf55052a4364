"""Where a break lies: the limit law of its estimated date, and intervals by it.

Bai (1997), Bai and Perron (1998, 2003). As breaks shrink, (d'Q1 d)^2 / (d'O1 d) times (estimate - truth) tends to
the place of the maximum of a two-sided Wiener process with falling drift:

    W(-s) - |s|/2                         to the left of 0,
    sqrt(r v) W(s) - r s/2                to the right,   r = d'Q2 d / d'Q1 d,   v = phi2^2 / phi1^2,

d the change of coefficients, Q the second moment of the regressors, O the long-run covariance of their scores,
phi^2 = d'O d / d'Q d, before (1) and after (2) the break. The distribution function is known in closed form.

The law is an approximation for small breaks in long samples; docs/concepts/breaks.md prints how far short of its
promise it falls, and `date_sets` has the better interval.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np

from longwave.measure.breaks.longrun import long_run_covariance
from longwave.measure.breaks.segments import Matrix, Regression, Vector, fit
from longwave.measure.breaks.wald import Assumptions

Rounding = Literal["outward", "nearest"]
"""outward: to whole observations away from the estimate, as strucchange (R) does; nearest: lower bound rounded,
upper bound rounded and one added, as the programs of Bai and Perron and mbreaks (R) do."""


def maximum_at_most(place: float, drift: float = 1.0, variance: float = 1.0) -> float:
    """P(argmax <= place), with r = drift and v = variance of the law above, both positive."""
    if place <= 0:
        return _left(-place, variance)
    # Seen from the right time runs backwards, in units in which that side is W(s) - s/2.
    return 1.0 - _left(place * drift / variance, 1.0 / variance)


def _left(size: float, variance: float) -> float:
    """P(argmax <= -size), size >= 0: depends on the other side only through its variance ratio."""
    from scipy.special import log_ndtr

    root, slope = np.sqrt(size), 1.0 / variance
    first = root / np.sqrt(2 * np.pi) * np.exp(-size / 8)
    second = variance * (variance + 2) / (variance + 1)
    third = (variance + 2) ** 2 / (variance + 1) + size / 2 - 2
    return float(
        third * np.exp(log_ndtr(-root / 2))
        - first
        - second * np.exp(slope * (1 + slope) * size / 2 + log_ndtr(-(0.5 + slope) * root))
    )


def maximum_quantile(probability: float, drift: float = 1.0, variance: float = 1.0) -> float:
    """The place below which the maximum lies with that probability, 0 < probability < 1."""
    low, high = -1.0, 1.0
    while maximum_at_most(low, drift, variance) > probability:
        low *= 2
    while maximum_at_most(high, drift, variance) < probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if maximum_at_most(middle, drift, variance) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def date_intervals(
    given: Regression, ends: tuple[int, ...], assumed: Assumptions, level: float, rounding: Rounding
) -> tuple[tuple[int, int], ...]:
    """Interval of each break: first and last number of observations that the old regime may hold, within 1 and
    n - 1."""
    coefficients, rest = fit(given.design(ends), given.y)
    q, bounds = given.q, (0, *ends, given.n)
    pieces = [slice(start, stop) for start, stop in pairwise(bounds)]
    moments = [_moment(given, piece, assumed) for piece in pieces]
    scores = [_scores(given, rest, piece, assumed) for piece in pieces]
    found = []
    for place, end in enumerate(ends):
        change = coefficients[(place + 1) * q : (place + 2) * q] - coefficients[place * q : (place + 1) * q]
        slope = [float(change @ moments[side] @ change) for side in (place, place + 1)]
        noise = [float(change @ scores[side] @ change) for side in (place, place + 1)]
        nothing = 1e-20 * min(slope)  # rounding
        if max(noise) <= nothing < min(slope):
            found.append((end, end))
            continue
        if min(noise) <= nothing:  # no change at all, or no noise on one side: the law has no scale
            found.append((1, given.n - 1))
            continue
        drift, variance = slope[1] / slope[0], noise[1] / slope[1] / (noise[0] / slope[0])
        scale = slope[0] ** 2 / noise[0]
        tails = [
            maximum_quantile(tail, drift, variance) / scale for tail in ((1 + level) / 2, (1 - level) / 2)
        ]
        found.append(_whole(end, tails[0], tails[1], given.n, rounding))
    return tuple(found)


def _whole(end: int, above: float, below: float, n: int, rounding: Rounding) -> tuple[int, int]:
    """End minus the law's quantiles, as whole observations within the sample."""
    # A very small break has bounds beyond any number of observations.
    above, below = min(above, float(n)), max(below, -float(n))
    if rounding == "outward":
        low, high = end - int(np.ceil(above)), end - int(np.floor(below))
    else:
        low, high = round(end - above), round(end - below) + 1
    return max(low, 1), min(high, n - 1)


def _moment(given: Regression, piece: slice, assumed: Assumptions) -> Matrix:
    x = given.x if assumed.regressors == "common" else given.x[piece]
    return np.asarray(x.T @ x / len(x), dtype=np.float64)


def _scores(given: Regression, rest: Vector, piece: slice, assumed: Assumptions) -> Matrix:
    """Long-run covariance of the scores in a regime."""
    own = slice(None) if assumed.errors == "common" else piece
    if assumed.covariance == "iid":
        return float((rest[own] ** 2).mean()) * _moment(given, piece, assumed)
    scores = given.x[own] * rest[own, None]
    if assumed.covariance == "heteroskedastic":
        return np.asarray(scores.T @ scores / len(scores), dtype=np.float64)
    return long_run_covariance(scores, assumed.prewhiten)
