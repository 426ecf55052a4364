"""Which settings of a recipe a task reads: one without effect is refused, not passed over in silence.

What is not named here, every task reads, or its method does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS

_OF_TEXTS = ("classify", "intent", "pairs", "relations")
_WRITERS = ("generate", "summarise", "translate")
_ENCODERS = (*_OF_TEXTS, "entities", "answers")

READ_BY: Mapping[str, tuple[str, ...]] = {
    "long": ("classify", "intent"),
    "stride": ("classify", "intent", "entities", "answers"),
    "pool": _OF_TEXTS,
    "symmetric": ("pairs",),
    "layers": _ENCODERS,
    "shapes": ("entities",),
    "letters": ("entities",),
    "crf": ("entities",),
    "freeze_layers": _ENCODERS,
    "freeze_embeddings": _ENCODERS,
    "class_weights": (*_OF_TEXTS, "entities"),
    "label_smoothing_factor": (*_OF_TEXTS, "entities", *_WRITERS),
    "out_of_scope": ("intent", "relations"),
    "prefix": ("summarise", "translate"),
    "source_language": ("summarise", "translate"),
    "target_language": ("summarise", "translate"),
    "num_beams": _WRITERS,
    "max_new_tokens": _WRITERS,
    "no_repeat_ngram_size": _WRITERS,
}
"""Setting -> the tasks that read it."""

_BY_REGRESSION = ("frozen", "few_shot")
"""Methods whose head is a logistic regression: it weighs the labels of tags and of scales too, and has no smoothing."""


def reads(task: str, setting: str) -> bool:
    """Whether a setting can make a difference to a task."""
    return task in READ_BY.get(setting, (task,))


def check_settings(recipe: Recipe, task: str) -> None:
    """Raises UsageError for a setting that was changed and that the task does not read."""
    plain = Recipe()
    for setting, tasks in READ_BY.items():
        if task not in tasks and getattr(recipe, setting) != getattr(plain, setting):
            names = tuple(TASKS.get(each).names for each in tasks)
            raise UsageError(
                say("text_tasks.unread", setting=setting, task=TASKS.get(task).names, tasks=names),
                say("text_tasks.unread_mend", setting=setting),
            )


def check_rows(recipe: Recipe, table: TextTable) -> None:
    """As `check_settings`, for what depends on the rows. Raises UsageError."""
    if recipe.out_of_scope not in ("", "-") and table.labels and recipe.out_of_scope not in table.labels:
        raise UsageError(say("text_tasks.no_such_label", label=recipe.out_of_scope, labels=table.labels[:30]))
    for setting in _without_effect(recipe, table):
        raise UsageError(
            say("text_tasks.unread_here", setting=setting), say("text_tasks.unread_mend", setting=setting)
        )


def _without_effect(recipe: Recipe, table: TextTable) -> Iterator[str]:
    regression = recipe.method in _BY_REGRESSION
    one_of_many = not table.several and not table.ordered
    if recipe.long != "head" and table.has("about"):
        yield "long"
    if recipe.class_weights != "none" and not regression and (table.ordered or table.task == "entities"):
        yield "class_weights"
    if recipe.label_smoothing_factor and (regression or recipe.crf or not one_of_many):
        yield "label_smoothing_factor"
