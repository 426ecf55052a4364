"""What continual learning goes on from: the checkpoint, the rows that it learnt from, and what it forgets of them.

The rows are found where the checkpoint's card says that they lay, split as they were split then; where they lie elsewhere by
now, or were a table, they are to be given. What was forgotten is measured on their test rows, on which the checkpoint has
not learnt as long as they are the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.text.checkpoints.as_made import as_made
from longwave.text.checkpoints.checkpoint import CARD, Checkpoint, open_checkpoint
from longwave.text.continuing.forgetting import forgetting
from longwave.text.continuing.taken_over import taken_over
from longwave.text.learners.learner import AbstractLearner
from longwave.text.methods.continual import lone
from longwave.text.prepared import prepare, read_task
from longwave.text.score.judge import judge
from longwave.text.score.metric import title
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable


@dataclass(frozen=True, eq=False)
class Earlier:
    """checkpoint: that is built on; recipe: by which it is gone on, with what it leaves open as the checkpoint has it; rows:
    that the checkpoint learnt from, with their splits, None where they are not to be had; notes: what a user should know of
    that."""

    checkpoint: Checkpoint
    recipe: Recipe
    rows: TextTable | None
    notes: tuple[Message, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """That the checkpoint knows."""
        return tuple(self.checkpoint.card.get("data", {}).get("labels", ()))


def earlier(
    recipe: Recipe,
    task: str,
    given: str | Path | pd.DataFrame | None,
    settings: Collection[str] = (),
) -> Earlier | None:
    """None for a method that goes on from no checkpoint. given: the rows, in place of those that the card knows; settings:
    names of those that were given beside the recipe.

    Raises UsageError (no checkpoint, one of another task, or one that reads otherwise than the recipe asks; rows are to be
    replayed and there are none), BadInput."""
    if recipe.method != "continual":
        return None
    folder = Path(recipe.base).expanduser()
    if not recipe.base or not (folder / CARD).is_file():
        raise UsageError(say("text_methods.no_old", base=recipe.base or "-"), say("text_methods.no_old_mend"))
    old = open_checkpoint(folder)
    if old.task != task:
        raise UsageError(
            say("text_methods.old_task", old=old.task, task=task), say("text_methods.no_old_mend")
        )
    lone(old)  # refused before anything is learnt
    chosen, taken = taken_over(recipe, old, settings)
    rows = _rows(old, given)
    if rows is None:
        if recipe.replay:
            raise UsageError(
                say("text_methods.nothing_to_replay"), say("text_methods.nothing_to_replay_mend")
            )
        return Earlier(old, chosen, None, (*taken, say("text_methods.forgetting_unknown")))
    same = rows.sha256 == old.card.get("data", {}).get("sha256")
    return Earlier(old, chosen, rows, (*taken, *(() if same else (say("text_methods.other_rows"),))))


def _rows(old: Checkpoint, given: str | Path | pd.DataFrame | None) -> TextTable | None:
    read, known = old.card.get("data", {}).get("read") or {}, old.reading
    if given is not None:
        table = read_task(given, old.task, **known)
        test = _test(read, old.task, known) if not isinstance(given, pd.DataFrame) else None
    else:
        path = read.get("path")
        if not isinstance(path, str) or not Path(path).exists():
            return None
        table = read_task(path, old.task, files=tuple(read.get("files") or ()), **known)
        test = _test(read, old.task, known)
    return as_made(prepare(table, seed=old.split_seed, test=test).table, old.card)


def _test(read: Mapping[str, Any], task: str, known: Mapping[str, Any]) -> TextTable | None:
    path = read.get("test")
    return read_task(path, task, **known) if isinstance(path, str) and Path(path).exists() else None


def forgotten(old: Earlier, learner: AbstractLearner) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """For the card: every score on the old test before and after, with the interval of what was lost; and the headline in
    words. Empty where there is no old test."""
    test = None if old.rows is None else old.rows.part("test")
    if test is None or not len(test):
        return {}, ()
    found = forgetting(
        old.checkpoint, learner, test, lambda gold, told: judge(old.checkpoint.task, gold, told)
    )
    told = tuple(
        say(
            "text_methods.forgotten",
            rows=found.rows,
            score=title(each.name),
            before=each.b,
            after=each.a,
            lost=each.value,
            low=each.low,
            high=each.high,
        )
        for each in found.lost
        if each.name == found.before.headline
    )
    return found.as_dict(), told
