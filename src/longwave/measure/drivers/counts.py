"""Counts of events over the years: how fast they grow, where a count is no measurement with a bell curve around it.

    E(n_t) = exp(a + g t)            g is growth a year, by Poisson quasi maximum likelihood (Gourieroux,
    Monfort and Trognon 1984)

The estimate holds whatever the true distribution, its plain error only where variance equals mean. That is
tested (Cameron and
Trivedi 1990) and not relied on: the interval is the widest of three, from the error scaled by the over-dispersion, from the
Newey-West one, both with Student's t, and from AR(1) errors about the line of the logarithms, because years
are few and alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.measure.intervals import Noise, Stretch

FEWEST = 8


@dataclass(frozen=True, slots=True)
class CountTrend:
    """growth: log points a year with its interval; dispersion: variance over mean around the line (1 for a Poisson count);
    p_value: of the test that variance equals mean."""

    growth: float
    low: float
    high: float
    dispersion: float
    statistic: float
    p_value: float
    observations: int


def count_trend(counts: pd.Series, level: float = 0.95) -> CountTrend:
    """Growth of yearly counts (index: years as whole numbers, values: whole numbers of events, zeros allowed).

    Raises ValueError for fewer than eight years, negative counts, or nothing but zeros.
    """
    from scipy.stats import norm
    from scipy.stats import t as student

    y = counts.to_numpy(float)
    if len(y) < FEWEST:
        raise ValueError(f"{FEWEST} or more years are needed")
    if not np.isfinite(y).all() or y.min() < 0 or y.sum() <= 0:
        raise ValueError("counts must be zero or more, and not all zero")
    years = counts.index.to_numpy(float)
    x = np.column_stack([np.ones(len(y)), years - years.mean()])
    b, fitted = _poisson(x, y)
    inverse = np.linalg.inv((x * fitted[:, None]).T @ x)
    resid = y - fitted
    freedom = len(y) - 2
    dispersion = float((resid**2 / fitted).sum() / freedom)
    scaled = inverse[1, 1] * dispersion
    scores = x * resid[:, None]
    lags = int(np.floor(4 * (len(y) / 100) ** (2 / 9)))
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    newey_west = (inverse @ meat @ inverse)[1, 1] * len(y) / freedom
    error = float(np.sqrt(max(scaled, newey_west)))
    half = float(student.ppf(0.5 + level / 2, freedom)) * error
    if y.min() > 0:
        half = max(half, _persistent_half(counts, level))
    # Cameron and Trivedi: regress ((y - m)^2 - y) / m on m without a constant; its t is normal where variance = mean.
    target = ((y - fitted) ** 2 - y) / fitted
    slope = float(fitted @ target / (fitted @ fitted))
    spread = float(np.sqrt(((target - slope * fitted) ** 2).sum() / (len(y) - 1) / (fitted @ fitted)))
    statistic = slope / spread if spread > 0 else 0.0
    return CountTrend(
        float(b[1]),
        float(b[1]) - half,
        float(b[1]) + half,
        dispersion,
        statistic,
        float(norm.sf(statistic)),
        len(y),
    )


def _persistent_half(counts: pd.Series, level: float) -> float:
    """Half-width for the slope of the logarithms with AR(1) errors averaged over their persistence (the
    house's interval)."""
    stretch = Stretch(counts.index.to_numpy(np.int64), np.log(counts.to_numpy(float)), line=True)
    if stretch.constant:
        return 0.0
    found = Noise([stretch]).slope(0, level)
    return (found.high - found.low) / 2


def _poisson(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximum likelihood by Fisher scoring."""
    b = np.array([np.log(y.mean()), 0.0])
    for _ in range(100):
        fitted = np.exp(np.clip(x @ b, -30, 30))
        step = np.linalg.solve((x * fitted[:, None]).T @ x, x.T @ (y - fitted))
        b = b + step * min(1.0, 1.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    return b, np.exp(np.clip(x @ b, -30, 30))


def whole_years(counts: pd.Series) -> tuple[pd.Series, int | None, int | None]:
    """The counts without a first and a last year that look partly counted, and which years these were.

    The last year is left out below 60 % of the mean of the three before; the first below 40 % of the mean of
    the three after (a
    duty to report that began within the year; growth alone can halve a count, so the bar is lower).
    """
    first = last = None
    if len(counts) >= 5 and counts.iloc[-1] < 0.6 * counts.iloc[-4:-1].mean():
        last, counts = int(counts.index[-1]), counts.iloc[:-1]
    if len(counts) >= 5 and counts.iloc[0] < 0.4 * counts.iloc[1:4].mean():
        first, counts = int(counts.index[0]), counts.iloc[1:]
    return counts, first, last
