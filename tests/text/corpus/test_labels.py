"""Labels that are numbers bear one name in every file; codes stay as written; what looks wrong is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.text.corpus.labels import single
from longwave.text.corpus.number_labels import as_number
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable


def made(labels: list[Any], **options: Any) -> TextTable:
    frame = pd.DataFrame({"text": [f"t{at}" for at in range(len(labels))], "label": labels})
    return text_table(read_rows(frame), "classify", **options)


def keys(table: TextTable) -> list[str]:
    return [note.key for note in table.notes]


@pytest.mark.parametrize(
    ("label", "number"),
    [("1.0", "1"), (".50", "0.5"), ("-2.", "-2"), ("-0.0", "0"), ("10", "10"), ("１", "1")],
)
def test_numbers_are_written_one_way(label: str, number: str) -> None:
    assert as_number(label) == number


@pytest.mark.parametrize("label", ["", ".", "-", "0111", "00.5", "1e5", "1,5", "1.2.3", "a1"])
def test_what_is_no_number(label: str) -> None:
    assert as_number(label) is None


def test_leading_zeros_make_codes_of_all_labels() -> None:
    assert single(["0111", "111", "1.0", ""]) == ["0111", "111", "1.0", ""]
    assert single(["1.0", "2", 3.0, None]) == ["1", "2", "3", ""]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_files_agree_on_the_names_of_numbers(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame({"text": ["a", "b", "c"], "label": [0.0, 0.5, 1.0]})
    path = tmp_path / f"d.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    table = text_table(read_rows(path), "classify", ordered=("0.0", "0.50", "1.0"))
    assert table.labels == ("0", "0.5", "1")
    assert table.frame["label"].tolist() == ["0", "0.5", "1"]


def test_a_model_and_a_user_may_write_the_same_number_otherwise() -> None:
    assert made(["1.0", "2.0"], known=("1.0", "2.0", "other")).frame["label"].tolist() == ["1.0", "2.0"]
    renamed = made(["1.0", "2.0"], known=("low", "high"), renamed={"1.0": "low", "2": "high"})
    assert renamed.frame["label"].tolist() == ["low", "high"]
    steps = made(["0111", "111"], ordered=("111", "0111"))
    assert steps.labels == ("111", "0111")


def test_flags_without_names_are_refused() -> None:
    with pytest.raises(BadInput, match="list of 3 times 0 or 1") as caught:
        made([[0, 1, 1], [1, 0, 0]])
    assert caught.value.mend is not None
    assert "--column label=" in caught.value.mend.text()
    assert made([[0, 1], [1]]).frame["labels"].tolist() == [("0", "1"), ("1",)]


def test_labels_that_differ_in_capitals_only_are_named() -> None:
    table = made(["Positive", "positive", "POSITIVE ", "negative"])
    (note,) = (each for each in table.notes if each.key == "text_corpus.capitals")
    assert "3 (POSITIVE, Positive, positive)" in note.text()
    assert "text_corpus.capitals" not in keys(made(["positive", "negative"]))


def test_labels_that_differ_in_width_only_are_told() -> None:
    notes = made(["Ａ股", "A股", "港股（H）", "美股"]).notes
    assert [note.values["labels"] for note in notes if note.key == "text_corpus.widths"] == [("A股", "Ａ股")]


@pytest.mark.parametrize("label", [{"a": "good"}, [{"a": "good"}]])
@pytest.mark.parametrize("several", [None, ";"])
def test_an_object_is_no_label(label: Any, several: str | None) -> None:
    with pytest.raises(BadInput, match=r"Row 2 of label holds an object.*--column label=label\.a"):
        made(["x", label, "y"], several=several)


def test_a_dash_beside_words_is_no_label_and_beside_a_plus_is_one() -> None:
    table = made(["yes", "no", "-", "yes", "-"])
    assert (table.labels, len(table)) == (("no", "yes"), 3)
    assert "text_corpus.marks" in keys(table)
    assert made(["+", "-", "+", "-"]).labels == ("+", "-")
    assert made(["yes", "no", "-"], known=("yes", "no", "-")).labels == ("yes", "no", "-")


def test_a_label_within_a_list_of_objects_is_named_and_read() -> None:
    marks = [[{"user": 3, "label": each}] for each in ("pos", "neg")]
    frame = pd.DataFrame({"text": ["a", "b"], "annotations": marks})
    with pytest.raises(BadInput) as caught:
        text_table(read_rows(frame), "classify", columns={"label": "annotations"})
    assert "--column label=annotations.label" in str(caught.value.mend)
    table = text_table(read_rows(frame), "classify", columns={"label": "annotations.label"})
    assert table.frame["label"].tolist() == ["pos", "neg"]


def test_choices_of_label_studio_are_several_labels() -> None:
    marks = [
        [{"result": [{"type": "choices", "value": {"choices": list(each)}}]}] for each in ("a", "ab", "b")
    ]
    frame = pd.DataFrame({"text": ["x", "y", "z"], "annotations": marks})
    with pytest.raises(BadInput, match="holds an object") as caught:
        text_table(read_rows(frame), "classify", columns={"label": "annotations"})
    assert "annotations.result.value.choices" in str(caught.value.mend)
    table = text_table(read_rows(frame), "classify", columns={"label": "annotations.result.value.choices"})
    assert table.frame["labels"].tolist() == [("a",), ("a", "b"), ("b",)]
