"""The door: each task gets its scores."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.text.score.judge import judge
from longwave.text.table import Row, TextTable

from .made import LABELS, asked, classified, guesses, tagged


def test_classify_has_its_scores_tables_and_calibration() -> None:
    table = classified()
    judged = judge("classify", table, guesses(table))
    assert judged.headline == "macro_f1"
    assert {"accuracy", "balanced_accuracy", "weighted_f1", "matthews", "ece", "brier", "log_loss"} <= set(
        judged.metrics
    )
    assert {"labels", "confusion", "reliability", "abstention"} <= set(judged.tables)
    told = judged.table(draws=200)
    assert list(told.columns) == ["metric", "value", "low", "high", "n"]
    assert (told["low"] <= told["value"]).all()
    assert (told["value"] <= told["high"]).all()
    assert json.loads(json.dumps(judged.as_dict("zh", draws=50), allow_nan=False))["headline"] == "macro_f1"


def test_scores_that_are_no_probabilities_leave_calibration_out_with_a_note() -> None:
    table = classified(60)
    told = [{"label": label, "scores": {label: 3.0}} for label in table.frame["label"]]
    judged = judge("classify", table, told)
    assert "ece" not in judged.metrics
    assert any("probabilities" in note.text("en") for note in judged.notes)


def test_a_label_told_that_is_nowhere_is_an_error_of_the_model_not_of_the_call() -> None:
    table = classified(40)
    judged = judge("classify", table, [{"label": "sideways"}] * 40)
    assert judged.score == 0


def test_a_strange_label_is_wrong_once_and_no_label_of_its_own_in_the_mean() -> None:
    table = classified(40)
    right = [{"label": label} for label in table.frame["label"]]
    some = [{"label": f"new {at}"} if at < 3 else each for at, each in enumerate(right)]
    metrics = judge("classify", table, some).metrics
    gold, told = ([str(row["label"]) for row in rows] for rows in (right, some))
    scores = pytest.importorskip("sklearn.metrics")
    own = scores.f1_score(gold, told, average="macro", labels=list(table.labels), zero_division=0)
    assert metrics["macro_f1"].point == pytest.approx(own)
    assert metrics["accuracy"].point == pytest.approx(37 / 40)


def test_ordered_and_several_labels() -> None:
    table = classified(100)
    ordered = TextTable("classify", table.frame, LABELS, ordered=True)
    assert judge("classify", ordered, guesses(table)).headline == "quadratic_kappa"
    with pytest.raises(BadInput):
        judge("classify", ordered, [{"label": "sideways"}] * 100)
    frame = pd.DataFrame({"id": ["1", "2", "3"], "text": ["a", "b", "c"], "labels": [("x", "y"), (), ("y",)]})
    several = TextTable("classify", frame, ("x", "y", "z"), several=True)
    told: list[Row] = [
        {"labels": ("x",), "scores": {"x": 0.9, "y": 0.4}},
        {"labels": (), "scores": {}},
        {"labels": ("y",), "scores": {"y": 1.0}},
    ]
    judged = judge("classify", several, told)
    assert judged.score == pytest.approx(2 * 2 / 5)
    assert judged.metrics["exact_match"].point == pytest.approx(2 / 3)
    assert "classwise_ece" in judged.metrics


def test_intent_in_and_out_of_scope() -> None:
    label = ["pay"] * 40 + ["ask"] * 40 + ["oos"] * 20
    frame = pd.DataFrame({"id": range(100), "text": ["x"] * 100, "label": label})
    table = TextTable("intent", frame, ("pay", "ask", "oos"))
    told: list[Row] = [
        {"label": "pay" if each == "oos" else each, "in_scope": 0.2 if each == "oos" else 0.9}
        for each in label
    ]
    judged = judge("intent", table, told)
    assert judged.headline == "accuracy_in_scope"
    assert judged.score == 1
    assert judged.metrics["out_of_scope_recall"].point == 0
    assert judged.metrics["auroc"].point == 1
    assert judged.metrics["fpr95"].point == 0
    assert judged.interval("accuracy_in_scope").n == 80
    assert judged.interval("accuracy_in_scope").low == pytest.approx(80 / (80 + 1.959964**2), abs=1e-4)
    assert judged.interval("out_of_scope_recall").n == 20
    assert {each.name: each.n for each in judged.intervals(draws=50)}["accuracy_in_scope"] == 80
    named = judge("intent", table, told, negative="ask")
    assert named.metrics["accuracy_in_scope"].point == pytest.approx(40 / 60)


def test_relations_with_and_without_direction() -> None:
    frame = pd.DataFrame({"id": range(4), "text": ["x"] * 4, "label": ["合资", "unknown", "分析", "unknown"]})
    plain = judge(
        "relations",
        TextTable("relations", frame, ("合资", "分析", "unknown")),
        [{"label": "合资"}, {"label": "合资"}, {"label": "unknown"}, {"label": "unknown"}],
    )
    assert plain.headline == "micro_f1"
    assert plain.score == pytest.approx(2 * 1 / 4)
    directed = frame.assign(label=["A(e1,e2)", "A(e2,e1)", "Other", "Other"])
    judged = judge(
        "relations",
        TextTable("relations", directed, ("A(e1,e2)", "A(e2,e1)", "Other")),
        [{"label": "A(e1,e2)"}] * 4,
    )
    assert judged.headline == "official_f1"
    assert judged.score == pytest.approx(2 * 1 / 6)
    assert judged.tables["relations"]["label"].tolist() == ["A"]


def test_entities_answers_and_texts() -> None:
    entities = judge(
        "entities", tagged([["B-PER", "O"], ["O", "B-LOC"]]), [{"tags": ("B-PER", "O")}, {"tags": ("O", "O")}]
    )
    assert entities.score == pytest.approx(2 / 3)
    assert {"token_accuracy", "all_o_accuracy"} <= set(entities.metrics)
    answers = judge(
        "answers", asked([("who?", ("Ann",)), ("when?", ())]), [{"answer": "Ann"}, {"answer": "now"}]
    )
    assert answers.score == 0.5
    told: list[Row] = [{"text": "the bank cut its rates"}]
    frame = pd.DataFrame(
        {"id": ["1"], "text": ["x"], "summary": ["the bank cut rates"], "target": ["the bank cut its rates"]}
    )
    assert judge("summarise", TextTable("summarise", frame), told).score == pytest.approx(8 / 9)
    assert judge("translate", TextTable("translate", frame), told).score == pytest.approx(1)
    silent = judge("translate", TextTable("translate", frame), [{"text": " "}] * len(frame))
    assert "text_score.silent" in {note.key for note in silent.notes}
    assert "text_score.silent" not in {
        note.key for note in judge("translate", TextTable("translate", frame), told).notes
    }
    talk = TextTable(
        "generate",
        pd.DataFrame({"id": ["1"], "turns": [(("user", "hi"), ("model", "The bank cut its rates!"))]}),
    )
    assert judge("generate", talk, told).score == 1


def test_pairs_are_headed_by_accuracy() -> None:
    frame = pd.DataFrame({"id": range(40), "text": ["a"] * 40, "other": ["b"] * 40, "label": ["0", "1"] * 20})
    assert judge("pairs", TextTable("pairs", frame, ("0", "1")), [{"label": "0"}] * 40).score == 0.5


def test_groups_are_drawn_whole_through_the_door() -> None:
    table = classified(200)
    judged = judge("classify", table, guesses(table), groups=[f"d{n // 10}" for n in range(200)])
    assert judged.interval().groups == 20
    assert judged.table(draws=100)["n"][0] == 200


def test_rows_of_one_document_or_context_are_drawn_whole() -> None:
    tags = [["B-PER", "O"], ["O", "O"]] * 60
    table = tagged(tags)
    told: list[Row] = [{"tags": tuple(row)} for row in tags]
    assert judge("entities", table, told).groups is None
    of_documents = TextTable("entities", table.frame.assign(source=[f"f:{n // 6}" for n in range(120)]))
    assert judge("entities", of_documents, told).interval().groups == 20
    few = judge("entities", TextTable("entities", table.frame.assign(document=["a", "b"] * 60)), told)
    assert few.groups is None
    assert any("2 groups" in note.text("en") for note in few.notes)
    questions = asked([("who?", ("Ann",))] * 40)
    contexts = questions.frame.assign(context=[f"text {n // 2}" for n in range(40)])
    answers = judge("answers", TextTable("answers", contexts), [{"answer": "Ann"}] * 40)
    assert answers.interval().groups == 20


def test_refusals_say_what_is_missing() -> None:
    table = classified(40)
    with pytest.raises(UsageError):
        judge("paint", table, guesses(table))
    with pytest.raises(NotEnoughData):
        judge("classify", table.take([]), [])
    with pytest.raises(BadInput, match="40"):
        judge("classify", table, guesses(table)[:3])
    with pytest.raises(BadInput, match="Row 1"):
        judge("classify", table, [{}] * 40)
    with pytest.raises(BadInput):
        judge("entities", table, [{"tags": ()}] * 40)
    with pytest.raises(BadInput):
        judge("classify", table, guesses(table), groups=np.arange(3))


def test_of_what_is_out_of_scope_without_a_probability_no_score_wants_one() -> None:
    label = ["pay"] * 10 + ["oos"] * 10
    table = TextTable(
        "intent", pd.DataFrame({"id": range(20), "text": "x", "label": label}), ("pay", "ask", "oos")
    )
    told = [
        {"label": each, "in_scope": 0.9 if each == "pay" else 0.2, "probability": 0.9,
         "scores": {"pay": 0.9, "ask": 0.1}}
        for each in label
    ]  # fmt: skip
    metrics = judge("intent", table, told).metrics
    assert {"ece", "out_of_scope_recall"} <= metrics.keys()
    assert metrics.keys().isdisjoint({"log_loss", "brier", "classwise_ece"})
    within = judge("intent", table.take(range(10)), told[:10]).metrics
    assert {"log_loss", "brier"} <= within.keys()
