"""Objects where texts should be are refused with the field to name: written out, a model would learn their brackets."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table


@pytest.mark.parametrize(
    ("task", "row", "field", "read"),
    [
        (
            "classify",
            {"text": {"lang": "en", "body": "rates rise"}, "label": "up"},
            "text=text.body",
            "rates rise",
        ),
        (
            "classify",
            {"text": [{"text": "one"}, {"text": "two"}], "label": "up"},
            "text=text.text",
            "one\ntwo",
        ),
        ("summarise", {"document": {"content": "a b"}, "summary": "a"}, "text=document.content", "a b"),
    ],
)
def test_an_object_is_no_text(task: str, row: dict[str, Any], field: str, read: str) -> None:
    other = {**row, "label": "down"} if "label" in row else row
    rows = read_rows(pd.DataFrame([row, other]))
    with pytest.raises(BadInput, match=r"Row 1 of .* holds an object with fields, not a text") as caught:
        text_table(rows, task)
    assert f"--column {field}," in str(caught.value.mend)
    role, _, path = field.partition("=")
    assert text_table(rows, task, columns={role: path}).frame["text"].tolist()[0] == read


def test_a_context_of_fields_is_refused_though_the_answer_stands_in_it() -> None:
    row = {"question": "who?", "context": {"sentences": [["Ann came."]]}, "answer": "Ann"}
    with pytest.raises(BadInput, match="not a text") as caught:
        text_table(read_rows(pd.DataFrame([row])), "answers")
    assert "context.sentences" in str(caught.value.mend)


def test_objects_that_are_not_read_are_left_alone() -> None:
    turns = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    talk = pd.DataFrame([{"messages": turns, "prompt": {"id": 3}}])
    assert len(text_table(read_rows(talk), "generate")) == 1
    asked = pd.DataFrame([{"document": "a b", "summary": {"text": "a"}}])
    assert len(text_table(read_rows(asked), "summarise", for_prediction=True)) == 1
