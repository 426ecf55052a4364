"""Intents: what a short message wants, and whether it wants anything of these at all.

Where rows are labelled as out of scope (oos, out of scope, other, 范围外 ...), that label is learnt like any other; three
measures of being in scope are then compared on dev and the one of greatest area under the ROC curve is kept:

outside       1 - p(out of scope)
probability   the greatest probability of an intent (Hendrycks and Gimpel 2017)
energy        logsum exp of the intents' logits (Liu et al. 2020, Energy-based out-of-distribution detection)

The bar under which a message is out of scope is the one that gets most of dev right. Where dev has no such rows, the
measure is the probability and the bar that which one in twenty rows of dev falls short of: a guess, and no label is
changed unless the table names one for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.core.message import Names
from longwave.text.score.bars import best_cut
from longwave.text.score.ranking import ranking_metrics
from longwave.text.score.scope import outside_of
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, Head, Layout
from longwave.text.tasks.labelling import LabellingTask

FEWEST = 20
"""Rows of dev, in scope and out of it, from which on a measure and a bar are chosen by them."""
QUANTILE = 0.05


class Intent(LabellingTask):
    """A message to an intent, or to none."""

    name = "intent"
    names = Names("Intents", "意图识别")
    epochs = 10.0

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {
            "kind": "text",
            "max_length": recipe.max_length or 64,
            "long": recipe.long,
            "stride": recipe.stride,
        }

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        outside = outside_of(table.labels, recipe.out_of_scope or table.outside)
        seen = set(table.frame["label"])
        labels = [label for label in table.labels if label != outside or label in seen]
        return {
            "kind": "sequence",
            "labels": labels,
            "layers": recipe.layers or self.layers,
            "several": False,
            "ordered": False,
            "outside": outside or "",
            "scope": "outside" if outside in labels else "probability",
        }

    def tuned(self, head: Head, dev: TextTable, told: Sequence[Row]) -> Head:
        gold = dev.frame["label"].to_numpy()
        within = gold != (head["outside"] or None)
        measures = measures_of(head, told)
        if min(within.sum(), (~within).sum()) < FEWEST:
            bar = float(np.quantile(measures["probability"][within], QUANTILE)) if within.any() else 0.0
            return head if head["scope"] == "outside" else {**head, "scope_bar": bar}
        best = max(measures, key=lambda name: ranking_metrics(measures[name], within)["auroc"].point)
        centre = float(np.median(measures["energy"]))
        scores = measures[best]
        if best == "energy":
            scores = _squeezed(scores - centre)
        inner = np.array([_inner(row, head) for row in told])
        # Right in scope by its own intent, out of scope by falling short of the bar.
        bar = best_cut(scores, ~within * 1.0, ((inner == gold) & within) * 1.0, beyond=1e-9)
        return {**head, "scope": best, "scope_centre": centre, "scope_bar": bar}


def measures_of(head: Head, told: Sequence[Row]) -> dict[str, NDArray[np.float64]]:
    """Each measure of each row."""
    outside = head["outside"]
    found = {
        "probability": np.array([max(p for k, p in row["scores"].items() if k != outside) for row in told]),
        "energy": np.array([row["energy"] for row in told], float),
    }
    if outside in head["labels"]:
        found["outside"] = np.array([1 - row["scores"][outside] for row in told])
    return found


def _inner(row: Row, head: Head) -> Any:
    return max((p, k) for k, p in row["scores"].items() if k != head["outside"])[1]


def _squeezed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), float)


INTENT = TASKS.register("intent")(Intent())
