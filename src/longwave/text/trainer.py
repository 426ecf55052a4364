"""transformers' Trainer, bent where a task needs it: dev is judged by the task's own score, not by a loss.

Batches hold texts of like length, which is worth twice the speed of random ones. What bends the loss or the step
(adversarial training, two passes, a penalty) is a `Bend`, so that each is a file of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.learner import AbstractLearner
from longwave.text.processor import device, precision
from longwave.text.recipe import Recipe

STATE = ".training"
"""The Trainer's own folder within the checkpoint's, gone when the work is done."""


class Bend(Protocol):
    """Something that changes how a step learns."""

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        """The loss instead of the model's own."""

    def after_backward(self, trainer: Any, model: Any, batch: dict[str, Tensor]) -> None:
        """Adds to the gradients."""


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

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Tensor:
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

    def on_train_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.history = [{str(k): float(v) for k, v in each.items()} for each in state.log_history]


def arguments(folder: Path, recipe: Recipe, *, judged: bool, rows: int = 0) -> TrainingArguments:
    """TrainingArguments of a settled recipe."""
    logging.getLogger("transformers.trainer").setLevel(logging.ERROR)
    chosen = judged and (recipe.early_stopping_patience > 0 or recipe.num_train_epochs >= 2)
    steps = -(-rows // (recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps))
    return TrainingArguments(
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
        save_total_limit=max(2, recipe.average_last),
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


def head_and_rest(model: Any, recipe: Recipe) -> Any:
    """AdamW with the head's own rate where the recipe wants one; None leaves it to the Trainer."""
    if not recipe.head_learning_rate:
        return None
    new = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("encoder.")]
    old = [p for n, p in model.named_parameters() if p.requires_grad and n.startswith("encoder.")]
    groups = [
        {"params": old, "lr": recipe.learning_rate, "weight_decay": recipe.weight_decay},
        {"params": new, "lr": recipe.head_learning_rate, "weight_decay": recipe.weight_decay},
    ]
    return torch.optim.AdamW([each for each in groups if each["params"]])


def stopping(recipe: Recipe) -> list[TrainerCallback]:
    """Early stopping, whose count is kept in the Trainer's state and comes back with it."""
    if not recipe.early_stopping_patience:
        return []
    return [EarlyStoppingCallback(early_stopping_patience=recipe.early_stopping_patience)]
