"""A column of dates as numbers: for each row a month counted from year 0 and the nanoseconds since that month began.

Whether the dates are timestamps, Periods, years, counts or texts is settled here, once for the distinct cells of a
column, so that what follows is arithmetic on arrays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.connectors.dates import period_header
from longwave.connectors.figures import FULL_WIDTH
from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.core.period import Frequency, Period
from longwave.forecast.calendars import (
    DAY_NS,
    EPOCH,
    Declared,
    Kind,
    counted_from,
    house_spelling,
    spelling_of,
)
from longwave.forecast.y_column import distinct_cells

Rows = NDArray[np.int64]

_EARLIEST, _LATEST = 1500, 2200
_FARTHEST = 9000
"""Years beyond are slips: what is forecast from them could not be written with four figures."""

_SERIALS = range(10_000, 80_000)
"""What workbooks count days by, from 1927 to 2119."""

_DAY_FORMS = {
    "%Y-%m-%d": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "%Y/%m/%d": re.compile(r"\d{4}/\d\d?/\d\d?", re.ASCII),
    "%Y.%m.%d": re.compile(r"\d{4}\.\d\d?\.\d\d?", re.ASCII),
    "%Y%m%d": re.compile(r"\d{8}", re.ASCII),
    "%Y年%m月%d日": re.compile(r"\d{4}年\d\d?月\d\d?日", re.ASCII),
    "%Y-%m-%dT%H:%M:%S": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII),
    "%Y-%m-%d %H:%M:%S": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII),
}
_EITHER_ORDER = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)", re.ASCII)
_WEEK = re.compile(r"\d{4}[- ]?[Ww]\d\d?(?:-?\d)?", re.ASCII)
_YEAR_MONTH = re.compile(r"(?P<year>1[5-9]\d\d|2[0-2]\d\d)(?P<month>0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, eq=False)
class Stamps:
    """month: of the date, or the last one of the period that a cell names; within: nanoseconds since the month began (0
    for a period); step: periods a year where the cell itself tells, 0 for a date; unread: rows that are neither, or
    empty. kind, dtype, spelling: as `Calendar` wants them."""

    month: Rows
    within: Rows
    step: NDArray[np.int8]
    unread: NDArray[np.bool_]
    kind: Kind
    dtype: Any = None
    spelling: str = ""

    def __len__(self) -> int:
        return len(self.month)


def read_stamps(column: pd.Series | pd.Index, wanted: Declared | None) -> Stamps:
    """Reads a column of dates. Raises BadInput where no row of it can be told: days as a workbook counts them, numbers
    without a frequency, weekly or daily Periods, true and false."""
    read = _read(column, wanted)
    return replace(read, unread=read.unread | (read.month < 0) | (read.month >= 12 * _FARTHEST))


def _read(column: pd.Series | pd.Index, wanted: Declared | None) -> Stamps:
    cells = pd.Series(column).reset_index(drop=True)
    kinds = pd.api.types
    if isinstance(cells.dtype, pd.PeriodDtype):
        return _periods(pd.PeriodIndex(cells))
    if kinds.is_datetime64_any_dtype(cells.dtype):
        return _timestamps(cells, cells.dtype)
    if kinds.is_bool_dtype(cells.dtype) or kinds.is_timedelta64_dtype(cells.dtype):
        raise _no_dates(cells.iloc[0] if len(cells) else "")
    if kinds.is_numeric_dtype(cells.dtype) and not kinds.is_complex_dtype(cells.dtype):
        return _numbers(cells, wanted)
    return _texts(cells, wanted)


def _no_dates(cell: object) -> BadInput:
    return BadInput(say("frames.no_dates", text=str(cell)[:40]), say("frames.dates_mend"))


def _timestamps(cells: pd.Series, dtype: Any, kind: Kind = "timestamp", spelling: str = "") -> Stamps:
    """Dates on the wall clock of the time zone that they carry."""
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        zoned, cells = cells, cells.dt.tz_localize(None)
        _check_zone(cells.dropna().to_numpy(), zoned.dropna().iloc[0] if zoned.notna().any() else "")
    unread = cells.isna().to_numpy()
    stamps = cells.to_numpy()
    if unread.any():
        stamps = np.where(unread, np.datetime64(0, "s"), stamps)
    months = stamps.astype("datetime64[M]")
    within = (stamps - months.astype(stamps.dtype)).astype("timedelta64[ns]").astype(np.int64)
    step = np.zeros(len(cells), dtype=np.int8)
    return Stamps(months.astype(np.int64) + EPOCH, within, step, unread, kind, dtype, spelling)


def _check_zone(clocks: NDArray[np.datetime64], first: object) -> None:
    """Midnights of one zone told in another lie on another day, and may lie in another month. clocks: on the wall."""
    days = clocks.astype("datetime64[D]")
    turn = (days.astype("datetime64[M]") != (days + 1).astype("datetime64[M]")) | (
        days == days.astype("datetime64[M]")
    )
    if ((clocks != days) & turn).any():
        raise BadInput(say("frames.other_zone", text=str(first)), say("frames.other_zone_mend"))


def _periods(index: pd.PeriodIndex, dtype: Any = None) -> Stamps:
    """Periods of pandas by their last month, so that a fiscal year or quarter is what it covers, not what it is called."""
    alias = index.freqstr
    base = re.fullmatch(r"(?:[AY]-[A-Z]{3}|Q-[A-Z]{3}|M)", alias)
    if base is None:
        raise BadInput(say("frames.finer_column", freq=alias), say("frames.finer_mend"))
    unread = np.asarray(index.isna())
    ends = index.asfreq("M", how="E").asi8
    step = np.full(len(index), {"A": 1, "Y": 1, "Q": 4, "M": 12}[alias[0]], dtype=np.int8)
    month = np.where(unread, 0, ends) + EPOCH
    return Stamps(month, np.zeros_like(month), step, unread, "period", dtype or index.dtype, alias)


def _numbers(cells: pd.Series, wanted: Declared | None) -> Stamps:
    """Years, years with months (201907), or counts where a frequency is given."""
    numbers = cells.to_numpy(np.float64, na_value=np.nan)
    unread = ~np.isfinite(numbers)
    known = numbers[~unread]
    if len(known) == 0:
        raise _no_dates("")
    if np.abs(known).max() > 1e12:
        raise _no_dates(f"{known[np.abs(known).argmax()]:g}")
    broken = known != np.floor(known)
    if broken.any():
        raise BadInput(say("frames.broken_year", text=f"{known[broken][0]:g}"), say("frames.dates_mend"))
    whole = np.where(unread, known[0], numbers).astype(np.int64)
    yearly = wanted is None or wanted.frequency is Frequency.ANNUAL
    if yearly and whole.min() >= _EARLIEST and whole.max() <= _LATEST:
        return _named(whole, Frequency.ANNUAL, unread, "number", cells.dtype, "{year}")
    if whole.min() >= 100 * _EARLIEST and whole.max() <= 100 * _LATEST + 12:
        month = whole % 100
        if month.min() >= 1 and month.max() <= 12:
            ordinals = 12 * (whole // 100) + month - 1
            return _named(ordinals, Frequency.MONTHLY, unread, "number", cells.dtype, "{year}{month:02d}")
    if whole.min() > 100 * 100 * _EARLIEST and whole.max() < 100 * 100 * _LATEST:
        return _texts(cells.astype("Int64").astype(object).map(str), wanted, cells.dtype, "number")
    if wanted is None:
        serial = whole.min() in _SERIALS and whole.max() in _SERIALS
        key = "frames.serial_days" if serial else "frames.count_without_freq"
        raise BadInput(say(key, text=str(whole.min())), say(f"{key}_mend"))
    if whole.min() < 0 or whole.max() > 9000 * wanted.frequency.value:
        raise BadInput(say("frames.bad_count", text=str(whole.min())), say("frames.bad_count_mend"))
    ordinals = whole - 1 + counted_from(wanted.frequency)
    return _named(ordinals, wanted.frequency, unread, "count", cells.dtype, "")


def _named(
    ordinals: Rows, frequency: Frequency, unread: NDArray[np.bool_], kind: Kind, dtype: Any, spelling: str
) -> Stamps:
    """Rows that name periods, by the last month of each."""
    month = (ordinals + 1) * (12 // frequency.value) - 1
    step = np.full(len(month), frequency.value, dtype=np.int8)
    return Stamps(month, np.zeros_like(month), step, unread, kind, dtype, spelling)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One distinct cell read: the period that it names, or the moment, or neither."""

    period: Period | None = None
    ends: int = 0
    moment: pd.Timestamp | None = None
    form: str = ""


