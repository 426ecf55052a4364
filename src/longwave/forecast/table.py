"""Any table of series as one set of rows: whose series, which date, which figure.

A long frame has the columns `unique_id`, `ds`, `y`. A Series, a dict of Series and a frame with one column a series are laid
out as such rows first, so that everything after this door sees one form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.connectors.dates import period_header
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Message, say
from longwave.forecast.calendars import Declared, Kind, declared
from longwave.forecast.method import Vector
from longwave.forecast.stamps import Rows, Stamps, read_stamps
from longwave.forecast.y_column import distinct_cells, read_y

ROLES = ("unique_id", "ds", "y")

Shape = Literal["long", "series", "wide"]


@dataclass(frozen=True, slots=True)
class Look:
    """What stood in a column of dates, as `Calendar` wants it."""

    kind: Kind
    dtype: Any
    spelling: str


@dataclass(frozen=True, slots=True)
class RowCells:
    """A row as it stood, for a message: its number from 1, its date and figure in short."""

    row: int
    ds: str
    y: str


@dataclass(frozen=True, eq=False)
class Table:
    """ids: texts, sorted; raw_ids: as they came; codes: of each row, its place in `ids`; look: of each id, its place in
    `looks`; ds and y: the columns as they stood; names: of the columns for id and date; before: rows that
    stood before these in a file."""

    shape: Shape
    ids: list[str]
    raw_ids: list[Any]
    codes: Rows
    stamps: Stamps
    y: Vector
    wrong: NDArray[np.bool_]
    looks: tuple[Look, ...]
    look: Rows
    stood: tuple[Sequence[Any], Sequence[Any]]
    names: tuple[Any, Any]
    notes: tuple[Message, ...] = ()
    freq: Any = None
    before: int = 0

    def cells(self, row: int) -> RowCells:
        ds, y = (_short(column[row]) for column in self.stood)
        first = int(np.searchsorted(self.codes, self.codes[row])) if self.shape == "wide" else -self.before
        return RowCells(row - first + 1, ds, y)


def _short(cell: object) -> str:
    text = str(cell)
    return text.removesuffix(" 00:00:00")[:40]


def stated(source: object) -> Declared | None:
    """The frequency that a DatetimeIndex says of itself; None where it says none that can be forecast."""
    try:
        return declared(_index_freq(source))
    except UsageError:  # weeks and days: what is wrong with them is said where the rows are read
        return None


def _index_freq(source: object) -> Any:
    if isinstance(source, pd.Series | pd.DataFrame) and isinstance(source.index, pd.DatetimeIndex):
        return source.index.freq
    return None


def tabled(source: object, unique_id: str, columns: Mapping[str, object], wanted: Declared | None) -> Table:
    """The rows of any source. Raises BadInput where it is no table of series."""
    if isinstance(source, pd.Series):
        if source.index.nlevels == 2:
            return _long(_levelled(source), {}, unique_id, wanted)
        return _series(source, unique_id, wanted)
    if isinstance(source, pd.DataFrame):
        return _frame(source, columns, unique_id, wanted)
    if hasattr(source, "to_pandas"):  # frames of polars, tables of pyarrow
        return tabled(source.to_pandas(), unique_id, columns, wanted)
    if isinstance(source, Mapping):
        return _mapping(source, wanted)
    raise BadInput(say("frames.no_table", kind=type(source).__name__[:40]), say("frames.no_table_mend"))


def _levelled(series: pd.Series) -> pd.DataFrame:
    """A Series with two levels of index, the id and the date, in this order unless they are named."""
    frame = series.rename("y").to_frame()
    names = [name if name in ROLES[:2] else None for name in frame.index.names]
    frame.index.names = names if set(names) == set(ROLES[:2]) else list(ROLES[:2])
    return frame.reset_index()


def _frame(
    frame: pd.DataFrame, columns: Mapping[str, object], unique_id: str, wanted: Declared | None
) -> Table:
    if frame.columns.nlevels > 1 or frame.index.nlevels > 2:
        raise BadInput(say("frames.levels"), say("frames.levels_mend"))
    named = {name for name in frame.index.names if name is not None and name not in frame.columns}
    asked = {role: columns.get(role, role) for role in ROLES}
    headed = {str(column).strip().casefold() for column in frame.columns}
    there = {role for role, name in asked.items() if str(name).strip().casefold() in headed}
    if "y" in there and named & {asked["unique_id"], asked["ds"]}:
        frame = frame.reset_index()
    elif frame.index.nlevels == 2:
        raise BadInput(say("frames.levels"), say("frames.levels_mend"))
    elif "y" in there and "ds" not in there and isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        frame = frame.rename_axis(str(asked["ds"])).reset_index()
    if not columns and _is_wide(frame):
        return _wide(frame, wanted)
    return _long(frame, columns, unique_id, wanted)


def _is_wide(frame: pd.DataFrame) -> bool:
    """Whether the index holds the dates and each column is a series."""
    names = {str(column).strip().casefold() for column in frame.columns}
    if names & {"ds", "y"} or len(frame.columns) == 0 or isinstance(frame.index, pd.RangeIndex):
        return False
    index = frame.index
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        return True
    return len(index) > 0 and all(period_header(str(cell)) is not None for cell in index.unique())


def _long(
    frame: pd.DataFrame, columns: Mapping[str, object], unique_id: str, wanted: Declared | None
) -> Table:
    headed, notes = headings(frame, columns)
    _check_rows(frame)
    lone = "unique_id" not in headed
    ids_column = None if lone else frame[headed["unique_id"]]
    if ids_column is not None and ids_column.isna().any():
        row = int(np.flatnonzero(ids_column.isna().to_numpy())[0]) + 1
        raise BadInput(say("frames.no_id", row=row), say("frames.no_id_mend"))
    codes, ids, raw = _ids(ids_column, len(frame), unique_id)
    ds, y = frame[headed["ds"]], frame[headed["y"]]
    names = (headed.get("unique_id", "unique_id"), headed["ds"])
    return _made("long", (codes, ids, raw), ds, y, names, wanted, notes)


def _ids(column: pd.Series | None, rows: int, unique_id: str) -> tuple[Rows, list[str], list[Any]]:
    """Codes of the rows, ids as sorted texts, and as they came. 1 and '1' are one id."""
    if column is None:
        return np.zeros(rows, dtype=np.int64), [unique_id], [unique_id]
    first, distinct = distinct_cells(column)
    texts, place, again = np.unique(
        np.array([str(one) for one in distinct], dtype=object), return_index=True, return_inverse=True
    )
    raw = [distinct[at] for at in place]
    return again[first], list(texts), raw


def _made(
    shape: Shape,
    ids: tuple[Rows, list[str], list[Any]],
    ds: pd.Series,
    y: pd.Series,
    names: tuple[Any, Any],
    wanted: Declared | None,
    notes: tuple[Message, ...] = (),
    freq: Any = None,
) -> Table:
    stamps = read_stamps(ds, wanted)
    values, wrong = read_y(y)
    codes, texts, raw = ids
    looks = (Look(stamps.kind, stamps.dtype, stamps.spelling),)
    look = np.zeros(len(texts), dtype=np.int64)
    stood = (ds.array, y.array)
    return Table(shape, texts, raw, codes, stamps, values, wrong, looks, look, stood, names, notes, freq)


def _check_rows(frame: pd.DataFrame | pd.Series) -> None:
    if len(frame) == 0:
        raise BadInput(say("frames.empty"), say("frames.columns_mend"))


def headings(
    frame: pd.DataFrame, columns: Mapping[str, object]
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Role -> heading as it stands; and which headings were not looked at. The id may be absent. Raises BadInput."""
    unknown = [role for role in columns if role not in ROLES]
    if unknown:
        raise BadInput(say("frames.bad_role", role=str(unknown[0])[:40]), say("frames.columns_mend"))
    by_name: dict[str, list[Any]] = {}
    for heading in frame.columns:
        by_name.setdefault(str(heading).strip().casefold(), []).append(heading)
    headed = {}
    for role in ROLES:
        asked = columns.get(role, role)
        there = [one for one in frame.columns if one == asked] or by_name.get(
            str(asked).strip().casefold(), []
        )
        if len(there) > 1:
            raise BadInput(
                say("frames.column_twice", column=str(asked)[:40]), say("frames.column_twice_mend")
            )
        if there:
            headed[role] = there[0]
        elif role in columns or role != "unique_id":
            raise _missing(str(asked), list(frame.columns))
    others = tuple(str(one)[:40] for one in frame.columns if one not in headed.values())
    return headed, (say("frames.not_looked_at", columns=others[:12]),) if others else ()


