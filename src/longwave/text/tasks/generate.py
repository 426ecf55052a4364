"""Replies: the next turn of a conversation, from all that was said before."""

from __future__ import annotations

from typing import Any

from longwave.core.message import Names
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout


class Generate(AbstractTask):
    """Needs a base that writes, or begins from scratch."""

    name = "generate"
    names = Names("Replies", "多轮回复")
    family = "causal"
    batch = 16

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {"kind": "causal", "max_length": recipe.max_length or 512}

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "text",
            "turn": "{who}: {said}\n",
            "reply": "{who}:",
            "no_repeat_ngram_size": recipe.no_repeat_ngram_size,
        }

    def target(self, row: Row, feature: Row, head: Head) -> Any:
        return row["turns"][-1][1]


GENERATE = TASKS.register("generate")(Generate())
