"""How the periods of a series were dated when it came, so that its forecast is dated likewise.

Inside the house a period is a calendar year, quarter or month. Outside it may be a timestamp at the first or the last
(business) day, a Period with a fiscal year, a number or a text. A `Calendar` holds what it takes to write the next ones:

    month of the date = (12 / periods a year) x ordinal of the period + phase,   phase in months

and the rule for the day within that month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.period import Frequency, Period

Kind = Literal["timestamp", "date", "period", "number", "count", "text"]
Day = int | Literal["start", "end", "business_start", "business_end"]
Months = NDArray[np.int64]

EPOCH = 12 * 1970
"""Months from year 0 to where numpy counts months from."""

DAY_NS = 86_400_000_000_000

_ORDINALS = ("一", "二", "三", "四")

SPELLINGS = (
    "{year}",
    "{year}-Q{quarter}",
    "{year}-{month:02d}",
    "{year}Q{quarter}",
    "{year} Q{quarter}",
    "{year}q{quarter}",
    "Q{quarter} {year}",
    "Q{quarter}-{year}",
    "{year}M{month:02d}",
    "{year}-M{month:02d}",
    "{year}M{month}",
    "{year}/{month:02d}",
    "{year}/{month}",
    "{year}{month:02d}",
    "{year}年",
    "{year}年度",
    "{year}年{month}月",
    "{year}年{month:02d}月",
    "{year}年{month}月份",
    "{year}年{month:02d}月份",
    "{year}年第{ordinal}季度",
    "{year}年{ordinal}季度",
    "{year}年第{quarter}季度",
    "{year}年{quarter}季度",
    "{year}年{quarter}季",
    "FY{year}",
    "YR{year}",
)
"""Spellings of a period that a forecast can be written in again; the house's own first."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """frequency: of the series; kind: what stood in the column of dates; phase: months from the first month of the
    calendar period to the month of the date (or, of a Period, to its last month); day, clock: the rule for the
    day and nanoseconds after midnight; dtype: of the column; spelling: of a text or number, or the frequency of a
    Period as pandas writes it.
    """

    frequency: Frequency
    kind: Kind
    phase: int = 0
    day: Day = "start"
    clock: int = 0
    dtype: Any = None
    spelling: str = ""

    def dates(self, ordinals: Months) -> pd.Index:
        """The dates of these periods (ordinals of `Period`), of the same kind as those that came."""
        months = ordinals * (12 // self.frequency.value) + self.phase
        if self.kind == "count":
            return _as(pd.Index(ordinals - counted_from(self.frequency) + 1), self.dtype)
        if self.kind == "period":
            ends = pd.PeriodIndex((months - EPOCH).astype("datetime64[M]"), freq="M")
            spelled_out: pd.Index = ends.asfreq(self.spelling)
            return spelled_out
        if self.kind in {"number", "text"} and "%" not in self.spelling:
            spelled = [spell(self.spelling, self.frequency, int(ordinal)) for ordinal in ordinals]
            return _as(pd.Index(spelled, dtype=object), self.dtype)
        stamps = self._stamps(months)
        if self.kind == "date":
            days: pd.Index = pd.Index(list(stamps.date), dtype=object)
            return days
        if self.kind in {"number", "text"}:
            return _as(pd.Index(stamps.strftime(self.spelling), dtype=object), self.dtype)
        return _typed(stamps, self.dtype)

    def _stamps(self, months: Months) -> pd.DatetimeIndex:
        first = (months - EPOCH).astype("datetime64[M]")
        days = day_of(first, self.day)
        stamps = pd.DatetimeIndex(days.astype("datetime64[s]"))
        return stamps.as_unit("ns") + pd.Timedelta(self.clock, "ns") if self.clock else stamps


def _as(index: pd.Index, dtype: Any) -> pd.Index:
    """The index with the type in which it came."""
    typed: pd.Index = index.astype(dtype)
    return typed


def _typed(stamps: pd.DatetimeIndex, dtype: Any) -> pd.DatetimeIndex:
    if isinstance(dtype, pd.DatetimeTZDtype):
        placed = stamps.tz_localize(dtype.tz, ambiguous=True, nonexistent="shift_forward")
        return placed.as_unit(dtype.unit)
    try:
        unit: Any = "ns" if dtype is None else np.datetime_data(dtype)[0]
        return stamps.as_unit(unit)
    except (
        pd.errors.OutOfBoundsDatetime
    ):  # nanoseconds end in 2262; a long annual forecast goes on in seconds
        return stamps


def day_of(first: NDArray[np.datetime64], day: Day) -> NDArray[np.datetime64]:
    """The day that the rule names in each of these months (datetime64[M]); the 31st of a short month is its last."""
    start = first.astype("datetime64[D]")
    end = (first + 1).astype("datetime64[D]") - 1
    if day == "start":
        return start
    if day == "end":
        return end
    if day == "business_start":
        return np.busday_offset(start, 0, roll="forward")
    if day == "business_end":
        return np.busday_offset(end, 0, roll="backward")
    earliest: NDArray[np.datetime64] = np.minimum(start + (int(day) - 1), end)
    return earliest


def counted_from(frequency: Frequency) -> int:
    """The ordinal of the period that stands for number 1 in a series that is counted, not dated: the first of the
    year 1, so that a year written 0007 is the seventh observation."""
    return frequency.value


def spell(spelling: str, frequency: Frequency, ordinal: int) -> str:
    period = Period(frequency, ordinal)
    return spelling.format(
        year=period.year, quarter=period.step, month=period.step, ordinal=_ORDINALS[(period.step - 1) % 4]
    )


def spelling_of(texts: list[str], periods: list[Period]) -> str:
    """The spelling in which these texts write these periods; the house's own where they do not agree on one."""
    for spelling in SPELLINGS:
        if all(
            spell(spelling, period.frequency, period.ordinal) == text
            for text, period in zip(texts, periods, strict=True)
        ):
            return spelling
    return ""


