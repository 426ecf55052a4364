"""The passage that a question is about: the cosine of meanings and the cosine of words, added.

Meaning finds what is said in other words, words find names and numbers; each misses what the other finds, and their plain
sum does better than either. Where the embedder cannot read a text, the words decide alone. Words are weighed by TF-IDF
(log of counts, smoothed document frequencies, as scikit-learn has them); of Chinese, which writes no spaces, characters
and pairs of characters stand for words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.text.score.words import terms
from longwave.text.search.passages import Passage

_AT_ONCE = 256
"""Questions scored together: their scores of every passage lie in memory."""


class Embeds(Protocol):
    """What makes points of texts: see `embedding.Embedder`."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, hidden), rows of length one."""

    def reads(self, texts: Sequence[str]) -> bool:
        """Whether it knows these texts' script."""


@dataclass(frozen=True, slots=True)
class Found:
    """score: the sum of both cosines, 0 to 2 (a little below 0 where meanings are opposed)."""

    passage: Passage
    score: float


class Retriever:
    """Over passages. embed: None for words alone. Raises NotEnoughData where there is no passage."""

    def __init__(self, passages: Sequence[Passage], embed: Embeds | None) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        if not passages:
            raise NotEnoughData(say("text_tasks.no_passages"))
        self.passages = tuple(passages)
        texts = [each.text for each in passages]
        self.embed = embed if embed is not None and embed.reads(texts) else None
        self.words: Any = None
        if any(terms(text) for text in texts):
            self.words = TfidfVectorizer(analyzer=terms, sublinear_tf=True)
            self.counted = self.words.fit_transform(texts)
        self.points = None if self.embed is None else self.embed(texts)

    def scores(self, questions: Sequence[str]) -> NDArray[np.float64]:
        """(questions, passages)."""
        found = np.zeros((len(questions), len(self.passages)))
        if self.words is not None:
            # Hardly any question and passage share a word: the product stays sparse.
            shared = (self.words.transform(questions) @ self.counted.T).tocoo()
            found[shared.row, shared.col] += shared.data
        if self.embed is not None and self.points is not None:
            found += self.embed(questions) @ self.points.T
        return found

    def best(self, questions: Sequence[str], count: int = 1) -> list[list[Found]]:
        """Of each question the passages of highest score, the highest first; the earlier one where two are alike."""
        found = []
        for start in range(0, len(questions), _AT_ONCE):
            for row in self.scores(questions[start : start + _AT_ONCE]):
                best = np.argsort(-row, kind="stable")[:count]
                found.append([Found(self.passages[at], float(row[at])) for at in best])
        return found
