"""The penalty of continual learning, and Fisher's information that weighs it: see `methods.continual`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from longwave.text.bend import Bend
from longwave.text.heads import IGNORED
from longwave.text.portable.decode import probabilities
from longwave.text.processor import on_device
from longwave.text.table import TextTable

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


def fisher(learner: Any, old: TextTable) -> dict[str, Tensor]:
    """The diagonal of Fisher's information of the encoder's weights by name, scaled to a mean of one.

    The gradient's square of the log likelihood of an answer that the model itself draws (not of the true answer, which
    would be the empirical Fisher; Kunstner, Hennig and Balles 2019), mean over at most 256 old rows."""
    seed = learner.recipe.seed
    rows = old.take(sorted(np.random.default_rng(seed).permutation(len(old))[:MOST_ROWS].tolist()))
    model, rng = learner.model, np.random.default_rng(seed)
    model.eval()
    weights = {name: each for name, each in model.encoder.named_parameters() if each.requires_grad}
    sums = {name: torch.zeros_like(each) for name, each in weights.items()}
    for example in learner.examples(rows):
        batch = on_device(learner.collate([example]), model)
        model.zero_grad(set_to_none=True)
        logits = model(**{name: each for name, each in batch.items() if name != "labels"})["logits"]
        model.loss(logits, _drawn(logits.detach(), batch["labels"], model.told, rng)).backward()
        for name, each in weights.items():
            if each.grad is not None:
                sums[name] += each.grad**2
    model.zero_grad(set_to_none=True)
    mean = sum(float(each.sum()) for each in sums.values()) / sum(each.numel() for each in sums.values())
    return {name: each / max(mean, 1e-30) for name, each in sums.items()}


def _drawn(logits: Tensor, labels: Tensor, told: dict[str, Any], rng: np.random.Generator) -> Tensor:
    """An answer as the model would give it; where an answer is no label (a span), the true one."""
    if told["kind"] == "sequence" and told.get("several"):
        drawn = rng.random(tuple(logits.shape)) < torch.sigmoid(logits).cpu().numpy()
        return torch.as_tensor(drawn, device=labels.device).to(labels.dtype)
    if told["kind"] == "sequence":
        chances = probabilities(logits[0].cpu().numpy(), {**told, "temperature": 1.0})
        chosen = int(rng.choice(len(chances), p=chances / chances.sum()))
        return torch.tensor([chosen], device=labels.device)
    if told["kind"] == "tokens":
        chances = torch.softmax(logits, -1).cpu().numpy()[0].cumsum(-1)
        places = torch.as_tensor((rng.random((len(chances), 1)) > chances[:, :-1]).sum(-1))[None]
        return torch.where(labels == IGNORED, labels, places.to(labels))
    return labels
