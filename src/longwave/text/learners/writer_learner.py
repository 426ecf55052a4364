"""A learner on a model that writes: what sequence to sequence and causal models share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from torch import Tensor

from longwave.text.bases import Base
from longwave.text.checkpoints.kept_head import read_head
from longwave.text.learners import generative
from longwave.text.learners.learner import TokenLearner
from longwave.text.settings.recipe import Recipe


class WriterLearner(TokenLearner):
    """kind: of its model; auto: transformers' class that loads one; told: how it is asked (head.json's `head`)."""

    kind: ClassVar[Literal["seq2seq", "causal"]]
    auto: ClassVar[str]

    def __init__(
        self,
        model: generative.Writer,
        tokenizer: Any,
        layout: dict[str, Any],
        told: dict[str, Any],
        task: str,
        recipe: Recipe,
        base: Base,
    ) -> None:
        super().__init__(model, tokenizer, layout, task, recipe, base)
        self.told = told

    @classmethod
    def writer(cls, model: Any, recipe: Recipe) -> generative.Writer:
        """A model of transformers as the Trainer finds it."""
        return generative.Writer(model, ahead=cls.kind == "causal", smoothing=recipe.label_smoothing_factor)

    def collate(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        ids = [each["input_ids"] for each in examples]
        return {
            "input_ids": generative.padded(ids, self.tokenizer.pad_token_id),
            "attention_mask": generative.padded([[1] * len(each) for each in ids], 0),
            "labels": generative.padded([each["labels"] for each in examples], generative.IGNORED),
        }

    def save(self, folder: Path) -> None:
        kept = {"task": self.task, "family": self.kind, "layout": self.layout, "head": self.told}
        generative.keep(self.model, self.tokenizer, self.base, self.recipe, kept, folder)

    @classmethod
    def load(cls, folder: Path, recipe: Recipe, base: Base) -> Self:
        """Raises BadInput for a folder whose files are not whole."""
        kept = read_head(folder)
        model, tokenizer = generative.load_writer(cls.auto, base, folder)
        writer = cls.writer(model, recipe)
        generative.restore(writer, folder, recipe)
        return cls(writer, tokenizer, dict(kept["layout"]), dict(kept["head"]), kept["task"], recipe, base)
