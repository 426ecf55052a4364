"""A text into another language and back, by two translators of the user's: the same said in other words.

Sennrich, Haddow and Birch (2016), ACL; as augmentation Xie et al. (2020). The translators are checkpoints of the task
translate, there and back, named in the recipe as `translators`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.augment.augment import AUGMENTS, AbstractAugment, Writer
from longwave.text.bases import Base
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable


class BackTranslation(AbstractAugment):
    """For texts; wants the recipe's `translators`."""

    name = "back_translation"

    def serves(self, table: TextTable) -> bool:
        return table.task in ("classify", "intent", "pairs")

    def start(self, table: TextTable, recipe: Recipe, base: Base) -> Writer:
        from longwave.text.checkpoints.checkpoint import open_checkpoint

        if len(recipe.translators) != 2:
            raise UsageError(say("text_augment.no_translators"), say("text_augment.no_translators_mend"))
        there, back = (open_checkpoint(Path(each)) for each in recipe.translators)
        for each in (there, back):
            if each.task != "translate":
                raise UsageError(
                    say("text_augment.not_a_translator", folder=str(each.folder), task=each.task)
                )
        texts = table.frame["text"].tolist()
        abroad = [each["text"] for each in there.answers([{"text": text} for text in texts])]
        home = [each["text"] for each in back.answers([{"text": text} for text in abroad])]
        return SaidAgain(dict(zip(texts, home, strict=True)))


class SaidAgain(Writer):
    """said: text -> the same in other words."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said = said

    def write(self, row: Row, rng: np.random.Generator) -> Row | None:
        other = self.said[row["text"]].strip()
        return None if not other or other == row["text"] else {**row, "text": other}


BACK_TRANSLATION = AUGMENTS.register("back_translation")(BackTranslation())
