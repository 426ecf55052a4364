"""A name by another of its kind from the rows to learn from, so that tags are learnt from what stands around them.

Dai and Adel (2020), An analysis of simple data augmentation for named entity recognition, COLING: mention replacement.
"""

from __future__ import annotations

import numpy as np

from longwave.text.augment.augment import AUGMENTS, AbstractAugment, Writer
from longwave.text.bases import Base
from longwave.text.portable.decode import entities
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable


class Mentions(AbstractAugment):
    """For tagged tokens."""

    name = "mentions"

    def serves(self, table: TextTable) -> bool:
        return table.task == "entities"

    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        known: dict[str, list[tuple[str, ...]]] = {}
        for row in table.rows():
            for each in entities(row["tokens"], row["tags"]):
                known.setdefault(each["label"], []).append(tuple(row["tokens"][each["start"] : each["end"]]))
        return MentionWriter(known)


class MentionWriter(Writer):
    """known: kind -> every mention of it, as often as it stands there."""

    def __init__(self, known: dict[str, list[tuple[str, ...]]]) -> None:
        self.known = known

    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        found = entities(row["tokens"], row["tags"])
        if not found:
            return None
        tokens, tags, at = list[str](), list[str](), 0
        for each in found:
            mentions = self.known[each["label"]]
            other = mentions[int(rng.integers(len(mentions)))]
            tokens += [*row["tokens"][at : each["start"]], *other]
            tags += [
                *row["tags"][at : each["start"]],
                f"B-{each['label']}",
                *[f"I-{each['label']}"] * (len(other) - 1),
            ]
            at = each["end"]
        tokens += row["tokens"][at:]
        tags += row["tags"][at:]
        return {**row, "tokens": tuple(tokens), "tags": tuple(tags)}


MENTIONS = AUGMENTS.register("mentions")(Mentions())
