"""The source itself as its translation: what a translation that changes nothing would score.

Names, figures and signs stand in both languages, so that copying is worth something, between kin languages much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from longwave.core.harvest import Progress
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt
from longwave.text.baselines.kept import Kept
from longwave.text.table import Row, TextTable


@BASELINES.register("copied")
class Copied(AbstractBaseline):
    name: ClassVar[str] = "copied"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "translate"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        return Source(), {}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        return Source()


@dataclass(frozen=True)
class Source(AbstractLearnt):
    """Nothing is learnt."""

    def predict(self, rows: list[Row]) -> list[Row]:
        return [{"text": str(row["text"])} for row in rows]

    def keep(self) -> Kept:
        return Kept({})
