"""Data as a fine-tuning wants them: read, examined, split; what was found is told before anything is learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from longwave.core.message import Message
from longwave.text.audit.audit import audit
from longwave.text.audit.finding import Audit
from longwave.text.audit.repeats import without_leaks
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.splits import with_splits
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable


@dataclass(frozen=True, eq=False)
class Prepared:
    """table: with its splits; clean_test: the test rows whose text does not stand in train or dev; notes: what was done."""

    table: TextTable
    found: Audit
    clean_test: TextTable
    notes: tuple[Message, ...]


def read_task(
    data: str | Path | pd.DataFrame | TextTable,
    task: str,
    *,
    columns: Mapping[str, str] | None = None,
    files: Sequence[str] = (),
    several: str | None = None,
    ordered: Sequence[str] = (),
    known: Sequence[str] = (),
    for_prediction: bool = False,
    also: Sequence[str] = (),
) -> TextTable:
    """A file, a folder of splits or a table of the user's, as the task reads it; what was read already is taken as it is.

    Raises BadInput, DataError, UsageError.
    """
    if isinstance(data, TextTable):
        return data
    rows = read_rows(data if isinstance(data, pd.DataFrame) else Path(data), files=tuple(files))
    return text_table(
        rows,
        task,
        columns=columns or {},
        several=several,
        ordered=tuple(ordered),
        known=tuple(known),
        for_prediction=for_prediction,
        also=tuple(also),
    )


def prepare(table: TextTable, *, seed: int, test: TextTable | None = None) -> Prepared:
    """Splits what is not split and examines it. test: rows of another file that are the test instead.

    Raises NotEnoughData where there are too few rows to hold any out."""
    joined = table if test is None else _with_test(table, test)
    split = with_splits(joined, seed=seed)
    return Prepared(split, audit(split), without_leaks(split).part("test"), split.notes)


def _with_test(table: TextTable, test: TextTable) -> TextTable:
    """The rows of `table` that are no test of their own, and those of `test`."""
    mine = table.frame
    if table.has("split"):
        mine = mine[mine["split"] != "test"]
    known = mine.assign(split=mine["split"] if table.has("split") else "train")
    frame = pd.concat(
        [known, test.frame.assign(split="test", id="test-" + test.frame["id"])], ignore_index=True
    )
    labels = (*table.labels, *(label for label in test.labels if label not in table.labels))
    return replace(table, frame=frame, labels=labels, sha256=table.sha256 + test.sha256)
