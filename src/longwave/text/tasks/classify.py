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
from longwave.text.score.bars import label_bars
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout


def label_target(row: Row, head: Head) -> Any:
    """The label's place among the head's, or a nought or one for each where there are several; None for another label."""
    labels = list(head["labels"])
    if head.get("several"):
        mine = set(row["labels"])
        return [float(label in mine) for label in labels]
    return labels.index(row["label"]) if row["label"] in labels else None


def with_thresholds(head: Head, dev: TextTable, told: Sequence[Row]) -> Head:
    """The head with a bar for each label chosen on dev, where a row may have several."""
    if not head.get("several"):
        return head
    labels = list(head["labels"])
    truth = np.array([[label in mine for label in labels] for mine in dev.frame["labels"]], dtype=bool)
    scores = np.array([[row["scores"][label] for label in labels] for row in told], dtype=float)
    return {**head, "thresholds": label_bars(truth, scores).tolist()}


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
        return with_thresholds(head, dev, told)


CLASSIFY = TASKS.register("classify")(Classify())
