"""Few rows a label: first the encoder learns to put texts of one label together and others apart, then the frozen head.

The idea of SetFit (Tunstall et al. 2022, Efficient few-shot learning without prompts): a few rows make many pairs. Here a
batch holds some labels with a few rows of each, and every pair within it counts: the squared distance of their cosine
from one (same label) or nought (another), the two kinds weighing alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.methods.frozen import straighten
from longwave.text.settings.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.learners.learner import AbstractLearner
    from longwave.text.table import TextTable


class FewShot(AbstractMethod):
    """examples: rows a label, nought for all there are."""

    name = "few_shot"
    names = Names("Few-shot contrastive", "少样本对比学习")
    gradient = False
    learning_rate = 5e-5
    epochs = 3.0

    def prepare(self, model: Any, recipe: Recipe) -> None:
        if model.told["kind"] != "sequence" or model.told.get("several"):
            raise UsageError(
                say("text_methods.one_label_a_row", method=self.names), say("text_methods.other_method_mend")
            )
        straighten(model, recipe, self.names)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        model.encoder.save_pretrained(folder)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        self.prepare(model, recipe)

    def fit(self, learner: AbstractLearner, train: TextTable, dev: TextTable, progress: Progress) -> None:
        from longwave.text.methods.modules.contrast import draw_together
        from longwave.text.methods.modules.regression import fit_head

        draw_together(learner, train, progress)
        fit_head(learner, train, dev, progress)


FEW_SHOT = METHODS.register("few_shot")(FewShot())
