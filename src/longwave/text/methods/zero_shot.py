"""No rows to learn from: each label is described in words, and a text goes to the description that it is nearest to.

The cosine between the mean states of text and description, over a temperature, is the label's score (Chang et al. 2008,
dataless classification, with the sentence encoder of Reimers and Gurevych 2019). It rests wholly on the encoder having
been taught that texts of like meaning lie together, and in the text's language: a base that was not (a masked language
model as published, a Chinese text on an English base) gives answers near chance, and nothing here can tell.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.descriptions import read_descriptions
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.table import TextTable


class ZeroShot(AbstractMethod):
    """descriptions: a file of labels' descriptions; the labels' own words where there is none."""

    name = "zero_shot"
    names = Names("Zero-shot by descriptions", "基于标签描述的零样本分类")
    whole = False
    gradient = False
    drawn = False
    needs_rows = False

    def prepare(self, model: Any, recipe: Recipe) -> None:
        from longwave.text.methods.modules.nearest import Nearest

        if model.told["kind"] != "sequence" or model.told.get("several"):
            raise UsageError(
                say("text_methods.one_label_a_row", method=self.names), say("text_methods.other_method_mend")
            )
        # Nearness to a description knows no order: the labels of a scale are told apart like any others.
        model.told = {**model.told, "ordered": False}
        hidden = int(model.encoder.config.hidden_size)
        model.head = Nearest(hidden, len(model.told["labels"]), recipe.pool)
        model.requires_grad_(False)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        """Nothing: the base is as it was."""

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        self.prepare(model, recipe)

    def fit(self, learner: Any, train: TextTable, dev: TextTable, progress: Progress) -> None:
        from longwave.text.methods.modules.nearest import describe

        labels = tuple(learner.model.told["labels"])
        if learner.layout["kind"] != "text":
            raise UsageError(
                say("text_methods.one_text_a_row", method=self.names), say("text_methods.other_method_mend")
            )
        if len(labels) < 2:
            raise UsageError(say("text_methods.no_labels"), say("text_methods.no_labels_mend"))
        describe(learner, read_descriptions(learner.recipe.descriptions, labels))


ZERO_SHOT = METHODS.register("zero_shot")(ZeroShot())
