"""The columns of a model's answers where there is no row to answer: a table without rows is one all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "entities": ("tokens", "tags", "entities"),
    "answers": ("answer", "start", "end", "score"),
    "summarise": ("text",),
    "translate": ("text",),
    "generate": ("text",),
    "intent": ("label", "probability", "scores", "energy", "in_scope"),
}
_ONE_LABEL = ("label", "probability", "scores")
_LABELS = ("labels", "scores")


def answer_columns(card: Mapping[str, Any]) -> tuple[str, ...]:
    """What each answer of a checkpoint of this card has: as `portable.decode` words it, with the words it counts."""
    if card.get("data", {}).get("several"):
        return _LABELS
    return _COLUMNS.get(str(card["task"]), _ONE_LABEL)
