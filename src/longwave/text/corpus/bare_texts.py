"""Bare texts as a task reads them: the text, what a user says, or a question; some tasks want more than a text a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.corpus.cell import missing

_COLUMNS = {"generate": "prompt", "answers": "question"}
_MORE_THAN_A_TEXT = {
    "pairs": ("text", "other"),
    "relations": ("text", "head", "tail"),
    "answers": ("question", "context"),
}
_MARK = re.compile(r"</?e[12]>")
_MARKS = {"<e1>", "</e1>", "<e2>", "</e2>"}


def of_texts(texts: Sequence[str | None] | str, task: str, *, searched: bool = False) -> pd.DataFrame:
    """One row a text, in the task's own column; a single text is one row, one that is missing (None, NaN) has no text.

    A text with its two things marked, ``<e1>...</e1>`` and ``<e2>...</e2>``, is a whole row of relations. searched: whether
    documents are given in which questions are answered. Raises UsageError for a task whose rows are more
    than a text."""
    given = [texts] if isinstance(texts, str) else texts
    cells = pd.Series([None if missing(each) else str(each) for each in given], dtype=object)
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
