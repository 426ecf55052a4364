"""What a training will take, from a few batches of it: seconds, told before the first hour is spent.

Time of a batch grows with its tokens, padding included, and a little with the square of their length (attention); short,
middle and long batches are timed and a line through them (never falling) is summed over the epoch's batches; what moves the
weights is timed too, once a step. A step with FGM is two passes, with PGD 1 + steps, with R-Drop one more; rows that
augmenting makes are taken to be like those that there are; a teacher's pass, the judging of dev and a first reading with
words left out are timed and added.
A method without gradient reads the rows once: a few of them are read, and the rest is taken to be like them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.text.learners.learner import AbstractLearner
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training.processor import on_device, waited

_JUDGED, _READ = 16, 96
"""Rows of dev that are answered, and rows that are read, to know what all of them take."""


@dataclass(frozen=True, slots=True)
class Cost:
    """epoch_seconds, seconds: of one epoch and of the whole training, dev's judging included; tokens: of an epoch, padding
    included, nought for a method that reads the rows once; threads."""

    epoch_seconds: float
    seconds: float
    tokens: int
    threads: int


def spelled(seconds: float) -> Message:
    """A time as people say it."""
    if seconds < 90:
        return say("text_engine.seconds", count=max(1, round(seconds)))
    if seconds < 5400:
        return say("text_engine.minutes", count=round(seconds / 60))
    return say("text_engine.hours", count=f"{seconds / 3600:.1f}")


def told(cost: Cost) -> Message:
    """The forecast as people say it."""
    time, threads = spelled(cost.seconds), cost.threads
    if not cost.tokens:
        return say("text_engine.cost_once", time=time, threads=threads)
    return say("text_verbs.cost", time=time, epoch=spelled(cost.epoch_seconds), threads=threads)


def forecast_cost(
    learner: AbstractLearner,
    examples: Sequence[Mapping[str, Any]],
    dev: TextTable,
    recipe: Recipe,
    threads: int,
) -> Cost:
    """Times three batches and a little of dev. The weights are left as they were; the caller sets the seed afterwards."""
    learner.model.train()
    seconds, tokens = timed_epoch(
        examples, recipe.per_device_train_batch_size, lambda batch: _one_batch(learner, batch, recipe)
    )
    batches = -(-len(examples) // recipe.per_device_train_batch_size)
    seconds += moving_seconds(learner) * batches / recipe.gradient_accumulation_steps
    learner.model.zero_grad(set_to_none=True)
    more = rows_made(recipe)
    epoch = more * seconds + judging_seconds(learner, dev)
    return Cost(epoch, epoch * recipe.num_train_epochs, round(more * tokens), threads)


def moving_seconds(learner: AbstractLearner) -> float:
    """What clipping the gradients and a step of AdamW take. At a rate of nought no weight moves; gradients must be there."""
    import torch

    moved = [each for each in learner.model.parameters() if each.grad is not None]
    if not moved:
        return 0.0
    optimiser = torch.optim.AdamW(moved, lr=0.0, weight_decay=0.0, fused=True)
    start = 0.0
    for _ in range(2):  # the first makes room for the moments
        waited()
        start = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(moved, 1.0)
        optimiser.step()
        waited()
    return time.perf_counter() - start


def rows_made(recipe: Recipe) -> float:
    """Rows to learn from for each that there is: each way of augmenting writes its share of them anew, or fewer."""
    return 1.0 + len(recipe.augment) * recipe.augment_share


def timed_epoch(
    examples: Sequence[Mapping[str, Any]], size: int, once: Callable[[Sequence[Mapping[str, Any]]], float]
) -> tuple[float, int]:
    """Seconds and tokens, padding included, of an epoch in batches of `size` by length. once: takes a batch and says how
    long it took."""
    by_length = sorted(examples, key=lambda each: len(each["input_ids"]))
    longest = np.array(
        [len(by_length[min(start + size, len(by_length)) - 1]["input_ids"])
         for start in range(0, len(by_length), size)]
    )  # fmt: skip
    starts = sorted({0, max(0, len(by_length) // 2 - size // 2), max(0, len(by_length) - size)})
    once(by_length[:size])  # the first is never like the others
    sizes, seconds = [], []
    for start in starts:
        batch = by_length[start : start + size]
        sizes.append(len(batch[-1]["input_ids"]) * len(batch))
        seconds.append(once(batch))
    seconds = np.maximum.accumulate(seconds).tolist()
    alike = len(set(sizes)) == 1
    whole = seconds[0] * len(longest) if alike else float(np.sum(np.interp(longest * size, sizes, seconds)))
    return whole, int(np.sum(longest * size))


def passes(recipe: Recipe) -> int:
    """How often a batch goes forth and back in a step."""
    pushed = {"none": 0, "fgm": 1, "pgd": recipe.adversarial_steps}[recipe.adversarial]
    return 1 + int(recipe.r_drop > 0) + pushed


def _one_batch(learner: AbstractLearner, batch: Sequence[Mapping[str, Any]], recipe: Recipe) -> float:
    """Seconds of a step's passes over the batch, a teacher's among them."""
    import torch

    from longwave.text.training.processor import mixed

    taken = on_device(learner.collate(batch), learner.model)
    waited()
    start = time.perf_counter()
    with mixed(recipe.precision):
        loss = learner.model(**taken)["loss"]
    loss.backward()
    waited()
    alone = time.perf_counter() - start
    if learner.teacher is None:
        return alone * passes(recipe)
    start = time.perf_counter()
    with torch.no_grad():
        learner.teacher.model(**{name: each for name, each in taken.items() if name != "labels"})
    waited()
    asked = 1 + int(recipe.adversarial != "none")
    return alone * passes(recipe) + asked * (time.perf_counter() - start)


def judging_seconds(learner: AbstractLearner, dev: TextTable) -> float:
    """What answering the rows of dev takes, from a few of them."""
    if not len(dev):
        return 0.0
    some = _spread(dev, _JUDGED)
    start = time.perf_counter()
    learner.predict(some.rows())
    waited()
    return (time.perf_counter() - start) * len(dev) / len(some)


def forecast_reading(
    learner: AbstractLearner, rows: TextTable, dev: TextTable, recipe: Recipe, threads: int
) -> Cost:
    """Of a method that finds its weights by itself: the rows and dev read once, and the steps that come before it."""
    if not len(rows):
        return Cost(0.0, 0.0, 0, threads)
    some = _spread(rows, _READ)
    learner.predict(some.rows()[:2])  # the first is never like the others
    start = time.perf_counter()
    learner.predict(some.rows())
    waited()
    once = (time.perf_counter() - start) / len(some)
    before = steps = 0.0
    if recipe.method == "few_shot":
        from longwave.text.methods.modules.contrast import TEXTS, steps_of

        steps = steps_of(recipe, len(rows))
        before = steps * TEXTS * once * 3  # a step forth and back is three times the reading
    whole = (len(rows) + len(dev)) * once + before
    return Cost(whole, whole, 0, threads)


def _spread(rows: TextTable, count: int) -> TextTable:
    """Some rows, of all lengths alike."""
    order = np.argsort([len(text) for text in rows.texts()], kind="stable")[: len(rows)]
    places = order[np.unique(np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int))]
    return rows.take(sorted(places.tolist()))
