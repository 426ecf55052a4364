"""What a way of making rows is, and their list; `augmented` adds them to the rows to learn from.

Rows are made of train alone, after the split, so that no copy of a row stands on the other side of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from longwave.core.catalogue import Catalogue
from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.text.bases import Base
from longwave.text.portable.script import without_blanks
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable


class AbstractAugment(ABC):
    """name: as a recipe has it."""

    name: ClassVar[str]

    def check(self, recipe: Recipe) -> None:  # noqa: B027 - most ask for nothing
        """What can be said before a row is read. Raises UsageError for a recipe with which no row could be made."""

    @abstractmethod
    def serves(self, table: TextTable) -> bool:
        """Whether the rows can be changed like this and keep their answers."""

    @abstractmethod
    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        """What writes rows, with whatever it learns from the table or the base. Raises UsageError where no row of this
        table could be changed."""


class Writer(ABC):
    """Writes a row anew."""

    @abstractmethod
    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        """The row changed, or None where nothing could be."""


AUGMENTS: Catalogue[AbstractAugment] = Catalogue("text_augment", rooms=("longwave.text.augment",))


@dataclass(frozen=True, eq=False)
class Augmented:
    """table: the rows given and those made; made: how many by each way; notes: of ways that made none."""

    table: TextTable
    made: Mapping[str, int]
    notes: tuple[Message, ...]


def augmented(train: TextTable, recipe: Recipe, base: Base) -> Augmented:
    """The rows and, for each way of the recipe, `augment_share` of them written anew (drawn by seed).

    Raises UsageError for a way that there is none of, that does not fit the task, or that can change none of the rows.
    """
    if not recipe.augment:
        return Augmented(train, {}, ())
    rng = np.random.default_rng([recipe.seed, 71])
    rows, made = train.rows(), list[Row]()
    counts, notes = dict[str, int](), list[Message]()
    for name in recipe.augment:
        way = AUGMENTS.get(name)
        if not way.serves(train):
            raise UsageError(say("text_augment.unfit", name=name, task=train.task))
        writer = way.start(train, recipe, base)
        chosen = rng.permutation(len(rows))[: round(recipe.augment_share * len(rows))]
        before = len(made)
        for place in sorted(chosen.tolist()):
            row = writer.write(rows[place], rng)
            if row is not None:
                made.append({**row, "id": f"{rows[place]['id']}+{name}"})
        counts[name] = len(made) - before
        if not counts[name]:
            notes.append(say("text_augment.none_made", name=name, rows=len(chosen)))
    if not made:
        return Augmented(train, counts, tuple(notes))
    frame = pd.concat([train.frame, pd.DataFrame(made)[list(train.frame.columns)]], ignore_index=True)
    return Augmented(replace(train, frame=frame), counts, tuple(notes))


def given_ids(table: TextTable, recipe: Recipe) -> list[str]:
    """Of each row the id of the one that it was made of, its own where it was given: a row and its copies are alike."""
    parted = ((each, each.rpartition("+")) for each in table.frame["id"])
    return [before if way in recipe.augment else whole for whole, (before, _, way) in parted]


def words_of(text: str) -> list[str]:
    """Words at blanks; of a text without, characters (Chinese)."""
    return list(text) if without_blanks(text) else text.split()


def joined_as(text: str, words: list[str]) -> str:
    """The inverse of `words_of` for a text of that kind."""
    return "".join(words) if without_blanks(text) else " ".join(words)
