"""Checkpoints of small encoders that begin from nothing, trained for a moment on rows made in code."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from longwave.text.checkpoints import checkpoint
from longwave.text.checkpoints.checkpoint import Checkpoint
from longwave.text.score.judge import judge
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.training.training import Watch, train

from ..tasks.made import FILLS, FIRMS, sales, scratch, split


def headline(gold: TextTable, told: list[Row]) -> dict[str, float]:
    judged = judge(gold.task, gold, told)
    return {"headline": judged.metrics[judged.headline].point}


def moods(rows: int) -> list[Row]:
    rng = np.random.default_rng(1)
    made = []
    for _ in range(rows):
        label = ("good", "bad")[int(rng.integers(2))]
        verb = {"good": ("rose", "gained"), "bad": ("fell", "lost")}[label][int(rng.integers(2))]
        made.append(
            {"text": f"{rng.choice(FILLS)} {rng.choice(FIRMS)} {verb} {rng.choice(FILLS)}", "label": label}
        )
    return made


def _tagged(rows: int) -> list[Row]:
    rng = np.random.default_rng(2)
    made = []
    for _ in range(rows):
        words = (*str(rng.choice(FILLS)).split(), str(rng.choice(FIRMS)).title(), "rose")
        made.append(
            {"tokens": words, "tags": tuple("B-firm" if word[0].isupper() else "O" for word in words)}
        )
    return made


def _asked(rows: int) -> list[Row]:
    rng = np.random.default_rng(3)
    made = []
    for _ in range(rows):
        buyer, bought = rng.choice(FIRMS, 2, replace=False)
        context = f"{rng.choice(FILLS)} {buyer} bought {bought}"
        made.append(
            {
                "question": "who bought it",
                "context": context,
                "answers": (str(buyer),),
                "starts": (context.index(str(buyer)),),
            }
        )
    return made


def _pairs(rows: int) -> list[Row]:
    rng = np.random.default_rng(4)
    made = []
    for _ in range(rows):
        one, other = (str(each) for each in rng.choice(FIRMS, 2))
        made.append(
            {"text": f"{one} rose", "other": f"{other} gained", "label": "same" if one == other else "apart"}
        )
    return made


ROWS: dict[str, tuple[list[Row], tuple[str, ...]]] = {
    "classify": (moods(240), ("bad", "good")),
    "entities": (_tagged(200), ()),
    "relations": (sales(120), ("sale(e1,e2)", "sale(e2,e1)")),
    "answers": (_asked(120), ()),
    "pairs": (_pairs(120), ("apart", "same")),
}


def table(task: str) -> TextTable:
    rows, labels = ROWS[task]
    return split(task, rows, labels)


@cache
def _written(task: str, settings: tuple[tuple[str, Any], ...]) -> Path:
    folder = Path(mkdtemp(prefix="longwave-export-"))
    data = table(task)
    base = scratch(folder / "base", [*data.texts(), "Shell sold the field to Total in March, the firm said."])
    given = {"base": str(base), "learning_rate": 3e-3, "num_train_epochs": 2, "threads": 1, "max_length": 48}
    recipe = Recipe().with_settings({**given, "per_device_train_batch_size": 16, **dict(settings)})
    trained = train(data, recipe, folder / "work", Watch(headline))
    card = {"data": {"labels": list(data.labels), "sha256": "", "read": {"path": "private/rows.csv"}}}
    checkpoint.save(trained.learner, card, folder / "model")
    return folder / "model"


def made(task: str = "classify", **settings: Any) -> Checkpoint:
    """A checkpoint, trained once for all tests that ask for the same."""
    return checkpoint.open_checkpoint(_written(task, tuple(sorted(settings.items()))))


def frame(task: str = "classify") -> Any:
    return table(task).frame