_ALIASES = {
    "unique_id": ("id", "series", "series_id", "item_id", "name", "code", "country", "area"),
    "ds": ("date", "time", "period", "timestamp", "year", "month", "quarter", "日期", "时间"),
    "y": ("value", "values", "target", "obs_value", "figure", "数值"),
}


def _missing(role: str, there: list[Any]) -> BadInput:
    """What is missing, and the heading that may be meant."""
    texts = [str(heading)[:40] for heading in there[:40]]
    tidy = {text.strip().casefold(): text for text in texts}
    likely = [tidy[alias] for alias in _ALIASES.get(role, ()) if alias in tidy]
    close = get_close_matches(role.casefold(), list(tidy), n=1, cutoff=0.5)
    nearest = likely[0] if likely else tidy[close[0]] if close else ""
    message = say("frames.column_missing", column=role, present=tuple(texts) or ("–",))
    if nearest:
        return BadInput(message, say("frames.nearest_mend", column=role, nearest=nearest))
    return BadInput(message, say("frames.columns_mend"))


def _series(series: pd.Series, unique_id: str, wanted: Declared | None) -> Table:
    _check_rows(series)
    if series.index.nlevels > 2:
        raise BadInput(say("frames.levels"), say("frames.levels_mend"))
    name = unique_id or ("" if series.name is None else str(series.name))
    ids = (np.zeros(len(series), dtype=np.int64), [name], [name])
    dates = series.index.to_series().reset_index(drop=True)
    names = (series.name, series.index.name)
    return _made("series", ids, dates, series.reset_index(drop=True), names, wanted, freq=_index_freq(series))


