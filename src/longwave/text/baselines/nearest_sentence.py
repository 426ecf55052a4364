"""The sentence of the context that has most in common with the question, as its answer.

In common are terms (words; of Chinese characters and pairs), each weighed by how rare it is among the contexts of train:
the score is the share of the question's weight that stands in the sentence. Where some questions of train have no answer,
none is given below a bar, chosen on dev or, where dev shows too few of either kind, on train.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from longwave.core.harvest import Progress
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt
from longwave.text.baselines.kept import Kept, broken
from longwave.text.extract.sentences import sentences
from longwave.text.extract.terms import document_weights
from longwave.text.portable.script import is_han
from longwave.text.score.answers import answer_f1
from longwave.text.score.bars import best_cut
from longwave.text.score.words import terms
from longwave.text.table import Row, TextTable

MOST_CONTEXTS = 20_000
MOST_TRIED = 2_000
"""Questions on which the bar is chosen."""
FEWEST = 10
"""Questions with and without an answer, of each so many, from which on a bar is chosen."""


@BASELINES.register("nearest_sentence")
class NearestSentence(AbstractBaseline):
    name: ClassVar[str] = "nearest_sentence"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "answers" and table.has("context")

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        contexts = list(dict.fromkeys(map(str, train.frame["context"])))[:MOST_CONTEXTS]
        learnt = Nearest(document_weights(map(sentences, contexts)), None)
        if all(train.frame["answers"]):
            return learnt, {}
        trying = next((each for each in (dev, train) if each is not None and _both_kinds(each)), None)
        bar = 0.0 if trying is None else _bar(learnt, trying)
        chosen_on = "nothing" if trying is None else "train" if trying is train else "dev"
        return replace(learnt, bar=bar), {"bar": bar, "chosen_on": chosen_on}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        names, weights = kept.names.get("terms", []), kept.arrays.get("weights", np.zeros(0))
        if weights.shape != (len(names),):
            raise broken(cls.name)
        bar = kept.facts["bar"]
        weighed = dict(zip(names, map(float, weights), strict=True))
        return Nearest(weighed, None if bar is None else float(bar))


@dataclass(frozen=True)
class Nearest(AbstractLearnt):
    """weights: of each term; bar: the score under which there is no answer, None where every question has one."""

    weights: Mapping[str, float]
    bar: float | None

    def predict(self, rows: list[Row]) -> list[Row]:
        cut: dict[str, list[_Sentence]] = {}  # many questions are asked about one context
        told = []
        for row in rows:
            context = str(row["context"])
            if context not in cut:
                cut[context] = _cut(context)
            told.append(self._answer(str(row["question"]), context, cut[context]))
        return told

    def keep(self) -> Kept:
        weights = np.array(list(self.weights.values()), dtype=float)
        return Kept({"bar": self.bar}, {"terms": list(self.weights)}, {"weights": weights})

    def _answer(self, question: str, context: str, cut: Sequence[_Sentence]) -> Row:
        """As `portable.decode` gives it; of sentences that have as much in common the shortest."""
        if not cut:
            return {"answer": "", "start": -1, "end": -1, "score": 1.0, "candidate": ""}
        unknown = max(self.weights.values(), default=1.0)
        # A list and no set: sums of floats hang on their order, and a set's changes from run to run.
        asked = [(term, self.weights.get(term, unknown)) for term in dict.fromkeys(terms(question))]
        whole = sum(weight for _, weight in asked)
        shares = [_common(asked, each) / whole if whole else 0.0 for each in cut]
        place = max(range(len(cut)), key=lambda at: (shares[at], cut[at].start - cut[at].end))
        start, end, score = cut[place].start, cut[place].end, shares[place]
        said: Row = {"answer": context[start:end], "start": start, "end": end, "score": score}
        if self.bar is None:
            return said
        if score < self.bar:
            refused: Row = {"answer": "", "start": -1, "end": -1, "score": 1 - score}
            return {**refused, "candidate": said["answer"]}
        return {**said, "candidate": said["answer"]}


@dataclass(frozen=True, slots=True)
class _Sentence:
    """start, end: characters of the context."""

    start: int
    end: int
    terms: frozenset[str]


def _cut(context: str) -> list[_Sentence]:
    found, at = [], 0
    for each in sentences(context):
        # Between two sentences there are blanks only, so that the next place is the sentence's own.
        start = context.index(each, at)
        at = start + len(each)
        found.append(_Sentence(start, at, frozenset(terms(each))))
    return found


def _common(asked: Sequence[tuple[str, float]], sentence: _Sentence) -> float:
    return sum(weight for term, weight in asked if term in sentence.terms)


def _both_kinds(table: TextTable) -> bool:
    some = sum(map(bool, table.frame["answers"]))
    return min(some, len(table) - some) >= FEWEST


def _bar(learnt: Nearest, trying: TextTable) -> float:
    """The bar of greatest F1: silence is worth 1 where there is no answer, a sentence what it has in common with one."""
    count = min(len(trying), MOST_TRIED)
    rows = trying.take(np.linspace(0, len(trying) - 1, count).astype(int).tolist()).rows()
    told = replace(learnt, bar=None).predict(rows)
    silent = np.array([float(not row["answers"]) for row in rows])
    gains = [
        answer_f1(row["answers"], said["answer"], han=is_han(row["question"])) if row["answers"] else 0.0
        for row, said in zip(rows, told, strict=True)
    ]
    scores = np.array([said["score"] if said["answer"] else 0.0 for said in told])
    return best_cut(scores, silent, np.array(gains))
