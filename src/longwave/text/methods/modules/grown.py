"""A head that has grown: the rows of the labels that were known, then those of the new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.continuing.taken_over import check_reading, other_outside
from longwave.text.learners.heads import make_head
from longwave.text.method import METHODS
from longwave.text.score.scope import NOTHING
from longwave.text.settings.recipe import Recipe
from longwave.text.task import TASKS


def grow(model: Any, old: Any, recipe: Recipe) -> None:
    """Puts into `model` what `old`, a learner, knew. Raises UsageError where the two are of unlike tasks, or read unlike."""
    mine, theirs = model.told, old.model.told
    alike = all(mine.get(key) == theirs.get(key) for key in ("kind", "ordered", "several"))
    scale = mine.get("ordered") and list(mine["labels"]) != list(theirs["labels"])
    made = make_head(
        TASKS.get(old.task).module(), int(model.encoder.config.hidden_size), theirs, recipe.as_dict()
    )
    if not alike or scale or type(made) is not type(model.head):
        raise UsageError(say("text_methods.other_task", task=old.task), say("text_methods.no_old_mend"))
    if type(old.model.head) is not type(model.head):
        # A regression's head reads other numbers than a head that is learnt: its weights would mean nothing there.
        method = METHODS.get(old.recipe.method).names
        raise UsageError(
            say("text_methods.old_head", method=method, task=TASKS.get(old.task).names),
            say("text_methods.no_old_mend"),
        )
    check_reading(_reads(old.model), _reads(model))
    if mine["kind"] == "span":
        model.told = {**mine, **_answered(mine, theirs)}
    elif not mine.get("ordered"):
        known = list(theirs["labels"])
        _weigh_again(model, known)
        grown = {**mine, "labels": [*known, *(each for each in mine["labels"] if each not in known)]}
        model.told = {**grown, **_scope(grown, theirs, recipe)}
        model.head = make_head(
            TASKS.get(old.task).module(), int(model.encoder.config.hidden_size), model.told, recipe.as_dict()
        )
    _take(model.head, old.model.head)
    if model.forms is not None and old.model.forms is not None:
        _take(model.forms, old.model.forms)


def _reads(model: Any) -> dict[str, Any]:
    """How a model reads, by the names that settings have; what its head has not is none of it."""
    head, forms = model.head, model.forms
    return {
        "pool": getattr(head, "pool", ""),
        "layers": int(model.told.get("layers", 1)),
        "crf": getattr(head, "moves", None) is not None,
        "shapes": getattr(forms, "shapes", None) is not None,
        "letters": getattr(forms, "letters", None) is not None,
    }


def _scope(grown: Mapping[str, Any], theirs: Mapping[str, Any], recipe: Recipe) -> dict[str, Any]:
    """Of intents: the label that means none of them, which the old model knows though no new row bears it. The measure and
    its bar were chosen for the old model's numbers, and are chosen again. Raises UsageError for two such labels."""
    if "outside" not in grown:
        return {}
    old, new = str(theirs.get("outside", "")), str(grown["outside"])
    if old and new and old != new:
        raise other_outside(old, new)
    outside = new if recipe.out_of_scope == NOTHING else new or old
    return {"outside": outside, "scope": "outside" if outside in grown["labels"] else "probability"}


def _answered(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Of questions: that some have no answer is still known where every new one has."""
    return {
        "longest": max(mine["longest"], theirs["longest"]),
        "unanswered": mine["unanswered"] or theirs["unanswered"],
        "null_bar": theirs["null_bar"],
    }


def _weigh_again(model: Any, known: list[str]) -> None:
    """Labels' weights in the grown head's order; one for a label of which there is no row."""
    if model.label_weights is None:
        return
    given = dict(zip(model.told["labels"], model.label_weights.tolist(), strict=True))
    order = [*known, *(each for each in given if each not in known)]
    model.label_weights = torch.tensor([given.get(each, 1.0) for each in order])


def _take(new: Any, old: Any) -> None:
    """The corner that both have of each weight: what was known stands first."""
    before = old.state_dict()
    with torch.no_grad():
        for name, weight in new.state_dict().items():
            if name in before:
                shared = tuple(map(slice, map(min, weight.shape, before[name].shape)))
                weight[shared].copy_(before[name][shared])
