"""Texts as points: the mean of an encoder's states, of length one, so that a product is a cosine.

The encoder that comes along was trained for exactly this (Reimers and Gurevych 2019, Sentence-BERT); another base need
not have been, and its cosines then say less. Of a script that a vocabulary does not hold, an encoder knows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.text.bases import Base, find_base
from longwave.text.portable.batch import BATCH_TOKENS, batches, pad
from longwave.text.portable.encode import encode, unknown
from longwave.text.training.processor import device

Points = NDArray[np.float64]
_UNKNOWN_SHARE = 0.05
_LOOKED_AT = 200


class Embedder:
    """base: whose encoder is used; max_length: tokens of a text that are read."""

    def __init__(self, base: Base, max_length: int = 256) -> None:
        from longwave.text.learners.encoder_learner import load_encoder

        self.encoder, self.tokenizer = load_encoder(base.folder)
        self.encoder.eval().to(device())
        self.layout: dict[str, Any] = {"kind": "text", "max_length": max_length, "long": "head"}

    def reads(self, texts: Sequence[str]) -> bool:
        """Whether the vocabulary holds these texts: of their first tokens, no more than one in twenty is unknown."""
        nothing = unknown(self.tokenizer)
        given = [{"text": text} for text in texts[:_LOOKED_AT]]
        ids = np.concatenate(
            [each["input_ids"] for each in encode(given, self.tokenizer, self.layout)] or [[0]]
        )
        return bool((ids == nothing).mean() <= _UNKNOWN_SHARE)

    def __call__(self, texts: Sequence[str]) -> Points:
        """(texts, hidden), rows of length one; a text of which nothing is known is a point too."""
        import torch

        from longwave.text.learners.heads import pooled

        features = encode([{"text": text} for text in texts], self.tokenizer, self.layout)
        made = np.zeros((len(texts), int(self.encoder.config.hidden_size)))
        where = device()
        with torch.inference_mode():
            for places in batches(features, BATCH_TOKENS):
                padded = pad([features[at] for at in places], 0)
                batch = {name: torch.from_numpy(numbers).to(where) for name, numbers in padded.items()}
                states = self.encoder(**batch).last_hidden_state
                made[places] = pooled(states, batch["attention_mask"], "mean").cpu().double().numpy()
        return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12), float)


@cache
def default_embedder() -> Embedder:
    """Of the encoder that comes along. Raises MissingPackage where it is not there."""
    return Embedder(find_base())
