"""The same reply to every conversation: the one that train has most often.

Where many conversations end in one phrase it scores better than it sounds; a model that falls back on "I don't know" is no
better than this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from longwave.core.harvest import Progress
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt
from longwave.text.baselines.kept import Kept
from longwave.text.table import Row, TextTable


@BASELINES.register("commonest_reply")
class CommonestReply(AbstractBaseline):
    name: ClassVar[str] = "commonest_reply"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "generate"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        replies = [str(turns[-1][1]) for turns in train.frame["turns"]]
        return Same(commonest(replies)), {"replies": len(set(replies))}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        return Same(str(kept.facts["reply"]))


@dataclass(frozen=True)
class Same(AbstractLearnt):
    reply: str

    def predict(self, rows: list[Row]) -> list[Row]:
        return [{"text": self.reply} for _ in rows]

    def keep(self) -> Kept:
        return Kept({"reply": self.reply})


def commonest(replies: Iterable[str]) -> str:
    """Of those that stand equally often the first. At least one reply."""
    return Counter(each.strip() for each in replies).most_common(1)[0][0]
