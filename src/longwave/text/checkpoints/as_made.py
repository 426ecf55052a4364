"""Rows read again for a model are judged as it was made: its labels in its order, its scale, its "none of the others".

A label that means none of the others is found among the labels that a table happens to have (see `score.scope`); of other
rows, or for a model to which it was named, that would be another one, and scores would be of other rows. So a card keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from longwave.text.score.scope import no_relation, outside_of
from longwave.text.table import TextTable

_FOUND = {"intent": outside_of, "relations": no_relation}


def outside_in(table: TextTable) -> str:
    """The label that means none of the others, for a card: ``-`` where it was said that none does, empty where none is
    there, so that in other rows the usual names tell."""
    find = _FOUND.get(table.task)
    return (find(table.labels, table.outside) if find else None) or table.outside


def outside_by(card: Mapping[str, Any]) -> str:
    """That a card knows, or else what its recipe named."""
    known = card.get("data", {}).get("outside") or card.get("recipe", {}).get("out_of_scope")
    return str(known or "")


def as_made(table: TextTable, card: Mapping[str, Any]) -> TextTable:
    """The table with what its model's card knows of labels; labels that the model has not stand behind its own."""
    made = card.get("data", {})
    labels = tuple(str(label) for label in made.get("labels", ()))
    return replace(
        table,
        labels=(*labels, *(label for label in table.labels if label not in labels)),
        ordered=bool(made.get("ordered", table.ordered)),
        outside=outside_by(card),
    )
