"""Terms of sentences, weighed: tf · idf with idf = ln((1 + n) / (1 + df)) + 1 over the train documents, unit length.

Salton and Buckley (1988); the centroid of a document's sentences as its theme: Radev et al. (2004). Chinese is read by
character and by pair of characters.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from longwave.text.score.words import terms

Vector: TypeAlias = dict[str, float]
MOST = 20_000


def document_weights(documents: Iterable[Sequence[str]]) -> dict[str, float]:
    """idf of each term by documents (their sentences), of the most frequent `MOST`."""
    seen: Counter[str] = Counter()
    count = 0
    for sentences in documents:
        count += 1
        seen.update({term for each in sentences for term in terms(each)})
    return {
        term: round(math.log((1 + count) / (1 + found)) + 1, 4)
        for term, found in sorted(seen.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    }


def vector(sentence: str, weights: Mapping[str, float], unknown: float) -> Vector:
    """Unit length; empty for a sentence without terms. unknown: weight of a term never seen."""
    counts = Counter(terms(sentence))
    raw = {term: count * weights.get(term, unknown) for term, count in counts.items()}
    size = math.sqrt(sum(value * value for value in raw.values()))
    return {term: value / size for term, value in raw.items()} if size else {}


def likeness(one: Vector, other: Vector) -> float:
    """Cosine of unit vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)


def centroid(vectors: Sequence[Vector]) -> Vector:
    total: dict[str, float] = {}
    for each in vectors:
        for term, value in each.items():
            total[term] = total.get(term, 0.0) + value
    size = math.sqrt(sum(value * value for value in total.values()))
    return {term: value / size for term, value in total.items()} if size else {}
