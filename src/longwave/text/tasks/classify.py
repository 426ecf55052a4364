"""Classification: one label of several, several labels at once, or a step of an ordinal scale.

Where a column `about` says what of the text is asked about (a firm in a headline that names three), that thing is put
between signs where it first stands, and the head reads it beside the text: the same text has another answer for another
thing.
"""

from __future__ import annotations

from longwave.core.message import Names
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS, Layout
from longwave.text.tasks.labelling import LabellingTask


class Classify(LabellingTask):
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


CLASSIFY = TASKS.register("classify")(Classify())
