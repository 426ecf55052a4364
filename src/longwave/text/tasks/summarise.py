"""Summaries: sentences of the text chosen for it, or with a base that reads and writes, words of the model's own."""

from __future__ import annotations

from typing import Any

from longwave.core.message import Names
from longwave.text.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout


class Summarise(AbstractTask):
    """Which of the two it is, the base says: see `families`."""

    name = "summarise"
    names = Names("Summaries", "摘要")
    family = "extract"
    batch = 8

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {
            "kind": "seq2seq",
            "source": "text",
            "target": "summary",
            "max_length": recipe.max_length or 1024,
        }

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "text",
            "prefix": recipe.prefix,
            "source_language": recipe.source_language,
            "target_language": recipe.target_language,
            "no_repeat_ngram_size": recipe.no_repeat_ngram_size or 3,
            "least_share": 0.05,
        }

    def target(self, row: Row, feature: Row, head: Head) -> Any:
        return row["summary"]


SUMMARISE = TASKS.register("summarise")(Summarise())
