"""Scores of point forecasts: how far the numbers were from what came.

    RMSE = sqrt(mean e²),   MAE = mean |e|,   e = outcome − mean
    MASE = MAE / q,   q = mean |y_t − y_{t−m}| over the history known at the origin (Hyndman and Koehler 2006)
    sMAPE = mean 200 |e| / (|outcome| + |mean|), between 0 and 200 (Makridakis, Spiliotis and Assimakopoulos 2020)
    OWA = (sMAPE / sMAPE of Naive2 + MASE / MASE of Naive2) / 2, each averaged over the series first (the same)

A history that never changed has no scale: q is NaN then, and so is what is divided by it; nothing is infinite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.forecast.method import Vector
from longwave.forecast.scores.arrays import vectors

_NOTHING = 1e-12
"""A mean step below this part of the values' size is rounding: the history is constant."""


def rmse(outcome: ArrayLike, mean: ArrayLike) -> float:
    """Root mean squared error of n forecasts; both (n,). In the unit of the series. Raises BadInput."""
    came, said = vectors(outcome=outcome, mean=mean)
    return float(np.sqrt(((came - said) ** 2).mean()))


def mae(outcome: ArrayLike, mean: ArrayLike) -> float:
    """Mean absolute error; both (n,). In the unit of the series. Raises BadInput."""
    came, said = vectors(outcome=outcome, mean=mean)
    return float(np.abs(came - said).mean())


def bias(outcome: ArrayLike, mean: ArrayLike) -> float:
    """Mean of outcome less forecast; both (n,). Above 0: forecasts were too low. Raises BadInput."""
    came, said = vectors(outcome=outcome, mean=mean)
    return float((came - said).mean())


def symmetric_errors(outcome: ArrayLike, mean: ArrayLike) -> Vector:
    """200 |e| / (|outcome| + |mean|), (n,); 0 where both are 0, a perfect forecast. Raises BadInput."""
    came, said = vectors(outcome=outcome, mean=mean)
    size = np.abs(came) + np.abs(said)
    shares = np.divide(200 * np.abs(came - said), size, out=np.zeros_like(size), where=size > 0)
    return np.asarray(shares, dtype=np.float64)


def smape(outcome: ArrayLike, mean: ArrayLike) -> float:
    """Symmetric mean absolute percentage error as in M4, 0 to 200; both (n,). Raises BadInput."""
    return float(symmetric_errors(outcome, mean).mean())


def naive_scales(history: ArrayLike, season: int) -> Vector:
    """q at every date of a history (n,): the in-sample mean absolute error of the seasonal naive forecast until then.

    season: periods in a year, the lag m. Missing values (NaN) may be inside: only pairs that are both known
    count. NaN where no pair is known yet and where the history was constant. Raises BadInput when empty or when
    the season is below 1.
    """
    values = np.asarray(history, dtype=np.float64).ravel()
    if not len(values) or season < 1:
        raise BadInput(say("scores.empty", name="history"), say("scores.empty_mend"))
    steps = np.full(len(values), np.nan)
    steps[season:] = np.abs(values[season:] - values[:-season])
    known = np.isfinite(steps)
    total, count = np.cumsum(np.where(known, steps, 0.0)), np.cumsum(known)
    scale = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    largest = np.maximum.accumulate(np.where(np.isfinite(values), np.abs(values), 0.0))
    return np.asarray(np.where(scale > _NOTHING * largest, scale, np.nan), dtype=np.float64)


def naive_scale(history: ArrayLike, season: int) -> float:
    """q over the whole history (n,); NaN when it has no scale. Raises BadInput when empty."""
    return float(naive_scales(history, season)[-1])


def mase(outcome: ArrayLike, mean: ArrayLike, scale: float) -> float:
    """Mean absolute scaled error; outcome and mean (n,), scale from `naive_scale`. Below 1: better than the seasonal
    naive forecast was one step ahead within the history. NaN without a scale. Raises BadInput."""
    return divided(mae(outcome, mean), scale)


def owa(smapes: ArrayLike, mases: ArrayLike, naive2_smapes: ArrayLike, naive2_mases: ArrayLike) -> float:
    """Overall weighted average relative to Naive2; each (n,), one entry a series. Naive2 itself has 1.

    Averages over the series come first, then the two ratios. NaN where Naive2 made no error. Raises BadInput.
    """
    means = [
        float(each.mean())
        for each in vectors(
            smapes=smapes, mases=mases, naive2_smapes=naive2_smapes, naive2_mases=naive2_mases
        )
    ]
    return (divided(means[0], means[2]) + divided(means[1], means[3])) / 2


def divided(score: float, scale: float) -> float:
    """A score over its scale; NaN, never infinite, where there is none."""
    return score / scale if np.isfinite(scale) and scale > 0 else float("nan")
