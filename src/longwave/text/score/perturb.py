"""The same table as a careless hand would have written it: typos, case, punctuation, blanks, wide characters, emoji.

A model that reads meaning loses little. `rate` is the share of words touched (of characters, in writing without blanks;
of tokens, where rows are tokens). What is to be found stays where it is: tags keep one token each, marked entities of a
relation move with their characters, and of a question about a text only the question is touched, since answers are cut
from the text. Same table, kind, rate and seed: same result.

typos: by chance a neighbour on an English keyboard instead of a letter, two letters swapped, a letter left out, a letter
twice; Chinese characters are swapped or left out, and where one is a token by itself another of the table's stands in its
place. Pruthi, Dhingra and Lipton (2019), Combating Adversarial Misspellings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.portable.script import is_han
from longwave.text.table import Row, TextTable

Kind: TypeAlias = Literal[
    "typos", "lower", "upper", "title", "no_punctuation", "blanks", "full_width", "half_width", "emoji"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
EMOJI = ("🙂", "👍", "🔥", "😂", "🚀", "❤️", "📈", "🤔")
_BLANKS = ("  ", "\t", "   ", "\u00a0", "\u3000")
_PIECE = re.compile(r"\s+|\S+")
_WRITTEN = ("tokens", "text", "other", "question", "turns")
_MARKS = ("head_start", "head_end", "tail_start", "tail_end")


def kinds_for(table: TextTable) -> tuple[Kind, ...]:
    """The kinds that change something in this sort of table: blanks are nothing to tokens."""
    return tuple(kind for kind in KINDS if not (kind == "blanks" and table.has("tokens")))


def perturbed(table: TextTable, kind: Kind, rate: float = 0.1, seed: int = 0) -> TextTable:
    """The table with its texts changed, same rows and same truth.

    rate: from 0 (nothing) to 1; ``lower`` and the like are usually wanted at 1. Raises UsageError for another kind or
    rate, or for one that cannot touch this table.
    """
    if kind not in KINDS:
        raise UsageError(say("text_score.no_such_kind", kind=str(kind), there=KINDS))
    if not 0 <= rate <= 1:
        raise UsageError(say("text_score.wrong_rate", rate=rate))
    if kind not in kinds_for(table):
        raise UsageError(say("text_score.kind_for_tokens", kind=kind))
    given = table.rows()
    hand = _Hand(kind, rate, _han_letters(given))
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    rows = [hand.row(row, rng) for row in given]
    frame = table.frame.copy()
    for name in (*_WRITTEN, *_MARKS):
        if table.has(name):
            frame[name] = [row[name] for row in rows]
    return replace(
        table, frame=frame, notes=(*table.notes, say("text_score.perturbed", kind=kind, rate=rate))
    )


def rows_changed(table: TextTable, other: TextTable) -> int:
    """How many rows are written otherwise in a table that `perturbed` made of the first."""
    there = [name for name in _WRITTEN if table.has(name)]
    return sum(
        any(one[name] != two[name] for name in there)
        for one, two in zip(table.rows(), other.rows(), strict=True)
    )


def perturbed_row(row: Row, kind: Kind, rate: float, rng: np.random.Generator) -> Row:
    """One row changed so; what is to be found stays where it is."""
    return _Hand(kind, rate, _han_letters([row])).row(row, rng)


@dataclass(frozen=True, slots=True)
class _Hand:
    """Writes rows again. letters: Chinese characters that stand as tokens, of which a slip takes another."""

    kind: Kind
    rate: float
    letters: str

    def row(self, row: Row, rng: np.random.Generator) -> Row:
        new: dict[str, Any] = dict(row)
        if "tokens" in row:
            new["tokens"] = tuple(self.token(token, rng) for token in row["tokens"])
        elif "turns" in row:
            *said, last = row["turns"]
            new["turns"] = (*((who, self.text(what, rng)) for who, what in said), last)
        elif "question" in row:
            new["question"] = self.text(row["question"], rng)
        elif "head_start" in row:
            new.update(self.marked(row, rng))
        else:
            new.update({name: self.text(row[name], rng) for name in ("text", "other") if name in row})
        return new

    def token(self, token: str, rng: np.random.Generator) -> str:
        """A token stays one: not empty, no blank in it."""
        if rng.random() >= self.rate:
            return token
        if self.kind == "typos" and len(token) == 1 and is_han(token):
            others = self.letters.replace(token, "")
            return others[int(rng.integers(len(others)))] if others else token
        changed = "".join(_word(self.kind, token, rng).split())
        return changed or token

    def text(self, text: str, rng: np.random.Generator) -> str:
        """A text; where there is no blank between words, each Chinese character may be touched by itself."""
        pieces = _PIECE.findall(text)
        touched = [self._piece(piece, rng) for piece in pieces]
        changed = "".join(touched)
        # A text that would vanish stays: an empty one is another fault than a careless one.
        return changed if changed.strip() or not text.strip() else text

    def _piece(self, piece: str, rng: np.random.Generator) -> str:
        if piece.isspace():
            wide = self.kind == "blanks" and rng.random() < self.rate
            return str(rng.choice(_BLANKS)) if wide else piece
        if not is_han(piece) or self.kind in ("lower", "upper", "title"):
            return _word(self.kind, piece, rng) if rng.random() < self.rate else piece
        return self._unspaced(piece, rng)

    def _unspaced(self, piece: str, rng: np.random.Generator) -> str:
        chance = rng.random(len(piece)) < self.rate
        if self.kind == "typos":
            return _han_typos(piece, chance, rng)
        return "".join(
            _word(self.kind, letter, rng) if touch else letter
            for letter, touch in zip(piece, chance, strict=True)
        )

    def marked(self, row: Row, rng: np.random.Generator) -> Row:
        """A text whose entities are marked by characters: each piece between two marks is written by itself."""
        text, cuts = row["text"], sorted({0, len(row["text"]), *(int(row[name]) for name in _MARKS)})
        moved, written = {0: 0}, ""
        for start, end in pairwise(cuts):
            piece = text[start:end]
            changed = self.text(piece, rng)
            written += changed
            moved[end] = len(written)
        return {"text": written, **{name: moved[int(row[name])] for name in _MARKS}}


def _han_letters(rows: Sequence[Row]) -> str:
    """The Chinese characters that are tokens by themselves, each once and in one order."""
    tokens = (token for row in rows for token in row.get("tokens", ()))
    return "".join(sorted({token for token in tokens if len(token) == 1 and is_han(token)}))


def _word(kind: Kind, word: str, rng: np.random.Generator) -> str:
    if kind == "typos":
        return _typo(word, rng)
    if kind == "emoji":
        return word + str(rng.choice(EMOJI))
    if kind == "blanks":
        return word + str(rng.choice(_BLANKS)) if is_han(word) else word
    return _PLAIN[kind](word)


def _typo(word: str, rng: np.random.Generator) -> str:
    """One slip of the hand; words of one letter stay as they are."""
    letters = [place for place, letter in enumerate(word) if letter.isalpha()]
    if len(letters) < 2:
        return word
    place = int(letters[int(rng.integers(len(letters) - 1))])
    slip = int(rng.integers(4))
    if slip == 0:
        return word[:place] + _neighbour(word[place], rng) + word[place + 1 :]
    if slip == 1:
        return word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
    if slip == 2:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place] + word[place:]


def _neighbour(letter: str, rng: np.random.Generator) -> str:
    """The key beside it, in its case; letters that are on no key stay."""
    low = letter.lower()
    row = next((keys for keys in _KEYBOARD if low in keys), "")
    if not row or len(low) != 1:
        return letter
    place = row.index(low)
    beside = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    found = beside[int(rng.integers(len(beside)))]
    return found.upper() if letter.isupper() else found


def _han_typos(piece: str, chance: np.ndarray[Any, np.dtype[np.bool_]], rng: np.random.Generator) -> str:
    """Characters swapped with the next one, or left out."""
    letters = list(piece)
    for place in np.flatnonzero(chance):
        if not letters[place].isalpha():
            continue
        if rng.integers(2) and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif len(letters) > 1:
            letters[place] = ""
    return "".join(letters)


def _without_marks(word: str) -> str:
    return "".join(letter for letter in word if not unicodedata.category(letter).startswith("P"))


def _wide(word: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)


def _narrow(word: str) -> str:
    return "".join(chr(ord(letter) - 0xFEE0) if "！" <= letter <= "～" else letter for letter in word)


_PLAIN: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "no_punctuation": _without_marks,
    "full_width": _wide,
    "half_width": _narrow,
}
