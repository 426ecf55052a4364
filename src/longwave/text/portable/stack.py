"""A model and a linear model that answer as one: p = (1 - w) p_model + w p_linear, of each label, or of each tag at each
word. Tags' chances are marginal, all legal runs weighed; the run that is told is the likeliest legal one of their mixture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .decode import Answer, decode, tagged, transitions

FOLDER, STACK = "linear", "stack.json"

Table = NDArray[np.float64]
FLOOR = 1e-12


def decided(
    rows: Sequence[Mapping[str, Any]],
    mine: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    weight: float,
    told: Mapping[str, Any],
) -> list[Answer]:
    """The mixed probabilities as answers, worded and decided as every model's are.

    mine: the model's answers; theirs: the linear model's, of which the `scores` count, or the `chances` of tags; told: the
    head that decides."""
    labels = list(told["labels"])
    if told["kind"] == "tokens":
        rules, heat = transitions(told), float(told.get("temperature", 1.0))
        return [
            tagged(
                list(row["tokens"]), labels, np.log(np.clip(each, FLOOR, 1.0)) / heat, rules, chances=False
            )
            for row, each in zip(rows, tag_tables(mine, theirs, weight, labels), strict=True)
        ]
    mixed = (1 - weight) * table(mine, labels) + weight * table(theirs, labels)
    chances = np.clip(mixed, FLOOR, 1 - FLOOR)
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


def tag_tables(
    mine: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    weight: float,
    labels: Sequence[str],
) -> list[Table]:
    """Of each row the mixed chances, (words, labels)."""
    return [
        (1 - weight) * _of_tags(one, labels) + weight * _of_tags(other, labels)
        for one, other in zip(mine, theirs, strict=True)
    ]


def _of_tags(told: Mapping[str, Any], labels: Sequence[str]) -> Table:
    """(words, labels); a tag that a model does not know has no chance with it."""
    chances = told["chances"]
    nothing = np.zeros(len(next(iter(chances.values()))))
    return np.stack([np.asarray(chances.get(label, nothing), float) for label in labels], axis=1)


def table(told: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Table:
    """The answers' probabilities, (rows, labels)."""
    found = [[float(row["scores"].get(label, 0.0)) for label in labels] for row in told]
    return np.array(found).reshape(len(told), len(labels))
