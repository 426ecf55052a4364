"""Adversarial training: each text is learnt a second time with its embeddings pushed where they hurt most.

FGM (Miyato, Dai and Goodfellow 2017)   push_i = epsilon * g_i / |g_i|, g_i the loss's gradient at row i's embeddings
PGD (Madry et al. 2018)                 several smaller pushes of size epsilon / steps * 1.5, each from where the last one
                                        ended, never further than epsilon; only the last one is learnt from

epsilon counts in the norm of a row's embeddings, so that it means the same for short texts and long, and for any base.
Padding is no part of a row: it is neither counted nor pushed, so that a push is the same whatever rows stand beside.
The first gradient is the plain step's own, so that FGM is twice the work of a plain step and PGD 1 + steps times.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from longwave.text.learners.model import bare
from longwave.text.training.bend import Bend


class Adversary(Bend):
    """model: whose embeddings are pushed; epsilon: see above; steps: 1 for FGM."""

    def __init__(self, model: Any, epsilon: float, steps: int = 1) -> None:
        self.words = model.encoder.get_input_embeddings
        self.epsilon = epsilon
        self.steps = steps
        self._push: Tensor | None = None
        self._seen: list[Tensor] = []
        self._hook: Any = None

    def before(self) -> None:
        """From here on what the table of words gives is kept, and the loss's gradient at it."""
        self._end()
        self._hook = self.words().register_forward_hook(self._hooked)

    def after_backward(self, trainer: Any, model: Any, batch: dict[str, Tensor]) -> None:
        """Adds the gradient of the loss at the pushed embeddings to that of the plain one."""
        try:
            there = _there(batch["attention_mask"], self._seen[0])
            gradient = torch.stack([each.grad for each in self._seen if each.grad is not None]).sum(0)
            size = _norm(self._seen[0].detach() * there) * self.epsilon
            stride = size if self.steps == 1 else size * 1.5 / self.steps
            push = _within(_scaled(gradient * there, stride), size)
            for _ in range(1, self.steps):
                gradient = self._gradient(trainer, bare(model), batch, push)
                push = _within(push + _scaled(gradient * there, stride), size)
            self._push = push
            loss = trainer.pushed_loss(model, batch) / trainer.current_gradient_accumulation_steps
            trainer.accelerator.backward(loss)
        finally:
            self._end()

    def _gradient(self, trainer: Any, model: Any, batch: dict[str, Tensor], push: Tensor) -> Tensor:
        """The loss's gradient at the pushed embeddings; the weights' own is not touched."""
        self._push = push
        self._seen.clear()
        loss = trainer.pushed_loss(model, batch)
        (found,) = torch.autograd.grad(loss, self._seen[0])
        return found

    def _hooked(self, module: Any, inputs: Any, output: Tensor) -> Tensor | None:
        if not torch.is_grad_enabled():
            return None
        pushed = output if self._push is None else output + self._push
        if not pushed.requires_grad:  # a table that does not learn has a gradient at its words all the same
            pushed = pushed.detach().requires_grad_()
        pushed.retain_grad()
        self._seen.append(pushed)
        return pushed

    def _end(self) -> None:
        if self._hook is not None:
            self._hook.remove()
        self._hook, self._push = None, None
        self._seen.clear()


def _scaled(gradient: Tensor, size: Tensor) -> Tensor:
    """Each row's gradient, made as long as `size` says."""
    return gradient * (size / _norm(gradient).clamp(min=1e-12))[:, None, None]


def _within(push: Tensor, most: Tensor) -> Tensor:
    return push * torch.clamp(most / _norm(push).clamp(min=1e-12), max=1.0)[:, None, None]


def _there(mask: Tensor, embedded: Tensor) -> Tensor:
    """(rows, tokens, 1): 1 where a token is. Some encoders fill a batch up further than its mask (to a whole window)."""
    there = embedded.new_zeros(embedded.shape[:2])
    there[:, : mask.shape[1]] = mask
    return there.unsqueeze(-1)


def _norm(embedded: Tensor) -> Tensor:
    """(rows, tokens, hidden) -> (rows,)."""
    return embedded.flatten(1).norm(dim=1)
