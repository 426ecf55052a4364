"""Classification: one label of several, several labels at once, or a step of an ordinal scale.

Where a column `about` says what of the text is asked about (a firm in a headline that names three), that thing is put
between signs where it first stands, and the head reads it beside the text: the same text has another answer for another
thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from longwave.core.message import Names
from longwave.text.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout


def label_target(row: Row, head: Head) -> Any:
    """The label's place among the head's, or a nought or one for each where there are several; None for another label."""
    labels = list(head["labels"])
    if head.get("several"):
        mine = set(row["labels"])
        return [float(label in mine) for label in labels]
    return labels.index(row["label"]) if row["label"] in labels else None


_PRIOR = 20.0
"""Rows of a label's own at which its own bar and the bar of all weigh alike."""


def best_thresholds(labels: Sequence[str], gold: Sequence[Sequence[str]], told: Sequence[Row]) -> list[float]:
    """For each label the bar of its greatest F1 on dev, drawn to the bar of all labels the more the fewer rows it has:
    a bar chosen on five rows fits those five."""
    truth = np.array([[label in each for label in labels] for each in gold], dtype=bool)
    scores = np.array([[each["scores"][label] for label in labels] for each in told], dtype=float)
    if not truth.any():
        return [0.5] * len(labels)
    common = best_bar(truth.ravel(), scores.ravel())
    bars = []
    for mine, told_of in zip(truth.T, scores.T, strict=True):
        weight = mine.sum() / (mine.sum() + _PRIOR)
        own = best_bar(mine, told_of) if mine.any() else common
        bars.append(float(weight * own + (1 - weight) * common))
    return bars


def best_bar(
    truth: np.ndarray[Any, np.dtype[np.bool_]], scores: np.ndarray[Any, np.dtype[np.float64]]
) -> float:
    """The score from which "yes" has the greatest F1; rows of equal score are told alike."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(order) + 1) + truth.sum())
    last_of_its_score = np.append(ranked[1:] < ranked[:-1], True)
    best = int(np.where(last_of_its_score, f1, -1.0).argmax())
    following = ranked[best + 1] if best + 1 < len(order) else 0.0
    return float((ranked[best] + following) / 2)


class Classify(AbstractTask):
    """A text to a label."""

    name = "classify"
    names = Names("Classification", "文本分类")

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        if table.has("about"):
            return {"kind": "thing", "max_length": recipe.max_length or 128}
        return {
            "kind": "text",
            "max_length": recipe.max_length or 128,
            "long": recipe.long,
            "stride": recipe.stride,
        }

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "sequence",
            "labels": list(table.labels),
            "layers": recipe.layers or self.layers,
            "several": table.several,
            "ordered": table.ordered,
        }

    def target(self, row: Row, feature: Row, head: Head) -> Any:
        return label_target(row, head)

    def tuned(self, head: Head, dev: TextTable, told: Sequence[Row]) -> Head:
        if not head.get("several"):
            return head
        gold = dev.frame["labels"].tolist()
        return {**head, "thresholds": best_thresholds(head["labels"], gold, told)}


CLASSIFY = TASKS.register("classify")(Classify())
