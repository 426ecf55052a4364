"""What tasks that read one text and write another share: the columns of both, and how a model is asked."""

from __future__ import annotations

from typing import Any, ClassVar

from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import AbstractTask, Head, Layout


class RewritingTask(AbstractTask):
    """written: the column of what is to be written; longest: tokens read of a text, where the recipe says nothing."""

    written: ClassVar[str]
    longest: ClassVar[int]

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {
            "kind": "seq2seq",
            "source": "text",
            "target": self.written,
            "max_length": recipe.max_length or self.longest,
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
        return row[self.written]
