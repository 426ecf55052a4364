"""A checked panel as one Parquet table: sorted so that one area is one stretch, and known by its content.

Text columns are dictionary encoded; rows go by area, variable, item, period, vintage, so that a reader
skips every row group without the area it wants. The digest is of the figures, not of the file: another
version of Parquet writes other bytes for the same figures, and that is no new vintage.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.core.panel import COLUMNS, Panel

_ORDER = ("area", "variable", "item", "period", "vintage")
_SERIES = ("area", "variable", "item")
_ROW_GROUP = 50_000
"""Rows that are read or skipped together: a few areas of a large panel, and still large enough to pack
well.
"""

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Table:
    """Parquet bytes with what the catalogue wants to know of them."""

    data: bytes
    content: str
    series: int
    observations: int
    areas: int
    first: str
    last: str


def encode(panel: Panel) -> Table:
    """A panel of one source as a `Table`. Raises BadInput for text that cannot be written as UTF-8."""
    columns = {name: _factorised(panel.frame[name], name) for name in COLUMNS if name != "value"}
    order = np.lexsort([columns[name][0] for name in reversed(_ORDER)])
    sorted_columns = {name: (codes[order], words) for name, (codes, words) in columns.items()}
    values = panel.frame["value"].to_numpy(float)[order]
    periods = sorted_columns["period"][1]
    return Table(
        data=_parquet(sorted_columns, values),
        content=_digest(sorted_columns, values),
        series=_count_series(sorted_columns),
        observations=int(np.isfinite(values).sum()),
        areas=len(sorted_columns["area"][1]),
        first=periods[0] if periods else "",
        last=periods[-1] if periods else "",
    )


def _factorised(column: pd.Series, name: str) -> tuple[Codes, list[str]]:
    """Codes into the sorted distinct words. By Arrow, since pandas takes words for equal up to a null character."""
    try:
        array = pa.array(column.astype(object), pa.string())
    except UnicodeEncodeError as error:
        raise BadInput(say("store.bad_text", column=name)) from error
    if array.null_count:
        raise BadInput(say("core.empty_key", column=name))
    encoded = array.dictionary_encode()
    words: list[str] = encoded.dictionary.to_pylist()
    order = sorted(range(len(words)), key=words.__getitem__)
    rank = np.empty(len(words), dtype=np.int32)
    rank[order] = np.arange(len(words), dtype=np.int32)
    return rank[encoded.indices.to_numpy()], [words[place] for place in order]


def _count_series(columns: dict[str, tuple[Codes, list[str]]]) -> int:
    """Rows are sorted by series, so a series begins wherever one of its three names changes."""
    codes = np.stack([columns[name][0] for name in _SERIES])
    return 0 if codes.shape[1] == 0 else 1 + int((np.diff(codes, axis=1) != 0).any(axis=0).sum())


def _digest(columns: dict[str, tuple[Codes, list[str]]], values: npt.NDArray[np.float64]) -> str:
    digest = hashlib.sha256()
    for name, (codes, words) in columns.items():
        digest.update(json.dumps([name, words]).encode())
        digest.update(codes.astype("<i4").tobytes())
    digest.update(np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes())
    return digest.hexdigest()


def _parquet(columns: dict[str, tuple[Codes, list[str]]], values: npt.NDArray[np.float64]) -> bytes:
    arrays = {
        name: pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(words, pa.string()))
        for name, (codes, words) in columns.items()
    }
    arrays["value"] = pa.array(values, from_pandas=True)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table({name: arrays[name] for name in COLUMNS}),
        sink,
        compression="zstd",
        row_group_size=_ROW_GROUP,
    )
    return bytes(sink.getvalue().to_pybytes())