def _texts(cells: pd.Series, wanted: Declared | None, dtype: Any = None, kind: Kind = "text") -> Stamps:
    codes, distinct = distinct_cells(cells)
    read = [_cell(cell) for cell in distinct]
    known = [one for one in read if one.form]
    if not known:
        _refuse_texts([cell for cell in distinct if str(cell).strip()])
    forms = {one.form for one in known}
    if dtype is None:
        dtype = cells.dtype if isinstance(cells.dtype, pd.StringDtype) else object
    if "period" in forms:
        return _periods_as_objects(cells, codes, forms)
    month = np.array([_month(one) for one in read], dtype=np.int64)
    within = np.array([_within(one) for one in read], dtype=np.int64)
    step = np.array([one.period.frequency.value if one.period else 0 for one in read], dtype=np.int8)
    unread = np.array([not one.form for one in read], dtype=bool)
    spelling = _common_spelling(distinct, read, forms)
    if forms == {"day"}:
        kind, spelling, dtype = "date", "", object
    if forms == {"moment"}:
        kind, spelling, dtype = "timestamp", "", _moments_dtype(known)
    return _spread(Stamps(month, within, step, unread, kind, dtype, spelling), codes)


def _moments_dtype(known: list[_Cell]) -> Any:
    """The dtype of timestamps in a column of objects: with a time zone where all have the same."""
    moments = [one.moment for one in known if one.moment is not None]
    for moment in moments:
        if moment.tz is not None:
            _check_zone(moment.tz_localize(None).to_datetime64().reshape(1), moment)
    zones = {moment.tz for moment in moments}
    zone = next(iter(zones))
    return pd.DatetimeTZDtype(tz=zone) if len(zones) == 1 and zone is not None else np.dtype("M8[ns]")


