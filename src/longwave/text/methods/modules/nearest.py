"""A head of directions: the cosine of a text with each label's, over a temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.core.harvest import silent
from longwave.text.learners.heads import pooled
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
    """Writes the labels' directions: the mean of their descriptions', of length one.

    A description of several windows has the mean of theirs, of length one too, and so counts no more than a short one."""
    rows = [{"text": text} for texts in descriptions.values() for text in texts]
    features = learner.features(rows)
    windows = torch.as_tensor(np.stack(read(learner, features, silent)))
    texts = _means(windows, [feature["row"] for feature in features])
    counts = [len(each) for each in descriptions.values()]
    directions = _means(texts, np.repeat(np.arange(len(counts)), counts).tolist())
    with torch.no_grad():
        learner.model.head.out.weight.copy_(directions / TEMPERATURE)
    learner.probe = tuple(rows)
    learner.model.told = {**learner.model.told, "descriptions": {k: list(v) for k, v in descriptions.items()}}


def _means(vectors: Tensor, owners: Sequence[int]) -> Tensor:
    """Of each owner's vectors, of length one. owners: 0, 1, ... with none left out."""
    places = torch.as_tensor(owners)
    found = [vectors[places == owner].mean(0) for owner in range(int(places.max()) + 1)]
    return functional.normalize(torch.stack(found), dim=-1)
