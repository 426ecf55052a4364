"""Training: rows and a recipe become a learner with settled weights, by transformers' Trainer.

The same rows, recipe and seed give the same model on the same machine, whether or not the work was killed and resumed.
Which rows are learnt from is drawn once, by the recipe's seed: the members of an ensemble, the linear model beside and the
floors that a model is compared with all learn from those.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.text.augment.augment import Augmented, augmented
from longwave.text.baselines.baseline import STACKED
from longwave.text.few import few
from longwave.text.learners.learner import AbstractLearner
from longwave.text.method import METHODS
from longwave.text.settings.check_recipe import check_recipe
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.training.cost import Cost
from longwave.text.training.plan import Plan, plan, started
from longwave.text.training.probing import begins_probed, probed

Judge = Callable[[TextTable, list[Row]], dict[str, float]]
"""Gold rows and answers to scores by name, `headline` among them, which is better when higher."""


@dataclass(frozen=True, eq=False)
class Trained:
    """learner: with its weights settled; learnt: the given rows that it learnt from; history: what the Trainer logged; cost:
    as it was forecast, for the recipe kept to; seconds: as they were; notes: what the base does not read, what a budget
    had given up, and which way of augmenting made no row; more: for the card, beside all this; dev: the rows that it was
    chosen by."""

    learner: AbstractLearner
    learnt: TextTable
    history: tuple[dict[str, float], ...] = ()
    cost: Cost | None = None
    seconds: float = 0.0
    notes: tuple[Message, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    dev: TextTable | None = None

    @property
    def rows(self) -> int:
        """How many rows were learnt from."""
        return len(self.learnt) if METHODS.get(self.learner.recipe.method).needs_rows else 0

    def within(self, table: TextTable) -> TextTable:
        """The table with no other train rows than those that were learnt from, nor dev rows than were chosen by."""
        mine = self.learnt.frame.assign(split="train")[: self.rows]
        dev = table.part("dev") if self.dev is None else self.dev
        rest = table.frame[~table.frame["split"].isin(["train", "dev"])]
        return replace(table, frame=pd.concat([mine, dev.frame, rest], ignore_index=True))


@dataclass(frozen=True, eq=False)
class Watch:
    """How a training is watched. judge: scores on dev; told: is given the forecast of cost (None where there is none), what
    the base does not read and what a budget gives up, before the work, and then which way of augmenting made no row;
    trackers: names of `tracking`."""

    judge: Judge
    progress: Progress = silent
    told: Callable[[Cost | None, tuple[Message, ...]], None] = lambda cost, notes: None
    trackers: tuple[str, ...] = ()


def train(
    table: TextTable,
    recipe: Recipe,
    folder: Path,
    watch: Watch,
    *,
    resume: bool = False,
    budget: float | None = None,
    previous: TextTable | None = None,
) -> Trained:
    """Fine-tunes on the train rows, watching dev.

    folder: where the Trainer keeps its state while it works; resume: go on from what is there; budget: seconds;
    previous: rows of an earlier task, for a method that keeps them in mind (see `methods.continual`).
    Raises NotEnoughData, UsageError, BadInput, DataError (not enough memory).
    """
    check_recipe(recipe, table.task)
    begun = time.perf_counter()
    method = METHODS.get(recipe.method)
    table = method.taught(table, recipe, previous)
    # Few-shot is few on both sides: a large dev would choose epochs, temperature and bars as no few rows could.
    rows, dev = (few(table.part(part), recipe.examples, recipe.seed) for part in ("train", "dev"))
    if not len(rows) and method.needs_rows:
        raise NotEnoughData(say("text_engine.no_train"))
    alone = replace(recipe, members=1, stack="none")
    made = plan(rows, dev, alone, folder, budget=budget, members=recipe.members, resume=resume)
    epochs = made.learner.recipe.num_train_epochs
    going_on, spent = _going_on(folder, recipe.members, epochs) if resume and made.gradient else ((), 0.0)
    watch.told(made.cost, (*made.notes, *going_on))
    grown = augmented(made.rows, made.learner.recipe, made.learner.base)
    if grown.notes:
        watch.told(None, grown.notes)
    learner, history, more = _learnt(made, grown, dev, recipe, _Way(folder, watch, resume, previous))
    seconds, notes = spent + time.perf_counter() - begun, (*made.notes, *grown.notes)
    trained = Trained(learner, made.rows, history, made.cost, seconds, notes, more, dev)
    beside = recipe.stack == "linear" or (recipe.stack == "auto" and table.task in STACKED)
    return _with_linear(trained, dev, watch) if beside else trained


def _going_on(folder: Path, members: int, epochs: float) -> tuple[tuple[Message, ...], float]:
    """What a run that was left off had come to, in words, and the seconds that it had taken."""
    from longwave.text.learners.ensemble import member_folder
    from longwave.text.training.schooling import left_off
    from longwave.text.training.spent import seconds_spent

    folders = [folder] if members == 1 else [member_folder(folder, place) for place in range(members)]
    done = sum(map(left_off, folders))
    if not done:
        return (), 0.0
    return (say("text_engine.going_on", done=done, epochs=epochs * members),), sum(
        map(seconds_spent, folders)
    )


@dataclass(frozen=True, eq=False)
class _Way:
    """How one learner comes to its weights, whatever it is."""

    folder: Path
    watch: Watch
    resume: bool
    previous: TextTable | None


def _learnt(
    made: Plan, grown: Augmented, dev: TextTable, recipe: Recipe, way: _Way
) -> tuple[AbstractLearner, tuple[dict[str, float], ...], dict[str, Any]]:
    """The learner of the plan taught, or as many as the recipe wants, together. grown: the plan's rows with those made."""
    rows, examples, more = grown.table, made.examples, dict[str, Any]()
    first = made.learner
    if first.recipe.augment:
        examples = None
        more["rows_made"] = sum(grown.made.values())
    if recipe.members == 1:
        history = _taught(first, rows, examples, dev, way)
        first.tune(dev)
        return first, history, more
    from longwave.text.learners.ensemble import member_folder, together

    learners, histories = [first], list[dict[str, float]]()
    for place in range(recipe.members):
        if place:
            seeded = replace(first.recipe, seed=(recipe.seed + place) % 2**32)
            learners.append(started(made.rows, dev, seeded))
        mine = replace(way, folder=member_folder(way.folder, place))
        history = _taught(learners[-1], rows, examples, dev, mine)
        learners[-1].tune(dev)
        histories += [{**row, "member": place + 1.0} for row in history]
    whole = together(learners, recipe)
    whole.tune(dev)
    return whole, tuple(histories), more


