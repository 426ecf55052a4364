"""A budget of time: what is given up so that a training fits into it, the least harmful first.

Fewer epochs (not below one), then the lowest layers and the embeddings left as they are (of six layers a third of the
time), then fewer rows (each label's share kept); where even half of the rows is too much, the frozen encoder with a linear
head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.text.settings.recipe import Recipe
from longwave.text.training.cost import Cost

_FROZEN = 3
"""The lowest layers that are left as they are, with all that stands below them."""
_LEAST_SHARE = 0.5
_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Fitted:
    """recipe: that keeps to the budget; share: of the rows to learn from; notes: what was given up, none where nothing;
    epoch_seconds, seconds: what is to be expected now, nought where the encoder is to be left as it is."""

    recipe: Recipe
    share: float = 1.0
    notes: tuple[Message, ...] = ()
    epoch_seconds: float = 0.0
    seconds: float = 0.0


def seconds_of(text: str) -> float:
    """``90s``, ``10min``, ``2h`` in seconds. Raises UsageError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|sec|m|min|h|hour)s?\s*", text.lower())
    if found is None or float(found[1]) == 0:
        raise UsageError(say("text_engine.bad_budget", budget=text))
    return float(found[1]) * _UNITS[found[2]]


def within_budget(
    cost: Cost, recipe: Recipe, seconds: float, *, freezable: bool = True, layers: int = 6
) -> Fitted:
    """The recipe that fits. cost: forecast for `recipe` as it stands; freezable: whether there is an encoder of use as it
    is, which a model that writes, or one from scratch, has not; layers: of the encoder."""
    if cost.seconds <= seconds:
        return Fitted(recipe, epoch_seconds=cost.epoch_seconds, seconds=cost.seconds)
    # What comes before the first epoch cannot be given up, but with all of them.
    before = max(0.0, cost.seconds - cost.epoch_seconds * recipe.num_train_epochs)
    seconds = max(0.0, seconds - before)
    epochs = max(1.0, float(int(seconds / max(cost.epoch_seconds, 1e-9) * 10)) / 10)
    shorter = replace(recipe, num_train_epochs=min(recipe.num_train_epochs, epochs))
    notes = [say("text_engine.fewer_epochs", epochs=shorter.num_train_epochs)] if shorter != recipe else []
    epoch = cost.epoch_seconds
    whole = freezable and recipe.method == "full" and not recipe.freeze_layers
    if whole and epoch * shorter.num_train_epochs > seconds:
        shorter = replace(shorter, freeze_layers=_FROZEN, freeze_embeddings=True)
        epoch *= _left(layers)
        notes.append(say("text_engine.frozen_layers"))
    share = min(1.0, seconds / (epoch * shorter.num_train_epochs))
    if share < _LEAST_SHARE and freezable:
        return _left_alone(recipe)
    if share < 1:
        notes.append(say("text_engine.fewer_rows", share=share))
    epoch *= share
    return Fitted(shorter, share, tuple(notes), epoch, before + epoch * shorter.num_train_epochs)


def _left(layers: int) -> float:
    """What a step still takes: forth through all layers, and back, twice the work, through those that learn."""
    return 1 - 2 / 3 * min(_FROZEN, layers) / max(1, layers)


def _left_alone(recipe: Recipe) -> Fitted:
    """The encoder as it is, with a linear head; what bends a step has no step to bend."""
    plain = replace(
        recipe, method="frozen", learning_rate=0.0, num_train_epochs=0.0, teacher="", keep_layers=0
    )
    return Fitted(plain, notes=(say("text_engine.only_frozen"),))
