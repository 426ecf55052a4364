"""Heads: what stands on an encoder's states, and what a token is told beside its number.

SequenceHead    mean (or first, or greatest) state of a text -> one number a label
PairOfThings    the mean states of head, tail and text beside each other (Wu and He 2019) -> one number a relation; of two
                texts their difference and product too (Conneau et al. 2017, InferSent)
TokenHead       each state -> one number a tag; with `crf` the tags' transitions are learnt too (Lample et al. 2016)
SpanHead        each state -> begin and end
WordForms       case and letters of a word, added to the embedding that an uncased vocabulary gives it

WordForms begins at nought, so that an encoder starts as it was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.text.portable.batch import IGNORED as IGNORED
from longwave.text.portable.shapes import LETTERS, SHAPES

NEVER = -1e4
"""A logit that no softmax gives a share, within the reach of half precision."""


def counted(
    logits: tuple[Tensor, Tensor], batch: Mapping[str, Tensor], told: Mapping[str, Any]
) -> tuple[Tensor, Tensor]:
    """Two answers to the same batch with their choices last: a span's places without padding, the tags of tagged tokens."""
    one, other = logits
    if told["kind"] == "span":
        hidden = (1 - batch["attention_mask"]).bool()[:, None, :]
        return (
            one.transpose(1, 2).masked_fill(hidden, NEVER),
            other.transpose(1, 2).masked_fill(hidden, NEVER),
        )
    if told["kind"] == "tokens":
        tagged = batch["labels"] != IGNORED
        return one[tagged], other[tagged]
    return one, other


def pooled(states: Tensor, mask: Tensor, pool: str) -> Tensor:
    """(rows, tokens, hidden) -> (rows, hidden) over the tokens that are there."""
    if pool == "cls":
        return states[:, 0]
    there = mask.unsqueeze(-1).to(states.dtype)
    if pool == "max":
        return (states + (there - 1) * 1e4).amax(1)
    return (states * there).sum(1) / there.sum(1).clamp(min=1.0)


def of_text(states: Tensor, batch: Mapping[str, Tensor], pool: str) -> Tensor:
    """(rows, hidden): a text; where a thing in it is asked about, halfway between the text and the thing."""
    whole = pooled(states, batch["attention_mask"], pool)
    if "head_mask" not in batch:
        return whole
    return (whole + pooled(states, batch["head_mask"], "mean")) / 2


class SequenceHead(nn.Module):
    """labels: how many numbers are wanted (one fewer for an ordinal scale)."""

    def __init__(self, hidden: int, labels: int, *, pool: str, dropout: float) -> None:
        super().__init__()
        self.pool = pool
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, labels)

    def read(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        """(rows, hidden): what the head is linear in."""
        return of_text(states, batch, self.pool)

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return self.out(self.dropout(self.read(states, batch)))


def of_things(states: Tensor, batch: Mapping[str, Tensor], pool: str, *, compared: bool) -> Tensor:
    """(rows, 3 hidden): text, head and tail; (rows, 5 hidden) with how far head and tail are apart, and their product."""
    head, tail = (pooled(states, batch[mask], "mean") for mask in ("head_mask", "tail_mask"))
    parts = [pooled(states, batch["attention_mask"], pool), head, tail]
    return torch.cat([*parts, (head - tail).abs(), head * tail] if compared else parts, -1)


class PairOfThings(nn.Module):
    """Head, tail and the text about them; compared: two texts, whose likeness counts."""

    def __init__(
        self, hidden: int, labels: int, *, pool: str, dropout: float, compared: bool = False
    ) -> None:
        super().__init__()
        self.pool = pool
        self.compared = compared
        self.dropout = nn.Dropout(dropout)
        self.mixed = nn.Linear((5 if compared else 3) * hidden, hidden)
        self.out = nn.Linear(hidden, labels)

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        parts = of_things(states, batch, self.pool, compared=self.compared)
        return self.out(self.dropout(torch.tanh(self.mixed(self.dropout(parts)))))


class TokenHead(nn.Module):
    """(rows, tokens, tags); `moves` and `begins` are the transitions, kept with the head where `crf` is wanted."""

    def __init__(self, hidden: int, labels: int, *, dropout: float, crf: bool) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, labels)
        self.moves = nn.Parameter(torch.zeros(labels, labels)) if crf else None
        self.begins = nn.Parameter(torch.zeros(labels)) if crf else None

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        return self.out(self.dropout(states))


class SpanHead(nn.Module):
    """(rows, tokens, 2): begin and end; the first token stands for "no answer"."""

    def __init__(self, hidden: int, *, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 2)

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        scores = self.out(self.dropout(states))
        nowhere = batch["attention_mask"].unsqueeze(-1) == 0
        return scores.masked_fill(nowhere, NEVER)


class WordForms(nn.Module):
    """shapes: (rows, tokens); letters: (rows, tokens, width), read by a convolution over three letters."""

    def __init__(self, hidden: int, *, shapes: bool, letters: int) -> None:
        super().__init__()
        self.shapes = nn.Embedding(SHAPES, hidden) if shapes else None
        self.letters = nn.Embedding(LETTERS, 32, padding_idx=0) if letters else None
        self.filters = nn.Conv1d(32, 96, 3, padding=1) if letters else None
        self.out = nn.Linear(96, hidden, bias=False) if letters else None
        if self.shapes is not None:
            nn.init.zeros_(self.shapes.weight)
        if self.out is not None:
            nn.init.zeros_(self.out.weight)

    def forward(self, embedded: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        if self.shapes is not None:
            embedded = embedded + self.shapes(batch["shapes"])
        if self.letters is not None and self.filters is not None and self.out is not None:
            rows, tokens, width = batch["letters"].shape
            drawn = self.letters(batch["letters"].reshape(rows * tokens, width)).transpose(1, 2)
            seen = functional.relu(self.filters(drawn)).amax(-1).reshape(rows, tokens, -1)
            embedded = embedded + self.out(seen)
        return embedded


def make_head(kind: str, hidden: int, head: Mapping[str, Any], recipe: Mapping[str, Any]) -> nn.Module:
    """The head of a kind (``sequence``, ``pair_of_things``, ``pair_of_texts``, ``tokens``, ``span``) for the labels of
    head.json."""
    labels, dropout, pool = len(head.get("labels", ())), float(recipe["dropout"]), str(recipe["pool"])
    if kind == "span":
        return SpanHead(hidden, dropout=dropout)
    if kind == "tokens":
        return TokenHead(hidden, labels, dropout=dropout, crf=bool(recipe["crf"]))
    wanted = labels - 1 if head.get("ordered") else labels
    if kind in ("pair_of_things", "pair_of_texts"):
        return PairOfThings(hidden, wanted, pool=pool, dropout=dropout, compared=kind == "pair_of_texts")
    return SequenceHead(hidden, wanted, pool=pool, dropout=dropout)
