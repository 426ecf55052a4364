"""A row that is given as a dict, with lists in it, told apart from a dict of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longwave.text.corpus.at_hand import is_column
from longwave.text.corpus.columns import Kind, tidy
from longwave.text.corpus.roles import ROLES

_WORDS = ("token", "tokens", "words")
"""Columns whose cell is a list of words in every task, where it is a text elsewhere."""


def is_one_row(given: Mapping[Any, Any], task: str) -> bool:
    """Whether a dict is one row: none of its values is a column, or its lists are such as a single cell of the task holds
    (the tokens of a sentence, the turns of a dialogue, the documents of a question)."""
    lists = {str(name): each for name, each in given.items() if is_column(each)}
    if len(lists) == len(given):
        return all(_is_cell(name, each, task) for name, each in lists.items())
    return not any(_kind(name, task) == "text" for name in lists)


def _is_cell(name: str, given: Any, task: str) -> bool:
    """Whether a list is one cell, and not a column of cells: these are lists again, or texts of several words."""
    kind = _kind(name, task)
    if kind == "turns":
        return all(isinstance(each, Mapping) for each in given)
    if kind != "list" or any(is_column(each) for each in given):
        return False
    return not (task == "entities" and any(" " in str(each).strip() for each in given))


def _kind(name: str, task: str) -> Kind | None:
    """Of the column that a name means to the task, lists before texts; None where it means none."""
    if tidy(name) in _WORDS:
        return "list"
    kinds = [each.kind for each in ROLES.get(task, ()) if tidy(name) in (each.name, *each.aliases)]
    lists: tuple[Kind, ...] = ("turns", "list")
    return next((kind for kind in lists if kind in kinds), kinds[0] if kinds else None)
