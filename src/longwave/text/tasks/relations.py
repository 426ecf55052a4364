"""Relations: what the head is to the tail of the same sentence.

Head and tail are put between signs, and the model reads what stands between them beside the sentence as a whole (Wu and
He 2019, Enriching pre-trained language model with entity information). Which of the two does what to the other is part
of the label, as "Cause-Effect(e2,e1)" is another label than "Cause-Effect(e1,e2)"; that there is no relation is a label
like any other here, and left out only by the score.
"""

from __future__ import annotations

from longwave.core.message import Names
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS, Head, Layout
from longwave.text.tasks.labelling import LabellingTask


class Relations(LabellingTask):
    """A text with head and tail to a label."""

    name = "relations"
    names = Names("Relations", "关系抽取")
    epochs = 5.0
    layers = 4

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {"kind": "markers", "max_length": recipe.max_length or 128}

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "sequence",
            "labels": list(table.labels),
            "several": False,
            "ordered": False,
            "layers": recipe.layers or self.layers,
        }

    def module(self) -> str:
        return "pair_of_things"


RELATIONS = TASKS.register("relations")(Relations())
