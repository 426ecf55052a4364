"""A word in ten by a near one: the nearest in the base's own table of words (cosine of at least .5, and no other form).

It stands in for a thesaurus, which does not come along: neighbours in a table of meanings are synonyms, but opposites stand
near each other there too ("good", "bad"). So it is for topics and names, and its gain is to be read off dev; for
sentiment it can do harm, and the card shows what was used. Words are those that stand between blanks and are one piece of
the base's vocabulary, of three letters and more: Chinese has none, for a character near another is no synonym of the word
that it stands in. Where a vocabulary marks the pieces that begin a word ("Ġprice", "▁price"), those alone are words.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.augment.augment import AUGMENTS, AbstractAugment, Writer, joined_as, words_of
from longwave.text.bases import SCRATCH, Base
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

RATE = 0.1
LEAST = 0.5
CHOICE = 5
_BY_BYTES = "Ġ"
_BEGINS = (_BY_BYTES, "▁")
"""What stands before a piece that begins a word, in vocabularies of bytes and of SentencePiece."""
_FEWEST_MARKED = 0.05


class Neighbours(AbstractAugment):
    """For texts with blanks between their words; a base from scratch has no table yet."""

    name = "synonyms"

    def check(self, recipe: Recipe) -> None:
        if recipe.base == SCRATCH:
            raise UsageError(say("text_augment.no_table"), say("text_augment.no_near_mend"))

    def serves(self, table: TextTable) -> bool:
        return table.task in ("classify", "intent", "pairs")

    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        if base.name == SCRATCH:
            raise UsageError(say("text_augment.no_table"), say("text_augment.no_near_mend"))
        near = near_words(base.folder, _vocabulary(table))
        if not near:
            raise UsageError(say("text_augment.no_near", base=base.name), say("text_augment.no_near_mend"))
        return NeighbourWriter(near)


class NeighbourWriter(Writer):
    """near: word -> its neighbours."""

    def __init__(self, near: dict[str, tuple[str, ...]]) -> None:
        self.near = near

    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        words = words_of(row["text"])
        places = [k for k, word in enumerate(words) if self.near.get(word.lower())]
        if not places:
            return None
        count = max(1, round(RATE * len(words)))
        for place in rng.permutation(places)[:count].tolist():
            found = self.near[words[place].lower()]
            words[place] = found[int(rng.integers(len(found)))]
        return {**row, "text": joined_as(row["text"], words)}


def near_words(folder: Path, wanted: set[str]) -> dict[str, tuple[str, ...]]:
    """Of each wanted word that is one piece of the base's vocabulary, up to five near ones that are whole words too."""
    tokenizer, table = _table(folder)
    whole = whole_words(tokenizer.get_vocab())
    names, places = list(whole), np.array(list(whole.values()), np.int64)
    rows = table[places] / np.maximum(np.linalg.norm(table[places], axis=1, keepdims=True), 1e-12)
    mine = [k for k, name in enumerate(names) if name in wanted]
    near: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(mine), 512):
        part = mine[start : start + 512]
        likeness = rows[part] @ rows.T
        for k, line in zip(part, likeness, strict=True):
            best = np.argsort(-line)[1 : 4 * CHOICE]
            found = [names[b] for b in best if line[b] >= LEAST and not _same_stem(names[b], names[k])]
            if found:
                near[names[k]] = tuple(found[:CHOICE])
    return near


def whole_words(vocabulary: Mapping[str, int]) -> dict[str, int]:
    """The words of three letters and more that are one piece, as they are written, and their places. Of a word in both
    spellings the one in small letters is kept."""
    mark = next((each for each in _BEGINS if _has_mark(vocabulary, each)), "")
    pieces = {piece.removeprefix(mark): at for piece, at in vocabulary.items() if piece.startswith(mark)}
    words = {piece: at for piece, at in pieces.items() if piece.isalpha() and len(piece) > 2}
    if mark == _BY_BYTES:  # beyond ASCII its letters stand for bytes
        words = {word: at for word, at in words.items() if word.isascii()}
    return {word: at for word, at in words.items() if word.islower() or word.lower() not in words}


def _has_mark(vocabulary: Mapping[str, int], mark: str) -> bool:
    """Whether pieces are marked so, and it is no letter of some word."""
    return sum(piece.startswith(mark) for piece in vocabulary) > _FEWEST_MARKED * len(vocabulary)


def _table(folder: Path) -> tuple[Tokenizer, NDArray[np.float32]]:
    """The base's tokenizer and its table of words, whatever kind of encoder it is. Raises BadInput."""
    from longwave.text.learners.encoder_learner import load_encoder

    encoder, tokenizer = load_encoder(folder)
    return tokenizer, encoder.get_input_embeddings().weight.detach().numpy()


def _same_stem(one: str, other: str) -> bool:
    return one[:4].casefold() == other[:4].casefold()


def _vocabulary(table: TextTable) -> set[str]:
    return {word.lower() for text in table.frame["text"] for word in words_of(text)}


NEIGHBOURS = AUGMENTS.register("synonyms")(Neighbours())
