"""``longwave text``: as a user types it, on a small base."""

import json

import pandas as pd
import pytest

from longwave.cli.main import main


@pytest.fixture(scope="module")
def made():
    pytest.importorskip("torch")
    from tests.text.methods import made

    return made


@pytest.fixture(scope="module")
def model(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("text")
    base = made.bert(folder / "base")
    pd.DataFrame(made.labelled(200, ("growth", "prices"))).to_csv(folder / "reviews.csv", index=False)
    words = [
        "text",
        "finetune",
        str(folder / "reviews.csv"),
        "--task",
        "classify",
        "--out",
        str(folder / "model"),
    ]
    words += ["--base", str(base), "--floors", "linear", "--lang", "en", "--lang", "zh"]
    for each in ("learning_rate=2e-3", "num_train_epochs=5", "max_length=24", "threads=1"):
        words += ["--set", each]
    assert main(words) == 0
    return folder / "model"


def test_the_folder_holds_model_card_and_pages(model):
    there = {each.name for each in model.iterdir()}
    assert {
        "model.safetensors",
        "tokenizer.json",
        "recipe.toml",
        "card.json",
        "report.html",
        "report.zh.html",
    } <= there
    assert "95" in (model / "report.html").read_text("utf-8")
    assert "微调" in (model / "report.zh.html").read_text("utf-8")


def test_answers_to_a_file_and_to_a_text(model, tmp_path, capsys):
    pd.DataFrame({"text": ["inflation today", "boom again"]}).to_csv(tmp_path / "new.csv", index=False)
    assert (
        main(["text", "predict", str(model), str(tmp_path / "new.csv"), "--out", str(tmp_path / "told.csv")])
        == 0
    )
    assert pd.read_csv(tmp_path / "told.csv")["label"].tolist() == ["prices", "growth"]
    capsys.readouterr()
    assert main(["text", "predict", str(model), "--text", "dear dear prices", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["label"] == "prices"


def test_scores_elsewhere(made, model, tmp_path, capsys):
    pd.DataFrame(made.labelled(60, ("growth", "prices"), seed=3)).to_csv(tmp_path / "other.csv", index=False)
    assert main(["text", "evaluate", str(model), str(tmp_path / "other.csv")]) == 0
    assert "F1" in capsys.readouterr().out
    assert main(["text", "compare", str(model), str(model), str(tmp_path / "other.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["text", "finetune", "none.csv", "--task", "classify", "--out", "m"], 5),
        (["text", "finetune", "none.csv", "--task", "classify", "--out", "m", "--set", "learning_rat=1"], 2),
        (["text", "finetune", "none.csv", "--task", "classify", "--out", "m", "--budget", "soon"], 2),
        (["text", "finetune", "none.csv", "--task", "classify", "--out", "m", "--floors", "high"], 2),
        (["text", "predict", "nowhere", "--text", "a"], 5),
        (["text", "predict", "nowhere"], 2),
    ],
)
def test_mistakes_have_their_codes(made, words, code, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    assert "Error" in capsys.readouterr().err


def test_lists_need_no_torch(capsys):
    assert main(["text", "recipes"]) == 0
    assert "lora" in capsys.readouterr().out
