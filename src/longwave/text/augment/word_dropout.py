"""Each word left out by chance (one in ten), so that no single word carries the answer.

Wei and Zou (2019), EDA: Easy data augmentation, EMNLP. Tokens that bear a tag stay, so that tags keep their places.
"""

from __future__ import annotations

import numpy as np

from longwave.text.augment.augment import AUGMENTS, AbstractAugment, Writer, joined_as, words_of
from longwave.text.bases import Base
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable

RATE = 0.1


class WordDropout(AbstractAugment, Writer):
    """For texts and tokens."""

    name = "word_dropout"

    def serves(self, table: TextTable) -> bool:
        return table.task in ("classify", "intent", "pairs", "entities")

    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        return self

    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        if "tokens" in row:
            return _fewer_tokens(row, rng)
        words = words_of(row["text"])
        kept = [word for word, drawn in zip(words, rng.random(len(words)), strict=True) if drawn >= RATE]
        if not kept or len(kept) == len(words):
            return None
        return {**row, "text": joined_as(row["text"], kept)}


def _fewer_tokens(row: Row, rng: np.random.Generator) -> Row | None:
    drawn = rng.random(len(row["tokens"]))
    kept = [k for k, tag in enumerate(row["tags"]) if tag != "O" or drawn[k] >= RATE]
    if not kept or len(kept) == len(row["tokens"]):
        return None
    return {
        **row,
        "tokens": tuple(row["tokens"][k] for k in kept),
        "tags": tuple(row["tags"][k] for k in kept),
    }


WORD_DROPOUT = AUGMENTS.register("word_dropout")(WordDropout())
