"""Which sentences make a summary: scored, then taken one by one, each unlike those already taken.

    lead       the first
    terms      likeness to the document's centroid of TF-IDF
    meaning    likeness to the centroid of the base's sentence embeddings
    learnt     a ridge regression on the sentence's place, length, figures, likeness to the centroid, and its terms, of
               what ROUGE-1 and ROUGE-2 the train sentences have with their summaries

Taken is the greatest of  v · score − (1 − v) · greatest likeness to one taken  (maximal marginal relevance: Carbonell and
Goldstein 1998), as long as at least half of the sentence still fits into the words that a summary has.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from longwave.text.extract.terms import Vector, centroid, likeness, vector
from longwave.text.score.words import terms, words

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Embed = Callable[[Sequence[str]], Numbers]

SCORES = ("lead", "terms", "meaning", "learnt")
PLACED = 7


@dataclass(frozen=True)
class Document:
    """sentences in their order; lengths: words of each; vectors: their terms."""

    sentences: tuple[str, ...]
    lengths: tuple[int, ...]
    vectors: tuple[Vector, ...]

    @classmethod
    def of(cls, sentences: Sequence[str], weights: Mapping[str, float]) -> Document:
        unknown = max(weights.values(), default=1.0)
        return cls(
            tuple(sentences),
            tuple(max(1, len(words(each))) for each in sentences),
            tuple(vector(each, weights, unknown) for each in sentences),
        )


@dataclass(frozen=True)
class Rule:
    """score: of `SCORES`; variety: v above, one where likeness does not matter; budget: words of a summary."""

    score: str
    variety: float
    budget: float


def scores(document: Document, rule: str, learnt: Mapping[str, float], embed: Embed) -> Numbers:
    """One number a sentence, from 0 to 1."""
    count = len(document.sentences)
    if rule == "lead":
        found = 1.0 - np.arange(count) / max(1, count)
    elif rule == "terms":
        theme = centroid(document.vectors)
        found = np.array([likeness(each, theme) for each in document.vectors])
    elif rule == "meaning":
        meant = embed(document.sentences)
        theme_of = meant.mean(0)
        found = meant @ (theme_of / max(float(np.linalg.norm(theme_of)), 1e-12))
    else:
        told = zip(placed(document), document.vectors, strict=True)
        found = np.array([_told(learnt, places, mine) for places, mine in told])
    low, high = float(found.min()), float(found.max())
    return (found - low) / (high - low) if high > low else np.ones(count)


def placed(document: Document) -> Numbers:
    """(sentences, PLACED): place, whether first, log of length, share of figures, likeness to centroid and to the first."""
    count, theme = len(document.sentences), centroid(document.vectors)
    rows = []
    for at, (text, mine) in enumerate(zip(document.sentences, document.vectors, strict=True)):
        spoken = words(text)
        figures = sum(any(sign.isdigit() for sign in word) for word in spoken) / max(1, len(spoken))
        size = math.log(document.lengths[at])
        like = likeness(mine, theme)
        rows.append(
            [at / count, 1 / (1 + at), size, size * size, figures, like, likeness(mine, document.vectors[0])]
        )
    return np.array(rows)


def _told(learnt: Mapping[str, float], places: Numbers, mine: Vector) -> float:
    known = sum(learnt.get(f"place_{k}", 0.0) * float(value) for k, value in enumerate(places))
    return known + sum(learnt.get(f"term_{term}", 0.0) * value for term, value in mine.items())


def chosen(document: Document, scored: Numbers, rule: Rule) -> list[int]:
    """Places of the sentences taken, in the text's order; at least one where there is any."""
    taken: list[int] = []
    left = list(range(len(document.sentences)))
    alike = np.zeros(len(left))
    total = 0.0
    while left:
        worth = rule.variety * scored[left] - (1 - rule.variety) * alike[left]
        best = left.pop(int(worth.argmax()))
        if taken and total + document.lengths[best] / 2 > rule.budget:
            break
        taken.append(best)
        total += document.lengths[best]
        if rule.variety < 1:
            for place in left:
                alike[place] = max(alike[place], likeness(document.vectors[place], document.vectors[best]))
    return sorted(taken)


def learnt_weights(
    documents: Sequence[Document], worth: Sequence[Numbers], most: int = 5_000
) -> dict[str, float]:
    """Weights of places and terms by ridge regression (penalty of 1) on what each sentence is worth."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import Ridge

    seen: dict[str, int] = {}
    for each in documents:
        for sentence in each.sentences:
            for term in set(terms(sentence)):
                seen[term] = seen.get(term, 0) + 1
    known = {
        term for term, count in sorted(seen.items(), key=lambda row: (-row[1], row[0]))[:most] if count > 4
    }
    rows = []
    for document in documents:
        for places, mine in zip(placed(document), document.vectors, strict=True):
            row = {f"place_{k}": float(value) for k, value in enumerate(places)}
            rows.append(row | {f"term_{term}": value for term, value in mine.items() if term in known})
    columns = DictVectorizer(sort=True)
    table = columns.fit_transform(rows)
    target = np.concatenate([np.asarray(each) for each in worth])
    fitted = Ridge(alpha=1.0, solver="lsqr", tol=1e-6).fit(table, target)
    return {
        str(name): round(float(value), 6)
        for name, value in zip(columns.get_feature_names_out(), fitted.coef_, strict=True)
        if abs(value) > 1e-5
    }
