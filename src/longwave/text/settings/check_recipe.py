"""What of a recipe a task has no use for, or this machine cannot do: refused by name before a row is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.baselines.baseline import STACKED
from longwave.text.bases import DEFAULT, SCRATCH, find_base
from longwave.text.method import METHODS
from longwave.text.settings.recipe import Recipe
from longwave.text.task import TASKS
from longwave.text.tasks.settings import check_choosing, check_needs, check_settings


def check_recipe(recipe: Recipe, task: str) -> None:
    """Raises UsageError for a task, a method or a way of augmenting that there is none of, and for settings that the
    task has no use for, or with which no row could be made; BadInput for a base or a teacher whose files are not to be
    trusted."""
    _known("text_engine.no_task", task, TASKS.names())
    _known("text_engine.no_method", recipe.method, METHODS.names())
    _check_head(recipe, task)
    _check_augments(recipe)
    _check_reading(recipe, task)
    if recipe.stack == "linear" and task not in STACKED:
        raise UsageError(say("text_more.no_stacking", task=TASKS.get(task).names))
    if recipe.method == "continual" and recipe.stack != "none" and not recipe.replay and task in STACKED:
        # A linear model that has seen no old row would say no old label again.
        raise UsageError(
            say("text_methods.stack_forgets", stack=recipe.stack), say("text_methods.stack_forgets_mend")
        )
    check_settings(recipe, task)
    check_needs(recipe)
    _check_members(recipe)
    if recipe.precision == "fp16":
        from longwave.text.training.processor import device

        if device() == "cpu":
            raise UsageError(say("text_engine.no_fp16"), say("text_engine.no_fp16_mend"))
    if recipe.teacher:
        from longwave.text.checkpoints.checkpoint import open_checkpoint
        from longwave.text.distil import check_can_teach, student_base

        check_can_teach(open_checkpoint(Path(recipe.teacher).expanduser()))
        student_base(recipe, task)
    _check_base(recipe, task)


def _known(key: str, name: str, names: Iterable[str]) -> None:
    names = list(names)
    if name not in names:
        near = tuple(difflib.get_close_matches(name, names, n=3))
        mend = say("text_engine.near_settings", near=near) if near else None
        raise UsageError(say(key, name=name, all=tuple(names)), mend)


def _check_head(recipe: Recipe, task: str) -> None:
    """Methods without gradient find labels and tags by a linear head, and no place of an answer and no text."""
    method, mine = METHODS.get(recipe.method), TASKS.get(task)
    if not method.gradient and (mine.family != "encoder" or mine.module() == "span"):
        raise UsageError(say("text_methods.no_span", method=method.names), say("text_methods.leave_out_mend"))


def _check_members(recipe: Recipe) -> None:
    """Raises UsageError for several models that would be the same."""
    method = METHODS.get(recipe.method)
    if recipe.members > 1 and not method.drawn:
        raise UsageError(
            say("text_tasks.same_members", method=method.names, members=recipe.members),
            say("text_tasks.same_members_mend"),
        )


def _check_augments(recipe: Recipe) -> None:
    if not recipe.augment:
        return
    from longwave.text.augment.augment import AUGMENTS

    for name in recipe.augment:
        _known("text_engine.no_augment", name, AUGMENTS.names())
        AUGMENTS.get(name).check(recipe)


def _check_reading(recipe: Recipe, task: str) -> None:
    """What is for models that read, where the task's model writes or chooses sentences."""
    if TASKS.get(task).family == "encoder":
        return
    if recipe.members > 1:
        raise UsageError(say("text_more.no_ensemble", members=recipe.members))
    for setting, used in (("r_drop", recipe.r_drop > 0), ("adversarial", recipe.adversarial != "none")):
        if used:
            raise UsageError(say("text_engine.for_reading", setting=setting, task=TASKS.get(task).names))


def _check_base(recipe: Recipe, task: str) -> None:
    """That the base is there and is of the kind that the task needs."""
    base = find_base(recipe.base)
    family = TASKS.get(task).family
    if (
        family == "encoder"
        and base.name not in (SCRATCH, DEFAULT)
        and (base.folder / "config.json").is_file()
    ):
        from longwave.text.learners.generative import kind_of

        # AutoModel gives such a base with its decoder, which asks for words of its own.
        if kind_of(base) == "seq2seq":
            raise UsageError(
                say("text_engine.has_decoder", base=base.name, task=TASKS.get(task).names),
                say("text_engine.has_decoder_mend", default=DEFAULT),
            )
    if family in ("seq2seq", "causal") and base.name != SCRATCH:
        from longwave.text.learners.generative import check_kind

        check_kind(base, family, task)
    if family == "extract":
        from longwave.text.learners.extract_learner import chooses

        if chooses(base):
            check_choosing(recipe)
