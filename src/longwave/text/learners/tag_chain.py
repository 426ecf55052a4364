"""A linear chain over tags: a conditional random field on the states of an encoder.

-log p(y | x) = logsum over all tag sequences of exp(score) - score(y),
score(y) = begin(y_1) + sum_t emission_t(y_t) + sum_t move(y_t, y_t+1)

Lafferty, McCallum and Pereira (2001), ICML; on neural states Lample et al. (2016), NAACL.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from longwave.text.learners.heads import IGNORED


def chain_loss(logits: Tensor, labels: Tensor, moves: Tensor, begins: Tensor) -> Tensor:
    """Mean over words. logits: (rows, tokens, tags); labels: (rows, tokens), `IGNORED` where a token has no tag."""
    # In half precision a sum over a hundred words would be rounded to a few digits.
    emissions, tags, there = words_only(logits.float(), labels)
    gap = _log_all(emissions, there, moves, begins) - _score(emissions, tags, there, moves, begins)
    return gap.sum() / there.sum().clamp(min=1)


def drawn_tags(emissions: Tensor, moves: Tensor, begins: Tensor, rng: np.random.Generator) -> Tensor:
    """Tags (words,) drawn from p(y | x): sums forward, then from the last word back each tag given the one that follows.
    emissions: (words, tags), at least one word."""
    ahead = [begins + emissions[0]]
    for row in emissions[1:]:
        ahead.append(torch.logsumexp(ahead[-1].unsqueeze(1) + moves, 0) + row)
    tags = [drawn_place(ahead[-1], rng)]
    for total in reversed(ahead[:-1]):
        tags.append(drawn_place(total + moves[:, tags[-1]], rng))
    return torch.tensor(tags[::-1], device=emissions.device)


def drawn_place(logits: Tensor, rng: np.random.Generator) -> int:
    """A place drawn by the softmax of logits (places,)."""
    chances = torch.softmax(logits.double(), -1).cpu().numpy()
    return int(rng.choice(len(chances), p=chances / chances.sum()))


def words_only(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Logits (rows, words, tags) and labels (rows, words) of the tokens that have a tag, moved together; which are there."""
    tagged = labels != IGNORED
    order = torch.argsort((~tagged).to(torch.int8), dim=1, stable=True)[:, : max(1, int(tagged.sum(1).max()))]
    there = torch.gather(tagged, 1, order)
    emissions = torch.gather(logits, 1, order.unsqueeze(-1).expand(-1, -1, logits.shape[-1]))
    return emissions, torch.gather(labels, 1, order).clamp(min=0), there


def _score(emissions: Tensor, tags: Tensor, there: Tensor, moves: Tensor, begins: Tensor) -> Tensor:
    mine = emissions.gather(2, tags.unsqueeze(-1)).squeeze(-1) * there
    steps = moves[tags[:, :-1], tags[:, 1:]] * there[:, 1:]
    return begins[tags[:, 0]] * there[:, 0] + mine.sum(1) + steps.sum(1)


def _log_all(emissions: Tensor, there: Tensor, moves: Tensor, begins: Tensor) -> Tensor:
    total = begins + emissions[:, 0]
    for place in range(1, emissions.shape[1]):
        following = torch.logsumexp(total.unsqueeze(2) + moves, dim=1) + emissions[:, place]
        total = torch.where(there[:, place].unsqueeze(1), following, total)
    return torch.logsumexp(total, dim=1) * there[:, 0]
