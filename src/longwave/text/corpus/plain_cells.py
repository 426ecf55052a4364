"""Cells that should be texts and are objects: written out as they are they would be learnt from, brackets and all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.corpus.columns import Assignment, parts, tidy
from longwave.text.corpus.nested import field_names
from longwave.text.corpus.roles import TARGETS

_TEXTS = ("text", "other", "question", "context", "summary", "prompt", "completion", "system")
"""Roles whose cells are texts in every task: heads, tails and translations may be objects."""
_USUAL = ("text", "content", "body", "value", "sentences")


def check_texts(frame: pd.DataFrame, names: Assignment, *, for_prediction: bool) -> None:
    """Raises BadInput for the first cell of a text that is an object or a list of objects, with the field to name.

    for_prediction: what is to be found is not read, and so not looked at."""
    there = list(frame.columns)
    unread = TARGETS if for_prediction else frozenset[str]()
    unread |= {"prompt", "completion"} if names.get("turns") is not None else set()
    for role in _TEXTS:
        name = None if role in unread else names.get(role)
        for column in () if name is None else parts(name, there):
            _check_column(frame, role, column)


def _check_column(frame: pd.DataFrame, role: str, column: str) -> None:
    for where, cell in zip(frame.index, frame[column], strict=True):
        found = _object(cell)
        if found is not None:
            message = say("text_corpus.text_object", row=str(where), column=column, shown=str(found)[:60])
            mend = say("text_corpus.text_object_mend", role=role, path=_likely_path(frame, column))
            raise BadInput(message, mend)


def _object(cell: Any) -> Mapping[Any, Any] | None:
    """The object that a cell is, or the first of its list; None for another cell."""
    first = cell[0] if isinstance(cell, list) and cell else cell
    return first if isinstance(first, Mapping) else None


def _likely_path(frame: pd.DataFrame, column: str) -> str:
    """The field within a column's objects that is called as texts are; else the first."""
    paths = [path for path in field_names(frame[[column]]) if path != column] or [f"{column}.NAME"]
    last = {path: tidy(path.rpartition(".")[2]) for path in paths}
    return min(
        (path for path in paths if last[path] in _USUAL),
        key=lambda path: _USUAL.index(last[path]),
        default=paths[0],
    )
