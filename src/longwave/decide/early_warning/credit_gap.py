"""The credit-to-GDP gap: credit less its one-sided Hodrick-Prescott trend, and how far such gaps are revised later.

    gap_t = ratio_t - trend_t,   the trend from figures up to t only, smoothness 400,000 quarterly, 1,562.5 yearly

Borio and Lowe (2002); Drehmann, Borio and Tsatsaronis (2011); Basel Committee (2010), "Guidance for national
authorities operating the countercyclical capital buffer". 1,562.5 is 400,000 / 4^4 (Ravn and Uhlig 2002). The trend
means little before it has seen a cycle, so no gap is given before ten years of figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.estimate import Estimate, Sample, grade_of
from longwave.core.message import say
from longwave.core.period import Frequency, Period
from longwave.measure.trend.local_linear import state_space
from longwave.measure.trend.one_sided import one_sided_trend

SMOOTHNESS = {Frequency.QUARTERLY: 400_000.0, Frequency.ANNUAL: 400_000.0 / 4**4}
YEARS = 10
"""Years of figures before the first gap: the Basel guide's and the BIS's rule."""
SETTLED = 5
"""Years after which a two-sided gap is taken as settled; revisions are counted up to then only."""
_FEWEST_REVISIONS = 8
LEVEL = 0.9
_TWO_SIDED_NORMAL = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Revisions:
    """What later figures did to gaps of their time. rms: root mean square of final less real-time gap, percentage
    points; opposite: share of periods in which the two had different signs; periods: how many were compared."""

    rms: float
    opposite: float
    periods: int


@dataclass(frozen=True, eq=False)
class CreditGap:
    """The gap of one area. frame: columns ratio, trend, gap (real time) and final (two-sided), per cent of GDP, one row
    a period; gap is null for the first ten years. revisions: None where the figures are too few to have seen any."""

    frame: pd.DataFrame
    frequency: Frequency
    smoothness: float
    standard_error: float
    revisions: Revisions | None

    @property
    def last(self) -> str:
        return str(self.frame["gap"].last_valid_index())

    @property
    def value(self) -> float:
        return float(self.frame["gap"].to_numpy(float)[self.frame.index.get_loc(self.last)])

    def estimate(self, sources: tuple[str, ...] = ()) -> Estimate:
        """The latest gap with its interval."""
        half = _TWO_SIDED_NORMAL * self.standard_error
        known = self.frame["ratio"].dropna()
        years = int(len(known) / self.frequency.value)
        return Estimate(
            "credit_gap",
            self.value,
            self.value - half,
            self.value + half,
            "percentage points of GDP",
            say("early_warning.gap_method", smoothness=self.smoothness, years=YEARS),
            Sample(len(known), str(known.index[0]), str(known.index[-1])),
            # Quarters of a ratio that hardly moves are not four times the evidence of years.
            grade_of(years),
            LEVEL,
            sources,
        )


def credit_gap(ratio: pd.Series, smoothness: float | None = None) -> CreditGap:
    """The gap of a credit ratio.

    ratio: per cent of GDP, indexed by written quarters or years, in any order; missing periods inside are bridged
    by the trend's slope. Raises BadInput for months or mixed frequencies and for a figure below nought,
    NotEnoughData where fewer than ten years are there.
    """
    known = ratio.dropna().astype(float)
    frequency = _frequency(known)
    needed = YEARS * frequency.value
    if len(known) < needed:
        raise NotEnoughData(
            say(
                "early_warning.gap_too_short", figures=len(known), years=YEARS, needed=needed,
                first=str(min(known.index, default="–")), last=str(max(known.index, default="–")),
            ),
            say("early_warning.gap_too_short_mend"),
        )  # fmt: skip
    if (known < 0).any():
        raise BadInput(
            say("early_warning.negative_ratio", period=str(known.index[int((known < 0).argmax())]))
        )
    values = _evenly(known, frequency)
    lam = SMOOTHNESS[frequency] if smoothness is None else float(smoothness)
    trend = one_sided_trend(values, lam)
    unit = float(values.abs().max()) or 1.0
    model = state_space(values / unit, "strend")
    smoothed = model.smooth([1.0, 1.0 / lam])
    frame = pd.DataFrame(
        {
            "ratio": values,
            "trend": trend["trend"],
            "gap": trend["gap"].where(values.notna().cumsum() >= needed),
            "final": values - smoothed.smoothed_state[0] * unit,
        }
    )
    revisions = _revisions(frame, frequency)
    own = _filter_error(smoothed) * unit
    error = max(own, revisions.rms) if revisions is not None else own
    return CreditGap(frame, frequency, lam, error, revisions)


def _frequency(known: pd.Series) -> Frequency:
    kinds = {Period.parse(str(each)).frequency for each in known.index}
    if len(kinds) > 1 or not kinds <= set(SMOOTHNESS):
        raise BadInput(say("early_warning.gap_frequency"), say("early_warning.gap_frequency_mend"))
    if known.index.has_duplicates:
        twice = str(known.index[known.index.duplicated()][0])
        raise BadInput(say("early_warning.period_twice", period=twice))
    return kinds.pop() if kinds else Frequency.ANNUAL


def _evenly(known: pd.Series, frequency: Frequency) -> pd.Series:
    """Every period from the first figure to the last, the missing ones as NaN."""
    first, last = (Period.parse(str(each)) for each in (min(known.index), max(known.index)))
    index = [str(Period(frequency, place)) for place in range(first.ordinal, last.ordinal + 1)]
    return known.reindex(pd.Index(index, name="period"))


def _filter_error(smoothed: Any) -> float:
    """Standard error of the last trend by the filter's own model, its scale from the one-step errors."""
    errors = np.asarray(smoothed.forecasts_error[0], float)
    spread = np.asarray(smoothed.forecasts_error_cov[0, 0], float)
    known = np.isfinite(errors) & (spread > 0) & (np.arange(len(errors)) >= 2)
    scale = float(np.mean(errors[known] ** 2 / spread[known]))
    variance = float(smoothed.filtered_state_cov[0, 0, -1])
    return float(np.sqrt(max(variance, 0.0) * scale))


def _revisions(frame: pd.DataFrame, frequency: Frequency) -> Revisions | None:
    settled = frame.iloc[: -SETTLED * frequency.value].dropna(subset=["gap", "final"])
    if len(settled) < _FEWEST_REVISIONS:
        return None
    change = settled["final"] - settled["gap"]
    opposite = (np.sign(settled["final"]) * np.sign(settled["gap"]) < 0).mean()
    return Revisions(float(np.sqrt((change**2).mean())), float(opposite), len(settled))