def _spread(distinct: Stamps, codes: Rows) -> Stamps:
    """What was read of the distinct cells, for every row."""
    empty = codes < 0
    return Stamps(
        distinct.month[codes],
        distinct.within[codes],
        distinct.step[codes],
        distinct.unread[codes] | empty,
        distinct.kind,
        distinct.dtype,
        distinct.spelling,
    )


def _cell(cell: object) -> _Cell:
    if isinstance(cell, pd.Period):
        return _Cell(form="period")
    if isinstance(cell, datetime):
        return _Cell(moment=pd.Timestamp(cell), form="moment")
    if isinstance(cell, date):
        return _Cell(moment=pd.Timestamp(cell), form="day")
    if isinstance(cell, bool | np.bool_):
        return _Cell()
    text = _tidy(cell)
    named = period_header(text)
    if named is not None:
        return _Cell(period=Period.parse(named), form="named")
    compact = _YEAR_MONTH.fullmatch(text)
    if compact is not None:
        return _Cell(period=Period.parse(f"{compact['year']}-{compact['month']}"), form="named")
    for form, pattern in _DAY_FORMS.items():
        if pattern.fullmatch(text):
            moment = pd.to_datetime(text, format=form, errors="coerce")
            return _Cell(moment=moment, form=form) if isinstance(moment, pd.Timestamp) else _Cell()
    return _Cell()


def _tidy(cell: object) -> str:
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell).translate(FULL_WIDTH).strip()


def _month(one: _Cell) -> int:
    if one.period is not None:
        return (one.period.ordinal + 1) * (12 // one.period.frequency.value) - 1
    return 12 * one.moment.year + one.moment.month - 1 if one.moment is not None else EPOCH


def _within(one: _Cell) -> int:
    if one.moment is None:
        return 0
    clock = one.moment.tz_localize(None) - one.moment.tz_localize(None).normalize()
    return (one.moment.day - 1) * DAY_NS + int(clock.value)


def _common_spelling(distinct: Any, read: list[_Cell], forms: set[str]) -> str:
    if len(forms) == 1 and "%" in next(iter(forms)):
        return next(iter(forms))
    named = [
        (str(cell), one.period) for cell, one in zip(distinct, read, strict=True) if one.period is not None
    ]
    periods = [period for _, period in named]
    if forms != {"named"} or len({period.frequency for period in periods}) > 1:
        return ""
    return spelling_of([text for text, _ in named], periods) or house_spelling(periods[0].frequency)


def _periods_as_objects(cells: pd.Series, codes: Rows, forms: set[str]) -> Stamps:
    """Periods of pandas in a column of objects: one frequency, and nothing else beside them."""
    kept = cells[codes >= 0]
    kinds = sorted({cell.freqstr if isinstance(cell, pd.Period) else str(cell)[:40] for cell in kept})
    if len(kinds) > 1 or forms != {"period"}:
        message = say("frames.mixed_column", first=kinds[0], second=kinds[-1])
        raise BadInput(message, say("frames.mixed_mend"))
    periods = [cell if isinstance(cell, pd.Period) else pd.NaT for cell in cells]
    return _periods(pd.PeriodIndex(periods, freq=kinds[0]))


def _refuse_texts(cells: list[object]) -> None:
    text = str(cells[0])[:40] if cells else ""
    if any(_EITHER_ORDER.fullmatch(str(cell).strip()) for cell in cells):
        raise BadInput(say("frames.either_order", text=text), say("frames.dates_mend"))
    if any(_WEEK.fullmatch(str(cell).strip()) for cell in cells):
        raise BadInput(say("frames.finer_column", freq=text), say("frames.finer_mend"))
    raise _no_dates(text)
