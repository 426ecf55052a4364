"""Intervals by drawing firms anew: whole firms, with all their years, since a firm's years are alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longwave.measure.competition.firms import DRAWS

Vector = NDArray[np.float64]


def firm_bootstrap(
    firms: NDArray[np.generic],
    statistic: Callable[[Vector], float],
    *,
    draws: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile interval of a statistic, firms drawn with replacement (Efron and Tibshirani 1993).

    firms: the firm of each row; statistic: of a vector that says how often each row counts (never all zero). The
    interval says how the statistic would vary were these firms a sample of many alike.
    """
    names, place = np.unique(firms, return_inverse=True)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    values = np.array([statistic(count[place].astype(float)) for count in counts])
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def weighted_quantile(values: ArrayLike, weights: ArrayLike, share: float) -> float:
    """The smallest value at or below which at least `share` of the weight lies."""
    numbers, weight = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(numbers, kind="stable")
    gathered = np.cumsum(weight[order])
    place = int(np.searchsorted(gathered, share * gathered[-1] * (1 - 1e-12)))
    return float(numbers[order][min(place, len(order) - 1)])
