"""Words to numbers for the recurrent networks: a vocabulary from train, 0 for padding, 1 for a word that train lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

PADDING, UNKNOWN = 0, 1


@dataclass(frozen=True)
class Vocabulary:
    """places: of each word, from 2 on."""

    places: dict[str, int]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], fewest: int, most: int) -> Vocabulary:
        """The `most` commonest words that stand at least `fewest` times; ties by spelling."""
        counts = Counter(word for text in texts for word in text)
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        kept = [word for word, count in ranked if count >= fewest]
        return cls({word: place for place, word in enumerate(kept, start=2)})

    @property
    def size(self) -> int:
        return len(self.places) + 2

    def numbers(self, text: Sequence[str]) -> np.ndarray:
        return np.array([self.places.get(word, UNKNOWN) for word in text], dtype=np.int64)


def ends(words: Sequence[str], most: int) -> Sequence[str]:
    """A text cut to `most` words: its first quarter and its last three, as a review's verdict stands at the end."""
    head = most // 4
    return words if len(words) <= most else [*words[:head], *words[len(words) - (most - head) :]]


def buckets(lengths: Sequence[int], size: int, rng: np.random.Generator | None) -> list[np.ndarray]:
    """Batches of places of about equal length; shuffled within windows of fifty batches where `rng` is given.

    Only like lengths share a batch, so hardly a step is spent on padding; what shares it still changes from pass to pass.
    """
    order = np.argsort(np.asarray(lengths), kind="stable") if rng is None else rng.permutation(len(lengths))
    if rng is None:
        return [order[at : at + size] for at in range(0, len(order), size)]
    found = []
    for start in range(0, len(order), 50 * size):
        window = order[start : start + 50 * size]
        window = window[np.argsort(np.asarray(lengths)[window], kind="stable")]
        found += [window[at : at + size] for at in range(0, len(window), size)]
    return [found[k] for k in rng.permutation(len(found))]


def padded(numbers: Sequence[np.ndarray]) -> np.ndarray:
    """(rows, longest), filled with `PADDING`; at least one column."""
    width = max(1, max(map(len, numbers)))
    filled = np.zeros((len(numbers), width), dtype=np.int64)
    for place, each in enumerate(numbers):
        filled[place, : len(each)] = each
    return filled
