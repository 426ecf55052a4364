"""Fields within objects: `data.body` is the key body of the objects in the column data. Of a list of objects it is the list
of their fields, so that `annotations.result.value` are all marks that Label Studio exports of a text.

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
        if not any(key in each for cell in cells for each in _objects(cell)):
            return None
        cells = [_field(cell, key) for cell in cells]
    return pd.Series(cells, frame.index, dtype=object)


def _objects(cell: Any) -> list[Mapping[Any, Any]]:
    """The object that a cell is, or the objects of its list."""
    return [each for each in (cell if isinstance(cell, list) else [cell]) if isinstance(each, Mapping)]


def _field(cell: Any, key: str) -> Any:
    """A field of an object; of a list of objects the list of what they hold there, lists among it opened."""
    if not isinstance(cell, list):
        return cell.get(key) if isinstance(cell, Mapping) else None
    found = [each[key] for each in _objects(cell) if each.get(key) is not None]
    return [inner for each in found for inner in (each if isinstance(each, list) else [each])]


def _paths(name: str, cells: list[Any], depth: int = 1) -> Iterator[str]:
    objects = [each for cell in cells for each in _objects(cell)]
    listed = any(isinstance(cell, list) for cell in cells)
    if not objects or listed or depth > _DEEPEST:
        yield name
    if objects and depth <= _DEEPEST:
        for key in dict.fromkeys(str(key) for each in objects for key in each):
            yield from _paths(f"{name}.{key}", [each.get(key) for each in objects], depth + 1)
