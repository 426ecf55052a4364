"""Scores of prediction intervals: narrow is good, but what comes must lie inside.

    IS_α(l, u; y) = (u − l) + 2/α (l − y) 1(y < l) + 2/α (y − u) 1(y > u),  α = 1 − level (Gneiting and Raftery 2007)
    MSIS = mean IS_.05 / q, q the seasonal naive scale (Makridakis, Spiliotis and Assimakopoulos 2020)
    WIS = (|y − median| / 2 + Σ_k α_k/2 IS_αk) / (K + 1/2) over K central intervals and the median
          (Bracher, Ray, Gneiting and Reich 2021)

An outcome on the bound is inside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.forecast.method import Vector
from longwave.forecast.scores.arrays import quantile_arrays, vectors
from longwave.forecast.scores.point import divided

_SAME = 1e-9


def coverage(outcome: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of outcomes inside; all (n,). Raises BadInput."""
    came, below, above = vectors(outcome=outcome, low=low, high=high)
    return float(((came >= below) & (came <= above)).mean())


def interval_scores(outcome: ArrayLike, low: ArrayLike, high: ArrayLike, level: float) -> Vector:
    """The interval score of each forecast, (n,), in the unit of the series; outcome, low and high (n,).

    level: nominal coverage between 0 and 1. Raises BadInput, also where low lies above high.
    """
    came, below, above = vectors(outcome=outcome, low=low, high=high)
    if not 0 < level < 1:
        raise BadInput(say("scores.bad_probabilities"), say("scores.bad_probabilities_mend"))
    if (below > above).any():
        row = int(np.argmax(below > above))
        raise BadInput(say("scores.crossing", row=row), say("scores.crossing_mend"))
    missed = np.maximum(below - came, 0) + np.maximum(came - above, 0)
    return np.asarray(above - below + 2 / (1 - level) * missed, dtype=np.float64)


def msis(outcome: ArrayLike, low: ArrayLike, high: ArrayLike, scale: float, level: float = 0.95) -> float:
    """Mean scaled interval score; outcome, low, high (n,), scale from `point.naive_scale`; 95% as in M4.

    NaN without a scale. Raises BadInput.
    """
    return divided(float(interval_scores(outcome, low, high, level).mean()), scale)


def central_pairs(probabilities: ArrayLike) -> list[tuple[float, int, int]]:
    """The central intervals that the probabilities (k,) hold, narrowest first: level, place of the lower and of the
    upper quantile. Probabilities without their mirror image are left out."""
    levels = np.asarray(probabilities, dtype=np.float64).ravel()
    found = []
    for place, lower in enumerate(levels):
        mirror = np.flatnonzero(np.abs(levels - (1 - lower)) < _SAME)
        if lower < 0.5 and len(mirror):
            found.append((round(1 - 2 * float(lower), 9), place, int(mirror[0])))
    return sorted(found)


def weighted_interval_scores(outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike) -> Vector:
    """The weighted interval score of each forecast, (n,), in the unit of the series.

    outcome (n,); quantiles (n, k) at probabilities (k,), which are central pairs, with or without the median
    (without: divided by K). With the median alone it is the absolute error. Raises BadInput, also for a
    probability without its mirror image.
    """
    came, table, levels = quantile_arrays(outcome, quantiles, probabilities)
    pairs = central_pairs(levels)
    middle = np.flatnonzero(np.abs(levels - 0.5) < _SAME)
    if 2 * len(pairs) + len(middle) != len(levels):
        raise BadInput(say("scores.unpaired"), say("scores.unpaired_mend"))
    total = np.zeros_like(came)
    for level, lower, upper in pairs:
        total += (1 - level) / 2 * interval_scores(came, table[:, lower], table[:, upper], level)
    if len(middle):
        total += np.abs(came - table[:, middle[0]]) / 2
    return np.asarray(total / (len(pairs) + len(middle) / 2), dtype=np.float64)


def coverage_by_step(
    outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike, step: ArrayLike
) -> pd.DataFrame:
    """Share of outcomes inside each central interval by step ahead.

    outcome and step (n,), quantiles (n, k) at probabilities (k,). Index: step; columns: ``forecasts``, how many,
    then the levels (0.5, 0.8, ...), narrowest first. Raises BadInput.
    """
    came, table, levels = quantile_arrays(outcome, quantiles, probabilities)
    _, ahead = vectors(outcome=came, step=step)
    inside = pd.DataFrame(
        {
            level: (came >= table[:, lower]) & (came <= table[:, upper])
            for level, lower, upper in central_pairs(levels)
        }
    )
    grouped = inside.astype(float).groupby(ahead.astype(int))
    found = grouped.mean()
    found.insert(0, "forecasts", grouped.size())
    return found.rename_axis("step")
