"""Each method on the encoder that comes along, on texts made here: a minute or two."""

from pathlib import Path
from typing import Any

import pytest

from longwave.text import checkpoint
from longwave.text.recipe import find_recipe

from .made import accuracy, labelled, learnt, table, tagged

pytestmark = pytest.mark.slow

LABELS = ("growth", "prices", "jobs", "trade")
ROWS = table("classify", labelled(200, LABELS), LABELS)
SHORT: dict[str, dict[str, Any]] = {
    "lora": {"num_train_epochs": 3},
    "adalora": {"num_train_epochs": 3},
    "prefix": {"num_train_epochs": 4},
    "prompt": {"num_train_epochs": 4},
    "adapter": {"num_train_epochs": 3},
    "frozen": {},
    "few_shot": {"examples": 4, "num_train_epochs": 10},
    "zero_shot": {},
}


@pytest.mark.parametrize("method", SHORT)
def test_labels(method: str, tmp_path: Path) -> None:
    chosen = find_recipe(method).with_settings({"threads": 1, "max_length": 32, **SHORT[method]})
    trained = learnt(ROWS, chosen, tmp_path)
    test = ROWS.part("test")
    told = trained.learner.predict(test.rows())
    assert accuracy(test, told)["headline"] > 0.8
    saved = checkpoint.save(trained.learner, {"name": method}, tmp_path / "kept")
    assert checkpoint.alike(checkpoint.open_checkpoint(saved.folder).answers(test.rows()), told)


@pytest.mark.parametrize("method", ["lora", "prompt", "frozen"])
def test_tags(method: str, tmp_path: Path) -> None:
    rows = table("entities", tagged(100))
    chosen = find_recipe(method).with_settings({"threads": 1, "max_length": 32, "num_train_epochs": 4})
    trained = learnt(rows, chosen, tmp_path)
    test = rows.part("test")
    assert accuracy(test, trained.learner.predict(test.rows()))["headline"] > 0.8
