"""Bare texts as a task reads them: the text, what a user says, or a question; some tasks want more than a text a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.corpus.at_hand import frame_of
from longwave.text.corpus.cell import missing
from longwave.text.corpus.one_row import is_one_row

_COLUMNS = {"generate": "prompt", "answers": "question"}
_MORE_THAN_A_TEXT = {
    "pairs": ("text", "other"),
    "relations": ("text", "head", "tail"),
    "answers": ("question", "context"),
}
_MARK = re.compile(r"</?e[12]>")
_MARKS = {"<e1>", "</e1>", "<e2>", "</e2>"}


def rows_or_texts(given: Any, task: str) -> str | pd.DataFrame | pd.Series[Any] | list[Any]:
    """Whatever a caller has at hand: a text, texts, a row of the task, or a table of rows with columns. Raises UsageError
    for what is none of these, and for a list whose items are not all texts, or rows."""
    if isinstance(given, str | pd.DataFrame):
        return given
    if isinstance(given, Mapping) and given and is_one_row(given, task):
        given = [given]
    if isinstance(given, Mapping) or hasattr(given, "to_pandas"):
        return frame_of(given)
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise _no_texts(given)
    each = given if isinstance(given, pd.Series) else list(given)
    if len(each) and all(isinstance(item, Mapping) for item in each):
        return frame_of(list(each))
    if wrong := [item for item in each if not isinstance(item, str) and not missing(item)]:
        raise _no_texts(wrong[0])
    return each


def _no_texts(given: Any) -> UsageError:
    return UsageError(
        say("text_corpus.no_texts", kind=type(given).__name__), say("text_corpus.no_texts_mend")
    )


def of_texts(texts: Iterable[str | None] | str, task: str, *, searched: bool = False) -> pd.DataFrame:
    """One row a text, in the task's own column; a single text is one row, one that is missing (None, NaN, blank) has no
    text.

    A text with its two things marked, ``<e1>...</e1>`` and ``<e2>...</e2>``, is a whole row of relations. searched: whether
    documents are given in which questions are answered. Raises UsageError for a task whose rows are more
    than a text."""
    given = [texts] if isinstance(texts, str) else texts
    cells = pd.Series(
        [None if missing(each) or not str(each).strip() else str(each) for each in given], dtype=object
    )
    if task == "relations":
        bare = [each for each in cells.dropna() if not has_marks(each)]
        if not bare:
            return pd.DataFrame({"text": cells})
        if len(bare) < cells.notna().sum():
            raise UsageError(say("text_corpus.wants_marks", text=bare[0][:80]))
    if task in _MORE_THAN_A_TEXT and not (task == "answers" and searched):
        key = "text_corpus.wants_documents" if task == "answers" else "text_corpus.wants_columns"
        raise UsageError(say(key, task=task, columns=_MORE_THAN_A_TEXT[task]))
    return pd.DataFrame({_COLUMNS.get(task, "text"): cells})


def has_marks(text: str) -> bool:
    """Whether a text has its two things marked."""
    return _MARKS.issubset(_MARK.findall(text))
