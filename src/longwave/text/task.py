"""A task: what a row asks and what an answer is. One file a task in `tasks/`, registered by name.

A task on an encoder says how a row is laid out, which head answers, and what the head is to learn of each feature; all
else (training, prediction, judging, keeping, shrinking) is the same for every task.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, TypeAlias

from longwave.core.catalogue import Catalogue
from longwave.core.message import Names
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable

Family: TypeAlias = Literal["encoder", "seq2seq", "causal", "extract"]
Layout: TypeAlias = dict[str, Any]
Head: TypeAlias = dict[str, Any]


class AbstractTask(ABC):
    """name: as the command line has it; family: the kind of model; labelled: the columns that hold the answer."""

    name: ClassVar[str]
    names: ClassVar[Names]
    family: ClassVar[Family] = "encoder"
    epochs: ClassVar[float] = 3.0
    batch: ClassVar[int] = 32
    layers: ClassVar[int] = 1
    """Last layers of the encoder whose mean the head reads: one of whole texts, a few where it reads words."""

    @abstractmethod
    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        """How a row becomes features: see `portable.encode`."""

    @abstractmethod
    def head(self, table: TextTable, recipe: Recipe) -> Head:
        """What head.json holds: kind, labels and what `portable.decode` wants."""

    @abstractmethod
    def target(self, row: Row, feature: Row, head: Head) -> Any:
        """What the head is to say of a feature: a label's place, numbers, or None where it is not to be learnt from."""

    def module(self) -> str:
        """Which head of `heads.make_head`."""
        return "sequence"

    def tuned(self, head: Head, dev: TextTable, told: Sequence[Row]) -> Head:
        """The head after thresholds were chosen on dev, where the task has any."""
        return head


TASKS: Catalogue[AbstractTask] = Catalogue("text_task", rooms=("longwave.text.tasks",))
