"""One learner's gradient steps, from the first to the last: transformers' Trainer, what it is told, what it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import PrinterCallback, set_seed

from longwave.core.errors import DataError
from longwave.core.message import say
from longwave.text.learners.learner import AbstractLearner
from longwave.text.method import METHODS
from longwave.text.table import TextTable
from longwave.text.training import processes
from longwave.text.training.averaging import averaged
from longwave.text.training.bend import Bend
from longwave.text.training.bends import bends_of
from longwave.text.training.spent import Clock
from longwave.text.training.states import last_whole, told_of
from longwave.text.training.tracking import LOGS, trackers
from longwave.text.training.trainer import STATE, TextTrainer, Watcher, arguments, stopping

if TYPE_CHECKING:
    from longwave.text.training.training import Watch


def schooled(
    learner: AbstractLearner,
    examples: Sequence[Mapping[str, Any]],
    dev: TextTable,
    folder: Path,
    watch: Watch,
    penalties: Sequence[Bend],
    *,
    resume: bool,
) -> tuple[dict[str, float], ...]:
    """Changes the learner's weights; what the Trainer logged. penalties: what the method adds to the loss.

    Raises DataError where the device has too little memory."""
    set_seed(learner.recipe.seed)
    watcher = Watcher(watch.progress)
    state = folder / STATE
    state.mkdir(parents=True, exist_ok=True)
    trainer = _trainer(learner, examples, dev, folder, watch, penalties, watcher)
    trainer.add_callback(Clock(folder, resume=resume))
    last = last_whole(state) if resume else None
    if last is not None:
        # transformers forgets on resuming that a training had been stopped early, and would go on by an epoch and more.
        trainer.args.max_steps = ended_at(last) or trainer.args.max_steps
    try:
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
    except torch.OutOfMemoryError as error:
        raise DataError(say("text_engine.out_of_memory"), say("text_engine.out_of_memory_mend")) from error
    processes.wait()
    # Mixed precision wraps the model's forward for good; what is judged and kept is the model itself.
    trainer.accelerator.unwrap_model(learner.model, keep_fp32_wrapper=False)
    if learner.recipe.average_last:
        since = METHODS.get(learner.recipe.method).settled_at(learner.model)
        averaged(learner.model, state, learner.recipe.average_last, trainer.headline, since)
    return tuple(watcher.history)


def left_off(folder: Path) -> float:
    """How many epochs a training in this folder had gone through when it last wrote its state; nought where it had not."""
    last = last_whole(folder / STATE)
    return 0.0 if last is None else float(told_of(last)["epoch"])


def ended_at(last: Path) -> int | None:
    """The step at which a training had come to its end when its last state was written; None where it had not, or where
    that cannot be read."""
    state = told_of(last)
    try:
        ended = state["stateful_callbacks"]["TrainerControl"]["args"]["should_training_stop"]
        return int(state["global_step"]) if ended else None
    except (KeyError, TypeError, ValueError):
        return None


def _trainer(
    learner: AbstractLearner,
    examples: Sequence[Mapping[str, Any]],
    dev: TextTable,
    folder: Path,
    watch: Watch,
    penalties: Sequence[Bend],
    watcher: Watcher,
) -> TextTrainer:
    recipe, dev_rows = learner.recipe, dev.rows()
    made = TextTrainer(
        learner,
        (lambda: watch.judge(dev, learner.predict(dev_rows))) if dev_rows else None,
        (*bends_of(learner), *penalties),
        args=arguments(folder, recipe, judged=bool(dev_rows), rows=len(examples)),
        train_dataset=list(examples),
        eval_dataset=dev_rows or None,
        callbacks=[
            watcher,
            *(stopping(recipe) if dev_rows else ()),
            *trackers(watch.trackers, folder / LOGS, recipe.as_dict()),
        ],
    )
    made.remove_callback(PrinterCallback)
    for each in METHODS.get(recipe.method).callbacks(learner.model):
        made.add_callback(each)
    return made
