"""A head of directions: the cosine of a text with each label's, over a temperature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.core.harvest import silent
from longwave.text.heads import pooled
from longwave.text.methods.modules.regression import read

TEMPERATURE = 0.05
"""Of the cosines, before dev says better: what sentence encoders are taught with (a scale of 20)."""


class Nearest(nn.Module):
    """out: the labels' directions over the temperature, without intercepts."""

    def __init__(self, hidden: int, labels: int, pool: str) -> None:
        super().__init__()
        self.pool = pool
        self.out = nn.Linear(hidden, labels, bias=False)

    def read(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return functional.normalize(pooled(states, batch["attention_mask"], self.pool), dim=-1)

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return self.out(self.read(states, batch))


def describe(learner: Any, descriptions: Mapping[str, tuple[str, ...]]) -> None:
    """Writes the labels' directions: the mean of their descriptions', of length one."""
    rows = [{"text": text} for texts in descriptions.values() for text in texts]
    found = read(learner, learner.features(rows), silent)
    owners = np.repeat(np.arange(len(descriptions)), [len(texts) for texts in descriptions.values()])
    seen = [
        np.mean([found[k] for k in np.flatnonzero(owners == label)], axis=0)
        for label in range(len(descriptions))
    ]
    directions = functional.normalize(torch.as_tensor(np.stack(seen)), dim=-1)
    with torch.no_grad():
        learner.model.head.out.weight.copy_(directions / TEMPERATURE)
    learner.probe = tuple(rows)
    learner.model.told = {**learner.model.told, "descriptions": {k: list(v) for k, v in descriptions.items()}}
