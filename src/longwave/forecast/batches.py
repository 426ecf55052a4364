"""A long file of series, batch by batch, so that memory does not grow with the file.

The rows of a series stand together; a batch ends where a series ends. A file in another order is refused with the command
that sorts it: to sort is to write, which is no business of a reader.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.connectors.tables import CSV_SUFFIXES, PARQUET_SUFFIXES, find_delimiter
from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.forecast.frames import LongSeries, many_of
from longwave.forecast.table import headings

_LOOK = 65_536
"""Bytes of a text file from which its delimiter is told."""


def read_batches(
    path: str | Path,
    *,
    rows: int = 1_000_000,
    freq: object = None,
    columns: Mapping[str, object] | None = None,
    today: date | None = None,
) -> Iterator[LongSeries]:
    """The series of a Parquet or CSV file (UTF-8) in batches of about `rows` rows, each series whole.

    Arguments as `read_many`. A batch of which no series can be read holds none, and says why in its refusals. Raises
    BadInput where the file is unreadable, has no id, or does not keep the rows of a series together.
    """
    path = Path(path)
    done: set[Any] = set()
    rest, before = pd.DataFrame(), 0
    with closing(_pieces(path, rows, columns or {})) as pieces:
        piece = next(pieces, None)
        while piece is not None:
            following = next(pieces, None)
            frame = pd.concat([rest, piece], ignore_index=True) if len(rest) else piece
            changes = _changes(frame, columns or {}, before)
            cut = len(frame) if following is None else int(changes[-1])
            if cut > 0:
                whole = frame.iloc[:cut]
                _check_grouped(whole, changes[changes < cut], done, path, columns or {})
                yield many_of(whole, freq=freq, columns=columns, today=today, before=before)
            rest, before, piece = frame.iloc[cut:].reset_index(drop=True), before + cut, following
    if before == 0:
        raise BadInput(say("frames.empty"), say("frames.columns_mend"))


def _changes(frame: pd.DataFrame, columns: Mapping[str, object], before: int) -> NDArray[np.int64]:
    """The rows at which another series begins."""
    ids = frame[_id_column(frame, columns)]
    if ids.isna().any():
        row = before + int(np.flatnonzero(ids.isna().to_numpy())[0]) + 1
        raise BadInput(say("frames.no_id", row=row), say("frames.no_id_mend"))
    values = ids.to_numpy()
    return np.flatnonzero(np.append(True, values[1:] != values[:-1]))


def _check_grouped(
    frame: pd.DataFrame, changes: Any, done: set[Any], path: Path, columns: Mapping[str, object]
) -> None:
    for unique_id in frame[_id_column(frame, columns)].iloc[changes].tolist():
        if unique_id in done:
            message = say("frames.not_grouped", name=path.name, unique_id=str(unique_id)[:40])
            raise BadInput(message, say("frames.not_grouped_mend", name=path.name))
        done.add(unique_id)


def _id_column(frame: pd.DataFrame, columns: Mapping[str, object]) -> Any:
    headed, _ = headings(frame, columns)
    if "unique_id" not in headed:
        raise BadInput(
            say("frames.column_missing", column="unique_id", present=tuple(map(str, frame.columns[:20]))),
            say("frames.columns_mend"),
        )
    return headed["unique_id"]


def _pieces(path: Path, rows: int, columns: Mapping[str, object]) -> Generator[pd.DataFrame, None, None]:
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        yield from _parquet(path, rows)
    elif suffix in CSV_SUFFIXES:
        yield from _csv(path, rows, columns)
    else:
        raise BadInput(say("frames.no_long_file", name=path.name), say("frames.no_long_file_mend"))


def _parquet(path: Path, rows: int) -> Generator[pd.DataFrame, None, None]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=rows):
                if batch.num_rows:
                    yield batch.to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise BadInput(say("frames.broken_file", name=path.name), say("frames.no_long_file_mend")) from error


def _csv(path: Path, rows: int, columns: Mapping[str, object]) -> Generator[pd.DataFrame, None, None]:
    """Ids and dates as they are written: an id NA is Namibia, and 0012 is not 12."""
    try:
        with path.open("rb") as file:
            head = file.read(_LOOK).decode("utf-8-sig", errors="ignore")
        mark = find_delimiter(head.rpartition("\n")[0] or head, path.name)
        first = pd.read_csv(path, sep=mark, nrows=0, encoding="utf-8-sig")
        headed, _ = headings(first, columns)
        texts = dict.fromkeys((headed[role] for role in ("unique_id", "ds") if role in headed), str)
        with pd.read_csv(
            path,
            sep=mark,
            chunksize=rows,
            dtype=texts,
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8-sig",
            low_memory=False,
            float_precision="round_trip",
        ) as pieces:
            for piece in pieces:
                if len(piece):
                    yield piece.reset_index(drop=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, OSError) as error:
        raise BadInput(say("frames.broken_file", name=path.name), say("frames.no_long_file_mend")) from error
