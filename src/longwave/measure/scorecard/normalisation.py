"""Step 5: figures in different units are brought onto one scale. Each way keeps something and loses something.

All functions take arrays (..., units, indicators) with missing as NaN and work along the units, so that a
thousand draws are normalised at once.
"""

from __future__ import annotations

import numpy as np

from longwave.measure.scorecard.indicators import Matrix, Vector


def min_max(values: Matrix, low: Vector | None = None, high: Vector | None = None) -> Matrix:
    """(x - min) / (max - min): 0 for the last, 1 for the first; low, high: fixed goalposts instead of the least
    and the greatest. An indicator that does not vary becomes 0.5."""
    least = np.nanmin(values, axis=-2, keepdims=True) if low is None else np.asarray(low, float)
    most = np.nanmax(values, axis=-2, keepdims=True) if high is None else np.asarray(high, float)
    spread = most - least
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = (values - least) / spread
    return np.asarray(np.where((spread == 0) & ~np.isnan(values), 0.5, scaled))


def z_score(values: Matrix) -> Matrix:
    """(x - mean) / standard deviation (over n); 0 where an indicator does not vary."""
    spread = np.nanstd(values, axis=-2, keepdims=True)
    return np.asarray(
        (values - np.nanmean(values, axis=-2, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    )


def rank(values: Matrix) -> Matrix:
    """Place among those that have the figure, from 1 for the least; ties share their mean place; divided by how
    many there are."""
    from scipy.stats import rankdata

    gone = np.isnan(values)
    places = rankdata(np.where(gone, np.inf, values), axis=-2)
    return np.asarray(np.where(gone, np.nan, places / (~gone).sum(axis=-2, keepdims=True)))


def borda(values: Matrix) -> Matrix:
    """Borda points: how many of the others are behind, half for those that tie; 0 for the last. Summed over
    indicators they are Borda's rule (Handbook, table 26)."""
    count = (~np.isnan(values)).sum(axis=-2, keepdims=True)
    return np.asarray(rank(values) * count - 1)


def to_target(values: Matrix, targets: Vector | None = None) -> Matrix:
    """x / target; the best unit is the target where none is given. Needs positive figures: a ratio to a target
    means nothing on a scale without a true zero. Raises ValueError for figures below zero or a target not above
    it."""
    if np.nanmin(values) < 0:
        raise ValueError("distance to target needs figures that are not negative")
    best = np.nanmax(values, axis=-2, keepdims=True)
    goal = best if targets is None else np.where(np.isnan(targets), best, targets)
    if (goal <= 0).any():
        raise ValueError("a target must be positive")
    return np.asarray(values / goal)


NORMALISATIONS = {
    "min_max": min_max,
    "z_score": z_score,
    "rank": rank,
    "borda": borda,
    "to_target": to_target,
}
