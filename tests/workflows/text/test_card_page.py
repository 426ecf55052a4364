"""The page of a card: names in words, in both languages, and nothing that a reader cannot use."""

from __future__ import annotations

from typing import Any

from longwave.report.document import Table
from longwave.report.page import render
from longwave.workflows.text.card_page import document, headlines, part_name, parted_by, span, told


def score(model: str, value: float, **more: Any) -> dict[str, Any]:
    named = {"metric": "macro_f1", "en": "Macro F1", "zh": "宏平均 F1", "unit": "share"}
    return {
        "model": model, "rows": "test", "value": value, "low": value - 0.1, "high": value + 0.1, "n": 60,
        "headline": True, **named, **more,
    }  # fmt: skip


def card(**changed: Any) -> dict[str, Any]:
    difference = {
        "against": "linear", "better": "b", "difference": -0.2, "interval": {"low": -0.3, "high": -0.1},
    }  # fmt: skip
    finding = {"kind": "languages", "severity": "info", "share": 0.9, "en": "Chinese", "zh": "中文"}
    part = {
        "by": "length", "slice": "<= 1300", "n": 30, "value": 0.4, "low": 0.2, "high": 0.6, "rest": 0.8,
        "flagged": True, "few": False,
    }  # fmt: skip
    labels = [f"label{at}" for at in range(12)]
    confusion = [{"label": each, **dict.fromkeys(labels, 0), each: 5} for each in labels]
    confusion[3]["label7"] = 4
    recipe = {"name": "default", "method": "full", "max_length": 128, "seed": 1, "num_train_epochs": 3.0}
    return {
        "task": "classify", "family": "encoder", "base": {"name": "tiny"},
        "recipe": recipe | {"learning_rate": 1e-4, "per_device_train_batch_size": 16},
        "data": {
            "rows": {"train": 300, "dev": 40, "test": 60}, "clean_test": 60, "findings": [finding], "notes": [],
        },
        "scores": [score("linear", 0.8), score("finetuned", 0.6)], "differences": [difference],
        "slices": [part], "slice_metric": "macro_f1", "slice_notes": [], "judge_notes": [], "robustness": [],
        "tables": {"confusion": confusion}, "notes": [], "history": [{}], "seconds": 3.0, "parameters": 10,
        "learning_parameters": 10, "machine": {"processor": "x"}, "packages": {},
    } | changed  # fmt: skip


def test_findings_name_models_and_parts_in_words() -> None:
    english = [each.text("en") for each in headlines(card())]
    assert english[0] == "Macro F1 is 60.0% (95% interval 50.0% to 70.0%) on the test (n = 60)."
    assert english[1].startswith("Worse than “linear model of characters” by 20.0 points")
    assert english[2] == "It differs from the rest for: Length (characters) ≤ 1,300."
    chinese = [each.text("zh") for each in headlines(card())]
    assert chinese[1] == "不如“字符特征线性模型”，低 20.0 个百分点（差值 -30.0 至 -10.0），宜改用后者。"
    assert chinese[2] == "以下部分与其余部分差异显著：长度（字符） ≤ 1,300。"


def test_the_axis_speaks_the_language_of_the_page() -> None:
    page = render(document(card()), "zh")
    assert "微调模型" in page
    assert "fine-tuned model" not in page
    assert "百分比" in page
    assert "max_length" in page  # as it is set, beside its name in words


def _careless(card: dict[str, Any]) -> Table:
    weak = next(each for each in document(card).sections if each.key == "weak")
    return next(table for table in weak.tables if table.key == "robustness")


def test_a_kappa_is_no_per_cent() -> None:
    named = {"metric": "quadratic_kappa", "en": "Kappa", "zh": "卡帕", "unit": "correlation"}
    gap = {"name": "quadratic_kappa", "difference": -0.2, "interval": {"low": -0.3, "high": -0.1}}
    changed = card(
        scores=[score("linear", 0.8, **named), score("finetuned", 0.6, **named)],
        differences=[{"against": "linear", "better": "b", **gap}],
        robustness=[{"kind": "typos", "rows": 40, "a": 0.4, "b": 0.6, **gap}],
    )
    assert "by 0.200 (difference -0.300 to -0.100)" in list(headlines(changed))[1].text("en")
    careless = _careless(changed)
    assert [str(cell) for cell in careless.rows[0][2:]] == ["0.600", "0.400", "-0.200", "-0.300 to -0.100"]
    assert "Points" not in [str(cell) for cell in careless.header]
    assert "drawn by lot" in str(careless.caption)
    assert "drawn" not in str(_careless(card(robustness=[{**changed["robustness"][0], "rows": 60}])).caption)


def test_where_all_draws_agree_no_interval_is_told() -> None:
    for better, gap, said in (
        ("a", 1.0, "Better than"),
        ("b", -1.0, "Worse than"),
        ("", 0.0, "Neither better"),
    ):
        same = {"difference": gap, "interval": {"low": gap, "high": gap}}
        told = list(headlines(card(differences=[{"against": "linear", "better": better, **same}])))[1]
        assert told.text("en").startswith(said)
        assert " to " not in told.text("en")
        assert "至" not in told.text("zh")


