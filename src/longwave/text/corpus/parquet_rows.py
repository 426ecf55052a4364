"""Parquet of texts, nested lists and records as they are; label names that Hugging Face wrote into the file used.

`datasets` keeps labels as numbers and their names in the file's metadata ("huggingface": features: names): the names
are what a reader means, so the numbers are turned back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from longwave.connectors.guards import check_parquet
from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.rows import spread


def read_parquet(data: bytes, name: str) -> tuple[pd.DataFrame, list[Message]]:
    """Columns with lists as lists and records as dicts. Raises UnsafeInput or BadInput."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    faults = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError)
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            check_parquet(file, name)
            table = file.read()
        columns = {field.name: table.column(at).to_pylist() for at, field in enumerate(table.schema)}
    except faults as error:
        raise BadInput(
            say("text_corpus.broken", name=name, kind="Parquet"), say("text_corpus.broken_mend")
        ) from error
    if not columns or not table.num_rows:
        raise BadInput(say("text_corpus.header_only", name=name), say("text_corpus.header_only_mend"))
    hidden = [column for column in columns if column.startswith("__index_level_")]
    frame = pd.DataFrame(
        {key: pd.Series(cells, dtype=object) for key, cells in columns.items() if key not in hidden}
    )
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    named = _label_names(table.schema.metadata)
    notes: list[Message] = []
    for column, names in named.items():
        if column in frame.columns:
            frame[column] = pd.Series(
                [_named(cell, names) for cell in frame[column]], frame.index, dtype=object
            )
            notes.append(say("text_corpus.label_names", column=column))
    return spread(frame), notes


def _label_names(metadata: Mapping[bytes, bytes] | None) -> dict[str, list[str]]:
    """Names of the labels of each column that has some in Hugging Face's metadata."""
    try:
        about = json.loads((metadata or {}).get(b"huggingface", b"{}"))
        features = about["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    found = {}
    for column, feature in features.items() if isinstance(features, dict) else ():
        inner = feature.get("feature", feature) if isinstance(feature, dict) else None
        names = inner.get("names") if isinstance(inner, dict) else None
        if isinstance(names, list) and all(isinstance(each, str) for each in names):
            found[str(column)] = names
    return found


def _named(cell: Any, names: list[str]) -> Any:
    if isinstance(cell, list):
        return [_named(each, names) for each in cell]
    if isinstance(cell, int | np.integer) and not isinstance(cell, bool):
        return names[cell] if 0 <= cell < len(names) else None
    return cell
