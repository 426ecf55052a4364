"""Step 6b: indicators are put together. How much a strong one makes up for a weak one is the choice.

Arithmetic: fully. Geometric: less, the weaker the weak one is. Harmonic: least. Missing cells are left out and the
other weights scaled to one. Arrays are (..., units, indicators); weights the same or (indicators,).
"""

from __future__ import annotations

import numpy as np

from longwave.measure.scorecard.indicators import Matrix

_FLOOR, _TOP = 1.0, 100.0
"""Scores are mapped onto 1 to 100 before a geometric or harmonic mean, since one zero would make the whole zero.
The floor is itself a choice; the COIN tool's is 1."""


def _weights(scores: Matrix, weights: Matrix) -> Matrix:
    held = np.where(np.isnan(scores), 0.0, weights)
    total = held.sum(axis=-1, keepdims=True)
    return np.asarray(held / np.where(total > 0, total, np.nan))


def arithmetic(scores: Matrix, weights: Matrix) -> Matrix:
    """Sum of w I."""
    return np.asarray((_weights(scores, weights) * np.nan_to_num(scores)).sum(axis=-1))


def geometric(scores: Matrix, weights: Matrix) -> Matrix:
    """Product of I^w. Raises ValueError where a score is not positive."""
    _positive(scores)
    logs = np.where(np.isnan(scores), 0.0, np.log(np.where(np.isnan(scores), 1.0, scores)))
    return np.asarray(np.exp((_weights(scores, weights) * logs).sum(axis=-1)))


def harmonic(scores: Matrix, weights: Matrix) -> Matrix:
    """1 / sum of w / I. Raises ValueError where a score is not positive."""
    _positive(scores)
    inverse = np.where(np.isnan(scores), 0.0, 1.0 / np.where(np.isnan(scores), 1.0, scores))
    return np.asarray(1.0 / (_weights(scores, weights) * inverse).sum(axis=-1))


def above_zero(scores: Matrix) -> Matrix:
    """Scores mapped linearly onto 1 to 100, from the least to the greatest of all indicators together, so that
    an indicator that varies less still varies less."""
    least = np.nanmin(scores, axis=(-2, -1), keepdims=True)
    spread = np.nanmax(scores, axis=(-2, -1), keepdims=True) - least
    return np.asarray(_FLOOR + (_TOP - _FLOOR) * (scores - least) / np.where(spread > 0, spread, 1.0))


def _positive(scores: Matrix) -> None:
    if np.nanmin(scores) <= 0:
        raise ValueError("geometric and harmonic means need positive scores")


AGGREGATIONS = {"arithmetic": arithmetic, "geometric": geometric, "harmonic": harmonic}


def places(totals: Matrix) -> Matrix:
    """Ranks of (..., units), 1 for the greatest, ties share their mean place. Differences within rounding tie."""
    from scipy.stats import rankdata

    spread = np.nanmax(np.abs(totals), axis=-1, keepdims=True)
    steady = np.round(totals / np.where(spread > 0, spread, 1.0), 10)
    return np.asarray(rankdata(-steady, axis=-1))
