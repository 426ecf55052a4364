"""The door for a user's own table: the columns that a measure wants are there and hold what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.core.period import normalise_periods
from longwave.measure.measurement import Column, Measurement, TableMeasure


def of_own_table(measure: TableMeasure, table: pd.DataFrame) -> Measurement:
    """The measure of a user's table.

    table: one column for each of `measure.columns` (optional ones may be absent), headed by its name in any
    case; numbers as numbers; other columns are not looked at. Raises BadInput naming column and row.
    """
    return measure.compute(checked(measure, table))


def checked(measure: TableMeasure, table: pd.DataFrame) -> pd.DataFrame:
    """The measure's columns, each of its kind: floats that are finite or missing, texts without blanks around
    them, written periods. Raises BadInput."""
    headed = _headed(measure, table)
    columns = {
        column.name: _read(column, table[headed[column.name]])
        for column in measure.columns
        if column.name in headed
    }
    return pd.DataFrame(columns).reset_index(drop=True)


def wanted(measure: TableMeasure) -> Message:
    """What the table has to bring, in words."""
    return say(
        "measure.wanted_columns",
        columns=tuple(
            say("measure.wanted_optional" if each.optional else "measure.wanted_column", name=each.name)
            for each in measure.columns
        ),
    )


def _headed(measure: TableMeasure, table: pd.DataFrame) -> dict[str, object]:
    """The table's own heading of each column that is there."""
    by_name: dict[str, list[object]] = {}
    for heading in table.columns:
        by_name.setdefault(str(heading).strip().casefold(), []).append(heading)
    missing = [c.name for c in measure.columns if not c.optional and c.name not in by_name]
    if missing:
        present = tuple(str(heading)[:40] for heading in table.columns[:20]) or ("–",)
        raise BadInput(
            say("measure.columns_missing", measure=measure.name, columns=tuple(missing), present=present),
            wanted(measure),
        )
    named = [column.name for column in measure.columns if column.name in by_name]
    twice = [name for name in named if len(by_name[name]) > 1]
    if twice:
        raise BadInput(say("measure.columns_twice", columns=tuple(twice)))
    return {name: by_name[name][0] for name in named}


def _read(column: Column, cells: pd.Series) -> pd.Series:
    if column.kind == "text":
        return cells.map(lambda cell: "" if pd.isna(cell) else str(cell).strip()).astype(object)
    if column.kind == "period":
        return pd.Series(normalise_periods(_dates_as_periods(cells)), index=cells.index, dtype=object)
    return _numbers(column, cells)


def _dates_as_periods(cells: pd.Series) -> pd.Series:
    """Timestamps as years where each is the first or the last day of a year, as pandas and workbooks write years."""
    if not pd.api.types.is_datetime64_any_dtype(cells) or cells.isna().any():
        return cells
    yearly = (cells.dt.dayofyear == 1).all() or ((cells.dt.month == 12) & (cells.dt.day == 31)).all()
    return cells.dt.year.astype(str) if yearly and not cells.dt.year.duplicated().any() else cells


def _numbers(column: Column, cells: pd.Series) -> pd.Series:
    kinds = pd.api.types
    if (
        kinds.is_datetime64_any_dtype(cells)
        or kinds.is_timedelta64_dtype(cells)
        or kinds.is_complex_dtype(cells)
    ):
        raise BadInput(say("measure.no_number", column=column.name, row=1, text=str(cells.iloc[0])[:40]))
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    text = numbers.isna() & cells.notna() & (cells.astype(str).str.strip() != "")
    if text.any():
        row = int(np.flatnonzero(text.to_numpy())[0])
        raise BadInput(
            say("measure.no_number", column=column.name, row=row + 1, text=str(cells.iloc[row])[:40])
        )
    endless = np.isinf(numbers.to_numpy())
    if endless.any():
        row = int(np.flatnonzero(endless)[0])
        raise BadInput(say("measure.infinite", column=column.name, row=row + 1))
    return numbers
