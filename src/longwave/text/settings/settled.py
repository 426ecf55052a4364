"""A recipe with nothing left open: what it does not say, the task, the method and the number of rows say.

A new head needs some 240 steps to find its feet, so that few rows are gone through more often, in smaller batches. What a
method does not read stays as it is, so that the recipe that a checkpoint keeps can be given again.
"""

from __future__ import annotations

from longwave.text.method import METHODS
from longwave.text.scratch.settings import from_scratch
from longwave.text.settings.recipe import Recipe
from longwave.text.task import TASKS
from longwave.text.tasks.settings import UNREAD

FEWEST_STEPS = 240
MOST_EPOCHS = 20.0
_MANY_ROWS = 2_000
"""From here on batches are whole, and a new head finds its feet within the usual epochs."""


def settled(recipe: Recipe, task: str, rows: int, width: int = 0) -> Recipe:
    """The recipe with the task's and the method's defaults put in, for so many rows and the base's width (see `Base`).

    Raises UsageError for a method that there is none of, or one that has no use for a model from nothing.
    """
    method, mine = METHODS.get(recipe.method), TASKS.get(task)
    recipe = from_scratch(recipe, mine.family, rows)
    usual = mine.batch if rows >= _MANY_ROWS else max(4, mine.batch // 2)
    batch = recipe.per_device_train_batch_size or usual
    steps = max(1, -(-rows // (batch * recipe.gradient_accumulation_steps)))
    epochs = max(mine.epochs * method.epochs, min(MOST_EPOCHS, float(-(-FEWEST_STEPS // steps))))
    told = {
        "num_train_epochs": recipe.num_train_epochs or epochs,
        "learning_rate": recipe.learning_rate or method.rate(width),
        "per_device_train_batch_size": batch,
    }
    unread = UNREAD.get(recipe.method, ())
    return recipe.with_settings({name: value for name, value in told.items() if name not in unread})
