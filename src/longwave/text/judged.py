"""A checkpoint judged on other rows than those it was made with: where models fail is elsewhere.

Labels that the model does not know count as wrong; the rows' own number and the scores at home stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.text.checkpoint import Checkpoint
from longwave.text.prepared import read_task
from longwave.text.score.comparison import Difference, difference
from longwave.text.score.judge import judge
from longwave.text.score.metric import Judged
from longwave.text.score.slices import Slices, slices
from longwave.text.table import Row, TextTable


@dataclass(frozen=True, eq=False)
class Evaluated:
    """table: the rows; told: the model's answers; judged: the scores; parts: by slice; home: the headline on the model's
    own test (value, low, high), where its card has it."""

    table: TextTable
    told: list[Row]
    judged: Judged
    parts: Slices
    home: tuple[float, float, float] | None


def evaluate(
    checkpoint: Checkpoint,
    data: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    progress: Progress = silent,
) -> Evaluated:
    """Scores on the data's test rows, or on all where they are not split. Raises BadInput, DataError, UsageError."""
    table = rows_to_judge(checkpoint, data, columns, several)
    told = checkpoint.answers(table.rows(), progress)
    judged = judge(checkpoint.task, table, told)
    return Evaluated(table, told, judged, slices(judged, table), _home(checkpoint, judged))


def compare(
    one: Checkpoint,
    other: Checkpoint,
    data: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    progress: Progress = silent,
) -> tuple[Evaluated, Evaluated, tuple[Difference, ...]]:
    """Two checkpoints on the same rows: each one's scores, and their differences score by score, paired.

    Raises UsageError for checkpoints of unlike tasks."""
    if one.task != other.task:
        raise UsageError(say("text_engine.other_task", one=one.task, other=other.task))
    first = evaluate(one, data, columns=columns, several=several, progress=progress)
    second = evaluate(other, data, columns=columns, several=several, progress=progress)
    gaps = tuple(
        difference(first.judged.metrics[name], second.judged.metrics[name])
        for name in first.judged.metrics
        if name in second.judged.metrics and _known(first, second, name)
    )
    return first, second, gaps


def rows_to_judge(
    checkpoint: Checkpoint,
    data: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None,
    several: str | None,
) -> TextTable:
    """The test rows of labelled data, or all rows where there is no such split."""
    made = checkpoint.card.get("data", {})
    table = read_task(
        data,
        checkpoint.task,
        columns=columns,
        several=several,
        ordered=made.get("labels", ()) if made.get("ordered") else (),
        known=made.get("labels", ()),
    )
    if table.has("split") and (table.frame["split"] == "test").any():
        return table.part("test")
    return table


def _known(first: Evaluated, second: Evaluated, name: str) -> bool:
    values = (first.judged.metrics[name].point, second.judged.metrics[name].point)
    return all(value == value for value in values)


def _home(checkpoint: Checkpoint, judged: Judged) -> tuple[float, float, float] | None:
    for each in checkpoint.card.get("scores", ()):
        mine = each["model"] == "finetuned" and each["rows"] == "test" and each["metric"] == judged.headline
        if mine and each["value"] is not None:
            return float(each["value"]), float(each["low"]), float(each["high"])
    return None