def test_a_gap_that_rounds_to_nothing_is_none_and_a_score_of_nothing_is_said() -> None:
    gap = {"against": "copied", "better": "a", "difference": 0.0003}
    gap["interval"] = {"low": 0.0001, "high": 0.0004}
    found = [
        each.text("en") for each in headlines(card(scores=[score("finetuned", 0.0004)], differences=[gap]))
    ]
    assert found[1].startswith("It has learnt nothing yet")
    assert found[2] == "Not to be told apart from “source text, unchanged”: 0.0 points (0.0 to 0.0)."
    assert not any("learnt nothing" in each.text("en") for each in headlines(card()))


def test_labels_that_stand_out_are_marked_and_found() -> None:
    part = {
        "by": "label", "slice": "wages", "n": 30, "value": 0.4, "low": 0.2, "high": 0.6, "rest": 0.8,
        "flagged": True, "few": False,
    }  # fmt: skip
    mine = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "f1_low": 0.4, "f1_high": 0.6, "support": 30}
    labels = [{"label": "wages", **mine}, {"label": "rent", **mine}]
    told = card(slices=[part], tables={"labels": labels})
    assert "Label wages" in list(headlines(told))[2].text("en")
    weak = next(each for each in document(told).sections if each.key == "weak")
    (table,) = (each for each in weak.tables if each.key == "labels")
    assert [str(row[-1]) for row in table.rows] == ["differs", ""]


def test_of_each_part_is_said_whether_it_differs() -> None:
    part = {"by": "source", "n": 40, "value": 0.4, "low": 0.2, "high": 0.6, "rest": 0.8}
    kinds = {"wire": (True, False), "blog": (False, True), "press": (False, False)}
    parts = [{**part, "slice": name, "flagged": far, "few": few} for name, (far, few) in kinds.items()]
    weak = next(each for each in document(card(slices=parts)).sections if each.key == "weak")
    (table,) = (each for each in weak.tables if each.key == "slices")
    told = ["differs", "too few rows to say", "no difference seen"]
    assert [str(row[-1]) for row in table.rows] == told
    labels = [{**part, "by": "label", "slice": name, "flagged": False, "few": True} for name in ("a", "b")]
    weak = next(each for each in document(card(slices=parts[2:] + labels)).sections if each.key == "weak")
    assert len(next(each for each in weak.tables if each.key == "slices").header) == len(table.header) - 1


def test_careless_rows_are_counted() -> None:
    gap = {"name": "macro_f1", "difference": -0.2, "interval": {"low": -0.3, "high": -0.1}, "unit": "share"}
    table = _careless(
        card(robustness=[{"kind": "typos", "rows": 60, "rows_changed": 41, "a": 0.4, "b": 0.6, **gap}])
    )
    assert str(table.header[1]) == "Rows changed"
    assert table.rows[0][1] == 41


def test_one_model_has_no_chart_of_models() -> None:
    (alone, *_) = document(card(scores=[score("finetuned", 0.6)], differences=[])).sections
    assert not alone.charts
    (table,) = alone.tables
    assert table.rows[0][-1] == 60


def test_many_labels_are_shown_by_what_was_taken_for_what() -> None:
    weak = next(each for each in document(card()).sections if each.key == "weak")
    confused = next(table for table in weak.tables if table.key == "confusion")
    assert confused.rows == (("label3", "label7", 4, "44.4%"),)


def test_a_model_that_chooses_sentences_is_not_called_fine_tuned() -> None:
    chosen = card(task="summarise", family="extract", learning_parameters=0, parameters=0, history=[])
    page = render(document(chosen), "en")
    assert "sentences chosen by this model" in page
    assert "fine-tuned model" not in page
    assert "learning_rate" not in page


def test_a_note_that_must_be_known_is_a_finding() -> None:
    note = {"key": "text_generation.unread_chinese", "en": "cannot read", "zh": "不认识"}
    found = document(card(notes=[note]))
    assert found.headlines[-1].text("zh") == "不认识"
    made = next(each for each in found.sections if each.key == "made")
    assert not made.paragraphs


def test_words_for_parts_and_figures() -> None:
    assert told(0.5, "share") == "50.0%"
    assert told(float("nan"), "share") == "–"
    assert str(span({"low": None, "high": 1.0, "unit": "share"})) == "–"
    assert str(parted_by("length", "entities")) == "Length (tokens)"
    assert parted_by("firm size", "classify") == "firm size"
    assert str(part_name("script", "han")) == "Chinese"
    assert part_name("source", "han") == "han"


def test_that_no_test_row_is_new_is_among_the_findings() -> None:
    data = card()["data"]
    said = [each.text("en") for each in headlines(card(data=data | {"clean_test": 0}))]
    assert any(each.startswith("All 60 test rows repeat") for each in said)
    assert not any("test rows repeat" in each.text("en") for each in headlines(card()))
