"""Rows that are at hand in Python, whatever holds them: records, columns, a dict of parts, a hub's dataset."""

from __future__ import annotations

from collections.abc import Mapping
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
    split. Raises UsageError for what holds no rows."""
    if isinstance(data, str | Path | pd.DataFrame | TextTable):
        return data
    if isinstance(data, Mapping) and data and all(split_of(str(name)) for name in data):
        parts = [frame_of(part).assign(split=str(name)) for name, part in data.items()]
        return pd.concat(parts, ignore_index=True)
    return frame_of(data)


def frame_of(data: Any) -> pd.DataFrame:
    """Of records, columns or a hub's dataset, whose labels get their names. Raises UsageError for what holds no rows."""
    if isinstance(data, pd.DataFrame):
        return data
    if hasattr(data, "to_pandas"):
        named = label_names(getattr(data, "features", None))
        return with_names(pd.DataFrame(data.to_pandas()), named)[0]
    is_columns = isinstance(data, Mapping) and all(
        isinstance(each, list | tuple | pd.Series) for each in data.values()
    )
    is_records = isinstance(data, list | tuple) and all(isinstance(row, Mapping) for row in data)
    if not is_columns and not is_records:
        raise UsageError(
            say("text_corpus.no_rows_in", kind=type(data).__name__), say("text_corpus.no_rows_in_mend")
        )
    lengths = {len(each) for each in data.values()} if is_columns else set[int]()
    if len(lengths) > 1:
        raise UsageError(say("text_corpus.unequal_columns", lengths=tuple(map(str, sorted(lengths)))))
    return pd.DataFrame(data if is_columns else list(data))
