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
from longwave.core.message import Language, Message, say
from longwave.text.checkpoints.as_made import as_made, outside_by
from longwave.text.checkpoints.card import TUNED
from longwave.text.checkpoints.checkpoint import Checkpoint, open_checkpoint
from longwave.text.checkpoints.learnt import of_its_test, seen_rows
from longwave.text.corpus.splits import with_splits
from longwave.text.prepared import read_task
from longwave.text.score.comparison import Difference, McNemar, compared, mcnemar
from longwave.text.score.judge import judge
from longwave.text.score.likeness import Likeness, Profile
from longwave.text.score.metric import DRAWS, Interval, Judged
from longwave.text.score.scope import NOTHING, doubtful, outside_of
from longwave.text.score.slices import Slices, slices
from longwave.text.score.transfer import Transfer, transfer
from longwave.text.table import Row, TextTable


@dataclass(frozen=True, eq=False)
class Evaluated:
    """table: the rows; told: the model's answers; judged: the scores; intervals: of each, the headline first; parts: by
    slice; home: the scores on the model's own test, without the rows that it had learnt from where there were such, as its
    card has them; away: whether these rows are others than of that test; likeness: to what it learnt from; seen: of each row
    whether the model learnt from its text or was chosen by it. None where its checkpoint does not say; strange: labels here
    that the model cannot give."""

    table: TextTable
    told: list[Row]
    judged: Judged
    intervals: tuple[Interval, ...]
    parts: Slices
    home: tuple[Interval, ...] = ()
    away: bool = True
    likeness: Likeness | None = None
    seen: Sequence[bool] | None = None
    strange: tuple[str, ...] = ()

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """What each score loses from home to here, with its interval; the headline first. Rows that the model has learnt
        from are left out. None where labels are strange: how much is lost to texts and how much to names could not be told
        apart."""
        if not self.away or self.strange:
            return ()
        rest = self.without(self.seen) if self.seen and self.seen_count else None
        if self.seen_count and rest is None:
            return ()
        return transfer(self.home, self.intervals if rest is None else tuple(rest.intervals()))

    def __repr__(self) -> str:
        """The scores alone: rows and answers may be thousands."""
        scores = ", ".join(f"{each.name}={each.value:.4g}" for each in self.intervals)
        return f"Evaluated({self.table.task}, rows={len(self.table)}, {scores})"

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        """The scores as plain values, their intervals as they were drawn."""
        return self.judged.as_dict(lang, intervals=self.intervals)

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
    right, None where rows have no single label; notes: what to know of the comparison; unseen: the gaps on the rows that
    neither has learnt from, as far as they say, where there are others and some are left."""

    first: Evaluated
    second: Evaluated
    gaps: tuple[Difference, ...]
    mcnemar: McNemar | None
    notes: tuple[Message, ...] = ()
    unseen: tuple[Difference, ...] = ()

    def __repr__(self) -> str:
        gaps = ", ".join(f"{each.name}={each.value:+.4g}" for each in self.gaps)
        return f"Compared(first={self.first!r}, second={self.second!r}, gaps: {gaps})"


def evaluate(
    checkpoint: Checkpoint | str | Path,
    data: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    encoding: str | None = None,
    labels: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Evaluated:
    """Scores on the data's test rows, or on all where they are not split; of the file that the model was made from, on the
    rows that were held out of it then. labels: of the data -> what the model calls them, "" for such as are to be left out.
    Raises BadInput, DataError, UsageError."""
    checkpoint = _opened(checkpoint)
    table = rows_to_judge([checkpoint], data, columns, several, encoding, labels)
    return _evaluated(checkpoint, table, progress)


def _opened(given: Checkpoint | str | Path) -> Checkpoint:
    return open_checkpoint(given) if isinstance(given, str | Path) else given


def _evaluated(checkpoint: Checkpoint, table: TextTable, progress: Progress) -> Evaluated:
    told = checkpoint.answers(table.rows(), progress)
    judged = judge(checkpoint.task, table, told)
    at_home = of_its_test(table, checkpoint.folder)
    if at_home is None:
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
        _strange(checkpoint, table),
    )


def _strange(checkpoint: Checkpoint, table: TextTable) -> tuple[str, ...]:
    """Labels of the rows that the model has not. Of intents such a label means none of its own, which it can say."""
    known = checkpoint.card.get("data", {}).get("labels") or table.labels
    return () if table.task == "intent" else tuple(each for each in table.labels if each not in known)


def compare(
    one: Checkpoint | str | Path,
    other: Checkpoint | str | Path,
    data: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    encoding: str | None = None,
    labels: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Compared:
    """Two checkpoints on the same rows: each one's scores, their differences score by score, paired, and McNemar's test.

    Labels are those of the first, and so is what none of the others covers: both are judged by it. Rows that either was
    made from are taken as `evaluate` takes them, and so are labels. Raises UsageError for checkpoints of unlike tasks, and
    as `evaluate`."""
    one, other = _opened(one), _opened(other)
    if one.task != other.task:
        raise UsageError(say("text_engine.other_task", one=one.task, other=other.task))
    table = rows_to_judge([one, other], data, columns, several, encoding, labels)
    first, second = (_evaluated(each, table, progress) for each in (one, other))
    gaps = tuple(compared(first.judged, second.judged))
    meant = [outside_by(each.card) for each in (one, other)]
    notes: list[Message] = [] if meant[0] == meant[1] else [_by_the_first(*meant)]
    if lacking := tuple(label for label in second.strange if label not in first.strange):
        notes.append(say("text_verbs.other_labels", labels=lacking[:8], count=len(lacking)))
    right = [
        [row["label"] == label for row, label in zip(each.told, table.frame["label"], strict=True)]
        for each in (first, second)
        if table.has("label")
    ]
    apart = mcnemar(*right) if right else None
    return Compared(first, second, gaps, apart, tuple(notes), _on_unseen(first, second))


def seen_by_any(found: Sequence[Evaluated]) -> list[bool]:
    """Of each row whether one of the models has learnt from it, as far as they say."""
    return [any(row) for row in zip(*(each.seen for each in found if each.seen is not None), strict=True)]


def _on_unseen(first: Evaluated, second: Evaluated) -> tuple[Difference, ...]:
    seen = seen_by_any((first, second))
    if not any(seen):
        return ()
    rest = [each.without(seen) for each in (first, second)]
    return () if rest[0] is None or rest[1] is None else tuple(compared(rest[0], rest[1]))


def _by_the_first(one: str, other: str) -> Message:
    """That the models do not mean the same label by none of the others."""
    named = [say("text_verbs.no_label") if label in ("", NOTHING) else label for label in (one, other)]
    return say("text_verbs.other_outside", one=named[0], other=named[1])


def rows_to_judge(
    checkpoints: Sequence[Checkpoint],
    data: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None,
    several: str | None,
    encoding: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> TextTable:
    """The test rows of labelled data, or all rows where there is no such split, with the labels of the first checkpoint. A
    file without one that a checkpoint was made from is split again as it was then."""
    first = checkpoints[0]
    made = first.card.get("data", {})
    table = read_task(
        data,
        first.task,
        columns=columns,
        several=several,
        known=made.get("labels", ()),
        encoding=encoding,
        renamed=labels,
        usual=first.reading["usual"],
    )
    if other := _outside_here(table, first.card):
        own = outside_by(first.card)
        again = {**(labels or {}), other: own}
        found = rows_to_judge(checkpoints, data, columns, several, encoding, again)
        return replace(found, notes=(*found.notes, say("text_verbs.outside_here", other=other, own=own)))
    table = as_made(table, first.card)
    if table.has("split") and (table.frame["split"] == "test").any():
        return table.part("test")
    held_out = (_held_out(each, table) for each in checkpoints)
    return next((test for test in held_out if test is not None), table)


def _outside_here(table: TextTable, card: Mapping[str, Any]) -> str:
    """Under which other name the rows have what the model calls out of scope, where that name can mean nothing else; empty
    where they have none."""
    own, known = outside_by(card), card.get("data", {}).get("labels") or ()
    if table.task != "intent" or own in ("", NOTHING) or own in set(table.frame["label"]):
        return ""
    found = outside_of([label for label in table.labels if label not in known])
    return "" if found is None or doubtful(found) else found


def _held_out(checkpoint: Checkpoint, table: TextTable) -> TextTable | None:
    """The rows that were kept for the test when a checkpoint was made from these; None where it was not, or where they were
    read otherwise."""
    made = checkpoint.card.get("data", {})
    if not table.sha256 or table.sha256 != made.get("sha256"):
        return None
    test = with_splits(table, seed=checkpoint.split_seed).part("test")
    if of_its_test(test, checkpoint.folder) is False:
        return None
    note = say("text_verbs.held_out", rows=len(test), count=len(table))
    return replace(test, notes=(*table.notes, note))


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
