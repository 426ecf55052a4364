"""Named entities: a tag for each token, BIO.

An uncased vocabulary cannot see that Apple is no apple, so each token is told its word's shape beside its number, and with
`letters` the word's letters too; `crf` lets the head learn which tag follows which.
"""

from __future__ import annotations

from typing import Any

from longwave.core.message import Names
from longwave.text.baselines.bio import complete
from longwave.text.portable.batch import IGNORED
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout


class Entities(AbstractTask):
    """Tokens to tags."""

    name = "entities"
    names = Names("Named entities", "命名实体识别")
    epochs = 4.0
    layers = 4

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {
            "kind": "tokens",
            "max_length": recipe.max_length or 128,
            "stride": recipe.stride,
            "shapes": recipe.shapes,
            "letters": recipe.letters,
        }

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        return {
            "kind": "tokens",
            "labels": complete([tag for tags in table.frame["tags"] for tag in tags]),
            "crf": recipe.crf,
            "layers": recipe.layers or self.layers,
        }

    def target(self, row: Row, feature: Row, head: Head) -> Any:
        places = {tag: place for place, tag in enumerate(head["labels"])}
        targets = [IGNORED] * len(feature["input_ids"])
        for word, at in enumerate(feature["firsts"], start=feature["start"]):
            if feature["kept"][0] <= word < feature["kept"][1]:
                targets[at] = places.get(row["tags"][word], IGNORED)
        return targets

    def module(self) -> str:
        return "tokens"


ENTITIES = TASKS.register("entities")(Entities())
