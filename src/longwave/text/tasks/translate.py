"""Translation: a text to its like in another language; which way, the columns say."""

from __future__ import annotations

from typing import Any

from longwave.core.message import Names
from longwave.text.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout


class Translate(AbstractTask):
    """Needs a base that reads and writes, or begins from scratch."""

    name = "translate"
    names = Names("Translation", "翻译")
    family = "seq2seq"
    epochs = 3.0

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {
            "kind": "seq2seq",
            "source": "text",
            "target": "target",
            "max_length": recipe.max_length or 128,
        }

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "text",
            "prefix": recipe.prefix,
            "source_language": recipe.source_language,
            "target_language": recipe.target_language,
            "no_repeat_ngram_size": recipe.no_repeat_ngram_size,
        }

    def target(self, row: Row, feature: Row, head: Head) -> Any:
        return row["target"]


TRANSLATE = TASKS.register("translate")(Translate())
