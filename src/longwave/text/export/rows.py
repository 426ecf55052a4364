"""The rows that an export is judged on: given ones, or the test that the model was made with, read again.

A card remembers where its data lay and how it was read; it is read again only if its bytes are still those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import LongwaveError
from longwave.text.checkpoints.as_made import as_made
from longwave.text.checkpoints.checkpoint import Checkpoint
from longwave.text.corpus.splits import with_splits
from longwave.text.prepared import read_task, with_test
from longwave.text.table import TextTable

MOST_ROWS = 5_000
MOST_CHOSEN = 1_024
FEWEST = 40
"""Rows of dev below which nothing is chosen on dev alone."""


@dataclass(frozen=True, eq=False)
class ExportRows:
    """test: judged on; other: rows beside them, for what must be chosen before; drawn: whether test is a part of more;
    learnt: whether `other` holds rows that the model learnt from, on which it is surer than on others."""

    test: TextTable
    other: TextTable
    drawn: bool = False
    learnt: bool = False


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
            data,
            checkpoint.task,
            columns=columns,
            several=several,
            known=made.get("labels", ()),
            usual=checkpoint.reading["usual"],
        )
        return _parted(as_made(table, checkpoint.card), most)
    try:
        found = _again(checkpoint, made)
    except (LongwaveError, OSError):
        return None  # the data has moved on: it was not asked for, so it is not missed
    return None if found is None else _parted(as_made(found, checkpoint.card), most)


def _again(checkpoint: Checkpoint, made: Mapping[str, Any]) -> TextTable | None:
    """The rows that the model was made with, split as they were; None where they are no longer those."""
    if checkpoint.rows is not None:
        return checkpoint.rows
    read = made.get("read")
    if not isinstance(read, dict) or not isinstance(read.get("path"), str):
        return None
    known = checkpoint.reading
    table = read_task(read["path"], checkpoint.task, files=tuple(read.get("files") or ()), **known)
    if read.get("test"):
        table = with_test(table, read_task(read["test"], checkpoint.task, known=table.labels, **known))
    if table.sha256 != made.get("sha256"):
        return None
    return with_splits(table, seed=checkpoint.split_seed)


def _parted(table: TextTable, most: int) -> ExportRows:
    """The test, or all rows where there is none; beside it dev, or where dev is too small all that is not the test."""
    rng = np.random.default_rng(0)
    test, dev = table.part("test"), table.part("dev")
    if not len(test):
        return ExportRows(_drawn(table, most, rng), table.take([]), len(table) > most)
    few = len(dev) < FEWEST
    other = table.take(table.frame.index[table.frame["split"] != "test"]) if few else dev
    return ExportRows(
        _drawn(test, most, rng),
        _drawn(other, MOST_CHOSEN, rng),
        len(test) > most,
        few and len(other) > len(dev),
    )


def _drawn(table: TextTable, most: int, rng: np.random.Generator) -> TextTable:
    """By lot, in their order, no more than `most`."""
    return table if len(table) <= most else table.take(sorted(rng.permutation(len(table))[:most]))


def halved(rows: TextTable) -> tuple[TextTable, TextTable]:
    """Two parts without a row in common, drawn by lot."""
    order = np.random.default_rng(1).permutation(len(rows))
    half = len(rows) // 2
    return rows.take(sorted(order[:half])), rows.take(sorted(order[half:]))
