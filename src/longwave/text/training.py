"""Training: rows and a recipe become a learner with settled weights, by transformers' Trainer.

The same rows, recipe and seed give the same model on the same machine, whether or not the work was killed and resumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from longwave.core.errors import DataError, NotEnoughData, UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.text.augment.augment import augmented
from longwave.text.baselines.baseline import ONE_LABEL
from longwave.text.bases import SCRATCH, find_base
from longwave.text.budget import within_budget
from longwave.text.cost import Cost, forecast_cost
from longwave.text.families import learner_of
from longwave.text.few import few
from longwave.text.learner import AbstractLearner
from longwave.text.method import METHODS
from longwave.text.processor import use_threads
from longwave.text.recipe import Recipe
from longwave.text.scratch.settings import from_scratch
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS

Judge = Callable[[TextTable, list[Row]], dict[str, float]]
"""Gold rows and answers to scores by name, `headline` among them, which is better when higher."""

FEWEST_STEPS = 240
"""Steps that a new head needs to find its feet: few rows are gone through more often, in smaller batches."""
MOST_EPOCHS = 20.0


@dataclass(frozen=True, eq=False)
class Trained:
    """learner: with its weights settled; history: what the Trainer logged; cost: as it was forecast, for the recipe kept
    to; seconds: as they were; rows: learnt from; notes: what the base does not read, and what a budget had given up;
    more: for the card, beside all this."""

    learner: AbstractLearner
    rows: int
    history: tuple[dict[str, float], ...] = ()
    cost: Cost | None = None
    seconds: float = 0.0
    notes: tuple[Message, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Watch:
    """How a training is watched. judge: scores on dev; told: is given the forecast of cost, what the base does not read and
    what a budget gives up, before the work; trackers: names of `tracking`."""

    judge: Judge
    progress: Progress = silent
    told: Callable[[Cost, tuple[Message, ...]], None] = lambda cost, notes: None
    trackers: tuple[str, ...] = ()


def settled(recipe: Recipe, task: str, rows: int) -> Recipe:
    """The recipe with the task's and the method's defaults put in, for so many rows.

    Raises UsageError for a method that there is none of, or a setting that the task does not know.
    """
    method, mine = METHODS.get(recipe.method), TASKS.get(task)
    recipe = from_scratch(recipe, mine.family, rows)
    if recipe.crf and task != "entities":
        raise UsageError(say("text_engine.crf_for_tags"))
    batch = recipe.per_device_train_batch_size or (mine.batch if rows >= 2_000 else max(4, mine.batch // 2))
    steps = max(1, -(-rows // (batch * recipe.gradient_accumulation_steps)))
    epochs = max(mine.epochs * method.epochs, min(MOST_EPOCHS, float(-(-FEWEST_STEPS // steps))))
    return replace(
        recipe,
        num_train_epochs=recipe.num_train_epochs or epochs,
        learning_rate=recipe.learning_rate or method.learning_rate,
        per_device_train_batch_size=batch,
    )


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

    def one(mine: Recipe, place: Path, watched: Watch, share: float | None) -> Trained:
        return _train_one(table, mine, place, watched, resume=resume, budget=share, previous=previous)

    alone = replace(recipe, stack="none")
    if recipe.members > 1:
        from longwave.text.ensemble import together

        trained = together(one, alone, folder, watch, budget)
        trained.learner.tune(table.part("dev"))
    else:
        trained = one(alone, folder, watch, budget)
    return trained if recipe.stack == "none" else _with_linear(trained, recipe, table, watch)


def check_recipe(recipe: Recipe, task: str) -> None:
    """Raises UsageError for members or a linear model beside, where the task has no use for them."""
    if recipe.members > 1 and TASKS.get(task).family != "encoder":
        raise UsageError(say("text_more.no_ensemble", members=recipe.members))
    if recipe.stack != "none" and task not in ONE_LABEL:
        raise UsageError(say("text_more.no_stacking", task=TASKS.get(task).names))


def _with_linear(trained: Trained, recipe: Recipe, table: TextTable, watch: Watch) -> Trained:
    from longwave.text.stacking import stacked

    started = time.perf_counter()
    rows = few(table.part("train"), recipe.examples, recipe.seed)
    both = stacked(trained.learner, rows, table.part("dev"), watch.judge, watch.progress)
    return replace(
        trained,
        learner=both.learner,
        seconds=trained.seconds + time.perf_counter() - started,
        notes=(*trained.notes, both.note),
        more={**trained.more, "stack": both.facts},
    )


def _train_one(
    table: TextTable,
    recipe: Recipe,
    folder: Path,
    watch: Watch,
    *,
    resume: bool,
    budget: float | None,
    previous: TextTable | None,
) -> Trained:
    method = METHODS.get(recipe.method)
    table = method.taught(table, recipe, previous)
    rows, dev = few(table.part("train"), recipe.examples, recipe.seed), table.part("dev")
    if not len(rows) and method.needs_rows:
        raise NotEnoughData(say("text_engine.no_train"))
    recipe = settled(recipe, table.task, len(rows))
    threads = use_threads(recipe.threads)
    started = time.perf_counter()
    learner = _start(rows, dev, recipe)
    cost: Cost | None = None
    notes = learner.remarks(rows)
    gradient = method.gradient and learner.gradient
    if gradient:
        cost = forecast_cost(learner, learner.examples(rows), recipe, threads)
        rows, recipe, given_up = _fitted(rows, recipe, cost, budget)
        notes = (*notes, *given_up)
        method = METHODS.get(recipe.method)  # a small budget may leave the encoder as it is
        gradient = method.gradient
        watch.told(cost, notes)
        learner = _start(rows, dev, recipe)
    history: tuple[dict[str, float], ...] = ()
    if recipe.augment:
        rows = augmented(rows, recipe, learner.base)
    learner.pretrain(rows, folder, watch.progress)
    if gradient:
        bends = method.bends(learner, previous)
        history = _with_trainer(learner, rows, dev, folder, watch, resume, bends)
    elif not learner.gradient:
        learner.fit(rows, dev, watch.progress)
    else:
        method.fit(learner, rows, dev, watch.progress)
    learner.tune(dev)
    return Trained(learner, len(rows), history, cost, time.perf_counter() - started, notes)


def _start(rows: TextTable, dev: TextTable, recipe: Recipe) -> AbstractLearner:
    base = recipe.base
    if recipe.teacher or recipe.keep_layers:
        from longwave.text.distil import student_base

        base = student_base(recipe, rows.task)
    learner: AbstractLearner = learner_of(rows.task).start(rows, recipe, find_base(base))
    learner.probe = tuple((dev if len(dev) else rows).rows()[:3])
    return learner


def _fitted(
    rows: TextTable, recipe: Recipe, cost: Cost, budget: float | None
) -> tuple[TextTable, Recipe, tuple[Message, ...]]:
    if budget is None:
        return rows, recipe, ()
    task = TASKS.get(rows.task)
    freezable = (
        task.family == "encoder" and task.module() != "span" and recipe.base != SCRATCH and not recipe.crf
    )
    fitted = within_budget(cost, recipe, budget, freezable=freezable)
    kept = rows if fitted.share == 1 else share_of(rows, fitted.share, recipe.seed)
    return kept, settled(fitted.recipe, rows.task, len(kept)), fitted.notes


def share_of(rows: TextTable, share: float, seed: int) -> TextTable:
    """A share of the rows, each answer's own share kept and none lost."""
    rng = np.random.default_rng(seed)
    answers = np.array(rows.answers()) if rows.has("label") else np.zeros(len(rows), int)
    kept: list[int] = []
    for answer in np.unique(answers):
        mine = rng.permutation(np.flatnonzero(answers == answer))
        kept += mine[: max(1, round(share * len(mine)))].tolist()
    return rows.take(sorted(kept))


