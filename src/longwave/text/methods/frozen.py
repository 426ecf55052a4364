"""Nothing of the encoder learns: its states, read once, and a logistic regression. The first answer to ask for.

A text is the mean of its states; each is put on one scale, the penalty (1 / C) is chosen on dev, or by folds of the train
rows, and what was found is written into the head, scale and all, so that the checkpoint is like any other's. Several
labels: one against the rest each; an ordinal scale: "higher than k" each; a relation: head, tail and text beside each
other; tags: each word's first state beside the shapes (capitals, digits) of its word and of the pieces about it. Alain and
Bengio (2017), linear probes; Reimers and Gurevych (2019) for the mean of the states.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.learners.learner import AbstractLearner
    from longwave.text.table import TextTable


class Frozen(AbstractMethod):
    """class_weights = balanced: each label counts alike."""

    name = "frozen"
    names = Names("Frozen encoder and logistic regression", "冻结编码器加逻辑回归")
    whole = False
    gradient = False
    drawn = False

    def prepare(self, model: Any, recipe: Recipe) -> None:
        straighten(model, recipe, self.names)
        model.encoder.requires_grad_(False)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        """Nothing: the base is as it was."""

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        self.prepare(model, recipe)

    def fit(self, learner: AbstractLearner, train: TextTable, dev: TextTable, progress: Progress) -> None:
        from longwave.text.methods.modules.regression import fit_head

        fit_head(learner, train, dev, progress)


def straighten(model: Any, recipe: Recipe, method: Names) -> None:
    """Gives the model a head that is linear in the encoder's states. Raises UsageError for a task that has none."""
    from longwave.text.methods.modules.straight import straight_head

    if recipe.crf or model.told["kind"] not in ("sequence", "tokens"):
        key = "text_methods.no_transitions" if recipe.crf else "text_methods.no_span"
        raise UsageError(say(key, method=method), say("text_methods.other_method_mend"))
    model.head = straight_head(model.head, model.forms)
    model.forms = None


FROZEN = METHODS.register("frozen")(Frozen())
