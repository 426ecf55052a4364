"""The gate: an export whose answers are worse than the model's own by more than .3 points is not shipped.

Both answer the same labelled rows. The fall is that of accuracy where the task has one, else of the task's headline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longwave.core.message import say
from longwave.text.score.comparison import Difference, difference
from longwave.text.score.judge import judge
from longwave.text.table import Row, TextTable

MOST_LOST = 0.003


@dataclass(frozen=True, eq=False)
class Judgement:
    """metric: its name; gap: the export's score less the model's own; alike: share of rows with the same answer."""

    metric: str
    gap: Difference
    alike: float

    @property
    def lost(self) -> float:
        """What the export lost, as a share; negative where it gained."""
        return self.gap.b - self.gap.a

    @property
    def open(self) -> bool:
        return self.lost <= MOST_LOST + 1e-12

    def as_dict(self) -> dict[str, Any]:
        return {
            "metric": self.metric, "own": self.gap.b, "exported": self.gap.a, "lost": self.lost,
            "low": self.gap.low, "high": self.gap.high, "rows": self.gap.n, "alike": self.alike, "most_lost": MOST_LOST,
        }  # fmt: skip


def judged_beside(table: TextTable, own: Sequence[Row], exported: Sequence[Row]) -> Judgement:
    """own, exported: an answer a row of the table. Raises NotEnoughData for a table without rows."""
    mine, other = judge(table.task, table, own), judge(table.task, table, exported)
    name = "accuracy" if "accuracy" in mine.metrics else mine.headline
    same = [_said(one) == _said(two) for one, two in zip(own, exported, strict=True)]
    return Judgement(name, difference(other.metrics[name], mine.metrics[name]), sum(same) / len(same))


def _said(answer: Row) -> Any:
    return next((answer[key] for key in ("label", "labels", "tags", "answer") if key in answer), answer)


def told(judgement: Judgement) -> Any:
    """Why it is not shipped."""
    from longwave.text.score.metric import title

    return say(
        "text_export.gate", metric=title(judgement.metric), own=f"{100 * judgement.gap.b:.2f}",
        exported=f"{100 * judgement.gap.a:.2f}", lost=f"{100 * judgement.lost:.2f}", most=f"{100 * MOST_LOST:.1f}",
        rows=judgement.gap.n,
    )  # fmt: skip
