"""Series in a user's own file: the columns unique_id, ds, y, or dates and one column a series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from longwave.connectors import guards
from longwave.connectors.tables import TABLE_SUFFIXES, read_tables
from longwave.core.errors import UsageError
from longwave.core.message import say

_WANTED = frozenset({"unique_id", "ds", "y"})
_DATES = frozenset(
    {
        "ds",
        "date",
        "dates",
        "time",
        "period",
        "timestamp",
        "year",
        "quarter",
        "month",
        "日期",
        "时间",
        "时期",
        "年份",
        "季度",
        "月份",
    }
)
"""Headings, in small letters, of a first column that holds dates."""

STREAMED_FROM = 50_000_000
"""Bytes of a Parquet or CSV file from which it is read in batches."""


def is_file(text: str) -> bool:
    """Whether a word of the command line names a file rather than a series."""
    path = Path(text)
    return path.suffix.lower() in TABLE_SUFFIXES or is_there(path)


def is_there(path: Path) -> bool:
    """Whether there is a file or folder; a name that no file can have is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def own_table(path: Path) -> pd.DataFrame | dict[str, pd.Series]:
    """The file's table, of a workbook that of the sheet with most of the columns wanted; where dates stand in the first
    column and no column is headed ``y``, each other column is a series. Raises BadInput, UsageError."""
    if not is_there(path):
        raise UsageError(say("workflows.no_file", path=str(path)), say("workflows.no_file_mend"))
    tables = read_tables(guards.read_bytes(path), path.name, headings=_WANTED)
    best = max(
        tables, key=lambda t: len(_WANTED & {str(name).strip().casefold() for name in t.frame.columns})
    )
    frame = best.frame.rename(columns=_tidy).reset_index(drop=True)
    first = frame.columns[0]
    if "ds" in frame:
        frame = frame.assign(ds=_counted(frame["ds"]))
    if (
        {"y", "unique_id"} & set(frame.columns)
        or str(first).strip().casefold() not in _DATES
        or frame.shape[1] < 2
    ):
        return frame
    dates = pd.Index(_counted(frame[first]), name="ds")
    return {
        str(name): frame[name].set_axis(dates) for name in frame.columns[1:] if not frame[name].isna().all()
    }


def _tidy(name: object) -> object:
    plain = str(name).strip().casefold()
    return plain if plain in _WANTED else name


def _counted(dates: pd.Series) -> pd.Series:
    """Counts (1, 2, 3, ...) that a text file holds as texts, as numbers; what may be a year stays as it is written."""
    texts = dates.astype(str).str.strip()
    return texts.astype("int64") if texts.str.fullmatch(r"[0-9]{1,3}").all() else dates


def is_long(path: Path) -> bool:
    """Whether the file is so large that it is read in batches."""
    return path.suffix.lower() in {".parquet", ".csv"} and path.stat().st_size >= STREAMED_FROM
