"""Rows as they stand in a file: named columns of cells, nothing read into them yet.

The index says where a row stands as the user sees it: the line of a text file, the row of a sheet, the count from 1
elsewhere; in a folder with the file's name before it ("train.csv:12").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from longwave.connectors.guards import LIMITS, too_many
from longwave.core.errors import BadInput
from longwave.core.message import Message, say


@dataclass(frozen=True, eq=False)
class Rows:
    """frame: cells as they came (texts, numbers, lists, dicts); sha256: of the bytes; notes: what was chosen."""

    frame: pd.DataFrame
    sha256: str = ""
    notes: tuple[Message, ...] = field(default=())


TEXT_BYTES = 500_000_000
"""One text file, unpacked. All of IMDB is 65 MB; a million news stories are about 2 GB and want Parquet parts."""


def check_names(columns: Sequence[str], name: str) -> None:
    """Raises BadInput where two columns of a file have one name."""
    twice = tuple(sorted(title for title, count in Counter(columns).items() if count > 1))
    if twice:
        raise BadInput(
            say("text_corpus.same_columns", name=name, columns=twice), say("text_corpus.same_columns_mend")
        )


def of_records(records: Sequence[Mapping[str, Any]], places: Sequence[int], name: str) -> pd.DataFrame:
    """Records as a frame of objects: a key that a record lacks is None. Raises UnsafeInput for too many columns."""
    columns: dict[str, None] = {}
    for record in records:
        if not record.keys() <= columns.keys():
            columns.update(dict.fromkeys(map(str, record)))
    if len(columns) > LIMITS.columns or len(records) * len(columns) > LIMITS.cells:
        raise too_many(name, len(records), len(columns), LIMITS.cells)
    cells = {key: pd.Series([record.get(key) for record in records], dtype=object) for key in columns}
    frame = pd.DataFrame(cells, columns=list(columns))
    frame.index = pd.Index(list(places))
    return spread(frame)


def of_lists(rows: Sequence[Sequence[Any]], places: Sequence[int], name: str) -> pd.DataFrame:
    """Nameless rows of equal length as column_1, column_2, ... Raises BadInput naming a row of another length."""
    width = len(rows[0])
    for place, row in zip(places, rows, strict=True):
        if len(row) != width:
            message = say("text_corpus.ragged", name=name, line=place, found=len(row), width=width)
            raise BadInput(message, say("text_corpus.ragged_mend"))
    names = [f"column_{number}" for number in range(1, width + 1)]
    return of_records([dict(zip(names, row, strict=True)) for row in rows], places, name)


def spread(frame: pd.DataFrame) -> pd.DataFrame:
    """A lone column of lists of one length has lost its names: its parts become column_1, column_2, ..."""
    if len(frame.columns) != 1 or frame.empty:
        return frame
    cells = frame.iloc[:, 0].tolist()
    if not all(isinstance(cell, list) for cell in cells):
        return frame
    widths = {len(cell) for cell in cells}
    width = widths.pop()
    if widths or width < 2 or not all(isinstance(part, str | int | float) for part in cells[0]):
        return frame
    columns = {
        f"column_{at + 1}": pd.Series([cell[at] for cell in cells], dtype=object) for at in range(width)
    }
    parts = pd.DataFrame(columns)
    parts.index = frame.index
    return parts
