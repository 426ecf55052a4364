"""A checkpoint judged on other rows than those it was made with: where models fail is elsewhere.

Labels that the model does not know count as wrong; the rows' own number and the scores at home stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.text.card import TUNED
from longwave.text.checkpoint import Checkpoint
from longwave.text.learnt import seen_rows
from longwave.text.prepared import read_task
from longwave.text.score.comparison import Difference, McNemar, compared, mcnemar
from longwave.text.score.judge import judge
from longwave.text.score.likeness import Likeness, Profile
from longwave.text.score.metric import DRAWS, Interval, Judged
from longwave.text.score.slices import Slices, slices
from longwave.text.score.transfer import Transfer, transfer
from longwave.text.table import Row, TextTable


@dataclass(frozen=True, eq=False)
class Evaluated:
    """table: the rows; told: the model's answers; judged: the scores; intervals: of each, the headline first; parts: by
    slice; home: the scores on the model's own test, without the rows that it had learnt from where there were such, as its
    card has them; away: whether these rows are others; likeness: to what it learnt from; seen: of each row whether the model
    learnt from its text or was chosen by it. None where its checkpoint does not say."""

    table: TextTable
    told: list[Row]
    judged: Judged
    intervals: tuple[Interval, ...]
    parts: Slices
    home: tuple[Interval, ...] = ()
    away: bool = True
    likeness: Likeness | None = None
    seen: Sequence[bool] | None = None

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """What each score loses from home to here, with its interval; the headline first."""
        return transfer(self.home, self.intervals) if self.away else ()

    @property
    def seen_count(self) -> int:
        return sum(self.seen or ())

    def without(self, seen: Sequence[bool]) -> Judged | None:
        """The scores on the other rows alone; None where none is left."""
        places = [at for at, known in enumerate(seen) if not known]
        if not places:
            return None
        return judge(self.table.task, self.table.take(places), [self.told[at] for at in places])


class Compared(NamedTuple):
    """first, second: each on the same rows; gaps: first less second, by score; mcnemar: of the rows that only one has
    right, None where rows have no single label."""

    first: Evaluated
    second: Evaluated
    gaps: tuple[Difference, ...]
    mcnemar: McNemar | None


def evaluate(
    checkpoint: Checkpoint,
    data: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    encoding: str | None = None,
    progress: Progress = silent,
) -> Evaluated:
    """Scores on the data's test rows, or on all where they are not split. Raises BadInput, DataError, UsageError."""
    table = rows_to_judge(checkpoint, data, columns, several, encoding)
    told = checkpoint.answers(table.rows(), progress)
    judged = judge(checkpoint.task, table, told)
    at_home = table.sha256 == checkpoint.card.get("data", {}).get("sha256")
    profile = None if at_home else Profile.read(checkpoint.folder)
    return Evaluated(
        table,
        told,
        judged,
        tuple(judged.intervals()),
        slices(judged, table),
        home_scores(checkpoint.card),
        not at_home,
        None if profile is None else profile.beside(table),
        seen_rows(table, checkpoint.folder),
    )


def compare(
    one: Checkpoint,
    other: Checkpoint,
    data: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    encoding: str | None = None,
    progress: Progress = silent,
) -> Compared:
    """Two checkpoints on the same rows: each one's scores, their differences score by score, paired, and McNemar's test.

    Raises UsageError for checkpoints of unlike tasks."""
    if one.task != other.task:
        raise UsageError(say("text_engine.other_task", one=one.task, other=other.task))
    kept: dict[str, Any] = {"columns": columns, "several": several, "encoding": encoding}
    first = evaluate(one, data, progress=progress, **kept)
    second = evaluate(other, data, progress=progress, **kept)
    gaps = tuple(compared(first.judged, second.judged))
    if not first.table.has("label"):
        return Compared(first, second, gaps, None)
    right = [
        [row["label"] == label for row, label in zip(each.told, each.table.frame["label"], strict=True)]
        for each in (first, second)
    ]
    return Compared(first, second, gaps, mcnemar(*right))


def rows_to_judge(
    checkpoint: Checkpoint,
    data: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None,
    several: str | None,
    encoding: str | None = None,
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
        encoding=encoding,
    )
    if table.has("split") and (table.frame["split"] == "test").any():
        table = table.part("test")
    return replace(table, outside=checkpoint.recipe.out_of_scope)


def home_scores(card: Mapping[str, Any]) -> tuple[Interval, ...]:
    """Every score of the fine-tuned model on its own test, as its card has them: on the rows without leaks where some of
    the test stood among the rows learnt from."""
    mine = [each for each in card.get("scores", ()) if each["model"] == TUNED and each["value"] is not None]
    rows = "clean" if any(each["rows"] == "clean" for each in mine) else "test"
    return tuple(
        Interval(
            str(each["metric"]),
            float(each["value"]),
            _number(each["low"]),
            _number(each["high"]),
            level=0.95,
            n=int(each["n"]),
            draws=DRAWS,
            unit=str(each["unit"]),
        )
        for each in mine
        if each["rows"] == rows
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
