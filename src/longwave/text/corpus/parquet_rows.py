"""Parquet of texts, nested lists and records as they are; label names that Hugging Face wrote into the file are used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from longwave.connectors.guards import check_parquet
from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.label_names import label_names, with_names
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
    frame, notes = with_names(frame, label_names(_features(table.schema.metadata)))
    return spread(frame), list(notes)


def _features(metadata: Mapping[bytes, bytes] | None) -> Any:
    """What Hugging Face's metadata say of the columns; None where they say nothing."""
    try:
        return json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
