"""Adversarial training: each text is learnt a second time with its embeddings pushed where they hurt most.

FGM (Miyato, Dai and Goodfellow 2017)   push_i = epsilon * g_i / |g_i|, g_i the loss's gradient at row i's embeddings
PGD (Madry et al. 2018)                 several smaller pushes of size epsilon / steps * 1.5, each from where the last one
                                        ended, never further than epsilon; only the last one is learnt from

epsilon counts in the norm of a row's embeddings, so that it means the same for short texts and long, and for any base.
Twice (1 + steps times) the work of a plain step.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class Adversary:
    """A bend of the training step. steps: 1 for FGM."""

    def __init__(self, epsilon: float, steps: int = 1) -> None:
        self.epsilon = epsilon
        self.steps = steps
        self._push: Tensor | None = None
        self._seen: Tensor | None = None

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        """The model's own."""
        return outputs["loss"]

    def after_backward(self, trainer: Any, model: Any, batch: dict[str, Tensor]) -> None:
        """Adds the gradient of the loss at the pushed embeddings to that of the plain one."""
        words = model.encoder.get_input_embeddings()
        handle = words.register_forward_hook(self._hooked)
        try:
            gradient, size = self._gradient(model, batch, None)
            push = _scaled(gradient, size * self.epsilon)
            for _ in range(1, self.steps):
                gradient, _ = self._gradient(model, batch, push)
                push = push + _scaled(gradient, size * self.epsilon * 1.5 / self.steps)
                push = _within(push, size * self.epsilon)
            self._push = push
            loss = model(**batch)["loss"] / trainer.current_gradient_accumulation_steps
            trainer.accelerator.backward(loss)
        finally:
            handle.remove()
            self._push = self._seen = None

    def _gradient(self, model: Any, batch: dict[str, Tensor], push: Tensor | None) -> tuple[Tensor, Tensor]:
        """The loss's gradient at the embeddings, and each row's norm."""
        self._push = push
        loss = model(**batch)["loss"]
        assert self._seen is not None  # noqa: S101 - the hook has run
        (found,) = torch.autograd.grad(loss, self._seen)
        return found, self._seen.detach().flatten(1).norm(dim=1)

    def _hooked(self, module: Any, inputs: Any, output: Tensor) -> Tensor:
        pushed = output if self._push is None else output + self._push
        self._seen = pushed if pushed.requires_grad else pushed.requires_grad_()
        return self._seen


def _scaled(gradient: Tensor, size: Tensor) -> Tensor:
    """Each row's gradient, made as long as `size` says."""
    norm = gradient.flatten(1).norm(dim=1).clamp(min=1e-12)
    return gradient * (size / norm)[:, None, None]


def _within(push: Tensor, most: Tensor) -> Tensor:
    norm = push.flatten(1).norm(dim=1).clamp(min=1e-12)
    return push * torch.clamp(most / norm, max=1.0)[:, None, None]
