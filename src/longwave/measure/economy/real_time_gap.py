"""The output gap as it could be known at the time, as it is seen with hindsight, and how far the two lie apart.

    gap_t = ln Y_t - trend_t,   trend: Hodrick-Prescott, one-sided (data up to t) and two-sided (all data)
    revision_t = two-sided gap_t - one-sided gap_t,   s^2 = mean of revision_t^2 over the dates that have settled
    interval of the last gap: one-sided gap +- t(d) s sqrt(1 + 1/d),   d = settled dates / (1 + 2 sum of autocorrelations)

The last gap is always one-sided, so what it will be revised by is what such gaps were revised by in the area's own past
(Orphanides and van Norden 2002). A date has settled once enough periods follow it that the two-sided filter no longer moves
there. Revisions of neighbouring dates are alike, so they count as fewer. The revision is taken about zero: a filter that was
always revised upwards is not corrected for it, but its interval is wider. Revisions of the figures themselves, and the
question whether the filter's trend is potential output at all, are not in the interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.measure.trend.local_linear import state_space
from longwave.measure.trend.one_sided import one_sided_trend


@dataclass(frozen=True, slots=True)
class Pace:
    """How a gap is taken at one frequency. smoothness: of the filter; start: periods before the first one-sided gap that
    counts; settle: periods after which the two-sided gap has settled."""

    smoothness: float
    start: int
    settle: int

    @property
    def fewest(self) -> int:
        """Periods without which too few revisions are known."""
        return self.start + self.settle + self.start

    @property
    def lags(self) -> int:
        """Periods over which revisions can be alike."""
        return self.settle


ANNUAL = Pace(6.25, 10, 5)
QUARTERLY = Pace(1600.0, 40, 20)

MOST_MISSING = 0.2
"""Part of the periods that may lack a figure."""


@dataclass(frozen=True, eq=False)
class RealTime:
    """Gaps of one series, fractions of the trend in logarithms.

    gaps: index = period as a whole number; columns one_sided, final. settled: the rows whose final gap has settled and
    whose one-sided gap counts; spread: root mean square of their revisions; independent: as how many independent
    revisions they count; correlation: of the one-sided with the final gap there; wrong_sign: part of them with another
    sign.
    """

    gaps: pd.DataFrame
    settled: pd.DataFrame
    spread: float
    independent: float
    correlation: float
    wrong_sign: float

    def interval(self, level: float = 0.95) -> tuple[float, float, float]:
        """The last gap with the bounds between which its final value lies."""
        last, half = float(self.gaps["one_sided"].iloc[-1]), self.half_width(level)
        return last, last - half, last + half

    def half_width(self, level: float) -> float:
        """What is added and taken off for the coverage `level`."""
        from scipy.special import stdtrit

        quantile = stdtrit(self.independent, 0.5 + level / 2)
        return float(quantile * self.spread * np.sqrt(1 + 1 / self.independent))


def real_time_gaps(output: pd.Series, pace: Pace) -> RealTime:
    """One-sided and final gaps of output and the revisions between them.

    output: above zero; index = period as a whole number, evenly spaced ones may be missing. Raises ValueError where a figure
    is not above zero or not finite, where fewer than `pace.fewest` periods are there, where more than a fifth of them are
    missing, or where output grew at a constant rate.
    """
    values = _logarithms(output, pace)
    one_sided = one_sided_trend(values, pace.smoothness)["gap"]
    gaps = pd.DataFrame({"one_sided": one_sided, "final": values - two_sided_trend(values, pace.smoothness)})
    counted = gaps.iloc[pace.start : -pace.settle].dropna()
    if len(counted) < pace.start:
        raise ValueError("too few one-sided gaps have settled")
    revisions = (counted["final"] - counted["one_sided"]).to_numpy(float)
    spread = float(np.sqrt((revisions**2).mean()))
    return RealTime(
        gaps,
        counted,
        spread,
        _independent(revisions, pace.lags),
        float(np.corrcoef(counted["one_sided"], counted["final"])[0, 1]),
        float((np.sign(counted["one_sided"]) != np.sign(counted["final"])).mean()),
    )


def two_sided_trend(values: pd.Series, smoothness: float) -> pd.Series:
    """The Hodrick-Prescott trend from all the figures; missing ones are bridged."""
    unit = float(np.nanmax(np.abs(values.to_numpy(float)))) or 1.0
    smoothed = state_space(values / unit, "strend").smooth([1.0, 1.0 / smoothness])
    return pd.Series(smoothed.smoothed_state[0] * unit, index=values.index, name="trend")


def _logarithms(output: pd.Series, pace: Pace) -> pd.Series:
    known = output.dropna().sort_index()
    figures = known.to_numpy(float)
    if not (np.isfinite(figures).all() and (figures > 0).all()):
        raise ValueError("output has to be above zero")
    if len(known) < pace.fewest:
        raise ValueError(f"{len(known)} periods have a figure; {pace.fewest} are needed")
    first, last = int(known.index[0]), int(known.index[-1])
    every = pd.RangeIndex(first, last + 1)
    if len(known) < (1 - MOST_MISSING) * len(every):
        raise ValueError("too many periods have no figure")
    values = pd.Series(np.log(figures), index=known.index).reindex(every)
    # Growth is judged between known figures, which gaps in the years do not disturb.
    growth = np.diff(np.log(figures)) / np.diff(known.index.to_numpy(float))
    if float(np.ptp(growth)) < 1e-9:
        raise ValueError("output grew at a constant rate")
    return pd.Series(values - values.iloc[0])


def _independent(revisions: np.ndarray, lags: int) -> float:
    """As how many independent revisions they count, about their mean; at least two."""
    left = revisions - revisions.mean()
    total = float(left @ left)
    if total <= 0:
        return float(len(revisions))
    most = min(lags, len(left) - 2)
    alike = [float(left[step:] @ left[:-step]) / total for step in range(1, most + 1)]
    # Bartlett's weights keep the sum from being driven by the last, noisiest ones.
    weighted = sum((1 - (step + 1) / (most + 1)) * one for step, one in enumerate(alike))
    return float(np.clip(len(left) / max(1.0, 1 + 2 * weighted), 2.0, len(left)))
