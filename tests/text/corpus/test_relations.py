"""Heads and tails: the true reason where none is placed, places that count tokens, names that fall together."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput, NotEnoughData
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable

TOKENS = [["Bill", "Gates", "founded", "Microsoft"], ["Rome", "lies", "in", "Italy"]]
NUMBERS = {"subj_start": [0, 0], "subj_end": [1, 0], "obj_start": [3, 3], "obj_end": [3, 3]}
LABELS = ["founder", "part"]


def made(data: dict[str, list[Any]], **options: Any) -> TextTable:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in data.items()})
    return text_table(read_rows(frame), "relations", **options)


def pairs(table: TextTable) -> list[tuple[str, str]]:
    return [
        (row["text"][row["head_start"] : row["head_end"]], row["text"][row["tail_start"] : row["tail_end"]])
        for row in table.rows()
    ]


def test_that_no_head_stands_in_its_text_is_said_and_not_that_labels_lack() -> None:
    with pytest.raises(NotEnoughData, match=r"none of the 2 rows.*Row 1 has head: Ann, tail: Bo") as caught:
        made({"text": ["x y", "z"], "head": ["Ann", "Bo"], "tail": ["Bo", "Ann"], "label": LABELS})
    assert "labels" not in str(caught.value)


def test_places_that_count_tokens_are_read_with_their_ends() -> None:
    expected = [("Bill Gates", "Microsoft"), ("Rome", "Italy")]
    table = made({"token": TOKENS, **NUMBERS, "relation": LABELS}, columns={"text": "token"})
    assert pairs(table) == expected
    beside = {"text": [" ".join(row) for row in TOKENS], "token": TOKENS, **NUMBERS, "relation": LABELS}
    assert pairs(made(beside)) == expected


def test_counts_of_tokens_on_a_plain_text_are_refused() -> None:
    text = [" ".join(row) for row in TOKENS]
    with pytest.raises(BadInput, match=r"row 1 the characters 0 to 1 are B\b") as caught:
        made({"text": text, **NUMBERS, "subj_end": [1, 1], "obj_end": [4, 4], "relation": LABELS})
    assert caught.value.mend is not None
    with pytest.raises(BadInput, match="ends that are included"):
        made({"text": text, **NUMBERS, "relation": LABELS})


def test_characters_stay_characters_beside_tokens() -> None:
    numbers = {"subj_start": [0, 0], "subj_end": [10, 4], "obj_start": [19, 13], "obj_end": [28, 18]}
    data = {"text": [" ".join(row) for row in TOKENS], "token": TOKENS, **numbers, "relation": LABELS}
    assert pairs(made(data)) == [("Bill Gates", "Microsoft"), ("Rome", "Italy")]


def test_a_head_that_is_the_tail_and_stands_once_is_left_out() -> None:
    data = {
        "text": ["Ann met Bo", "Ann slept", "Ann saw Ann", "Bank of Rome"],
        "head": ["Ann", "Ann", "Ann", "Bank of Rome"],
        "tail": ["Bo", "Ann", "Ann", "Rome"],
        "label": ["r", "s", "s", "r"],
    }
    table = made(data)
    assert pairs(table) == [("Ann", "Bo"), ("Ann", "Ann"), ("Bank of Rome", "Rome")]
    assert "1 of 4 rows are left out: head and tail are the same words" in " ".join(
        note.text("en") for note in table.notes
    )
    with pytest.raises(NotEnoughData, match="they are the same words"):
        made({"text": ["Ann slept"] * 2, "head": ["Ann"] * 2, "tail": ["Ann"] * 2, "label": ["r", "s"]})


GATES = {"name": "Bill Gates", "pos": [0, 2]}
FEWREL = ["bill gates", "Q5284", [[0, 1]]]


@pytest.mark.parametrize("head", [GATES, FEWREL, "Bill Gates", {"name": "Bill Gates"}])
@pytest.mark.parametrize("tail", ["Microsoft", ["microsoft", "Q2283", [[3], [5]]]])
def test_heads_and_tails_in_a_list_of_tokens(head: Any, tail: Any) -> None:
    rows = {"tokens": [TOKENS[0]] * 2, "h": [head] * 2, "t": [tail] * 2, "relation": LABELS}
    table = made(rows)
    assert pairs(table) == [("Bill Gates", "Microsoft")] * 2
    assert table.frame["text"].tolist() == ["Bill Gates founded Microsoft"] * 2


def test_only_names_that_were_found_are_told_as_taken_where_they_first_stand() -> None:
    table = made({"text": ["Ann met Bo", "x"] * 2, "head": ["Ann"] * 4, "tail": ["Bo"] * 4, "label": LABELS * 2},
                 known=("founder",))  # fmt: skip
    (note,) = (each for each in table.notes if each.key == "text_corpus.first_occurrence")
    assert note.values["count"] == 2
