"""Series as people bring them, and forecasts given back likewise.

In: a long frame (`unique_id`, `ds`, `y`, as Nixtla's), one Series, a dict of Series, or a frame with one column a series.
Out: a frame whose dates are of the same kind and fall on the same days, with Nixtla's names for the bands. One bad series
among many becomes a Refusal and does not stop the others; BadInput is raised where the table itself cannot be used, or
where no series can. Nothing is filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, say
from longwave.core.period import Frequency, Period
from longwave.forecast.calendars import Calendar, Declared, declared, house_spelling
from longwave.forecast.method import Vector
from longwave.forecast.rhythm import Fault, Reading, read_rows, written
from longwave.forecast.run import run_starts
from longwave.forecast.stamps import Rows
from longwave.forecast.table import Look, RowCells, Shape, Table, stated, tabled


@dataclass(frozen=True, eq=False)
class SeriesForm:
    """How series came, so that forecasts go back likewise.

    shape: a long frame, one Series, or one column a series; ids: text of the id -> the id as it came; calendars: how each
    id was dated; names: of the columns for id and date (of a Series: its own name and that of its index); freq: what a
    DatetimeIndex said of itself.
    """

    shape: Shape
    ids: Mapping[str, Any]
    calendars: Mapping[str, Calendar]
    names: tuple[Any, Any] = ("unique_id", "ds")
    freq: Any = None

    def dates(self, unique_id: str, ordinals: Rows) -> pd.Index:
        """The dates of periods (ordinals of `Period`) as this series writes them."""
        return self.calendars[unique_id].dates(ordinals)

    def dates_ahead(self, ids: Sequence[str], last: Rows, horizon: int) -> pd.Series:
        """The dates of steps 1 to `horizon` after the `last` period of each id: len(ids) x horizon rows, id by id. Works
        on whole groups of ids that are dated alike."""
        groups: dict[Calendar, list[int]] = {}
        for place, one in enumerate(ids):
            groups.setdefault(self.calendars[one], []).append(place)
        steps = np.arange(1, horizon + 1)
        parts = []
        for calendar, members in groups.items():
            places = np.array(members)
            rows = (places[:, None] * horizon + steps - 1).ravel()
            dates = calendar.dates((np.asarray(last)[places, None] + steps).ravel())
            parts.append(pd.Series(dates, index=rows))
        return _joined(parts).sort_index()


def _joined(parts: list[pd.Series]) -> pd.Series:
    """One column; of objects where the parts are of different kinds."""
    if not parts:
        return pd.Series(dtype=object)
    if len({part.dtype for part in parts}) > 1:
        parts = [part.astype(object) for part in parts]
    return pd.concat(parts) if len(parts) > 1 else parts[0]


@dataclass(frozen=True, eq=False)
class ReadSeries:
    """series: id -> figures (float, none missing) with their written periods as index, oldest first; what is missing is
    not there; refusals: the series that could not be read, by id; notes: what was done that a reader should know."""

    series: dict[str, pd.Series]
    form: SeriesForm
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, eq=False)
class LongSeries:
    """Many series as arrays. Series i holds values[offsets[i]:offsets[i + 1]], the oldest first: its last unbroken run
    after leading zeros, every value finite; last: the ordinal of its last period; frequency: periods in a year;
    left_out: figures before a gap, or zeros before the series begins."""

    ids: NDArray[np.object_]
    offsets: Rows
    values: Vector
    last: Rows
    frequency: Rows
    left_out: Rows
    form: SeriesForm
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, place: int) -> Vector:
        return self.values[self.offsets[place] : self.offsets[place + 1]]


def read_series(
    source: object,
    *,
    freq: object = None,
    unique_id: str = "",
    columns: Mapping[str, object] | None = None,
    today: date | None = None,
) -> ReadSeries:
    """Series from a frame, a Series or a dict of Series.

    freq: as pandas writes it (MS, QE-NOV, YE, ...) or in words; wanted only for counts (1, 2, 3, ...), single dates and
    irregular days; unique_id: the id of a lone series; columns: role -> heading, where headings are not unique_id, ds, y;
    today: figures dated after it refuse their series (None: not looked at).

    Raises BadInput where the table is unusable or no series can be read, UsageError for a frequency that is none.
    """
    wanted = declared(freq) or stated(source)
    table = tabled(source, unique_id, columns or {}, wanted)
    reading = _read(table, wanted, today)
    refusals = _refusals(table, reading)
    series = {table.ids[code]: _written(reading, code) for code in np.flatnonzero(reading.fault == 0)}
    if not series:
        raise BadInput(refusals[0].reason, refusals[0].mend)
    return ReadSeries(series, _form(table, reading), refusals, table.notes + reading.notes)


def read_many(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    freq: object = None,
    columns: Mapping[str, object] | None = None,
    today: date | None = None,
) -> LongSeries:
    """Many series of a long (or wide) frame as arrays, each cut to its last unbroken run. Arguments as `read_series`.

    Raises BadInput where the table is unusable or no series can be read, UsageError for a frequency that is none.
    """
    found = many_of(frame, freq=freq, columns=columns, today=today)
    if len(found) == 0:
        raise BadInput(found.refusals[0].reason, found.refusals[0].mend)
    return found


def many_of(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    freq: object,
    columns: Mapping[str, object] | None,
    today: date | None,
    before: int = 0,
) -> LongSeries:
    """As `read_many`, but a table of which no series can be read gives no series and their refusals: one batch of many
    may be such a table. before: rows of the file before this batch, so that a message names the right one."""
    wanted = declared(freq) or stated(frame)
    table = replace(tabled(frame, "", columns or {}, wanted), before=before)
    reading = _read(table, wanted, today)
    good = np.flatnonzero(reading.fault == 0)
    starts, ends = reading.offsets[:-1], reading.offsets[1:]
    begin = run_starts(reading.values, reading.ordinals, reading.offsets)[good]
    length = ends[good] - begin
    offsets = np.concatenate([[0], np.cumsum(length)])
    rows = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], length)
    return LongSeries(
        np.array(table.ids, dtype=object)[good],
        offsets,
        reading.values[rows],
        reading.ordinals[ends[good] - 1],
        reading.frequency[good],
        begin - starts[good],
        _form(table, reading),
        _refusals(table, reading),
        table.notes + reading.notes,
    )


def forecast_frame(tables: Mapping[str, ForecastTable], form: SeriesForm) -> pd.DataFrame:
    """Forecasts by id as one frame dated as the series came.

    Columns: id and date under the names that they came with; `longwave` (the median), `longwave-mean`, then the bands
    `longwave-lo-95`, `longwave-lo-80`, ..., `longwave-hi-80`, `longwave-hi-95`. Of a lone Series the frame has the dates
    as index, of the kind that its own index had, and no id.
    """
    parts = [_rows(unique_id, table, form) for unique_id, table in tables.items()]
    if not parts:
        return pd.DataFrame({form.names[0]: [], form.names[1]: [], "longwave": []})
    dates = _joined([dates for dates, _ in parts]).reset_index(drop=True)
    bands = pd.concat([frame for _, frame in parts], ignore_index=True)
    if form.shape == "series":
        bands.index = _index(dates, form)
        return bands
    lengths = [len(frame) for _, frame in parts]
    ids = [form.ids[unique_id] for unique_id in tables]
    bands.insert(0, form.names[0], pd.Series(ids).repeat(lengths).reset_index(drop=True))
    bands.insert(1, form.names[1], dates)
    return bands


def _index(dates: pd.Series, form: SeriesForm) -> pd.Index:
    if form.freq is None:
        return dates.set_axis(dates).rename_axis(form.names[1]).index
    return pd.DatetimeIndex(dates, name=form.names[1], freq=form.freq)


def band_names(frame: pd.DataFrame, name: str = "longwave") -> dict[str, str]:
    """House's column (mean, 0.025, ...) -> Nixtla's, in the order of Nixtla: lower bounds from far to near, then upper
    ones from near to far. Quantiles without a partner on the other side keep their probability: `longwave-q-0.3`."""
    shares = sorted(float(column) for column in frame.columns if column != "mean")
    there = {f"{share:g}" for share in shares}
    names = {"0.5": name} if "0.5" in there else {}
    names["mean"] = f"{name}-mean"
    for share in shares:
        level = f"{round(100 * abs(1 - 2 * share), 6):g}"
        paired = f"{1 - share:g}" in there
        side = "lo" if share < 0.5 else "hi"
        if share != 0.5:
            names[f"{share:g}"] = f"{name}-{side}-{level}" if paired else f"{name}-q-{share:g}"
    return names


def _rows(unique_id: str, table: ForecastTable, form: SeriesForm) -> tuple[pd.Series, pd.DataFrame]:
    ordinals = np.array([Period.parse(str(text)).ordinal for text in table.frame.index], dtype=np.int64)
    names = band_names(table.frame)
    return pd.Series(form.dates(unique_id, ordinals)), table.frame[list(names)].rename(columns=names)


def _read(table: Table, wanted: Declared | None, today: date | None) -> Reading:
    return read_rows(table.codes, len(table.ids), table.stamps, table.y, table.wrong, wanted, today)


def _written(reading: Reading, code: np.integer[Any]) -> pd.Series:
    rows = slice(int(reading.offsets[code]), int(reading.offsets[code + 1]))
    texts = written(int(reading.frequency[code]), reading.ordinals[rows])
    return pd.Series(reading.values[rows].copy(), index=pd.Index(texts, dtype=object, name="period"))


def _form(table: Table, reading: Reading) -> SeriesForm:
    """Calendars are shared by the series that are dated alike."""
    shared: dict[tuple[int, int, int, int, int], Calendar] = {}
    calendars = {}
    good = np.flatnonzero(reading.fault == 0)
    found = (reading.frequency, reading.phase, reading.rule, reading.clock, table.look)
    for code, key in zip(good, zip(*(part[good].tolist() for part in found), strict=True), strict=True):
        if key not in shared:
            shared[key] = _calendar(table.looks[key[4]], reading, int(code))
        calendars[table.ids[code]] = shared[key]
    ids = {table.ids[code]: table.raw_ids[code] for code in good}
    return SeriesForm(table.shape, ids, calendars, table.names, table.freq)


def _calendar(look: Look, reading: Reading, code: int) -> Calendar:
    frequency = Frequency(int(reading.frequency[code]))
    spelling = look.spelling
    if look.kind == "text" and not spelling:
        spelling = house_spelling(frequency)
    return Calendar(
        frequency,
        look.kind,
        int(reading.phase[code]),
        reading.day(code),
        int(reading.clock[code]),
        look.dtype,
        spelling,
    )


def _refusals(table: Table, reading: Reading) -> tuple[Refusal, ...]:
    return tuple(
        refused(
            Fault(int(reading.fault[code])),
            table.ids[code],
            table.cells(int(reading.row[code])),
            table.cells(int(reading.other[code])),
        )
        for code in np.flatnonzero(reading.fault)
    )


_MENDS = {
    Fault.NOT_A_FIGURE: "figures_mend",
    Fault.INFINITE: "check_figures",
    Fault.NOT_A_DATE: "dates_mend",
    Fault.MIXED: "mixed_mend",
    Fault.TWICE: "twice_mend",
    Fault.FINER: "finer_mend",
    Fault.OTHER_FREQUENCY: "other_frequency_mend",
    Fault.ONE_DATE: "give_freq",
    Fault.SPARSE: "sparse_mend",
    Fault.CHANGING: "mixed_mend",
    Fault.IRREGULAR_DAYS: "give_freq",
    Fault.FUTURE: "future_mend",
    Fault.EMPTY: "more_figures",
}


def refused(fault: Fault, unique_id: str, first: RowCells, second: RowCells) -> Refusal:
    """The sentence for a series that could not be read."""
    reason = say(
        f"frames.fault_{fault.name.lower()}",
        row=second.row if fault in {Fault.MIXED, Fault.FUTURE} else first.row,
        first=first.ds,
        second=second.ds,
        figure=first.y,
    )
    return Refusal(unique_id, reason, say(f"frames.{_MENDS[fault]}"))
