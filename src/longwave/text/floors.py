"""What simple models make of the very rows that a fine-tuned model learnt from: the floors that it stands on.

Where a recipe draws a few rows of each label, or a budget a share of them, the floors learn from those and no others.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.baselines.baseline import BASELINES, called, for_task
from longwave.text.bases import SCRATCH
from longwave.text.score.judge import judge
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS
from longwave.text.training.training import Judge, Trained, Watch, train

Floors = Literal["all", "linear", "none"]
_OF_ONE_BASE = ("full", "lora", "adalora", "adapter", "prefix", "prompt")
_KEPT = ("base", "max_length", "long", "stride", "pool", "layers", "threads", "seed", "out_of_scope")


def dev_judge(task: str) -> Judge:
    """The task's headline on dev, for the choice of the best weights: better when higher."""

    def judged(gold: TextTable, told: list[Row]) -> dict[str, float]:
        found = judge(task, gold, told)
        sign = 1 if found.head.higher_is_better else -1
        return {"headline": sign * found.score, found.headline: found.score}

    return judged


def floors(table: TextTable, trained: Trained, which: Floors, progress: Progress) -> dict[str, list[Row]]:
    """Each floor's answers to the test rows of `table`, by its name: none where there is no row to learn from, as a method
    that learns from descriptions needs none. Raises NotEnoughData."""
    if which == "none" or not len(trained.learnt):
        return {}
    dev, test = trained.within(table).part("dev"), table.part("test")
    names = for_task(table.task, trained.learnt)
    if which == "linear":
        names = tuple(name for name in names if not name.startswith("lstm"))
    every = (*names, "frozen") if _has_frozen(table.task, trained.learner.recipe) else names
    told: dict[str, list[Row]] = {}
    for done, name in enumerate(every):
        progress(say("text_engine.floor", name=called(name)), done, len(every))
        if name == "frozen":
            told[name] = _frozen(table, trained, progress)
        else:
            fitted = BASELINES.get(name)().fit(trained.learnt, dev, seed=0, progress=progress)
            told[name] = fitted.predict(test)
        progress(say("text_engine.floor", name=called(name)), done + 1, len(every))
    return told


def _has_frozen(name: str, recipe: Recipe) -> bool:
    """Whether the base as it is, with a head of its own, is a floor of its own."""
    task = TASKS.get(name)
    if task.family != "encoder" or task.module() in ("span", "tokens") or recipe.base == SCRATCH:
        return False
    return recipe.method in _OF_ONE_BASE


def _frozen(table: TextTable, trained: Trained, progress: Progress) -> list[Row]:
    """What the same base makes of the rows with none of its weights changed."""
    recipe = trained.learner.recipe
    kept = {key: getattr(recipe, key) for key in _KEPT}
    with tempfile.TemporaryDirectory() as work:
        watch = Watch(dev_judge(table.task), progress)
        plain = Recipe(method="frozen", **kept)
        learner = train(trained.within(table), plain, Path(work), watch).learner
    return learner.predict(table.part("test").rows())
