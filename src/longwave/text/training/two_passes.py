"""R-Drop: the same batch twice under unlike dropout; the two answers are to agree.

loss = (L_1 + L_2) / 2 + weight / 2 * mean(KL(p_1 | p_2) + KL(p_2 | p_1)) / 2

Liang et al. (2021), R-Drop: Regularized dropout for neural networks, NeurIPS. Twice the work of a plain step.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from longwave.text.learners.heads import counted
from longwave.text.learners.model import bare
from longwave.text.training.bend import Bend


class TwoPasses(Bend):
    """A bend of the training step."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        """Both passes' mean, and what they disagree by."""
        if not model.training:
            return outputs["loss"]
        again = model(**batch)
        apart = disagreement(outputs["logits"], again["logits"], batch, bare(model).told)
        return (outputs["loss"] + again["loss"]) / 2 + self.weight * apart


def disagreement(one: Tensor, other: Tensor, batch: dict[str, Tensor], told: dict[str, Any]) -> Tensor:
    """Mean symmetric divergence of two answers: of labels, of each tagged token's, of begin and end."""
    if told.get("several") or told.get("ordered"):
        return _divergence(
            *(torch.stack([functional.logsigmoid(x), functional.logsigmoid(-x)], -1) for x in (one, other))
        )
    one, other = counted((one, other), batch, told)
    return _divergence(functional.log_softmax(one, -1), functional.log_softmax(other, -1))


def _divergence(one: Tensor, other: Tensor) -> Tensor:
    forth = (one.exp() * (one - other)).sum(-1)
    back = (other.exp() * (other - one)).sum(-1)
    return (forth + back).mean() / 4
