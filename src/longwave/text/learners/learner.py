"""What learns: a model of one family with the door to its training, its answers and its files.

`finetune` knows only this; encoders with heads, sequence to sequence and causal models are its three kinds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longwave.core.harvest import Progress
from longwave.core.message import Message
from longwave.text.base_fit import fit_of_base
from longwave.text.bases import Base
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable


class AbstractLearner(ABC):
    """model: a torch module whose forward gives loss and logits; recipe: with every default settled; probe: a few rows, by
    whose answers a checkpoint is proven when it is kept."""

    model: Any
    teacher: AbstractLearner | None = None
    """The larger model whose answers are learnt too (see `soft_targets`)."""
    task: str
    recipe: Recipe
    base: Base
    probe: Sequence[Row] = ()
    gradient: bool = True
    """Whether the Trainer is to find the weights; where not, `fit` finds what there is to find."""

    @abstractmethod
    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        """What the Trainer is given of labelled rows: each with `input_ids` and what it is to learn."""

    @abstractmethod
    def collate(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A batch of tensors."""

    @abstractmethod
    def predict(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        """One answer a row, as `portable.decode` words them."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Every file that `load` needs; the folder is there and empty."""

    def remarks(self, rows: TextTable) -> tuple[Message, ...]:
        """What a user should know before the work: that the base does not read these texts."""
        return ()

    def pretrain(self, rows: TextTable, folder: Path, progress: Progress) -> None:  # noqa: B027 - most begin from a base
        """What comes before the task itself: a model from scratch first reads the rows' texts. What it has learnt is kept in
        `folder`, so that a killed run need not read again."""

    def pretraining_seconds(self, rows: TextTable) -> float:
        """What `pretrain` will take, from a few batches of it."""
        return 0.0

    def fit(self, train: TextTable, dev: TextTable, progress: Progress) -> None:  # noqa: B027 - most have a gradient
        """For a kind without gradient. Raises NotEnoughData, DataError."""

    def tune(self, dev: TextTable) -> None:  # noqa: B027 - most kinds choose nothing
        """What is chosen on dev once the weights are settled: temperature, thresholds."""


class TokenLearner(AbstractLearner):
    """A learner whose model reads tokens. layout: how a row becomes features, as head.json keeps it."""

    def __init__(
        self, model: Any, tokenizer: Any, layout: dict[str, Any], task: str, recipe: Recipe, base: Base
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.layout = layout
        self.task = task
        self.recipe = recipe
        self.base = base

    def remarks(self, rows: TextTable) -> tuple[Message, ...]:
        found = fit_of_base(self.tokenizer, rows.texts(), self.base)
        return () if found is None else (found,)
