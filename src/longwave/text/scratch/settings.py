"""What `base = "scratch"` sets where the recipe says nothing: new weights want greater steps and more of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.bases import SCRATCH
from longwave.text.settings.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Size:
    """layers of each stack, width, entries of the vocabulary at most; learning_rate, epochs: of the task itself."""

    layers: int
    hidden: int
    vocabulary: int
    learning_rate: float
    epochs: float


SIZES = {
    "encoder": Size(4, 256, 8000, 1e-3, 8.0),
    "seq2seq": Size(3, 256, 8000, 1e-3, 12.0),
    "causal": Size(4, 256, 8000, 1e-3, 12.0),
    "extract": Size(3, 256, 8000, 1e-3, 12.0),
}


FEWEST_STEPS = 800
MOST_EPOCHS = 60.0
"""Few rows are gone through more often: new weights need their number of steps."""


def from_scratch(recipe: Recipe, family: str, rows: int) -> Recipe:
    """The recipe with every size settled for so many rows, where it begins from nothing; as it is otherwise.

    Raises UsageError for a method that changes little of a base: there is none to be changed.
    """
    if recipe.base != SCRATCH:
        return recipe
    if recipe.method != "full":
        raise UsageError(say("text_generation.scratch_is_full", method=recipe.method))
    size = SIZES[family]
    batch = (recipe.per_device_train_batch_size or 16) * recipe.gradient_accumulation_steps
    epochs = max(size.epochs, min(MOST_EPOCHS, float(-(-FEWEST_STEPS * batch // max(1, rows)))))
    return replace(
        recipe,
        scratch_layers=recipe.scratch_layers or size.layers,
        scratch_hidden=-(-(recipe.scratch_hidden or size.hidden) // 64) * 64,
        scratch_vocabulary=recipe.scratch_vocabulary or size.vocabulary,
        learning_rate=recipe.learning_rate or size.learning_rate,
        num_train_epochs=recipe.num_train_epochs or epochs,
    )
