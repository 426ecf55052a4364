"""What a task's own door makes of rows: canonical columns, the rows that can be kept, and what is worth saying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.message import Message, say
from longwave.text.corpus.cell import text_of_cell
from longwave.text.corpus.columns import Assignment, parts
from longwave.text.portable.clean import clean


@dataclass(frozen=True)
class Options:
    """several: the mark between labels of one cell; ordered: labels from low to high; known: labels that a model has
    already; for_prediction: what is to be found is not looked at; split: each row's part, or none; renamed: labels of these
    rows -> what they are called instead, "" where they are left out."""

    several: str | None = None
    ordered: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    for_prediction: bool = False
    split: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Shaped:
    """columns: one cell a row each; keep: which rows can be kept; labels: those there are, in order."""

    columns: Mapping[str, Sequence[Any]]
    keep: np.ndarray[Any, np.dtype[np.bool_]]
    notes: tuple[Message, ...] = field(default=())
    labels: tuple[str, ...] = ()
    several: bool = False


def cells(frame: pd.DataFrame, names: Assignment, role: str) -> list[Any] | None:
    """The cells of a role as they came; None where no column plays it."""
    name = names.get(role)
    return None if name is None else frame[name].tolist()


def texts(frame: pd.DataFrame, names: Assignment, role: str, *, strip: bool = True) -> list[str] | None:
    """The cells of a role as clean texts; several columns joined by a line. None where no column plays it."""
    name = names.get(role)
    if name is None:
        return None
    found = [[text_of_cell(cell) for cell in frame[part]] for part in parts(name, list(frame.columns))]
    joined = (
        found[0] if len(found) == 1 else ["\n".join(filter(None, row)) for row in zip(*found, strict=True)]
    )
    cleaned = [clean(text) for text in joined]
    return [text.strip() for text in cleaned] if strip else cleaned


def dropped(key: str, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[Message, ...]:
    """A note of how many rows are left out, if any are."""
    count = int((~keep).sum())
    return (say(key, count=count, rows=len(keep)),) if count else ()


def filled(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which cells hold something."""
    return np.array([bool(value) for value in values], dtype=bool)
