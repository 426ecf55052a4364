"""Heads that are linear in what they read, so that a regression can find their weights at once.

`read` gives what a head is linear in: (rows, numbers) of texts, (rows, tokens, numbers) of tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.text.learners.heads import PairOfThings, SequenceHead, TokenHead, of_things
from longwave.text.portable.shapes import SHAPES


class StraightPair(nn.Module):
    """Text, head and tail beside each other; of two texts what tells them apart too."""

    def __init__(self, hidden: int, labels: int, pool: str, *, compared: bool) -> None:
        super().__init__()
        self.pool = pool
        self.compared = compared
        self.out = nn.Linear((5 if compared else 3) * hidden, labels)

    def read(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return of_things(states, batch, self.pool, compared=self.compared)

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return self.out(self.read(states, batch))


class StraightToken(nn.Module):
    """A token's state; with `shaped`, which of the shapes its word has, and those of the tokens before and behind, beside.

    Behind the first piece of a split word stands its second: an exported graph knows tokens, and no words."""

    def __init__(self, hidden: int, labels: int, *, shaped: bool) -> None:
        super().__init__()
        self.shaped = shaped
        self.out = nn.Linear(hidden + 3 * SHAPES * shaped, labels)

    def read(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        if not self.shaped:
            return states
        mine = functional.one_hot(batch["shapes"], SHAPES).to(states.dtype)
        nothing = torch.zeros_like(mine[:, :1])
        before = torch.cat([nothing, mine[:, :-1]], dim=1)
        after = torch.cat([mine[:, 1:], nothing], dim=1)
        return torch.cat([states, mine, before, after], dim=-1)

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return self.out(self.read(states, batch))


def straight_head(head: Any, forms: Any) -> Any:
    """The straight head in the place of a model's own. forms: of the model, None where words are told no form."""
    labels, width = head.out.out_features, head.out.in_features
    if isinstance(head, TokenHead):
        return StraightToken(width, labels, shaped=forms is not None and forms.shapes is not None)
    if isinstance(head, PairOfThings):
        return StraightPair(width, labels, head.pool, compared=head.compared)
    return SequenceHead(width, labels, pool=head.pool, dropout=0.0)
