"""Entities from tables with a token a row, and from marks that bring their own text."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput, DataError, NotEnoughData
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable

WORDS = ["John", "left", "Rome", "Ann", "stayed"]
TAGS = ["B-PER", "O", "B-LOC", "B-PER", "O"]


def made(data: dict[str, list[Any]], **options: Any) -> TextTable:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in data.items()})
    return text_table(read_rows(frame), "entities", **options)


def said(table: TextTable) -> str:
    return " ".join(note.text("en") for note in table.notes)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Sentence #", ["Sentence: 1", None, float("nan"), "Sentence: 2", ""]),
        ("sentence_id", [1, 1, 1, 2, 2]),
        ("Sent_ID", ["a", "a", "a", "b", "b"]),
    ],
)
def test_tokens_of_rows_are_put_together_by_sentence(column: str, cells: list[Any]) -> None:
    table = made({column: cells, "Word": WORDS, "POS": ["x"] * 5, "Tag": TAGS})
    assert table.frame["tokens"].tolist() == [("John", "left", "Rome"), ("Ann", "stayed")]
    assert table.frame["tags"].tolist() == [("B-PER", "O", "B-LOC"), ("B-PER", "O")]
    assert f"5 rows with one token each are read as 2 sentences, by the column {column}" in said(table)


def test_signs_that_look_like_lists_and_tokens_with_a_blank_are_tokens() -> None:
    words = ["[1]", '"', "[]", "10 1/2", *["a"] * 12]
    table = made({"sentence_id": [1] * 16, "word": words, "tag": ["B-X", *["O"] * 15]})
    assert table.frame["tokens"].tolist() == [tuple(words)]


def test_lists_spelled_in_texts_stay_rows_beside_a_sentence_column() -> None:
    lists = {"words": ["['Ann']", "['Bo']"], "tags": ["['B-PER']", "['B-PER']"]}
    assert len(made({"sentence_id": [1, 1], **lists})) == 2


def test_a_document_that_counts_its_sentences_anew_begins_another() -> None:
    table = made({"doc_id": [1, 1, 1, 2, 2], "sentence_id": [1] * 5, "word": WORDS, "tag": TAGS})
    assert [len(row) for row in table.frame["tokens"]] == [3, 2]
    assert table.frame["source"].tolist() == ["1", "2"]


def test_sentences_are_gathered_for_prediction_too() -> None:
    table = made({"sentence_id": [1, 1, 1, 2, 2], "word": WORDS}, for_prediction=True)
    assert table.frame["tokens"].tolist() == [("John", "left", "Rome"), ("Ann", "stayed")]
    assert table.asked == (("1", True), ("2", True))  # an answer a sentence, under its own name
    assert "no text" not in said(table)


def test_a_token_a_row_that_nothing_parts_is_told_of_in_prediction() -> None:
    assert "no column says which rows make a sentence" in said(made({"word": WORDS}, for_prediction=True))


def test_a_token_a_row_that_nothing_parts_is_refused() -> None:
    for more in ({}, {"sentence_id": [1, 2, 3, 4, 5]}):
        with pytest.raises(BadInput, match="no column says which rows make a sentence") as caught:
            made({**more, "word": WORDS, "tag": TAGS})
        assert caught.value.mend is not None


def test_sentences_of_one_word_in_lists_are_rows_of_their_own() -> None:
    assert len(made({"tokens": [["John"], ["Rome"]], "tags": [["B-PER"], ["B-LOC"]]})) == 2


@pytest.mark.parametrize(
    "cell", [{"PER": ["John Smith"]}, {"SpiceJet": "neutral"}, '{"PER": ["John Smith"]}']
)
def test_entities_by_name_are_told_the_shape_that_is_read(cell: Any) -> None:
    with pytest.raises(BadInput, match="gives entities by name") as caught:
        made({"text": ["John Smith of SpiceJet left"], "entities": [cell]})
    assert caught.value.mend is not None
    assert "[start, end, label]" in caught.value.mend.text("en")


def test_a_cell_of_marks_that_is_plain_text_is_refused() -> None:
    with pytest.raises(BadInput, match="The marks in row 1 cannot be read"):
        made({"text": ["John Smith left"], "entities": ["John Smith"]})


def test_marks_are_held_against_their_own_text() -> None:
    mark = {"start": 1, "end": 11, "value": "John Smith", "label": "PER"}
    far = {"start": 11, "end": 15, "value": "Ann", "label": "PER"}
    table = made({"text": ["John Smith left", "Rome"], "annotations": [[mark, far], [[0, 4, "LOC"]]]})
    assert table.frame["tags"].tolist() == [("B-PER", "I-PER", "O"), ("B-LOC",)]
    assert "1 marks did not stand where" in said(table)
    assert "1 marks are left out" in said(table)


def test_of_places_alike_the_nearest_is_a_marks_own() -> None:
    mark = {"start": 9, "end": 12, "text": "Ann", "label": "PER"}
    table = made({"text": ["Ann saw Ann"], "annotations": [[mark]]})
    assert table.frame["tags"].tolist() == [("O", "O", "B-PER")]


def test_marks_whose_text_stands_nowhere_are_not_called_absent() -> None:
    with pytest.raises(NotEnoughData, match="1 marks are left out"):
        made({"text": ["Rome"], "annotations": [[{"start": 0, "end": 4, "value": "Ann", "label": "PER"}]]})


def regions(label: str, start: int, end: int, text: str) -> list[dict[str, Any]]:
    value = {"start": start, "end": end, "text": text, "labels": [label]}
    choice = {"type": "choices", "value": {"choices": ["good"]}}
    return [{"id": 1, "result": [{"type": "labels", "value": value}, choice]}]


def test_an_export_of_label_studio_is_read() -> None:
    texts = [{"text": "Ann left."}, {"text": "To Rome"}]
    marks = [regions("PER", 0, 3, "Ann"), regions("LOC", 3, 7, "Rome")]
    table = made({"data": texts, "annotations": marks}, columns={"text": "data.text"})
    assert table.frame["tags"].tolist() == [("B-PER", "O", "O"), ("O", "B-LOC")]
    path = {"text": "data.text", "spans": "annotations.result.value"}
    marks = [[{"result": [each["result"][0]]} for each in row] for row in marks]
    assert made({"data": texts, "annotations": marks}, columns=path).frame["tags"].tolist()[1] == (
        "O",
        "B-LOC",
    )


def test_where_marks_are_there_it_is_the_text_that_is_missed() -> None:
    with pytest.raises(DataError, match=r"recognised as text .*columns are: id, data\.body, label"):
        made({"id": [1], "data": [{"body": "Ann left"}], "label": [[[0, 3, "PER"]]]})
