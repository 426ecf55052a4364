"""A budget of time: what is given up so that a training fits into it, the least harmful first.

Fewer epochs (not below one), then the lowest layers and the embeddings left as they are (a third of the time), then fewer
rows (each label's share kept); where even half of the rows is too much, the frozen encoder with a linear head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.text.cost import Cost
from longwave.text.recipe import Recipe

_FREED = 0.68
_LEAST_SHARE = 0.5
_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Fitted:
    """recipe: that keeps to the budget; share: of the rows to learn from; notes: what was given up."""

    recipe: Recipe
    share: float = 1.0
    notes: tuple[Message, ...] = ()


def seconds_of(text: str) -> float:
    """``90s``, ``10min``, ``2h`` in seconds. Raises UsageError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|sec|m|min|h|hour)s?\s*", text.lower())
    if found is None or float(found[1]) == 0:
        raise UsageError(say("text_engine.bad_budget", budget=text))
    return float(found[1]) * _UNITS[found[2]]


def within_budget(cost: Cost, recipe: Recipe, seconds: float, *, freezable: bool = True) -> Fitted:
    """The recipe that fits. cost: forecast for `recipe` as it stands; freezable: whether there is an encoder of use as it
    is, which a model that writes, or one from scratch, has not."""
    if cost.seconds <= seconds:
        return Fitted(recipe)
    epochs = max(1.0, float(int(seconds / max(cost.epoch_seconds, 1e-9) * 10)) / 10)
    shorter = replace(recipe, num_train_epochs=min(recipe.num_train_epochs, epochs))
    notes = [say("text_engine.fewer_epochs", epochs=shorter.num_train_epochs)] if shorter != recipe else []
    need = cost.epoch_seconds * shorter.num_train_epochs
    if need <= seconds:
        return Fitted(shorter, 1.0, tuple(notes))
    if freezable and recipe.method == "full" and not recipe.freeze_layers:
        shorter = replace(shorter, freeze_layers=3, freeze_embeddings=True)
        need *= _FREED
        notes.append(say("text_engine.frozen_layers"))
    share = min(1.0, seconds / need)
    if share >= _LEAST_SHARE or not freezable:
        return Fitted(
            shorter,
            share,
            (*notes, say("text_engine.fewer_rows", share=share)) if share < 1 else tuple(notes),
        )
    return Fitted(
        replace(recipe, method="frozen", learning_rate=0.0, num_train_epochs=0.0),
        1.0,
        (say("text_engine.only_frozen"),),
    )
