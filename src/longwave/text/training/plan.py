"""What is settled before the first step: the learner, the rows laid out, what it will take and what a budget gives up.

All of it is settled once, by one timing: what was measured is kept beside the Trainer's state, so that a run which was
killed goes on with the threads, the epochs and the rows that it began with, whatever the machine is doing by now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from longwave.core.message import Message, say
from longwave.text.bases import SCRATCH, find_base
from longwave.text.few import share_of
from longwave.text.learners.families import learner_of
from longwave.text.learners.learner import AbstractLearner
from longwave.text.method import METHODS
from longwave.text.methods.full import layers_of
from longwave.text.settings.recipe import Recipe
from longwave.text.settings.settled import settled
from longwave.text.table import TextTable
from longwave.text.task import TASKS
from longwave.text.training import processes
from longwave.text.training.budget import within_budget
from longwave.text.training.cost import Cost, forecast_cost, forecast_reading, rows_made, spelled
from longwave.text.training.probing import begins_probed, rows_to_place
from longwave.text.training.processor import device, use_threads

_FILE = "plan.json"


@dataclass(frozen=True, eq=False)
class Plan:
    """learner: with a new head, its recipe settled; rows: to learn from; examples: these laid out, None where the learner
    does not ask for them; cost: None where it cannot be told; notes: what the base does not read, what is given up."""

    learner: AbstractLearner
    rows: TextTable
    examples: Sequence[Mapping[str, Any]] | None
    cost: Cost | None
    notes: tuple[Message, ...]

    @property
    def gradient(self) -> bool:
        """Whether the Trainer is to find the weights."""
        return self.learner.gradient and METHODS.get(self.learner.recipe.method).gradient


def plan(
    rows: TextTable,
    dev: TextTable,
    recipe: Recipe,
    folder: Path,
    *,
    budget: float | None,
    members: int,
    resume: bool,
) -> Plan:
    """folder: where the measured cost is kept; budget: seconds for all `members`, of which `recipe` is one.

    Raises UsageError, BadInput."""
    recipe = settled(recipe, rows.task, len(rows), find_base(recipe.base).width)
    kept = _kept(folder) if resume else None
    threads = use_threads(recipe.threads if kept is None else kept.threads)
    learner = started(rows, dev, recipe)
    notes = learner.remarks(rows)
    if not (learner.gradient and METHODS.get(recipe.method).gradient):
        cost = kept or _reading(learner, rows, dev, recipe, threads)
        _keep(cost, folder)
        shown = replace(cost, seconds=cost.seconds * members) if learner.gradient else None
        return Plan(learner, rows, None, shown, (*notes, *_unkept(recipe, shown, budget)))
    examples = learner.examples(rows)
    if not examples:
        return Plan(learner, rows, examples, None, notes)
    cost = kept or processes.agreed(lambda: _forecast(learner, rows, examples, dev, threads))
    _keep(cost, folder)
    made = Plan(learner, rows, examples, replace(cost, seconds=cost.seconds * members), notes)
    return made if budget is None else _within(made, dev, recipe, cost, budget / members, members)


def _forecast(
    learner: AbstractLearner,
    rows: TextTable,
    examples: Sequence[Mapping[str, Any]],
    dev: TextTable,
    threads: int,
) -> Cost:
    """Of all epochs, and of what comes before them: a first reading of the texts, the placing of the head."""
    cost = forecast_cost(learner, examples, dev, learner.recipe, threads)
    first = rows_made(learner.recipe) * learner.pretraining_seconds(rows)
    cost = replace(cost, seconds=cost.seconds + first)
    if not begins_probed(learner, rows):
        return cost
    placing = rows_to_place(rows, learner.recipe.seed)
    reading = forecast_reading(learner, placing, placing.take([]), learner.recipe, threads)
    return replace(cost, seconds=cost.seconds + reading.seconds)


def started(rows: TextTable, dev: TextTable, recipe: Recipe) -> AbstractLearner:
    """A learner of a settled recipe with a new head, on the accelerator where there is one."""
    base = recipe.base
    if recipe.teacher or recipe.keep_layers:
        from longwave.text.distil import student_base

        base = student_base(recipe, rows.task)
    learner: AbstractLearner = learner_of(rows.task).start(rows, recipe, find_base(base))
    learner.probe = tuple((dev if len(dev) else rows).rows()[:3])
    if learner.gradient:
        learner.model.to(device())
        if recipe.gradient_checkpointing and METHODS.get(recipe.method).gradient:
            learner.model.encoder.activation_checkpointing_enable()
    return learner


def _within(made: Plan, dev: TextTable, recipe: Recipe, cost: Cost, seconds: float, members: int) -> Plan:
    """The plan that fits into so many seconds a member, told with what is given up."""
    task = TASKS.get(made.rows.task)
    freezable = (
        task.family == "encoder"
        and task.module() != "span"
        and recipe.base != SCRATCH
        and not recipe.crf
        and recipe.method != "continual"
    )
    layers = len(layers_of(made.learner.model.encoder))
    fitted = within_budget(cost, recipe, seconds, freezable=freezable, layers=layers)
    if not fitted.notes:
        return made
    notes = (
        *made.notes,
        say("text_engine.as_set", time=spelled(cost.seconds * members)),
        *fitted.notes,
    )
    rows = made.rows if fitted.share == 1 else share_of(made.rows, fitted.share, recipe.seed)
    chosen = settled(fitted.recipe, rows.task, len(rows), find_base(recipe.base).width)
    if fitted.share == 1 and chosen == replace(recipe, num_train_epochs=chosen.num_train_epochs):
        made.learner.recipe = chosen  # nothing but the length: the learner and its examples serve
        learner, examples = made.learner, made.examples
    else:
        learner = started(rows, dev, chosen)
        examples = learner.examples(rows) if METHODS.get(chosen.method).gradient else None
    if examples is None:
        again = processes.agreed(lambda: forecast_reading(learner, rows, dev, chosen, cost.threads))
    else:
        again = replace(cost, epoch_seconds=fitted.epoch_seconds, seconds=fitted.seconds)
    return Plan(learner, rows, examples, replace(again, seconds=again.seconds * members), notes)


def _reading(learner: AbstractLearner, rows: TextTable, dev: TextTable, recipe: Recipe, threads: int) -> Cost:
    if not learner.gradient:
        return Cost(0.0, 0.0, 0, threads)
    return processes.agreed(lambda: forecast_reading(learner, rows, dev, recipe, threads))


def _unkept(recipe: Recipe, cost: Cost | None, budget: float | None) -> tuple[Message, ...]:
    """That a method which reads the rows once has nothing that a budget could take from it."""
    if budget is None or (cost is not None and cost.seconds <= budget):
        return ()
    return (say("text_engine.budget_not_kept", method=METHODS.get(recipe.method).names),)


def _keep(cost: Cost, folder: Path) -> None:
    if not processes.main():
        return
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{_FILE}.part"
    part.write_text(json.dumps(asdict(cost)), "utf-8")
    part.replace(folder / _FILE)


def _kept(folder: Path) -> Cost | None:
    """What was measured when the run began; None where it had not come so far."""
    try:
        return Cost(**json.loads((folder / _FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
