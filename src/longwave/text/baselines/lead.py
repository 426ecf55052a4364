"""The first sentences of a text as its summary: as many as come nearest to the length that train's summaries have.

Who writes news puts first what matters, and few methods that choose sentences beat their lead (Nenkova 2005); elsewhere it
says how much of a score is length alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np

from longwave.core.harvest import Progress
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt
from longwave.text.baselines.kept import Kept
from longwave.text.extract.sentences import joined, sentences
from longwave.text.score.words import words
from longwave.text.table import Row, TextTable


@BASELINES.register("lead")
class Lead(AbstractBaseline):
    name: ClassVar[str] = "lead"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "summarise"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        usual = float(np.mean([len(words(each)) for each in train.frame["summary"]]))
        return First(usual), {"words": round(usual, 1)}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        return First(float(kept.facts["words"]))


@dataclass(frozen=True)
class First(AbstractLearnt):
    """words: how many a summary of train has on average; each Chinese character is one."""

    words: float

    def predict(self, rows: list[Row]) -> list[Row]:
        return [{"text": self._summary(str(row["text"]))} for row in rows]

    def keep(self) -> Kept:
        return Kept({"words": self.words})

    def _summary(self, text: str) -> str:
        """Of two counts that come equally near, the smaller; at least one sentence where there is any."""
        parts = sentences(text)
        lengths = list(accumulate(len(words(each)) for each in parts))
        if not lengths:
            return ""
        count = 1 + min(range(len(lengths)), key=lambda place: abs(lengths[place] - self.words))
        return joined(parts[:count])
