"""Fields within objects: `data.body` is the key body of the objects in the column data.

They become columns only where they are asked for by name: flattening what nobody asked for would give a file columns
that are taken for labels, and lose the objects that some tasks read as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

_DEEPEST = 4
_LOOK = 20


def with_fields(frame: pd.DataFrame, written: Iterable[str]) -> pd.DataFrame:
    """The frame with a column for each written name that is a path into objects and not a column's own."""
    asked = [name for name in dict.fromkeys(written) if name not in frame.columns]
    made = {path: cells for path in asked if (cells := _cells(frame, path)) is not None}
    return frame.assign(**made) if made else frame


def field_names(frame: pd.DataFrame) -> tuple[str, ...]:
    """The names of the columns, with the paths to the plain cells within those that hold objects."""
    found = (path for name in frame.columns for path in _paths(str(name), frame[name].tolist()[:_LOOK]))
    return tuple(dict.fromkeys(found))


def _cells(frame: pd.DataFrame, path: str) -> pd.Series | None:
    """The cells at the end of a path; None where no row has it."""
    first, *keys = path.split(".")
    if first not in frame.columns or not keys:
        return None
    cells = frame[first].tolist()
    for key in keys:
        if not any(isinstance(cell, Mapping) and key in cell for cell in cells):
            return None
        cells = [cell.get(key) if isinstance(cell, Mapping) else None for cell in cells]
    return pd.Series(cells, frame.index, dtype=object)


def _paths(name: str, cells: list[Any], depth: int = 1) -> Iterator[str]:
    objects = [cell for cell in cells if isinstance(cell, Mapping)]
    if not objects or depth > _DEEPEST:
        yield name
        return
    for key in dict.fromkeys(str(key) for cell in objects for key in cell):
        yield from _paths(f"{name}.{key}", [cell.get(key) for cell in objects], depth + 1)
