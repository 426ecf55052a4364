"""``longwave text``: as a user types it, on a small base."""

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from longwave.cli.main import main
from longwave.cli.output import Output
from longwave.cli.text_export import tell
from longwave.cli.text_finetune import in_order
from longwave.text.score.comparison import Difference


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


def test_the_chinese_page_is_in_chinese(model):
    page = (model / "report.zh.html").read_text("utf-8")
    shown = re.sub(r"<(style|svg).*?</\1>", "", page, flags=re.DOTALL)
    cells = set(re.findall(r"<t[hd][^>]*>\s*([^<]*?)\s*</t[hd]>", shown))
    assert cells.isdisjoint({"label", "length", "rows", "from", "to", "probability", "right", "low", "high"})
    assert {"标签", "精确率", "给出的概率", "长度（字符）"} <= cells
    assert not [cell for cell in cells if " %" in cell or "model" in cell]
    assert "开发集" not in shown
    english = (model / "report.html").read_text("utf-8")
    assert "linear model of words" in english
    assert "there ↓ told →" in english


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


@pytest.mark.parametrize(
    "given",
    ["dear dear prices\n\nboom\n\n", '{"text": "dear dear prices"}\n{"text": ""}\n{"text": "boom"}\n'],
)
def test_texts_come_from_standard_input_too(model, given, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert main(["text", "predict", str(model), "-", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["rows"]
    assert [row["label"] for row in told] == ["prices", None, "growth"]


def test_every_row_has_its_line_and_empty_ones_are_told(model, tmp_path, capsys):
    rows = {"id": ["x", "x", "y"], "text": ["inflation today", "NaN", "boom again"]}
    pd.DataFrame(rows).to_csv(tmp_path / "new.csv", index=False, encoding="utf-16")
    words = ["text", "predict", str(model), str(tmp_path / "new.csv"), "--json", "--encoding", "utf-16"]
    assert main(words) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)["rows"]
    assert [(row["id"], row["label"]) for row in told] == [("x", "prices"), ("x", None), ("y", "growth")]
    assert "left empty: 1 of 3" in said.err
    assert main(["text", "predict", str(model), "--text", "boom", "--text", " "]) == 0
    said = capsys.readouterr()
    assert "left empty: 1 of 2" in said.err
    assert "." in said.out
    assert max(len(cell.partition(".")[2]) for cell in said.out.split() if cell[:2] == "0.") == 4
    assert main(["text", "predict", str(model), "--text", "boom", "--documents", str(tmp_path)]) == 2


def test_rows_that_were_learnt_from_are_told(model, tmp_path, capsys):
    whole = (model.parent / "reviews.csv").read_text("utf-8")
    (tmp_path / "other.csv").write_text(whole + "boom today,growth\n", "utf-8")
    data = str(tmp_path / "other.csv")
    assert main(["text", "evaluate", str(model), data]) == 0
    told = capsys.readouterr().out
    assert "The model learnt from the text of" in told
    assert "Without the rows that were learnt from" in told
    assert main(["text", "evaluate", str(model), data, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert 0 < told["rows_learnt_from"] < told["rows"]
    assert told["unseen"]["rows"] == told["rows"] - told["rows_learnt_from"]
    assert main(["text", "compare", str(model), str(model), data]) == 0
    said = capsys.readouterr().out
    assert "its scores above are flattered" in said
    assert "On these rows the first model less the second: 0.0 points" in said
    assert main(["text", "compare", str(model), str(model), data, "--json"]) == 0
    there = json.loads(capsys.readouterr().out)["differences_unseen"]
    assert {each["rows"] for each in there} == {told["unseen"]["rows"]}


def test_labels_that_the_model_does_not_know_are_refused(model, tmp_path, capsys):
    pd.DataFrame({"text": ["up", "down"], "label": ["bull", "bear"]}).to_csv(tmp_path / "o.csv", index=False)
    assert main(["text", "evaluate", str(model), str(tmp_path / "o.csv")]) == 5
    assert "growth, prices" in capsys.readouterr().err


def test_scores_elsewhere(made, model, tmp_path, capsys):
    pd.DataFrame(made.labelled(60, ("growth", "prices"), seed=3)).to_csv(tmp_path / "other.csv", index=False)
    assert main(["text", "evaluate", str(model), str(tmp_path / "other.csv")]) == 0
    assert "F1" in capsys.readouterr().out
    assert main(["text", "compare", str(model), str(model), str(tmp_path / "other.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"]
    assert main(["text", "compare", str(model), str(model), str(tmp_path / "other.csv")]) == 0
    said = capsys.readouterr().out
    assert "%" in said
    assert "0.0 points" in said


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


@pytest.fixture(scope="module")
def reader(made, tmp_path_factory):
    """Who answers questions: whatever stands first in a context."""
    folder = tmp_path_factory.mktemp("reader")
    base = made.bert(folder / "base")
    rows = [
        {
            "question": f"{word} today?",
            "context": f"{word} rose. nothing else {at}.",
            "answers": word,
            "starts": 0,
        }
        for at, word in enumerate(["prices", "growth", "boom", "inflation"] * 8)
    ]
    pd.DataFrame(rows).to_csv(folder / "asked.csv", index=False)
    words = [
        "text",
        "finetune",
        str(folder / "asked.csv"),
        "--task",
        "answers",
        "--out",
        str(folder / "model"),
    ]
    words += ["--base", str(base), "--floors", "none", "--no-robust"]
    for each in ("num_train_epochs=1", "max_length=24", "threads=1"):
        words += ["--set", each]
    assert main(words) == 0
    return folder / "model"


def test_questions_are_answered_from_a_folder_of_documents(reader, tmp_path, capsys):
    (tmp_path / "a.txt").write_text("prices rose in may.", "utf-8")
    (tmp_path / "b.md").write_text("growth was slow.", "utf-8")
    capsys.readouterr()
    words = ["text", "predict", str(reader), "--text", "growth today?", "--text", ""]
    assert main([*words, "--documents", str(tmp_path), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["rows"]
    assert (first["document"], first["passage"]) == ("b.md", "growth was slow.")
    assert second == {"id": "2", **dict.fromkeys(name for name in first if name != "id")}
    assert main(words) == 2
    assert "--documents" in capsys.readouterr().err

    from longwave.text.checkpoints.checkpoint import open_checkpoint

    model = open_checkpoint(reader)
    told = model.predict(["prices today?"], documents=tmp_path)
    assert told["passage"].tolist() == ["prices rose in may."]
    frame = pd.DataFrame({"question": ["growth today?"], "documents": [["boom.", "growth fell."]]})
    assert model.predict(frame)["document"].tolist() == [1]


def test_what_the_vocabulary_does_not_hold_is_told(model, capsys):
    assert main(["text", "predict", str(model), "--text", "经济增长今天 prices"]) == 0
    assert "does not know" in capsys.readouterr().err
    assert main(["text", "predict", str(model), "--text", "prices today"]) == 0
    assert "does not know" not in capsys.readouterr().err


@pytest.mark.parametrize("labels", ["负面,中性,正面", "负面，中性， 正面", "负面、中性、正面"])
def test_an_order_is_parted_by_commas_of_either_keyboard(labels):
    assert in_order(labels) == ("负面", "中性", "正面")


def test_what_an_export_changed_is_told_with_its_interval(made, capsys):
    from longwave.text.export.export import Exported
    from longwave.text.export.gate import Judgement
    from longwave.text.export.speed import Speed

    gap = Difference("accuracy", 0.58, 0.57, 0.01, -0.005, 0.025, 0.4, 0.95, 1053, 2000)
    speeds = (Speed(29.8, 22.0), Speed(6.9, 93.0))
    done = Exported(
        Path("m"), "onnx-int8", (90, 23), speeds, Judgement("accuracy", gap, 0.943), "a processor"
    )
    tell(Output(), done)
    said = capsys.readouterr().out
    assert "Accuracy changed by +1.00 points (95% interval -0.50 to +2.50) on 1,053 rows." in said
    assert "94.3% of the answers are the checkpoint's." in said
    assert "rows a second, sorted by length" in said
