"""Bare texts as rows of a task."""

import pytest

from longwave.core.errors import UsageError
from longwave.text.corpus.bare_texts import of_texts

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
    assert of_texts("hello", "classify")["text"].tolist() == ["hello"]
    assert of_texts([MARKED, None], "relations")["text"].tolist() == [MARKED, None]
