"""The penalty of continual learning, and Fisher's information that weighs it: see `methods.continual`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.text.learners.tag_chain import chain_loss, drawn_place, drawn_tags, words_only
from longwave.text.table import TextTable
from longwave.text.training.bend import Bend
from longwave.text.training.processor import on_device

MOST_ROWS = 256
"""Old rows whose gradients are looked at, drawn by seed."""


class Anchor(Bend):
    """strength / 2 * sum_i F_i (w_i - w_i*)^2 over the encoder's weights, w* being where they stand now.

    importance: F by name, None for one everywhere."""

    def __init__(self, encoder: Any, strength: float, importance: dict[str, Tensor] | None) -> None:
        self.strength = strength
        self.held = [
            (each, each.detach().clone(), None if importance is None else importance[name])
            for name, each in encoder.named_parameters()
            if each.requires_grad
        ]

    def away(self) -> Tensor:
        """The sum over the weights."""
        parts = []
        for weight, stood, importance in self.held:
            squared = (weight - stood.to(weight.device)) ** 2
            parts.append((squared if importance is None else squared * importance.to(weight.device)).sum())
        return torch.stack(parts).sum()

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        return outputs["loss"] + self.strength / 2 * self.away()


def fisher(learner: Any, old: TextTable, known: int = 0, progress: Progress = silent) -> dict[str, Tensor]:
    """The diagonal of Fisher's information of the encoder's weights by name, scaled to a mean of one.

    The gradient's square of the log likelihood of an answer that the model itself draws (not of the true answer, which
    would be the empirical Fisher; Kunstner, Hennig and Balles 2019), mean over at most 256 old rows. The likelihood is that
    of what the model says: no label weighs more and none is smoothed, however it is to learn. known: how many labels, the
    first of the head, the model has learnt to tell, nought for all: those that were added to it say nothing yet."""
    seed = learner.recipe.seed
    rows = old.take(sorted(np.random.default_rng(seed).permutation(len(old))[:MOST_ROWS].tolist()))
    model, rng = learner.model, np.random.default_rng(seed)
    model.eval()
    weights = {name: each for name, each in model.encoder.named_parameters() if each.requires_grad}
    sums = {name: torch.zeros_like(each) for name, each in weights.items()}
    examples = learner.examples(rows)
    for place, example in enumerate(examples):
        progress(say("text_methods.importance"), place, len(examples))
        batch = on_device(learner.collate([example]), model)
        model.zero_grad(set_to_none=True)
        logits = model(**{name: each for name, each in batch.items() if name != "labels"})["logits"]
        surprise(model, logits, batch["labels"], rng, known).backward()
        for name, each in weights.items():
            if each.grad is not None:
                sums[name] += each.grad**2
    model.zero_grad(set_to_none=True)
    mean = sum(float(each.sum()) for each in sums.values()) / sum(each.numel() for each in sums.values())
    return {name: each / max(mean, 1e-30) for name, each in sums.items()}


def surprise(model: Any, logits: Tensor, labels: Tensor, rng: np.random.Generator, known: int = 0) -> Tensor:
    """Minus the log likelihood of an answer to one example, drawn as likely as the model says it is. labels: the true
    answer, of which it is told only which tokens have a tag."""
    told = model.told
    if told["kind"] == "span":
        return torch.stack([_one_of(logits[0, :, end], rng) for end in (0, 1)]).sum()
    if told["kind"] == "tokens":
        emissions, _, there = words_only(logits.float(), labels)
        return _of_tags(model.head, emissions[0][there[0]], rng, known or logits.shape[-1])
    if told.get("ordered"):
        return _one_of(_steps(logits[0]), rng)
    mine = logits[0, : known or logits.shape[-1]]
    if not told.get("several"):
        return _one_of(mine, rng)
    drawn = torch.as_tensor(rng.random(len(mine)) < torch.sigmoid(mine.detach()).cpu().numpy())
    return functional.binary_cross_entropy_with_logits(mine, drawn.to(mine), reduction="sum")


def _one_of(logits: Tensor, rng: np.random.Generator) -> Tensor:
    """Of one of these places."""
    return -torch.log_softmax(logits, -1)[drawn_place(logits.detach(), rng)]


def _steps(logits: Tensor) -> Tensor:
    """Log probabilities of a scale's labels, as `portable.decode` has them: "higher than k" made to fall, and the gaps."""
    above = torch.cummin(torch.sigmoid(logits), -1).values
    gaps = torch.cat([torch.ones_like(above[:1]), above]) - torch.cat([above, torch.zeros_like(above[:1])])
    return gaps.clamp(min=1e-12).log()


def _of_tags(head: Any, words: Tensor, rng: np.random.Generator, known: int) -> Tensor:
    """Of a tag for each word; by the chain where which follows which was learnt."""
    words = words[:, :known]
    if not len(words):
        return words.sum()
    if head.moves is None:
        return torch.stack([_one_of(word, rng) for word in words]).sum()
    moves, begins = head.moves[:known, :known], head.begins[:known]
    with torch.no_grad():
        tags = drawn_tags(words, moves, begins, rng)
    return chain_loss(words[None], tags[None], moves, begins) * len(words)
