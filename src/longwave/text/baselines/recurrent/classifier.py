"""The articles' sequence classifier: word vectors, a bidirectional LSTM, a linear layer (Hochreiter and Schmidhuber 1997).

Its states are pooled by maximum and mean over the words, which learns in two or three passes what the last state
alone needs ten for. Word vectors start random: nothing but train is used. Dropout, Adam, clipped gradients, early
stopping on held-out rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from longwave.text.baselines.recurrent.words import PADDING, padded


@dataclass(frozen=True, slots=True)
class Size:
    """words: of the vocabulary; vector and state: numbers a word and a direction have; outputs: labels."""

    words: int
    vector: int
    state: int
    outputs: int


class Classifier(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.vectors = nn.Embedding(size.words, size.vector, padding_idx=PADDING)
        with torch.no_grad():
            self.vectors.weight.mul_(0.1)
        self.lstm = nn.LSTM(size.vector, size.state, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(4 * size.state, size.outputs)

    def forward(self, numbers: Tensor, lengths: Tensor) -> Tensor:
        """numbers (rows, words), lengths (rows,) at least 1. Returns logits (rows, outputs)."""
        given = nn.functional.dropout(self.vectors(numbers), 0.3, self.training)
        packed = pack_padded_sequence(given, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        real = (torch.arange(states.shape[1])[None, :] < lengths[:, None])[:, :, None]
        highest = states.masked_fill(~real, -1e4).amax(dim=1)
        mean = (states * real).sum(dim=1) / lengths[:, None]
        logits: Tensor = self.output(self.dropout(torch.cat([highest, mean], dim=1)))
        return logits


def classifier_batch(numbers: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """A text without a word counts as one unknown step of padding, so that it has a state at all."""
    lengths = torch.tensor([max(1, len(each)) for each in numbers])
    return torch.from_numpy(padded(numbers)), lengths
