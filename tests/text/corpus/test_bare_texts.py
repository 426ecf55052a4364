"""Bare texts as rows of a task."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.text.corpus.bare_texts import of_texts, rows_or_texts

MARKED = "The <e1>author</e1> wrote a <e2>book</e2>."


def test_a_text_with_its_things_marked_is_a_whole_row_of_relations():
    assert of_texts([MARKED], "relations")["text"].tolist() == [MARKED]
    for text in ("The author wrote a book.", "The <e1>author</e1> wrote a book."):
        with pytest.raises(UsageError, match="marked: The") as told:
            of_texts([MARKED, text], "relations")
        assert text in str(told.value)


def test_each_task_has_its_own_column():
    assert list(of_texts(["hello"], "classify")) == ["text"]
    assert list(of_texts(["hello"], "generate")) == ["prompt"]
    assert list(of_texts(["who?"], "answers", searched=True)) == ["question"]


def test_a_missing_text_is_no_text_and_a_single_one_is_no_list_of_letters():
    cells = of_texts(["hello", None, float("nan")], "classify")["text"].tolist()
    assert cells == ["hello", None, None]
    assert of_texts([MARKED, " "], "relations")["text"].tolist() == [MARKED, None]
    assert of_texts("hello", "classify")["text"].tolist() == ["hello"]
    assert of_texts([MARKED, None], "relations")["text"].tolist() == [MARKED, None]


def test_rows_and_texts_are_told_apart_whatever_holds_them():
    rows = [{"text": "gold rose"}, {"text": "oil fell"}]
    for given in (rows, {"text": ["gold rose", "oil fell"]}, pd.DataFrame(rows), iter(rows)):
        assert rows_or_texts(given, "classify")["text"].tolist() == ["gold rose", "oil fell"]
    assert rows_or_texts({"text": "gold rose"}, "classify")["text"].tolist() == ["gold rose"]
    assert rows_or_texts((each for each in ("a", None)), "classify") == ["a", None]
    assert rows_or_texts(pd.Series(["a", "b"], index=[7, 9]), "classify").index.tolist() == [7, 9]
    for wrong in (b"gold", [b"gold"], [["gold", "rose"]], 3, ["gold", 3.5]):
        with pytest.raises(UsageError):
            rows_or_texts(wrong, "classify")


@pytest.mark.parametrize("held", [np.array, pd.Index, pd.array, pd.Series, tuple])
def test_whatever_has_one_dimension_is_a_column(held):
    given = {"text": held(["gold rose", "oil fell"]), "about": ["gold", "oil"]}
    assert rows_or_texts(given, "classify")["text"].tolist() == ["gold rose", "oil fell"]


@pytest.mark.parametrize(
    ("task", "given", "rows"),
    [
        ("entities", {"tokens": ["Ann", "came"]}, 1),
        ("entities", {"tokens": np.array(["Ann", "came"])}, 1),
        ("entities", {"tokens": ["Ann", "came"], "id": 7}, 1),
        ("entities", {"tokens": [["Ann", "came"], ["Bo"]]}, 2),
        ("entities", {"tokens": ["Ann came", "Bo"]}, 2),
        ("entities", {"token": ["Ann", "came"], "sentence": [1, 1]}, 2),
        ("generate", {"messages": [{"role": "user", "content": "hi"}]}, 1),
        ("generate", {"messages": [[{"role": "user", "content": "hi"}]] * 2}, 2),
        ("answers", {"question": "who?", "documents": ["a", "b"]}, 1),
        ("answers", {"question": ["who?", "why?"], "documents": [["a"], ["b"]]}, 2),
        ("classify", {"text": ["a", "b"]}, 2),
        ("classify", {"text": "a", "date": None}, 1),
    ],
)
def test_a_dict_is_one_row_where_its_lists_are_cells(task, given, rows):
    assert len(rows_or_texts(given, task)) == rows


def test_a_column_beside_a_single_text_is_neither_row_nor_columns():
    with pytest.raises(UsageError, match="no rows"):
        rows_or_texts({"text": ["a", "b"], "other": "c"}, "pairs")