def _wide(frame: pd.DataFrame, wanted: Declared | None) -> Table:
    _check_rows(frame)
    names = list(frame.columns)
    return _laid([(name, frame.iloc[:, place]) for place, name in enumerate(names)], wanted, frame.index.name)


def _mapping(source: Mapping[Any, object], wanted: Declared | None) -> Table:
    if not source:
        raise BadInput(say("frames.empty"), say("frames.columns_mend"))
    return _laid(list(source.items()), wanted, None)


def _laid(named: list[tuple[Any, object]], wanted: Declared | None, dates: Any) -> Table:
    """Series laid one below the other, by name. Each may be dated in its own way."""
    texts = [str(name) for name, _ in named]
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise BadInput(say("frames.column_twice", column=twice[:40]), say("frames.column_twice_mend"))
    tables, raw = [], []
    for name, series in sorted(named, key=lambda each: str(each[0])):
        if not isinstance(series, pd.Series) or series.index.nlevels > 1:
            raise BadInput(
                say("frames.no_series", name=str(name)[:40], kind=type(series).__name__[:40]),
                say("frames.no_table_mend"),
            )
        tables.append(_series(series, str(name), wanted))
        raw.append(name)
    return _stacked(tables, raw, dates)


def _stacked(tables: list[Table], raw: list[Any], dates: Any) -> Table:
    stamps = [one.stamps for one in tables]
    looks = tuple(dict.fromkeys(one.looks[0] for one in tables))
    first = stamps[0]
    joined = Stamps(
        np.concatenate([one.month for one in stamps]),
        np.concatenate([one.within for one in stamps]),
        np.concatenate([one.step for one in stamps]),
        np.concatenate([one.unread for one in stamps]),
        kind="count" if all(one.kind == "count" for one in stamps) else first.kind,
    )
    return Table(
        "wide",
        [one.ids[0] for one in tables],
        raw,
        np.repeat(np.arange(len(tables)), [len(one.codes) for one in tables]),
        joined,
        np.concatenate([one.y for one in tables]),
        np.concatenate([one.wrong for one in tables]),
        looks,
        np.array([looks.index(one.looks[0]) for one in tables], dtype=np.int64),
        tuple(_chained([one.stood[column] for one in tables]) for column in (0, 1)),
        ("unique_id", dates if dates is not None else "ds"),
    )


def _chained(columns: list[Any]) -> Any:
    return np.concatenate([np.asarray(column, dtype=object) for column in columns])
