"""What is new in each figure: residuals of an autoregression fitted while all was in control.

Charts take their input for independent. Of a figure with AR(1) noise of .3, .5, .7 a CUSUM made for a false alarm in 465
periods gives one in 98, 51, 33: so the figure is whitened first (Alwan and Roberts 1988). AR(p) with a mean by least
squares, p >= 1 by BIC on one common sample; the coefficient of an AR(1) is freed of its small-sample bias, -(1 + 3a)/n
(Marriott and Pope 1954), since what is left in the residuals is what makes false alarms. No lag at all is not among the
choices: of 30 figures BIC often misses a memory of .3, and then two charts in five give a false alarm within 15 years where
it should be one in four; a lag too many costs nothing that could be measured.

A figure that wanders (largest root above `WANDERS`) has no mean to come back to: its changes are whitened instead where a
promised path says what they should have been, and else nothing can be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from longwave.core.errors import NotEnoughData
from longwave.core.message import say

Floats: TypeAlias = npt.NDArray[np.float64]

FEWEST = 15
"""Residuals below which the in-control spread is too loose: of 15, the run length is off by a factor of 3 either way."""
WANDERS = 0.9
"""Largest root above which a figure is not told from one without a mean, at the lengths of annual samples."""
MOST_LAGS = 4


@dataclass(frozen=True, eq=False)
class Whitener:
    """An autoregression of the figure (or of its change, where `differenced`) in control.

    mean: of the figure (of the change); lags: coefficients (p,); spread: standard deviation of the residuals, freed of the
    degrees of freedom; own_spread: standard deviation of the figure (of the change) itself; observations: residuals it rests
    on; lost: degrees of freedom taken.
    """

    mean: float
    lags: Floats
    spread: float
    own_spread: float
    observations: int
    lost: int
    differenced: bool

    @property
    def order(self) -> int:
        return len(self.lags)

    @property
    def root(self) -> float:
        """Modulus of the largest root: how much of a deviation is left a period later, in the long run."""
        return _largest_root(self.lags)

    @property
    def passed_on(self) -> float:
        """How many standard deviations of the residuals a lasting change of one own standard deviation is."""
        return float(abs(1 - self.lags.sum()) * self.own_spread / self.spread)


def whitener(figures: Floats, *, differenced: bool = False) -> Whitener:
    """The autoregression of an in-control sample: figures (n,), one a period, nan where there is none.

    Raises NotEnoughData where fewer than `FEWEST` residuals come of it, or where the figures do not vary.
    """
    series = np.diff(figures) if differenced else np.asarray(figures, dtype=float)
    seen = int(np.isfinite(series).sum())
    if seen < FEWEST:
        raise NotEnoughData(say("monitor.too_few", seen=seen, needed=FEWEST), say("monitor.too_few_mend"))
    known = series[np.isfinite(series)]
    if np.ptp(known) <= 1e-10 * max(float(np.abs(known).max()), 1e-300):
        raise NotEnoughData(say("monitor.no_spread", seen=seen), say("monitor.no_spread_mend"))
    same = int(np.unique(known, return_counts=True)[1].max())
    if not differenced and 2 * same > seen:
        raise NotEnoughData(say("monitor.mostly_same", seen=seen, same=same), say("monitor.no_spread_mend"))
    most = min(MOST_LAGS, max(0, (seen - 5) // 10))
    most = max(p for p in range(most + 1) if p == 0 or len(_rows(series, p)[0]) >= FEWEST)
    best = min(range(min(1, most), most + 1), key=lambda p: _criterion(series, p, most))
    return _fitted(series, best, differenced)


def residuals(deviations: Floats, lags: Floats) -> Floats:
    """What each deviation (n,) from the mean holds beyond what those before it said; nan where it is not known.

    Deviations before the first count as nought; an unknown one is taken as it was expected, so that it is held against
    nobody.
    """
    order = len(lags)
    past = [0.0] * order
    found = np.full(len(deviations), np.nan)
    for place, deviation in enumerate(deviations):
        expected = float(np.dot(lags, past)) if order else 0.0
        if np.isfinite(deviation):
            found[place] = deviation - expected
        else:
            deviation = expected
        past = [float(deviation), *past[:-1]] if order else past
    return found


def _rows(series: Floats, order: int) -> tuple[Floats, Floats]:
    """Each figure (rows,) that is there with all its lags (rows, order)."""
    count = len(series) - order
    if count <= 0:
        return np.empty(0), np.empty((0, order))
    y, x = series[order:], _lagged(series, order)
    there = np.isfinite(y) & np.isfinite(x).all(axis=1)
    return y[there], x[there]


def _lagged(series: Floats, order: int) -> Floats:
    columns = [series[order - lag : len(series) - lag] for lag in range(1, order + 1)]
    return np.column_stack(columns) if order else np.empty((len(series), 0))


def _criterion(series: Floats, order: int, most: int) -> float:
    """BIC of an order, on the sample that the largest order leaves."""
    y, x = _rows(series, most)
    rest = _least_squares(y, x[:, :order])[1]
    count = len(y)
    return float(count * np.log(max(float(rest @ rest) / count, 1e-300)) + (order + 1) * np.log(count))


def _least_squares(y: Floats, x: Floats) -> tuple[Floats, Floats]:
    design = np.column_stack([np.ones(len(y)), x])
    found = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=float)
    return found, y - design @ found


def _fitted(series: Floats, order: int, differenced: bool) -> Whitener:
    y, x = _rows(series, order)
    lags = _least_squares(y, x)[0][1:]
    if order == 1:
        lags = np.minimum(lags + (1 + 3 * lags) / len(y), 0.99)
    mean = float(np.mean(y - x @ lags) / (1 - lags.sum())) if _largest_root(lags) < 0.99 else float(y.mean())
    rest = (y - mean) - (x - mean) @ lags
    lost = order + 1
    spread = float(np.sqrt(rest @ rest / (len(y) - lost)))
    known = series[np.isfinite(series)]
    own = float(known.std(ddof=1))
    return Whitener(mean, lags, max(spread, 1e-300), own, len(y), lost, differenced)


def _largest_root(lags: Floats) -> float:
    if not len(lags):
        return 0.0
    companion = np.eye(len(lags), k=-1)
    companion[0] = lags
    return float(np.abs(np.linalg.eigvals(companion)).max())
