"""Every weight learns; the lowest layers and the embeddings can be left as they are, which saves a third of the time."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import Any

from longwave.core.message import Names
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe


def freeze(encoder: Any, *, embeddings: bool, layers: int) -> None:
    """Leaves the embeddings and the lowest layers as they are."""
    found = list(layers_of(encoder))
    if embeddings:
        # Places, kinds and norm too: where any of them learns, each step has to go back through all layers.
        inner = {id(weight) for layer in found for weight in layer.parameters()}
        below = takewhile(lambda weight: id(weight) not in inner, encoder.parameters()) if inner else ()
        for weight in (*encoder.get_input_embeddings().parameters(), *below):
            weight.requires_grad_(False)
    for layer in found[:layers]:
        for weight in layer.parameters():
            weight.requires_grad_(False)


def layers_of(encoder: Any) -> Any:
    """The encoder's layers: its longest list of modules of one kind."""
    from torch import nn

    lists = [each for each in encoder.modules() if isinstance(each, nn.ModuleList)]
    return max(lists, key=len) if lists else ()


class Full(AbstractMethod):
    """Every weight."""

    name = "full"
    names = Names("All weights", "全参数微调")

    def rate(self, width: int) -> float:
        """1e-4 at a width of 384 and less the wider the encoder: 5e-5 at 768, as BERT is taught, 3.75e-5 at 1,024. Narrower
        encoders bear greater steps; what was seen on dev is in docs/concepts/text_training.md."""
        return float(f"{min(2e-4, 0.0384 / width):.4g}") if width else self.learning_rate

    def prepare(self, model: Any, recipe: Recipe) -> None:
        freeze(model.encoder, embeddings=recipe.freeze_embeddings, layers=recipe.freeze_layers)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        model.encoder.save_pretrained(folder)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        """Nothing is left to do: the encoder was loaded from the folder."""


FULL = METHODS.register("full")(Full())
