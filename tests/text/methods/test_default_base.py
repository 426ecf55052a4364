"""Each method on the encoder that comes along, on texts made here: a minute or two."""

from pathlib import Path
from typing import Any

import pytest

from longwave.text.bases import find_base
from longwave.text.checkpoints import checkpoint
from longwave.text.settings.recipe import find_recipe

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


def test_zero_shot_says_what_the_encoder_alone_says(tmp_path: Path) -> None:
    """By transformers: mean states of text and label, the greatest cosine. (A tariff is nearer to prices than to trade.)"""
    chosen = find_recipe("zero_shot").with_settings({"threads": 1, "max_length": 32})
    test = ROWS.part("test")
    told = learnt(ROWS, chosen, tmp_path).learner.predict(test.rows())
    near = _mean_states(test.frame["text"].tolist()) @ _mean_states(list(LABELS)).T
    assert [row["label"] for row in told] == [LABELS[place] for place in near.argmax(1).tolist()]
    assert accuracy(test, told)["headline"] > 0.5  # of four labels


def _mean_states(texts: list[str]) -> Any:
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = find_base("").folder
    batch = AutoTokenizer.from_pretrained(folder)(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = AutoModel.from_pretrained(folder).eval()(**batch).last_hidden_state
    there = batch["attention_mask"][..., None]
    return torch.nn.functional.normalize((states * there).sum(1) / there.sum(1), dim=-1)


@pytest.mark.parametrize("method", ["lora", "prompt", "frozen"])
def test_tags(method: str, tmp_path: Path) -> None:
    rows = table("entities", tagged(100))
    chosen = find_recipe(method).with_settings({"threads": 1, "max_length": 32, "num_train_epochs": 4})
    trained = learnt(rows, chosen, tmp_path)
    test = rows.part("test")
    assert accuracy(test, trained.learner.predict(test.rows()))["headline"] > 0.8
