"""Pairs: what one text is to another (the same question, entailment, contradiction, an answer to it).

Both are read together, so that every word of one can look at every word of the other. Where the label does not depend on
the order (`symmetric`), each pair is read both ways, in training and in prediction, and the answers are averaged: the
model then cannot say one thing of (a, b) and another of (b, a).
"""

from __future__ import annotations

from longwave.core.message import Names
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS, Layout
from longwave.text.tasks.labelling import LabellingTask


class Pairs(LabellingTask):
    """Two texts to a label."""

    name = "pairs"
    names = Names("Sentence pairs", "句对判断")
    epochs = 4.0

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {
            "kind": "pair",
            "max_length": recipe.max_length or 128,
            "symmetric": recipe.symmetric,
        }

    def module(self) -> str:
        return "pair_of_texts"


PAIRS = TASKS.register("pairs")(Pairs())
