"""How sure the mean of a window of a few years is, where many such windows are there.

Five years alone know too little of their noise: of its persistence next to nothing, of its variance what four degrees
of freedom tell. So the persistence rho is that of the long spans of the series (`spans.conventional`; restricted
likelihood), and each window's variance is drawn toward those of the others as far as these resemble each other
(Smyth 2004, the moderated t):

    s2_w = (d0 s2_0 + 4 s2_w,own) / (d0 + 4),   degrees of freedom d0 + 4

where s2_w,own is the generalised least-squares variance of five years given rho, and d0 and s2_0 match mean and
variance of the logarithms of all windows' variances. Windows equally noisy: d0 is infinite and all are pooled; calm and
stormy ones taking turns: d0 is small and each keeps its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.measure.intervals import FEWEST, GROWTH_PERSISTENCE, Interval, Noise, Stretch
from longwave.measure.returns.ratio import mean_factor
from longwave.measure.spans import conventional

Vector = NDArray[np.float64]


def persistence_of(values: pd.Series) -> float:
    """AR(1) persistence of a yearly series about the means of its conventional spans, at least 0.

    values: index = year, gaps allowed. Raises ValueError where no span has five values that vary.
    """
    spans = [
        Stretch(part.index.to_numpy(np.int64), part.to_numpy(float))
        for part in conventional(values)
        if len(part) >= FEWEST
    ]
    usable = [span for span in spans if not span.constant]
    if not usable:
        raise ValueError("no span has five values that vary")
    return max(Noise(usable, GROWTH_PERSISTENCE).persistence, 0.0)


def window_means(windows: Sequence[Vector], persistence: float, level: float = 0.95) -> list[Interval]:
    """Mean of each window with its interval. windows: yearly values without gaps, each of the same count and
    varying; persistence: between 0 and 1. Raises ValueError for fewer than two windows. Reference: Smyth (2004),
    Statistical Applications in Genetics and Molecular Biology 3(1), equations for d0 and s0.
    """
    from scipy.special import stdtrit

    if len(windows) < 2:
        raise ValueError("one window alone has no others to learn from")
    own = np.array([_variance(window, persistence) for window in windows])
    freedom = len(windows[0]) - 1
    prior, centre = _resemblance(own, freedom)
    pooled = np.full(len(own), centre)
    if np.isfinite(prior):
        pooled = (prior * centre + freedom * own) / (prior + freedom)
    degrees = min(prior + freedom, float(freedom * len(own)))
    quantile = float(stdtrit(degrees, 0.5 + level / 2))
    found = []
    for window, variance in zip(windows, pooled, strict=True):
        half = quantile * float(np.sqrt(variance * mean_factor(len(window), persistence)))
        value = float(window.mean())
        found.append(Interval(value, value - half, value + half, persistence, level))
    return found


def _variance(window: Vector, persistence: float) -> float:
    """Generalised least-squares variance about the window's mean, given the persistence."""
    place = np.arange(len(window))
    root = np.linalg.cholesky(persistence ** np.abs(place[:, None] - place[None, :]))
    y, one = np.linalg.solve(root, window), np.linalg.solve(root, np.ones(len(window)))
    rest = y - one * float(one @ y) / float(one @ one)
    return float(rest @ rest) / (len(window) - 1)


def _resemblance(own: Vector, freedom: int) -> tuple[float, float]:
    """d0 and s2_0: how much the windows' variances tell of each other, and about what value they lie."""
    from scipy.optimize import brentq
    from scipy.special import digamma, polygamma

    logs = np.log(own) - float(digamma(freedom / 2)) + np.log(freedom / 2)
    left = float(logs.var(ddof=1)) - float(polygamma(1, freedom / 2))
    if left <= float(polygamma(1, 500.0)):
        return float("inf"), float(own.mean())
    prior = 2 * float(brentq(lambda half: float(polygamma(1, half)) - left, 1e-3, 1e3))
    return prior, float(np.exp(logs.mean() + digamma(prior / 2) - np.log(prior / 2)))