def _with_trainer(
    learner: AbstractLearner,
    rows: TextTable,
    dev: TextTable,
    folder: Path,
    watch: Watch,
    resume: bool,
    bends: Sequence[Any],
) -> tuple[dict[str, float], ...]:
    import torch
    from transformers import PrinterCallback, set_seed
    from transformers.trainer_utils import get_last_checkpoint

    from longwave.text.averaging import averaged
    from longwave.text.bends import bends_of
    from longwave.text.tracking import LOGS, trackers
    from longwave.text.trainer import STATE, TextTrainer, Watcher, arguments, head_and_rest, stopping

    recipe, examples, dev_rows = learner.recipe, learner.examples(rows), dev.rows()
    if not examples:
        raise NotEnoughData(say("text_engine.no_train"))
    if recipe.gradient_checkpointing:
        learner.model.encoder.activation_checkpointing_enable()
    set_seed(recipe.seed)
    watcher = Watcher(watch.progress)
    (folder / STATE).mkdir(parents=True, exist_ok=True)
    trainer = TextTrainer(
        learner,
        (lambda: watch.judge(dev, learner.predict(dev_rows))) if len(dev) else None,
        (*bends, *bends_of(recipe)),
        args=arguments(folder, recipe, judged=len(dev) > 0, rows=len(examples)),
        train_dataset=examples,
        eval_dataset=dev_rows or None,
        callbacks=[
            watcher,
            *stopping(recipe),
            *trackers(watch.trackers, folder / LOGS, recipe.as_dict()),
        ],
        optimizers=(head_and_rest(learner.model, recipe), None),
    )
    trainer.remove_callback(PrinterCallback)
    for each in METHODS.get(recipe.method).callbacks(learner.model):
        trainer.add_callback(each)
    last = get_last_checkpoint(str(folder / STATE)) if resume else None
    try:
        trainer.train(resume_from_checkpoint=last)
    except torch.OutOfMemoryError as error:
        raise DataError(say("text_engine.out_of_memory"), say("text_engine.out_of_memory_mend")) from error
    # Mixed precision wraps the model's forward for good; what is judged and kept is the model itself.
    trainer.accelerator.unwrap_model(learner.model, keep_fp32_wrapper=False)
    if recipe.average_last:
        averaged(learner.model, folder / STATE, recipe.average_last, trainer.headline)
    return tuple(watcher.history)
