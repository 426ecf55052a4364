"""What tasks that give labels share: the head that says them, its target, and a bar a label where there may be several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from longwave.text.score.bars import label_bars
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import AbstractTask, Head


class LabellingTask(AbstractTask):
    """A row to one label, to several, or to a step of a scale."""

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "sequence",
            "labels": list(table.labels),
            "layers": recipe.layers or self.layers,
            "several": table.several,
            "ordered": table.ordered,
        }

    def target(self, row: Row, feature: Row, head: Head) -> Any:
        """The label's place among the head's, None for another; a nought or one for each where there may be several."""
        labels = list(head["labels"])
        if head.get("several"):
            mine = set(row["labels"])
            return [float(label in mine) for label in labels]
        return labels.index(row["label"]) if row["label"] in labels else None

    def tuned(self, head: Head, dev: TextTable, told: Sequence[Row]) -> Head:
        """The head with a bar for each label chosen on dev, where a row may have several."""
        if not head.get("several"):
            return head
        labels = list(head["labels"])
        truth = np.array([[label in mine for label in labels] for mine in dev.frame["labels"]], dtype=bool)
        scores = np.array([[row["scores"][label] for label in labels] for row in told], dtype=float)
        return {**head, "thresholds": label_bars(truth, scores).tolist()}