def house_spelling(frequency: Frequency) -> str:
    return {1: "{year:04d}", 4: "{year:04d}-Q{quarter}", 12: "{year:04d}-{month:02d}"}[frequency.value]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a frequency given by the user says: `MS`, `QE-NOV`, `BYE`, `monthly`. day: None where it names no day.
    The month of a fiscal year is read from the dates themselves."""

    frequency: Frequency
    day: Day | None


_WORDS = {
    **dict.fromkeys(
        ("a", "y", "annual", "annually", "year", "years", "yearly", "年", "年度"), Frequency.ANNUAL
    ),
    **dict.fromkeys(("q", "quarter", "quarters", "quarterly", "季", "季度"), Frequency.QUARTERLY),
    **dict.fromkeys(("m", "month", "months", "monthly", "月", "月度"), Frequency.MONTHLY),
}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_ALIAS = re.compile(
    r"(?P<count>\d*)(?P<business>C?B?)(?P<base>[AYQM])(?P<side>[SE]?)(?:-(?P<anchor>[A-Z]{3}))?", re.ASCII
)


def declared(freq: object) -> Declared | None:
    """Reads a frequency as pandas and Nixtla write it, or in words; None for None. Raises UsageError."""
    if freq is None:
        return None
    if isinstance(freq, Frequency):
        return Declared(freq, None)
    text = str(getattr(freq, "freqstr", freq)).strip()
    if text.casefold() in _WORDS:
        return Declared(_WORDS[text.casefold()], None)
    match = _ALIAS.fullmatch(text.upper())
    if match is None or (match["anchor"] and match["anchor"] not in _MONTHS):
        raise UsageError(say("frames.bad_freq", freq=text[:40]), say("frames.bad_freq_mend"))
    months = int(match["count"] or 1) * {"A": 12, "Y": 12, "Q": 3, "M": 1}[match["base"]]
    if months not in {1, 3, 12}:
        raise UsageError(say("frames.bad_freq", freq=text[:40]), say("frames.bad_freq_mend"))
    side = match["side"]
    day: Day | None = None
    if side or match["business"]:
        first = side == "S"
        plain: tuple[Day, Day] = ("start", "business_start") if first else ("end", "business_end")
        day = plain[bool(match["business"])]
    return Declared(Frequency(12 // months), day)
