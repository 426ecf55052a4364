"""The rhythm of many series at once: how often each is observed, on which day, and whether its dates can be trusted.

A series of dates is annual, quarterly or monthly when the greatest common divisor of its steps in months is a multiple of
12, of 3, or neither, and its smallest step is one such period. Everything is arithmetic on arrays; a loop runs over the
series that are refused, never over rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from longwave.core.message import Message, say
from longwave.core.period import Frequency, Period
from longwave.forecast.calendars import DAY_NS, EPOCH, Day, Declared, day_of
from longwave.forecast.method import Vector
from longwave.forecast.stamps import Rows, Stamps

Mask = NDArray[np.bool_]

_FAR = np.int64(1) << 40


class Fault(IntEnum):
    """Why a series is refused; where several hold, the first of this list is said."""

    NONE = 0
    NOT_A_FIGURE = 1
    INFINITE = 2
    NOT_A_DATE = 3
    MIXED = 4
    TWICE = 5
    FINER = 6
    OTHER_FREQUENCY = 7
    ONE_DATE = 8
    SPARSE = 9
    CHANGING = 10
    IRREGULAR_DAYS = 11
    FUTURE = 12
    EMPTY = 13


_RULES: dict[int, Day] = {0: "start", -1: "end", -2: "business_start", -3: "business_end"}
_NO_RULE = -9


@dataclass(frozen=True, eq=False)
class Reading:
    """Rows that hold a figure, by series and then by period: codes, ordinals (of `Period`), values; series i has the rows
    offsets[i] to offsets[i + 1]. For each series: frequency (periods a year), phase, day and clock as `Calendar` wants
    them; fault, and the rows of the table that show it."""

    offsets: Rows
    ordinals: Rows
    values: Vector
    frequency: Rows
    phase: Rows
    rule: Rows
    clock: Rows
    fault: NDArray[np.int8]
    row: Rows
    other: Rows
    notes: tuple[Message, ...] = ()

    def day(self, code: int) -> Day:
        rule = int(self.rule[code])
        return _RULES.get(rule, rule)


@dataclass(frozen=True, eq=False)
class _Sorted:
    """The rows by series, month and moment; `order` leads back to the rows of the table."""

    codes: Rows
    month: Rows
    within: Rows
    step: NDArray[np.int8]
    y: Vector
    order: Rows
    starts: Rows
    gap: Rows
    moved: int


@dataclass(frozen=True, eq=False)
class _Faults:
    """The first fault found of each series, with one or two rows of the table that show it."""

    kind: NDArray[np.int8]
    row: Rows
    other: Rows = field(repr=False)

    def mark(self, codes: Rows, kind: Fault, rows: Rows, others: Rows | None = None) -> None:
        """Rows that show a fault, one a series or more; the first of each series is kept."""
        found, first = np.unique(codes, return_index=True)
        fresh = self.kind[found] == 0
        found, first = found[fresh], first[fresh]
        self.kind[found] = kind
        self.row[found] = rows[first]
        self.other[found] = (rows if others is None else others)[first]


def read_rows(
    codes: Rows,
    count: int,
    stamps: Stamps,
    y: Vector,
    wrong: Mask,
    wanted: Declared | None,
    today: date | None,
) -> Reading:
    """The rows of `count` series (each has one at least), by period. wrong: rows whose figure is none; wanted: the
    frequency that the user states; today: figures of later periods are a fault (None: not looked at)."""
    faults = _Faults(np.zeros(count, np.int8), np.zeros(count, np.int64), np.zeros(count, np.int64))
    for mask, kind in (
        (wrong, Fault.NOT_A_FIGURE),
        (np.isinf(y), Fault.INFINITE),
        (stamps.unread, Fault.NOT_A_DATE),
    ):
        rows = np.flatnonzero(mask)
        faults.mark(codes[rows], kind, rows)
    table = _sorted(codes, count, stamps, y)
    frequency = _frequency(table, wanted, faults)
    rule, clock = _day_rule(table, wanted, faults)
    ordinals, phase = _ordinals(table, frequency, rule, wanted, faults, stamps.kind == "count")
    dated = stamps.kind != "count"
    unfinished = _future(table, frequency, ordinals, rule, today, faults) if today and dated else None
    return _kept(
        table, count, ordinals, (frequency, phase, rule, clock), faults, _notes(table, unfinished, today)
    )


def _sorted(codes: Rows, count: int, stamps: Stamps, y: Vector) -> _Sorted:
    month, within = stamps.month, stamps.within
    same = codes[1:] == codes[:-1]
    later = (month[1:] > month[:-1]) | ((month[1:] == month[:-1]) & (within[1:] >= within[:-1]))
    tidy = bool(((codes[1:] > codes[:-1]) | (same & later)).all())
    order = np.arange(len(codes)) if tidy else np.lexsort((within, month, codes))
    codes, month = codes[order], month[order]
    back = (np.diff(order) < 0) & (codes[1:] == codes[:-1])
    moved = len(np.unique(codes[1:][back]))
    starts = np.searchsorted(codes, np.arange(count))
    gap = np.diff(month, prepend=month[:1])
    gap[starts] = 0
    return _Sorted(codes, month, within[order], stamps.step[order], y[order], order, starts, gap, moved)


def _frequency(table: _Sorted, wanted: Declared | None, faults: _Faults) -> Rows:
    """Periods a year of each series."""
    starts, gap = table.starts, table.gap
    inside = np.ones(len(gap), dtype=bool)
    inside[starts] = False
    said = table.step[starts].astype(np.int64)
    _mark_rows(table, faults, table.step != said[table.codes], Fault.MIXED)
    same = inside & (gap == 0)
    moment = np.diff(table.within, prepend=table.within[:1]) == 0
    _mark_pairs(table, faults, same & moment, Fault.TWICE)
    _mark_pairs(table, faults, same & ~moment, Fault.FINER)
    if wanted is not None:
        other = (said > 0) & (said != wanted.frequency.value)
        codes = np.flatnonzero(other)
        faults.mark(codes, Fault.OTHER_FREQUENCY, table.order[starts[codes]])
        return np.where(said > 0, said, wanted.frequency.value)
    divisor = np.gcd.reduceat(gap, starts)
    found = np.where(divisor % 12 == 0, 1, np.where(divisor % 3 == 0, 4, 12))
    frequency = np.where(said > 0, said, np.where(divisor == 0, 0, found))
    _settle_single(table, frequency, faults)
    _mark_steps(table, frequency, said, inside, faults)
    return frequency


def _settle_single(table: _Sorted, frequency: Rows, faults: _Faults) -> None:
    """A series with one date is taken to be observed as often as all the others, where they agree."""
    single = np.flatnonzero((frequency == 0) & (faults.kind == 0))
    known = np.unique(frequency[(frequency > 0) & (faults.kind == 0)])
    if len(known) == 1:
        frequency[single] = known[0]
    else:
        faults.mark(single, Fault.ONE_DATE, table.order[table.starts[single]])
    frequency[frequency == 0] = 1


def _mark_steps(table: _Sorted, frequency: Rows, said: Rows, inside: Mask, faults: _Faults) -> None:
    """Dates too far apart for any frequency, or first yearly and then quarterly."""
    span = (12 // frequency)[table.codes]
    dated = (said == 0)[table.codes] & inside
    least = np.minimum.reduceat(np.where(dated, table.gap, _FAR), table.starts)
    sparse = np.flatnonzero((least > 12 // frequency) & (least < _FAR))
    faults.mark(sparse, Fault.SPARSE, table.order[table.starts[sparse]])
    coarse = dated & (table.gap > span) & ((table.gap == 3) | (table.gap == 12))
    repeated = coarse[1:] & coarse[:-1] & (table.gap[1:] == table.gap[:-1])
    _mark_pairs(table, faults, np.append(False, repeated), Fault.CHANGING)


def _mark_rows(table: _Sorted, faults: _Faults, mask: Mask, kind: Fault) -> None:
    """Marks series by rows of theirs, shown beside the first row of the series."""
    rows = np.flatnonzero(mask)
    codes = table.codes[rows]
    faults.mark(codes, kind, table.order[table.starts[codes]], table.order[rows])


def _mark_pairs(table: _Sorted, faults: _Faults, mask: Mask, kind: Fault) -> None:
    """Marks series by rows of theirs, shown beside the row before."""
    rows = np.flatnonzero(mask)
    faults.mark(table.codes[rows], kind, table.order[rows - 1], table.order[rows])


def _day_rule(table: _Sorted, wanted: Declared | None, faults: _Faults) -> tuple[Rows, Rows]:
    """Which day of the month the dates of each series fall on, and the time of day."""
    starts, month = table.starts, table.month
    day = table.within // DAY_NS + 1
    clock = table.within % DAY_NS
    first = (month - EPOCH).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    low, high = np.minimum.reduceat(day, starts), np.maximum.reduceat(day, starts)
    clipped = np.logical_and.reduceat(day == np.minimum(high[table.codes], length), starts)
    rule = np.where(low == high, np.where(low == 1, 0, low), np.where(clipped, high, _NO_RULE))
    rule = np.where(np.logical_and.reduceat(day == length, starts), -1, rule)
    stated = None if wanted is None else wanted.day
    business = stated in {"business_start", "business_end"}
    open_ = np.ones(len(starts), dtype=bool) if business else rule == _NO_RULE
    if open_.any():
        rows = np.flatnonzero(open_[table.codes])
        for number in (-2, -3):
            fits = np.ones(len(month), dtype=bool)
            due = (day_of(first[rows], _RULES[number]) - first[rows].astype("datetime64[D]")).astype(np.int64)
            fits[rows] = day[rows] == due + 1
            every = np.logical_and.reduceat(fits, starts) & open_
            rule = np.where(every & ((rule == _NO_RULE) | (stated == _RULES[number])), number, rule)
    rule = _irregular(table, rule, wanted, faults)
    same_clock = np.minimum.reduceat(clock, starts) == np.maximum.reduceat(clock, starts)
    return rule, np.where(same_clock, clock[starts], 0)


def _irregular(table: _Sorted, rule: Rows, wanted: Declared | None, faults: _Faults) -> Rows:
    """Days that follow no rule are read by the frequency that the user states, or refused."""
    if wanted is None:
        codes = np.flatnonzero(rule == _NO_RULE)
        faults.mark(codes, Fault.IRREGULAR_DAYS, table.order[table.starts[codes]], _last_rows(table)[codes])
        return np.where(rule == _NO_RULE, 0, rule)
    number = next((number for number, day in _RULES.items() if day == wanted.day), 0)
    return np.where(rule == _NO_RULE, number, rule)


def _last_rows(table: _Sorted) -> Rows:
    ends: Rows = np.append(table.starts[1:], len(table.codes)) - 1
    return table.order[ends]


def _ordinals(
    table: _Sorted, frequency: Rows, rule: Rows, wanted: Declared | None, faults: _Faults, counted: bool
) -> tuple[Rows, Rows]:
    """The period of each row, and for each series how many months its dates lie after the first month of their period.

    A fiscal period is called after the calendar period in which it ends, as pandas calls fiscal years. Dates alone do not
    say that they begin a fiscal period, so they stand for the calendar period that holds them unless the user states a
    frequency that begins (QS-NOV, YS-JUL).
    """
    span = (12 // frequency)[table.codes]
    begins = wanted is not None and wanted.day in {"start", "business_start"}
    ahead = (np.isin(rule, (0, -2)) & begins & (table.step[table.starts] == 0))[table.codes]
    ordinals = (table.month + np.where(ahead, span - 1, 0)) // span
    apart = table.month - ordinals * span
    phase = apart[table.starts]
    uneven = ~np.logical_and.reduceat(apart == phase[table.codes], table.starts)
    if wanted is not None:
        same = (np.diff(ordinals, prepend=ordinals[:1] - 1) == 0) & (table.gap > 0)
        _mark_pairs(table, faults, same, Fault.OTHER_FREQUENCY)
        ends = np.isin(rule, (-1, -3))
        phase = np.where(uneven, np.where(ends, 12 // frequency - 1, 0), phase)
    else:
        _mark_rows(table, faults, (apart != phase[table.codes]), Fault.SPARSE)
    return ordinals, np.zeros_like(phase) if counted else phase


def _future(
    table: _Sorted, frequency: Rows, ordinals: Rows, rule: Rows, today: date, faults: _Faults
) -> Mask:
    """Marks figures of periods that have not begun; returns the series whose last period has not ended."""
    now = 12 * today.year + today.month - 1
    span = (12 // frequency)[table.codes]
    named = (table.step > 0) | np.isin(rule, (-1, -3))[table.codes]
    begins = np.where(named, table.month - span + 1, table.month)
    held = ~np.isnan(table.y)
    _mark_rows(table, faults, held & (begins > now), Fault.FUTURE)
    last = np.maximum.reduceat(
        np.where(held, np.maximum((ordinals + 1) * span - 1, table.month), -1), table.starts
    )
    running: Mask = (last >= now) & (faults.kind == 0)
    return running


def _notes(table: _Sorted, unfinished: Mask | None, today: date | None) -> tuple[Message, ...]:
    notes = []
    if table.moved:
        notes.append(say("frames.sorted", count=table.moved))
    if unfinished is not None and unfinished.any() and today is not None:
        notes.append(say("frames.unfinished", count=int(unfinished.sum()), today=today.isoformat()))
    return tuple(notes)


def _kept(
    table: _Sorted,
    count: int,
    ordinals: Rows,
    found: tuple[Rows, Rows, Rows, Rows],
    faults: _Faults,
    notes: tuple[Message, ...],
) -> Reading:
    """The rows with a figure of the series without a fault."""
    held = ~np.isnan(table.y)
    empty = np.flatnonzero(np.add.reduceat(held.astype(np.int64), table.starts) == 0)
    faults.mark(empty, Fault.EMPTY, table.order[table.starts[empty]])
    kept = held & (faults.kind == 0)[table.codes]
    codes = table.codes[kept]
    offsets = np.searchsorted(codes, np.arange(count + 1))
    return Reading(
        offsets, ordinals[kept], table.y[kept], *found, faults.kind, faults.row, faults.other, notes
    )


def written(frequency: int, ordinals: Rows) -> list[str]:
    """Ordinals as written periods."""
    return [str(Period(Frequency(frequency), int(ordinal))) for ordinal in ordinals]
