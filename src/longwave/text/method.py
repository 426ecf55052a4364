"""A method: which weights learn, and what of a model is kept afterwards. One file a method in `methods/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from longwave.core.catalogue import Catalogue
from longwave.core.errors import UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.settings.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.learners.learner import AbstractLearner
    from longwave.text.table import TextTable
    from longwave.text.training.bend import Bend


class AbstractMethod(ABC):
    """name: as a recipe has it; whole: whether the whole encoder is kept, or only what differs from its base;
    learning_rate, epochs: where the recipe says nothing; gradient: whether finetune's Trainer is needed, or the method
    finds the weights by itself (`fit`); needs_rows: whether there must be rows to learn from; plain: whether `merged`
    leaves an encoder as transformers knows it; drawn: whether another seed gives another model."""

    name: ClassVar[str]
    names: ClassVar[Names]
    whole: ClassVar[bool] = True
    gradient: ClassVar[bool] = True
    needs_rows: ClassVar[bool] = True
    plain: ClassVar[bool] = True
    drawn: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 5e-5
    epochs: ClassVar[float] = 1.0
    """How many times the task's epochs: methods that change little need longer."""

    def taught(self, table: TextTable, recipe: Recipe, previous: TextTable | None) -> TextTable:
        """The rows to learn from: `table`, or with some of the rows of an earlier task. Raises UsageError for earlier
        rows that the method makes nothing of."""
        if previous is not None:
            raise UsageError(say("text_methods.no_previous", method=self.names))
        return table

    def encoder(self, base: Base) -> tuple[Any, Any]:
        """The encoder and the tokenizer to begin with. Raises BadInput."""
        from longwave.text.learners.encoder_learner import load_encoder

        return load_encoder(base.folder)

    def rate(self, width: int) -> float:
        """The learning rate where the recipe says none; width: of the encoder's states, nought where unknown."""
        return self.learning_rate

    def room(self, recipe: Recipe) -> int:
        """How many of the encoder's positions the method takes for itself."""
        return 0

    @abstractmethod
    def prepare(self, model: Any, recipe: Recipe) -> None:
        """Changes `model.encoder` in place: what is added, what no longer learns. Raises UsageError where that cannot be."""

    @abstractmethod
    def save(self, model: Any, base: Base, folder: Path) -> None:
        """The encoder, or what differs from `base`, into the folder."""

    @abstractmethod
    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        """The inverse, on a model whose encoder was just loaded (from the folder where `whole`, else from the base)."""

    def callbacks(self, model: Any) -> Sequence[Any]:
        """What the Trainer is to call; how many steps there will be, its state knows."""
        return ()

    def settled_at(self, model: Any) -> int:
        """The step from which on the weights are of the kind that is kept: the best epoch is none before."""
        return 0

    def known(self, recipe: Recipe) -> int:
        """How many labels the head has from before, which come first in it."""
        return 0

    def bends(
        self, learner: AbstractLearner, previous: TextTable | None, progress: Progress = silent
    ) -> Sequence[Bend]:
        """What the method adds to the loss."""
        return ()

    def fit(  # noqa: B027 - a method with gradient has the Trainer
        self, learner: AbstractLearner, train: TextTable, dev: TextTable, progress: Progress
    ) -> None:
        """For a method without gradient: finds the weights by itself. Raises UsageError, DataError, NotEnoughData."""

    def merged(self, model: Any) -> Any:
        """The model without this method's wrappings, for export: what was added is worked into the weights if it can be."""
        return model


METHODS: Catalogue[AbstractMethod] = Catalogue("text_method", rooms=("longwave.text.methods",))
