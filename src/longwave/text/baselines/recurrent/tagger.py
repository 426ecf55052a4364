"""A tagger of the articles' kind: word vectors and characters into a bidirectional LSTM, scores of tags a token.

A word's characters pass a convolution of width 3 and their maximum (Chiu and Nichols 2016); its shape has a vector of
its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from longwave.text.baselines.recurrent.words import PADDING, padded

LONGEST_WORD = 20


@dataclass(frozen=True, slots=True)
class TaggerSize:
    """words, characters, shapes: of the vocabularies; vector, state: numbers a word and a direction have; tags: outputs."""

    words: int
    characters: int
    shapes: int
    vector: int
    state: int
    tags: int


@dataclass(frozen=True)
class Sentence:
    """Places of each token: words (tokens,), shapes (tokens,), characters (tokens, at most `LONGEST_WORD`)."""

    words: np.ndarray
    shapes: np.ndarray
    characters: np.ndarray


class Tagger(nn.Module):
    def __init__(self, size: TaggerSize) -> None:
        super().__init__()
        self.words = nn.Embedding(size.words, size.vector, padding_idx=PADDING)
        self.shapes = nn.Embedding(size.shapes, 20, padding_idx=PADDING)
        self.characters = nn.Embedding(size.characters, 30, padding_idx=PADDING)
        with torch.no_grad():
            self.words.weight.mul_(0.1)
        self.runs = nn.Conv1d(30, 50, kernel_size=3, padding=1)
        self.lstm = nn.LSTM(size.vector + 70, size.state, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(2 * size.state, size.tags)

    def forward(self, words: Tensor, shapes: Tensor, characters: Tensor, lengths: Tensor) -> Tensor:
        """words and shapes (rows, tokens), characters (rows, tokens, letters). Returns scores (rows, tokens, tags)."""
        rows, tokens, letters = characters.shape
        spelled = self.characters(characters.view(rows * tokens, letters)).transpose(1, 2)
        spelled = self.runs(spelled).amax(dim=2).view(rows, tokens, -1)
        given = torch.cat([self.words(words), self.shapes(shapes), spelled], dim=2)
        packed = pack_padded_sequence(self.dropout(given), lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        scores: Tensor = self.output(self.dropout(states))
        return scores


def tagger_batch(sentences: list[Sentence]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Sentences of at least one token, filled up with padding."""
    lengths = [len(each.words) for each in sentences]
    letters = np.zeros((len(sentences), max(lengths), LONGEST_WORD), dtype=np.int64)
    for place, each in enumerate(sentences):
        letters[place, : lengths[place]] = each.characters
    used = max(1, int((letters > 0).any(axis=(0, 1)).sum()))
    return (
        torch.from_numpy(padded([each.words for each in sentences])),
        torch.from_numpy(padded([each.shapes for each in sentences])),
        torch.from_numpy(letters[:, :, :used].copy()),
        torch.tensor(lengths),
    )
