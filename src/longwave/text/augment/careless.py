"""The text as a careless hand would write it (typos), or all in small letters or capitals: what a model is judged on too."""

from __future__ import annotations

import numpy as np

from longwave.text.augment.augment import AUGMENTS, AbstractAugment, Writer
from longwave.text.bases import Base
from longwave.text.score.perturb import Kind, perturbed_row
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable


class Careless(AbstractAugment):
    """kind and rate: of `score.perturb`."""

    def __init__(self, name: str, kind: Kind, rate: float) -> None:
        self.name = name  # type: ignore[misc]
        self.kind = kind
        self.rate = rate

    def serves(self, table: TextTable) -> bool:
        return table.task in ("classify", "intent", "pairs", "entities", "relations")

    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        return CarelessWriter(self.kind, self.rate)


class CarelessWriter(Writer):
    """Changes rows one by one."""

    def __init__(self, kind: Kind, rate: float) -> None:
        self.kind = kind
        self.rate = rate

    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        changed = perturbed_row(row, self.kind, self.rate, rng)
        return None if changed == row else changed


TYPOS = AUGMENTS.register("typos")(Careless("typos", "typos", 0.1))
LOWER = AUGMENTS.register("lower")(Careless("lower", "lower", 1.0))
UPPER = AUGMENTS.register("upper")(Careless("upper", "upper", 1.0))
