"""Summaries: sentences of the text chosen for it, or with a base that reads and writes, words of the model's own."""

from __future__ import annotations

from longwave.core.message import Names
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS, Head
from longwave.text.tasks.rewriting import RewritingTask


class Summarise(RewritingTask):
    """Which of the two it is, the base says: see `families`."""

    name = "summarise"
    names = Names("Summaries", "摘要")
    family = "extract"
    batch = 8
    written = "summary"
    longest = 1024

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        asked = super().head(table, recipe)
        return {
            **asked,
            "no_repeat_ngram_size": asked["no_repeat_ngram_size"] or 3,
            "least_share": 0.05,
        }


SUMMARISE = TASKS.register("summarise")(Summarise())
