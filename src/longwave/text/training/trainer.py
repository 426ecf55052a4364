"""transformers' Trainer, bent where a task needs it: dev is judged by the task's own score, not by a loss.

Batches hold texts of like length, which is worth twice the speed of random ones. What bends the loss or the step
(adversarial training, two passes, a penalty) is a `bend.Bend`, so that each is a file of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.learners.learner import AbstractLearner
from longwave.text.settings.recipe import Recipe
from longwave.text.training import processes
from longwave.text.training.bend import Bend
from longwave.text.training.processor import device, precision

STATE = ".training"
"""The Trainer's own folder within the checkpoint's, gone when the work is done."""


class TextTrainer(Trainer):
    """judge: the learner's score on dev by name, the headline first; None where there is no dev."""

    loss_is_scaled_for_ga = False  # ours is the mean of a batch: accumulated batches are to be averaged

    def __init__(
        self,
        learner: AbstractLearner,
        judge: Callable[[], dict[str, float]] | None,
        bends: Sequence[Bend],
        **rest: Any,
    ) -> None:
        self.learner = learner
        self.judge = judge
        self.bends = tuple(bends)
        super().__init__(model=learner.model, data_collator=learner.collate, **rest)

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        outputs = model(**inputs)
        loss = outputs["loss"]
        for bend in self.bends:
            loss = bend.loss(model, inputs, {**outputs, "loss": loss})
        return (loss, outputs) if return_outputs else loss

    def pushed_loss(self, model: Any, batch: dict[str, Tensor]) -> Tensor:
        """What a step's second reading learns from: gold, and a teacher's answers where there is one."""
        outputs = model(**batch)
        loss: Tensor = outputs["loss"]
        for bend in self.bends:
            if bend.pushed:
                loss = bend.loss(model, batch, {**outputs, "loss": loss})
        return loss

    def create_optimizer(self, model: Any = None) -> Any:
        """The Trainer's own, with a rate of its own for the head."""
        made = super().create_optimizer(model)
        rate = self.learner.recipe.head_learning_rate
        if rate:
            old = {id(each) for each in self.learner.model.encoder.parameters()}
            made.param_groups[:] = _parted(made.param_groups, old, rate)
        return made

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Tensor:
        for bend in self.bends:
            bend.before()
        loss = super().training_step(model, inputs, num_items_in_batch)
        if self.bends:
            batch = self._prepare_inputs(inputs)
            for bend in self.bends:
                bend.after_backward(self, model, batch)
        return loss

    @property
    def headline(self) -> Callable[[], float] | None:
        """The task's headline on dev, better when higher; None where there is no dev."""
        judge = self.judge
        return None if judge is None else lambda: judge()["headline"]

    def evaluate(self, *args: Any, **rest: Any) -> dict[str, float]:
        """The task's scores on dev, as the callbacks and the choice of the best checkpoint want them."""
        found = {} if self.judge is None else {f"eval_{name}": value for name, value in self.judge().items()}
        self.log(dict(found))
        self.control: Any = self.callback_handler.on_evaluate(self.args, self.state, self.control, found)
        return found


class Watcher(TrainerCallback):
    """Tells the progress bar, and writes down what was logged."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.history: list[dict[str, float]] = []

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.progress(say("text_engine.training"), state.global_step, state.max_steps)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        # What is not logged before the state is written, a resumed training leaves out of its next mean.
        control.should_log = True

    def on_train_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.history = [{str(k): float(v) for k, v in each.items()} for each in state.log_history]


def arguments(folder: Path, recipe: Recipe, *, judged: bool, rows: int = 0) -> TrainingArguments:
    """TrainingArguments of a settled recipe."""
    logging.getLogger("transformers.trainer").setLevel(logging.ERROR)
    chosen = judged and (recipe.early_stopping_patience > 0 or recipe.num_train_epochs >= 2)
    batch = recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps * processes.count()
    steps = -(-rows // batch)
    told = TrainingArguments(
        output_dir=str(folder / STATE),
        num_train_epochs=recipe.num_train_epochs,
        learning_rate=recipe.learning_rate,
        per_device_train_batch_size=recipe.per_device_train_batch_size,
        gradient_accumulation_steps=recipe.gradient_accumulation_steps,
        weight_decay=recipe.weight_decay,
        warmup_steps=round(recipe.warmup_ratio * steps * recipe.num_train_epochs),
        lr_scheduler_type=recipe.lr_scheduler_type,
        optim=recipe.optim,
        max_grad_norm=recipe.max_grad_norm,
        seed=recipe.seed,
        data_seed=recipe.seed,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        eval_strategy="epoch" if judged else "no",
        save_strategy="epoch",
        # One more than are averaged: the best one is kept in any case, and may be none of the last.
        save_total_limit=max(2, recipe.average_last + 1),
        load_best_model_at_end=chosen,
        metric_for_best_model="eval_headline" if chosen else None,
        greater_is_better=True if chosen else None,
        restore_callback_states_from_checkpoint=True,
        logging_strategy="steps",
        logging_steps=max(1, steps // 10),
        report_to=[],  # see `tracking`
        disable_tqdm=True,
        use_cpu=device() == "cpu",
        dataloader_pin_memory=device() == "cuda",
        **precision(recipe.precision),
    )
    if told.n_gpu > 1:
        told._n_gpu = 1  # several devices are several processes (see `processes`), never threads of one
    return told


def _parted(groups: Sequence[dict[str, Any]], old: set[int], rate: float) -> list[dict[str, Any]]:
    """An optimiser's groups, each in two: weights of the encoder as they were, the others at `rate`."""
    made: list[dict[str, Any]] = []
    for group in groups:
        inner = [each for each in group["params"] if id(each) in old]
        outer = [each for each in group["params"] if id(each) not in old]
        made += [{**group, "params": inner}] if inner else []
        made += [{**group, "params": outer, "lr": rate}] if outer else []
    return made


def stopping(recipe: Recipe) -> list[TrainerCallback]:
    """Early stopping, whose count is kept in the Trainer's state and comes back with it."""
    if not recipe.early_stopping_patience:
        return []
    return [EarlyStoppingCallback(early_stopping_patience=recipe.early_stopping_patience)]
