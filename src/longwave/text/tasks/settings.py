"""Which settings of a recipe a task and a method read: one without effect is refused, not passed over in silence.

What is not named here is read by every task, and by every method that has a Trainer (rates, epochs, batches). A method
without one takes these as they stand in a recipe that was written for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.bases import SCRATCH
from longwave.text.method import METHODS
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS

_OF_TEXTS = ("classify", "intent", "pairs", "relations")
_WRITERS = ("generate", "summarise", "translate")
_ENCODERS = (*_OF_TEXTS, "entities", "answers")

READ_BY: Mapping[str, tuple[str, ...]] = {
    "long": ("classify", "intent"),
    "stride": ("classify", "intent", "entities", "answers"),
    "pool": _OF_TEXTS,
    "head_start": ("classify", "intent"),
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

OF_METHODS: Mapping[str, tuple[str, ...]] = {
    "freeze_layers": ("full",),
    "freeze_embeddings": ("full",),
    "lora_r": ("lora", "adalora"),
    "lora_alpha": ("lora", "adalora"),
    "lora_dropout": ("lora", "adalora"),
    "adapter_size": ("adapter",),
    "prompt_tokens": ("prefix", "prompt"),
    "replay": ("continual",),
    "penalty": ("continual",),
    "descriptions": ("zero_shot",),
}
"""Setting -> the methods that read it."""

OF_GRADIENT = ("adversarial", "r_drop", "average_last", "early_stopping_patience", "gradient_accumulation_steps",
               "gradient_checkpointing", "head_learning_rate", "head_start")  # fmt: skip
"""What bends or ends the Trainer's work, which methods without gradient have none of."""

_STEPS = ("learning_rate", "num_train_epochs", "optim", "lr_scheduler_type", "warmup_ratio", "weight_decay",
          "max_grad_norm", "per_device_train_batch_size", "dropout")  # fmt: skip
UNREAD: Mapping[str, tuple[str, ...]] = {
    "frozen": _STEPS,
    "zero_shot": _STEPS,
    "few_shot": ("per_device_train_batch_size", "dropout"),
}
"""Method -> what of a training it has none of: no step is taken, or batches are of pairs and nothing is hidden."""

NEEDS: Mapping[str, tuple[str, Callable[[Recipe], bool]]] = {
    "pretrain_epochs": ('base = "scratch"', lambda recipe: recipe.base == SCRATCH),
    # A recipe goes on with the sizes that its base was once begun with.
    **dict.fromkeys(
        ("scratch_layers", "scratch_hidden", "scratch_vocabulary"),
        ('base = "scratch"', lambda recipe: bool(recipe.base)),
    ),
    **dict.fromkeys(
        ("teacher_weight", "teacher_temperature"), ("teacher", lambda recipe: bool(recipe.teacher))
    ),
    "adversarial_epsilon": ("adversarial", lambda recipe: recipe.adversarial != "none"),
    "adversarial_steps": ('adversarial = "pgd"', lambda recipe: recipe.adversarial == "pgd"),
    "augment_share": ("augment", lambda recipe: bool(recipe.augment)),
    "translators": ('augment = ["back_translation"]', lambda recipe: "back_translation" in recipe.augment),
}
"""Setting -> what it makes a difference with only, as a recipe has it, and whether a recipe has it."""

OF_CHOOSERS = ("members", "augment", "precision", "class_weights", "label_smoothing_factor", "num_beams",
               "max_new_tokens", "no_repeat_ngram_size", "prefix", "source_language", "target_language",
               "max_length", "dropout", "weight_decay")  # fmt: skip
"""What sentences are chosen without: nothing is written, and no weight changes."""

_BY_REGRESSION = ("frozen", "few_shot")
"""Methods whose head is a logistic regression: it weighs the labels of tags and of scales too, and has no smoothing."""


def reads(task: str, setting: str) -> bool:
    """Whether a setting can make a difference to a task."""
    return task in READ_BY.get(setting, (task,))


def settings_unread(method: str) -> tuple[str, ...]:
    """The settings that make no difference with a method."""
    known = METHODS.get(method)
    mine = tuple(setting for setting, methods in OF_METHODS.items() if method not in methods)
    theirs = (*UNREAD.get(method, ()), *(() if known.gradient else OF_GRADIENT))
    return (*mine, *theirs, *(() if known.needs_rows else ("augment",)))


def check_settings(recipe: Recipe, task: str) -> None:
    """Raises UsageError for a setting that was changed and that the task, or the recipe's method, does not read."""
    changed = recipe.changed
    for setting in settings_unread(recipe.method):
        if setting in changed:
            raise UsageError(
                say("text_tasks.unread_with", setting=setting, method=METHODS.get(recipe.method).names),
                say("text_tasks.unread_mend", setting=setting),
            )
    for setting, tasks in READ_BY.items():
        if task not in tasks and setting in changed:
            names = tuple(TASKS.get(each).names for each in tasks)
            raise UsageError(
                say("text_tasks.unread", setting=setting, task=TASKS.get(task).names, tasks=names),
                say("text_tasks.unread_mend", setting=setting),
            )


def check_needs(recipe: Recipe) -> None:
    """Raises UsageError for a setting that was changed and that makes a difference only with another, which was not."""
    changed = recipe.changed
    for setting, (other, there) in NEEDS.items():
        if setting in changed and not there(recipe):
            raise UsageError(
                say("text_tasks.unread_without", setting=setting, other=other),
                say("text_tasks.unread_without_mend", setting=setting, other=other),
            )


def check_choosing(recipe: Recipe) -> None:
    """As `check_settings`, where sentences are chosen and no weight changes. Raises UsageError."""
    changed = recipe.changed
    for setting in (*OF_GRADIENT, *OF_CHOOSERS):
        if setting in changed:
            raise UsageError(
                say("text_tasks.unread_choosing", setting=setting),
                say("text_tasks.unread_choosing_mend", setting=setting),
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
    if "stride" in recipe.changed and recipe.long != "windows" and table.task in READ_BY["long"]:
        yield "stride"
    if recipe.class_weights != "none" and not regression and (table.ordered or table.task == "entities"):
        yield "class_weights"
    if recipe.label_smoothing_factor and (regression or recipe.crf or not one_of_many):
        yield "label_smoothing_factor"
