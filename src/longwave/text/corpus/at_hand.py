"""Rows that are at hand in Python, whatever holds them: records, columns, a dict of parts, a hub's dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.corpus.label_names import label_names, with_names
from longwave.text.corpus.split_names import split_of
from longwave.text.table import TextTable


def at_hand(data: Any) -> str | Path | pd.DataFrame | TextTable:
    """A place, a frame or a table as they are; all else as a frame.

    Taken are a list of dicts, a dict of columns, whatever has ``to_pandas`` (`datasets.Dataset`), and a dict of parts of any
    of these (``{"train": ..., "validation": ..., "test": ...}``, `datasets.DatasetDict`): their names become the column
    split, and what is none of these parts is left out (`left_out`). Raises UsageError for what holds no rows."""
    if isinstance(data, str | Path | pd.DataFrame | TextTable):
        return data
    if _has_parts(data):
        parts = [frame_of(part).assign(split=str(name)) for name, part in data.items() if split_of(str(name))]
        return pd.concat(parts, ignore_index=True)
    return frame_of(data)


def left_out(data: Any) -> tuple[str, ...]:
    """Of a dict of parts the names of those that are neither train nor dev nor test, as "unsupervised" is."""
    if isinstance(data, TextTable) or not _has_parts(data):
        return ()
    return tuple(str(name) for name in data if split_of(str(name)) is None)


def _has_parts(data: Any) -> bool:
    """Whether a dict is one of parts: all its names are those of parts, or some are and each holds rows by itself."""
    if not isinstance(data, Mapping) or not data:
        return False
    named = [split_of(str(name)) is not None for name in data]
    return all(named) or (any(named) and all(map(_holds_rows, data.values())))


def _holds_rows(part: Any) -> bool:
    if is_column(part):
        return len(part) > 0 and all(isinstance(row, Mapping) for row in part)
    return isinstance(part, pd.DataFrame | Mapping) or hasattr(part, "to_pandas")


def is_column(cells: Any) -> bool:
    """Whether these are cells one after the other: a list, or what else pandas, NumPy and Arrow have of one dimension."""
    if isinstance(cells, str | bytes):
        return False
    in_arrow = hasattr(cells, "to_pylist") and not hasattr(cells, "column_names")
    return isinstance(cells, Sequence) or len(getattr(cells, "shape", ())) == 1 or in_arrow


def frame_of(data: Any) -> pd.DataFrame:
    """Of records, columns or a hub's dataset, whose labels get their names. Raises UsageError for what holds no rows."""
    if isinstance(data, pd.DataFrame):
        return data
    if hasattr(data, "to_pandas"):
        named = label_names(getattr(data, "features", None))
        return with_names(pd.DataFrame(data.to_pandas()), named)[0]
    if isinstance(data, Mapping) and all(map(is_column, data.values())):
        return _of_columns(data)
    if isinstance(data, list | tuple) and all(isinstance(row, Mapping) for row in data):
        return pd.DataFrame(list(data))
    raise UsageError(
        say("text_corpus.no_rows_in", kind=type(data).__name__), say("text_corpus.no_rows_in_mend")
    )


def _of_columns(data: Mapping[Any, Any]) -> pd.DataFrame:
    """Raises UsageError for columns of unlike lengths."""
    lengths = {len(each) for each in data.values()}
    if len(lengths) > 1:
        raise UsageError(say("text_corpus.unequal_columns", lengths=tuple(map(str, sorted(lengths)))))
    return pd.DataFrame({name: _cells(each) for name, each in data.items()})


def _cells(column: Any) -> pd.Series[Any] | list[Any]:
    if isinstance(column, pd.Series):
        return column
    return list(column.to_pylist() if hasattr(column, "to_pylist") else column)
