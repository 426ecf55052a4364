"""The rows that an export is judged on: given ones, or the test that the model was made with, read again.

A card remembers where its data lay and how it was read; it is read again only if its bytes are still those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import LongwaveError
from longwave.text.checkpoint import Checkpoint
from longwave.text.corpus.splits import with_splits
from longwave.text.prepared import read_task
from longwave.text.table import TextTable

MOST_ROWS = 2_000
MOST_LEARNT = 512
"""Rows by which pruning sees what matters."""


@dataclass(frozen=True, eq=False)
class ExportRows:
    """test: judged on; other: rows beside them, for what must be chosen before; drawn: whether test is a part of more."""

    test: TextTable
    other: TextTable
    drawn: bool = False


def export_rows(
    checkpoint: Checkpoint,
    data: str | Path | pd.DataFrame | None,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    most: int = MOST_ROWS,
) -> ExportRows | None:
    """None where none are given and the card's are no longer to be had. Raises BadInput, DataError, UsageError for given
    ones that cannot be read."""
    made = checkpoint.card.get("data", {})
    if data is not None:
        table = read_task(
            data, checkpoint.task, columns=columns, several=several,
            ordered=made.get("labels", ()) if made.get("ordered") else (), known=made.get("labels", ()),
        )  # fmt: skip
        return _parted(table, most)
    try:
        found = _again(checkpoint, made)
    except (LongwaveError, OSError):
        return None  # the data has moved on: it was not asked for, so it is not missed
    return None if found is None else _parted(found, most)


def _again(checkpoint: Checkpoint, made: Mapping[str, Any]) -> TextTable | None:
    read = made.get("read")
    if not isinstance(read, dict) or not isinstance(read.get("path"), str):
        return None
    known: dict[str, Any] = {
        "columns": dict(read.get("columns") or {}),
        "files": tuple(read.get("files") or ()),
        "several": read.get("several"),
        "ordered": tuple(read.get("ordered") or ()),
    }
    table = read_task(read["path"], checkpoint.task, **known)
    if not read.get("test"):
        return with_splits(table, seed=checkpoint.recipe.seed) if table.sha256 == made.get("sha256") else None
    test = read_task(read["test"], checkpoint.task, **known)
    if table.sha256 + test.sha256 != made.get("sha256"):
        return None
    if test.has("split") and (test.frame["split"] == "test").any():
        test = test.part("test")
    rest = table.take(table.frame.index[table.frame["split"] != "test"]) if table.has("split") else table
    frame = pd.concat([rest.frame.assign(split="train"), test.frame.assign(split="test")], ignore_index=True)
    return replace(table, frame=frame)


def _parted(table: TextTable, most: int) -> ExportRows:
    rng = np.random.default_rng(0)
    if table.has("split") and (table.frame["split"] == "test").any():
        test = table.part("test")
        other = table.take(table.frame.index[table.frame["split"] != "test"])
    else:
        test, other = table, table.take([])
    drawn = len(test) > most
    if drawn:
        test = test.take(sorted(rng.permutation(len(test))[:most]))
    if len(other) > MOST_LEARNT:
        other = other.take(sorted(rng.permutation(len(other))[:MOST_LEARNT]))
    return ExportRows(test, other, drawn)


def halved(rows: TextTable) -> tuple[TextTable, TextTable]:
    """Two parts without a row in common, drawn by lot."""
    order = np.random.default_rng(1).permutation(len(rows))
    half = len(rows) // 2
    return rows.take(sorted(order[:half])), rows.take(sorted(order[half:]))
