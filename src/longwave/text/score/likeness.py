"""How like other rows are to those that a model learnt from: words, lengths, labels.

    words     of the words that run through the texts, the share that stood in the rows learnt from; beside that of the
              model's own test, which never reaches one either
    length    the median of words a text
    labels    half the sum of |share there − share here| over labels (total variation), and what as many rows of the same
              shares would show by chance: half the sum of sqrt(2 / pi · p (1 − p) / n)

A score that falls where the words are strange falls for a reason that more rows of that kind would mend; where the shares of
labels differ, macro scores and accuracy change although the model is no worse at any label.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from longwave.core.message import Language, Message, say
from longwave.text.score.words import terms, words
from longwave.text.table import TextTable

FILE = "profile.json"
MOST_WORDS = 20_000
"""Words of the rows learnt from that are remembered, the commonest, as marks of 32 bits."""
MOST_ROWS, MOST_LETTERS = 20_000, 5_000
"""Rows and characters a row that are looked at: a profile is a handful of shares and wants no more."""
STRANGE = 0.1
"""Fewer words known than at home by this share: a tenth of what is read is then new."""
LONGER = 2.0
SHIFTED = 0.15
"""Total variation of the labels' shares, beyond what chance gives, from which it is told."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Of the rows that a model learnt from. words: marks of the commonest; covered: share of the words of its own test
    among them; length: median words a text; labels: shares."""

    words: frozenset[str]
    covered: float
    length: float
    labels: Mapping[str, float]

    @classmethod
    def of(cls, train: TextTable, test: TextTable) -> Profile:
        texts = _texts(train)
        counts = Counter(term for text in texts for term in terms(text))
        known = frozenset(_mark(term) for term, _ in counts.most_common(MOST_WORDS))
        return cls(known, _covered(_texts(test), known), _length(texts), _shares(train))

    def keep(self, folder: Path) -> None:
        """Writes it into a checkpoint."""
        kept = {
            "schema": 1,
            "covered": self.covered,
            "length": self.length,
            "labels": dict(self.labels),
            "words": "".join(sorted(self.words)),
        }
        (folder / FILE).write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Profile | None:
        """None where a checkpoint has none."""
        try:
            kept = json.loads((folder / FILE).read_text("utf-8"))
            run = str(kept["words"])
            words = frozenset(run[at : at + _DIGITS] for at in range(0, len(run), _DIGITS))
            return cls(words, float(kept["covered"]), float(kept["length"]), dict(kept["labels"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def beside(self, table: TextTable) -> Likeness:
        """How like these rows are; of labels that are not known by these names nothing is said."""
        texts = _texts(table)
        here = _shares(table)
        names = {*self.labels, *here}
        if set(here) - set(self.labels):  # other names say nothing of other shares
            here, names = {}, set()
        gaps = [abs(self.labels.get(name, 0.0) - here.get(name, 0.0)) for name in names]
        counted = max(1, _counts(table).total())
        chance = sum(math.sqrt(2 / math.pi * p * (1 - p) / counted) for p in here.values()) / 2
        return Likeness(
            self.covered, _covered(texts, self.words), self.length, _length(texts), sum(gaps) / 2, chance
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of words known at home and here, of median lengths at home and here, of labels: their shift and what chance gives."""

    words_home: float
    words: float
    length_home: float
    length: float
    label_shift: float
    by_chance: float

    @property
    def warnings(self) -> tuple[Message, ...]:
        """In what these rows are unlike, and what that does to a score."""
        found = []
        if self.words < self.words_home - STRANGE:
            found.append(say("text_score.unlike_words", home=self.words_home, here=self.words))
        ratio = max(self.length, 1.0) / max(self.length_home, 1.0)
        if not 1 / LONGER < ratio < LONGER:
            found.append(say("text_score.unlike_length", home=self.length_home, here=self.length))
        if self.label_shift > SHIFTED + self.by_chance:
            found.append(say("text_score.unlike_labels", shift=self.label_shift, chance=self.by_chance))
        return tuple(found)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "words_known": {"home": self.words_home, "here": self.words},
            "words_a_text": {"home": self.length_home, "here": self.length},
            "label_shift": {"value": self.label_shift, "by_chance": self.by_chance},
            "warnings": [each.text(lang) for each in self.warnings],
        }


_DIGITS = 8


def _mark(word: str) -> str:
    return sha256(word.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _texts(table: TextTable) -> list[str]:
    if len(table) > MOST_ROWS:
        drawn = np.random.default_rng(0).permutation(len(table))[:MOST_ROWS]
        table = table.take(sorted(drawn.tolist()))
    return [text[:MOST_LETTERS] for text in table.texts()]


def _covered(texts: Iterable[str], known: frozenset[str]) -> float:
    """1 where there is no word."""
    counts = Counter(term for text in texts for term in terms(text))
    total = counts.total()
    return sum(count for term, count in counts.items() if _mark(term) in known) / total if total else 1.0


def _length(texts: Sequence[str]) -> float:
    return float(np.median([len(words(text)) for text in texts])) if texts else 0.0


def _shares(table: TextTable) -> dict[str, float]:
    """Of each label among those given, of each kind of entity among entities; none where a task has no labels."""
    counts = _counts(table)
    return {name: count / counts.total() for name, count in counts.items()}


def _counts(table: TextTable) -> Counter[str]:
    counts: Counter[str] = Counter()
    if table.has("label"):
        counts.update(map(str, table.frame["label"]))
    elif table.has("labels"):
        counts.update(str(name) for row in table.frame["labels"] for name in row)
    elif table.has("tags"):
        counts.update(tag[2:] for row in table.frame["tags"] for tag in row if tag.startswith("B-"))
    return counts
