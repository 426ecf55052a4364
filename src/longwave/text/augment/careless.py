"""The text as a careless hand would write it (typos), or all in small letters or capitals: what a model is judged on too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from longwave.text.augment.augment import AUGMENTS, AbstractAugment, Writer
from longwave.text.bases import Base
from longwave.text.recipe import Recipe
from longwave.text.score.perturb import Kind, perturbed
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
        return CarelessWriter(table, self.kind, self.rate)


class CarelessWriter(Writer):
    """Changes rows of a table one by one."""

    def __init__(self, table: TextTable, kind: Kind, rate: float) -> None:
        self.table = table
        self.kind = kind
        self.rate = rate

    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        one = replace(self.table, frame=pd.DataFrame([row]), notes=())
        changed = perturbed(one, self.kind, self.rate, int(rng.integers(2**31))).rows()[0]
        return None if changed == row else changed


TYPOS = AUGMENTS.register("typos")(Careless("typos", "typos", 0.1))
LOWER = AUGMENTS.register("lower")(Careless("lower", "lower", 1.0))
UPPER = AUGMENTS.register("upper")(Careless("upper", "upper", 1.0))
