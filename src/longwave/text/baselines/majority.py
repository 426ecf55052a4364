"""The floor of floors: always the most frequent label; for entities all O, or the most frequent tag of each token.

A score that does not beat these says nothing, however high: on CoNLL-2003 "all O" is right on 82 tokens of 100.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from longwave.core.harvest import Progress
from longwave.text.baselines.baseline import BASELINES, ONE_LABEL, AbstractBaseline, AbstractLearnt
from longwave.text.baselines.bio import OUTSIDE, mended, tagged_row
from longwave.text.baselines.kept import Kept, broken
from longwave.text.baselines.outcome import chosen_row, several_row
from longwave.text.score.scope import outside_of
from longwave.text.table import Row, TextTable


@BASELINES.register("majority")
class Majority(AbstractBaseline):
    name: ClassVar[str] = "majority"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task in ONE_LABEL or task == "entities"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        if train.task == "entities":
            return Most(train.task, {}, False), {}
        if train.several:
            counts = Counter(name for labels in train.frame["labels"] for name in labels)
        else:
            counts = Counter(train.frame["label"])
        shares = {label: counts[label] / len(train) for label in train.labels or sorted(counts)}
        outside = outside_of(tuple(shares), train.outside) if train.task == "intent" else None
        return Most(train.task, shares, train.several, outside), {}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        facts = kept.facts
        if not isinstance(facts.get("shares"), dict):
            raise broken(cls.name)
        return Most(str(facts["task"]), facts["shares"], bool(facts["several"]), facts.get("outside"))


@dataclass(frozen=True)
class Most(AbstractLearnt):
    """shares: of each label in train; none for entities, where every token is O. outside: for what is out of scope."""

    task: str
    shares: dict[str, float]
    several: bool
    outside: str | None = None

    def predict(self, rows: list[Row]) -> list[Row]:
        if self.task == "entities":
            return [tagged_row(row["tokens"], [OUTSIDE] * len(row["tokens"]), None) for row in rows]
        if self.several:
            return [several_row(self.shares, dict.fromkeys(self.shares, 0.5)) for _ in rows]
        return [self._one() for _ in rows]

    def _one(self) -> Row:
        """An intent is the commonest in scope even where more rows are out of it: those are not what the headline counts."""
        row = chosen_row(self.shares, self.task, self.outside)
        inside = [label for label in self.shares if label != self.outside]
        if row["label"] != self.outside or not any(self.shares[label] for label in inside):
            return row
        label = max(inside, key=lambda name: self.shares[name])
        return {**row, "label": label, "probability": self.shares[label]}

    def keep(self) -> Kept:
        return Kept(
            {"task": self.task, "shares": self.shares, "several": self.several, "outside": self.outside}
        )


@BASELINES.register("frequent_tag")
class FrequentTag(AbstractBaseline):
    """Each token gets the tag that it bears most often in train; unknown tokens get O; illegal runs are mended."""

    name: ClassVar[str] = "frequent_tag"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "entities"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        counts: dict[str, Counter[str]] = {}
        for tokens, tags in zip(train.frame["tokens"], train.frame["tags"], strict=True):
            for token, tag in zip(tokens, tags, strict=True):
                counts.setdefault(token, Counter())[tag] += 1
        # Ties go to the tag that sorts last, which is O: an entity wants a reason.
        best = {token: max(tags, key=lambda tag: (tags[tag], tag)) for token, tags in counts.items()}
        return Tags({token: tag for token, tag in best.items() if tag != OUTSIDE}), {"tokens": len(counts)}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        tokens, tags = kept.names.get("tokens", []), kept.names.get("tags", [])
        if len(tokens) != len(tags):
            raise broken(cls.name)
        return Tags(dict(zip(tokens, tags, strict=True)))


@dataclass(frozen=True)
class Tags(AbstractLearnt):
    known: dict[str, str]

    def predict(self, rows: list[Row]) -> list[Row]:
        found = [mended([self.known.get(token, OUTSIDE) for token in row["tokens"]]) for row in rows]
        return [tagged_row(row["tokens"], tags, None) for row, tags in zip(rows, found, strict=True)]

    def keep(self) -> Kept:
        return Kept({}, {"tokens": list(self.known), "tags": list(self.known.values())})
