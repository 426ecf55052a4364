"""What a way of making rows is, and their list; `augmented` adds them to the rows to learn from.

Rows are made of train alone, after the split, so that no copy of a row stands on the other side of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd

from longwave.core.catalogue import Catalogue
from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.bases import Base
from longwave.text.portable.script import without_blanks
from longwave.text.recipe import Recipe
from longwave.text.table import Row, TextTable


class AbstractAugment(ABC):
    """name: as a recipe has it."""

    name: ClassVar[str]

    @abstractmethod
    def serves(self, table: TextTable) -> bool:
        """Whether the rows can be changed like this and keep their answers."""

    @abstractmethod
    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        """What writes rows, with whatever it learns from the table or the base."""


class Writer(ABC):
    """Writes a row anew."""

    @abstractmethod
    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        """The row changed, or None where nothing could be."""


AUGMENTS: Catalogue[AbstractAugment] = Catalogue("text_augment", rooms=("longwave.text.augment",))


def augmented(train: TextTable, recipe: Recipe, base: Base) -> TextTable:
    """The rows and, for each way of the recipe, `augment_share` of them written anew (drawn by seed).

    Raises UsageError for a way that there is none of, or that does not fit the task.
    """
    rng = np.random.default_rng([recipe.seed, 71])
    rows, made = train.rows(), list[Row]()
    for name in recipe.augment:
        way = AUGMENTS.get(name)
        if not way.serves(train):
            raise UsageError(say("text_augment.unfit", name=name, task=train.task))
        writer = way.start(train, recipe, base)
        chosen = rng.permutation(len(rows))[: round(recipe.augment_share * len(rows))]
        for place in sorted(chosen.tolist()):
            row = writer.write(rows[place], rng)
            if row is not None:
                made.append({**row, "id": f"{rows[place]['id']}+{name}"})
    if not made:
        return train
    frame = pd.concat([train.frame, pd.DataFrame(made)[list(train.frame.columns)]], ignore_index=True)
    return replace(train, frame=frame)


def words_of(text: str) -> list[str]:
    """Words at blanks; of a text without, characters (Chinese)."""
    return list(text) if without_blanks(text) else text.split()


def joined_as(text: str, words: list[str]) -> str:
    """The inverse of `words_of` for a text of that kind."""
    return "".join(words) if without_blanks(text) else " ".join(words)
