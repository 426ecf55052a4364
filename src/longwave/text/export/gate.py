"""The gate: an export whose answers are worse than the model's own by more than .3 points is not shipped.

Both answer the same labelled rows. Accuracy, where the task has one, and the task's headline may each fall by no more: .003
of a share or of kappa.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.text.score.comparison import Difference, compared
from longwave.text.score.judge import judge
from longwave.text.score.points import number, points
from longwave.text.table import Row, TextTable

MOST_LOST = 0.003


@dataclass(frozen=True, eq=False)
class Judgement:
    """metric: accuracy, or the headline where there is none; gap: the export's score less the model's own; alike: share of
    rows with the same answer; headline, headline_gap: the task's headline beside, where it is another."""

    metric: str
    gap: Difference
    alike: float
    headline: str = ""
    headline_gap: Difference | None = None

    @property
    def worst(self) -> tuple[str, Difference]:
        """The score that lost most, with its gap."""
        return max(self.shown, key=lambda each: each[1].b - each[1].a)

    @property
    def lost(self) -> float:
        """What the export lost, as a share; negative where it gained."""
        return self.worst[1].b - self.worst[1].a

    @property
    def open(self) -> bool:
        return self.lost <= MOST_LOST + 1e-12

    @property
    def shown(self) -> list[tuple[str, Difference]]:
        """Each score with its gap."""
        beside = [] if self.headline_gap is None else [(self.headline, self.headline_gap)]
        return [(self.metric, self.gap), *beside]

    def as_dict(self) -> dict[str, Any]:
        gap, beside = self.gap, self.headline_gap
        told = {
            "metric": self.metric, "own": gap.b, "exported": gap.a, "lost": self.lost, "low": gap.low,
            "high": gap.high, "rows": gap.n, "alike": self.alike, "most_lost": MOST_LOST,
        }  # fmt: skip
        if beside is not None:
            headline = {"metric": self.headline, "own": beside.b, "exported": beside.a}
            told["headline"] = {**headline, "low": beside.low, "high": beside.high}
        return told


def judged_beside(table: TextTable, own: Sequence[Row], exported: Sequence[Row]) -> Judgement:
    """own, exported: an answer a row of the table. Raises NotEnoughData without rows, or without any that a score is of."""
    mine, other = judge(table.task, table, own), judge(table.task, table, exported)
    name = "accuracy" if "accuracy" in mine.metrics else mine.headline
    same = [_said(one) == _said(two) for one, two in zip(own, exported, strict=True)]
    alike = sum(same) / len(same)
    gaps = compared(other, mine, tuple(dict.fromkeys((name, mine.headline))))
    if not gaps:
        raise NotEnoughData(say("text_score.undefined"), say("text_score.no_rows_mend"))
    gap, *beside = gaps
    if not beside:
        return Judgement(gap.name, gap, alike)
    return Judgement(gap.name, gap, alike, beside[0].name, beside[0])


def _said(answer: Row) -> Any:
    return next((answer[key] for key in ("label", "labels", "tags", "answer") if key in answer), answer)


def told(judgement: Judgement) -> Any:
    """Why it is not shipped."""
    from longwave.text.score.metric import title

    name, gap = judgement.worst
    return say(
        "text_export.gate",
        metric=title(name),
        own=_score(gap.b, gap.unit),
        exported=_score(gap.a, gap.unit),
        lost=points(judgement.lost, gap.unit, 2, signed=False),
        most=number(MOST_LOST, gap.unit, signed=False),
        rows=gap.n,
    )


def _score(value: float, unit: str) -> str:
    return f"{100 * value:.2f}" if unit == "share" else f"{value:.4f}"
