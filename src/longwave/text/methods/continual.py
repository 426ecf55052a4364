"""From a checkpoint to new rows without forgetting the old ones; labels may grow.

Two things help, alone or together. Replay: a share of the old rows is learnt again beside the new (Robins 1995), and the
same share of the old dev stands in dev, so that what is chosen there (bars, temperature, a linear model's weight) is chosen
for old labels too. A penalty: half of `penalty` times sum_i F_i (w_i - w_i*)^2 on the encoder's weights, about where they
stood; F is one for every weight without old rows (L2-SP; Li, Grandvalet and Davoine 2018), and with them the diagonal of
Fisher's information, scaled to a mean of one, so that a weight that mattered is held harder (Kirkpatrick et al. 2017).

How the checkpoint reads is taken over with its weights: see `taken_over`.

What it costs is measured: see `forgetting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.checkpoints.checkpoint import CARD, Checkpoint, open_checkpoint
from longwave.text.checkpoints.kept_head import read_head
from longwave.text.few import share_of
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.learners.learner import AbstractLearner
    from longwave.text.table import Split, TextTable
    from longwave.text.training.bend import Bend


class Continual(AbstractMethod):
    """base: the folder of the checkpoint; replay: the share of the old rows that comes back; penalty: see above."""

    name = "continual"
    names = Names("Continual learning", "持续学习")

    def taught(self, table: TextTable, recipe: Recipe, previous: TextTable | None) -> TextTable:
        if not recipe.replay:
            return table
        if previous is None:
            raise UsageError(
                say("text_methods.nothing_to_replay"), say("text_methods.nothing_to_replay_mend")
            )
        _check_alike(table, previous)
        drawn = [_drawn(_learnt(previous), "train", table, recipe)]
        if len(table.part("dev")) and len(previous.part("dev")):
            drawn.append(_drawn(previous.part("dev"), "dev", table, recipe))
        labels = (*previous.labels, *(label for label in table.labels if label not in previous.labels))
        return replace(
            table,
            frame=pd.concat([table.frame, *drawn], ignore_index=True),
            labels=labels if table.labels else (),
        )

    def encoder(self, base: Base) -> tuple[Any, Any]:
        if not (base.folder / CARD).is_file():
            raise UsageError(say("text_methods.no_old", base=base.name), say("text_methods.no_old_mend"))
        old = open_checkpoint(base.folder)
        method = METHODS.get(old.recipe.method)
        if not method.plain:
            raise UsageError(
                say("text_methods.old_method", method=method.names), say("text_methods.no_old_mend")
            )
        learner: Any = lone(old)
        encoder = method.merged(learner.model).encoder
        encoder.requires_grad_(True)
        return encoder, learner.tokenizer

    def prepare(self, model: Any, recipe: Recipe) -> None:
        """Labels that the checkpoint knew keep what it knew of them; new ones begin anew, after them."""
        from longwave.text.methods.modules.grown import grow

        grow(model, lone(open_checkpoint(Path(recipe.base))), recipe)

    def known(self, recipe: Recipe) -> int:
        return len(read_head(Path(recipe.base))["head"].get("labels", ()))

    def bends(
        self, learner: AbstractLearner, previous: TextTable | None, progress: Progress = silent
    ) -> Sequence[Bend]:
        if not learner.recipe.penalty:
            return ()
        from longwave.text.methods.modules.anchor import Anchor, fisher

        old = None if previous is None else _learnt(previous)
        importance = (
            None
            if old is None or not len(old)
            else fisher(learner, old, self.known(learner.recipe), progress)
        )
        return (Anchor(learner.model.encoder, learner.recipe.penalty, importance),)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        model.encoder.save_pretrained(folder)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        """Nothing is left to do: the encoder was loaded from the folder, the labels stand in its head.json."""


def lone(old: Checkpoint) -> Any:
    """The learner that is gone on with: without the linear model beside it. Raises UsageError for several members."""
    if old.recipe.members > 1:
        raise UsageError(
            say("text_methods.old_members", members=old.recipe.members), say("text_methods.no_old_mend")
        )
    return getattr(old.learner, "inner", old.learner)


def _learnt(previous: TextTable) -> TextTable:
    """The rows that the checkpoint learnt from; all of them where they are not split."""
    return previous.part("train") if previous.has("split") else previous


def _drawn(rows: TextTable, split: Split, table: TextTable, recipe: Recipe) -> pd.DataFrame:
    """A share of old rows by seed, each label's own, with the columns that the new ones have."""
    drawn = share_of(rows, min(1.0, recipe.replay), recipe.seed).frame.assign(split=split)
    drawn["id"] = [f"replay {each}" for each in drawn["id"]]
    return drawn[[name for name in drawn.columns if table.has(name)]]


_ASKED = ("about",)
"""Columns that a task may have or not, and that change what it is that is asked."""


def _check_alike(table: TextTable, previous: TextTable) -> None:
    """That the old rows ask what the new ones do. Raises UsageError."""
    unlike = [name for name in _ASKED if table.has(name) != previous.has(name)]
    unlike += [name for name in ("several", "ordered") if getattr(table, name) != getattr(previous, name)]
    if unlike:
        raise UsageError(
            say("text_methods.other_kind", names=tuple(unlike)), say("text_methods.other_kind_mend")
        )


CONTINUAL = METHODS.register("continual")(Continual())
