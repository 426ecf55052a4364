"""A model and a linear model that answer as one: p = (1 - w) p_model + w p_linear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .decode import Answer, decode

FOLDER, STACK = "linear", "stack.json"

Table = NDArray[np.float64]
_FLOOR = 1e-12


def decided(
    rows: Sequence[Mapping[str, Any]],
    mine: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    weight: float,
    told: Mapping[str, Any],
) -> list[Answer]:
    """The mixed probabilities as answers, worded and decided as every model's are.

    mine: the model's answers; theirs: the linear model's, of which the `scores` count; told: the head that decides."""
    labels = list(told["labels"])
    mixed = (1 - weight) * table(mine, labels) + weight * table(theirs, labels)
    chances = np.clip(mixed, _FLOOR, 1 - _FLOOR)
    logits = np.log(chances)
    if told.get("several"):
        logits = logits - np.log1p(-chances)
    elif "outside" in told:
        logits = logits + _energy_shift(mine, chances, labels, str(told["outside"]))[:, None]
    return decode(rows, [{"row": place} for place in range(len(rows))], list(logits), told)


def _energy_shift(
    mine: Sequence[Mapping[str, Any]], chances: Table, labels: Sequence[str], outside: str
) -> Table:
    """What brings the intents' log of the sum of exp to the model's own: how strange a message is, it alone knows."""
    inner = [place for place, label in enumerate(labels) if label != outside]
    own = np.array([row["energy"] for row in mine], float)
    return np.asarray(own - np.log(chances[:, inner].sum(axis=1)))


def table(told: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Table:
    """The answers' probabilities, (rows, labels)."""
    found = [[float(row["scores"].get(label, 0.0)) for label in labels] for row in told]
    return np.array(found).reshape(len(told), len(labels))