def _taught(
    learner: AbstractLearner,
    rows: TextTable,
    examples: Sequence[Mapping[str, Any]] | None,
    dev: TextTable,
    way: _Way,
) -> tuple[dict[str, float], ...]:
    """Finds the learner's weights, by the Trainer or as its method does; what the Trainer logged."""
    method = METHODS.get(learner.recipe.method)
    learner.pretrain(rows, way.folder, way.watch.progress)
    if not learner.gradient:
        learner.fit(rows, dev, way.watch.progress)
        return ()
    if not method.gradient:
        method.fit(learner, rows, dev, way.watch.progress)
        return ()
    from longwave.text.training.schooling import left_off, schooled

    laid_out = learner.examples(rows) if examples is None else examples
    if not laid_out:
        raise NotEnoughData(say("text_engine.no_train"))
    if not (way.resume and left_off(way.folder)) and begins_probed(learner, rows):
        probed(learner, rows, way.watch.progress)
    penalties = method.bends(learner, way.previous, way.watch.progress)
    return schooled(learner, laid_out, dev, way.folder, way.watch, penalties, resume=way.resume)


def _with_linear(trained: Trained, dev: TextTable, watch: Watch) -> Trained:
    from longwave.text.learners.stacking import stacked

    begun = time.perf_counter()
    both = stacked(trained.learner, trained.learnt, dev, watch.progress)
    return replace(
        trained,
        learner=both.learner,
        seconds=trained.seconds + time.perf_counter() - begun,
        notes=(*trained.notes, both.note),
        more={**trained.more, "stack": both.facts},
    )
