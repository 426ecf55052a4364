"""What continual learning takes over from the recipe of the checkpoint: how it reads, and which label is none of the others.

A head's weights say something only of states that are read as they were when it learnt. So whatever the new recipe leaves at
its default is as it was then, and what would make the old weights mean nothing is refused. What merely adds to the reading
(transitions, letters, shapes, which all begin at nought) or changes how much of a row is read may be given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.text.checkpoints.as_made import outside_by, outside_in
from longwave.text.checkpoints.checkpoint import Checkpoint
from longwave.text.checkpoints.kept_head import read_head
from longwave.text.score.scope import NOTHING
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS
from longwave.text.tasks.settings import reads

_OF_LAYOUT = ("max_length", "long", "stride", "shapes", "letters", "symmetric")
_LEFT_OPEN = ("max_length", "layers")
"""Settings whose nought is the task's own default: given as that they are not given."""
_THE_SAME = ("pool", "layers")
_NOT_LESS = ("crf", "shapes", "letters")


def taken_over(recipe: Recipe, old: Checkpoint, given: Collection[str]) -> tuple[Recipe, tuple[Message, ...]]:
    """The recipe with what it leaves open as the checkpoint has it, and what a user should know of that. given: names of
    settings that were given by themselves, whatever their value.

    Raises UsageError for a given setting with which what the checkpoint's head has learnt would mean nothing."""
    if TASKS.get(old.task).family != "encoder":
        return recipe, ()  # which no method goes on from
    theirs = _reading(old)
    own = {key: getattr(recipe, key) for key in theirs if _is_given(recipe, key, given)}
    check_reading(theirs, {**theirs, **own})
    taken = {key: value for key, value in theirs.items() if key not in own} | _outside(recipe, old)
    changed = old.recipe.changed
    told = tuple(f"{key} = {_written(value)}" for key, value in taken.items() if key in changed)
    notes = (say("text_methods.taken_over", settings=told),) if told else ()
    return recipe.with_settings(taken), notes


def check_reading(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> None:
    """theirs, mine: how the old model reads and the new one is to, by setting. Raises UsageError where the old head would be
    asked of other states than it learnt from, or the old model loses a part."""
    lost = [key for key in _THE_SAME if key in theirs and theirs[key] != mine[key]]
    lost += [key for key in _NOT_LESS if theirs.get(key) and not mine[key]]
    if lost:
        as_it_was = tuple(f"{key} = {_written(theirs[key])}" for key in lost)
        raise UsageError(
            say("text_methods.other_reading", settings=as_it_was),
            say("text_methods.other_reading_mend", settings=as_it_was),
        )


def check_outside(given: Recipe, recipe: Recipe, table: TextTable) -> None:
    """That new rows have no label of their own that means none of the others, where the checkpoint knows another one and
    nobody has said which it is. given: the recipe before anything was taken over. Raises UsageError."""
    found = outside_in(replace(table, outside=""))
    if given.out_of_scope or recipe.out_of_scope in ("", NOTHING) or found in ("", recipe.out_of_scope):
        return
    raise other_outside(recipe.out_of_scope, found)


def other_outside(old: str, new: str) -> UsageError:
    """That one model cannot have two labels that mean none of the others."""
    return UsageError(
        say("text_methods.other_outside", old=old, new=new), say("text_methods.other_outside_mend", old=old)
    )


def _reading(old: Checkpoint) -> dict[str, Any]:
    """How the checkpoint reads, by the settings of a recipe that its task has: as it was kept, not as a default of today."""
    kept = read_head(old.folder)
    layout, head = kept["layout"], kept["head"]
    told = {
        "pool": old.recipe.pool,
        "layers": int(head.get("layers", 1)),
        "crf": bool(head.get("crf")),
        **{key: layout[key] for key in _OF_LAYOUT if key in layout},
    }
    return {key: value for key, value in told.items() if reads(old.task, key)}


def _is_given(recipe: Recipe, key: str, given: Collection[str]) -> bool:
    return key in recipe.changed or (key in given and key not in _LEFT_OPEN)


def _outside(recipe: Recipe, old: Checkpoint) -> dict[str, Any]:
    """What the checkpoint knows of that label, where the recipe says nothing of it. Raises UsageError."""
    known = outside_by(old.card) if reads(old.task, "out_of_scope") else ""
    if not known or recipe.out_of_scope == known or recipe.out_of_scope == NOTHING:
        return {}
    if recipe.out_of_scope and known != NOTHING:
        raise other_outside(known, recipe.out_of_scope)
    return {} if recipe.out_of_scope else {"out_of_scope": known}


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
