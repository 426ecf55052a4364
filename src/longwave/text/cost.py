"""What a training will take, from three batches of it: seconds, told before the first hour is spent.

Time of a batch grows with its tokens, padding included, and a little with the square of their length (attention); short,
middle and long batches are timed and a line through them (never falling) is summed over the epoch's batches.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.text.learner import AbstractLearner
from longwave.text.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Cost:
    """seconds: of one epoch and of the whole training, without judging; tokens: of an epoch, padding included; threads."""

    epoch_seconds: float
    seconds: float
    tokens: int
    threads: int

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / max(self.epoch_seconds, 1e-9)


def forecast_cost(
    learner: AbstractLearner, examples: Sequence[Mapping[str, Any]], recipe: Recipe, threads: int
) -> Cost:
    """Times three batches. The weights are left as they were; the caller sets the seed afterwards."""
    lengths = np.sort([len(each["input_ids"]) for each in examples])
    size = recipe.per_device_train_batch_size
    longest = np.array(
        [lengths[min(start + size, len(lengths)) - 1] for start in range(0, len(lengths), size)]
    )
    by_length = sorted(examples, key=lambda each: len(each["input_ids"]))
    starts = sorted({0, max(0, len(by_length) // 2 - size // 2), max(0, len(by_length) - size)})
    learner.model.train()
    _one_batch(learner, by_length[:size])  # the first is never like the others
    sizes, seconds = [], []
    for start in starts:
        batch = by_length[start : start + size]
        sizes.append(len(batch[-1]["input_ids"]) * len(batch))
        seconds.append(_one_batch(learner, batch))
    learner.model.zero_grad(set_to_none=True)
    epoch = (
        float(np.sum(np.interp(longest * size, sizes, seconds)))
        if len(set(sizes)) > 1
        else seconds[0] * len(longest)
    )
    passes = {"none": 1.0, "fgm": 2.0, "pgd": 1.0 + recipe.adversarial_steps}[recipe.adversarial] * (
        2 if recipe.r_drop else 1
    )
    whole = epoch * passes
    return Cost(whole, whole * recipe.num_train_epochs * recipe.members, int(np.sum(longest * size)), threads)


def _one_batch(learner: AbstractLearner, batch: Sequence[Mapping[str, Any]]) -> float:
    start = time.perf_counter()
    learner.model(**learner.collate(batch))["loss"].backward()
    return time.perf_counter() - start
