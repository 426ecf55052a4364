"""An export answered by the house: its predictor in a learner's place, so that what asks a checkpoint can ask it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput, UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.checkpoints.checkpoint import Checkpoint
from longwave.text.learners.learner import AbstractLearner
from longwave.text.portable.predictor import Predictor
from longwave.text.portable.refused import Refused
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.training.processor import free_threads

AT_ONCE = 512


def open_export(folder: Path, card: Mapping[str, Any]) -> Checkpoint:
    """Raises BadInput for a folder that is not whole."""
    return Checkpoint(folder, card, Recipe(), ExportedLearner(folder, card))


class ExportedLearner(AbstractLearner):
    """Answers as the exported graph does; there is nothing in it that could learn."""

    gradient = False

    def __init__(self, folder: Path, card: Mapping[str, Any]) -> None:
        try:
            self.predictor = Predictor(folder, threads=free_threads())
        except Refused as error:
            raise _said(error) from error
        self.tokenizer = self.predictor.tokenizer
        self.folder = folder
        self.task = str(card["task"])
        self.recipe = Recipe()
        self.base = Base(str(card.get("base", {}).get("name", "")), folder)

    def predict(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        told: list[Row] = []
        for start in range(0, len(rows), AT_ONCE):
            (progress or silent)(say("text_engine.predicting"), start, len(rows))
            try:
                told += self.predictor.answers(rows[start : start + AT_ONCE])
            except Refused as error:
                raise _said(error) from error
        return told

    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        raise self._learns_nothing()

    def collate(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        raise self._learns_nothing()

    def save(self, folder: Path) -> None:
        raise self._learns_nothing()

    def _learns_nothing(self) -> UsageError:
        return UsageError(
            say("text_export.is_export", folder=str(self.folder)), say("text_export.is_export_mend")
        )


def _said(error: Refused) -> BadInput:
    return BadInput(
        say("text_export.refused", problem=Names(error.en, error.zh)), say("text_export.refused_mend")
    )
