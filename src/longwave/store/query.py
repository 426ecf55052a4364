"""Reading rows: one DuckDB query over the Parquet tables, which skips the row groups that it need not see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from longwave.core.panel import COLUMNS, KEY, Panel

_FROM = f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?, hive_partitioning = false)"  # noqa: S608 our own names
_NEWEST_OF_SERIES = "QUALIFY vintage = max(vintage) OVER (PARTITION BY source, area, variable, item)"
_NEWEST_OF_ROW = (
    "QUALIFY row_number() OVER (PARTITION BY source, area, variable, item, period ORDER BY vintage DESC) = 1"
)
_SORTED = f"ORDER BY {', '.join(KEY)}"


def query(
    connection: duckdb.DuckDBPyConnection,
    whole: Sequence[str],
    gathered: Sequence[str],
    realtime: Sequence[str],
    *,
    areas: Collection[str] | None,
    variables: Collection[str] | None,
    as_of: date | None,
) -> Panel:
    """Rows of the tables at the paths `whole`; of those at `gathered` the newest vintage of each series at
    `as_of`, and of those at `realtime` the newest of each row.

    The rows were checked when they were committed and are sorted by key, so the panel is not checked again.
    Raises duckdb.Error.
    """
    where, values = _conditions(areas, variables)
    parts: list[str] = []
    parameters: list[Any] = []
    if whole:
        parts.append(" ".join([_FROM, "WHERE", where]))
        parameters += [list(whole), *values]
    known, dates = ("", []) if as_of is None else ("AND vintage <= ?", [as_of.isoformat()])
    for paths, newest in ((gathered, _NEWEST_OF_SERIES), (realtime, _NEWEST_OF_ROW)):
        if paths:
            parts.append(" ".join([_FROM, "WHERE", where, known, newest]))
            parameters += [list(paths), *values, *dates]
    if not parts:
        return Panel.empty()
    sql = " ".join([" UNION ALL ".join(parts), _SORTED])
    return _panel(connection.cursor().execute(sql, parameters).fetchnumpy())


def every_row(connection: duckdb.DuckDBPyConnection, path: str) -> Panel:
    """All rows of one table, every vintage of them. Raises duckdb.Error."""
    return _panel(connection.cursor().execute(f"{_FROM} {_SORTED}", [[path]]).fetchnumpy())


def _conditions(areas: Collection[str] | None, variables: Collection[str] | None) -> tuple[str, list[str]]:
    """The filter as SQL with a place for each word, which lets DuckDB hold it against a row group's
    statistics.
    """
    clauses = "true"
    values: list[str] = []
    for column, words in (("area", areas), ("variable", variables)):
        if words is not None:
            clauses += f" AND {column} IN ({', '.join('?' * len(words))})" if words else " AND false"
            values += words
    return clauses, values


def _panel(columns: dict[str, Any]) -> Panel:
    arrays = {name: np.asarray(columns[name], dtype=object) for name in COLUMNS if name != "value"}
    numbers: Any = np.ma.asarray(columns["value"], dtype=float)
    values: npt.NDArray[np.float64] = np.ma.filled(numbers, np.nan)
    frame = pd.DataFrame({name: values if name == "value" else arrays[name] for name in COLUMNS})
    return Panel(frame)
