"""Tables with a token a row: rows of one sentence are put together by the column that says which sentence each is of.

A blank cell of that column means the sentence above, as spreadsheets that fill only a sentence's first row have it.
What else a sentence has (source, date) is read in its first row; where no column tells sentences apart, it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.cell import text_of_cell
from longwave.text.corpus.columns import Assignment, tidy
from longwave.text.corpus.lists import listed

_SENTENCE = (
    *("sentence_#", "sentence_id", "sentence_no", "sentence_number", "sentence_idx", "sentence_index"),
    *("sentence_num", "sentenceid", "sent_id", "sent_no", "sent_#", "sent_idx", "sid", "sentence", "sent"),
    *("句子编号", "句子序号", "句子id", "句号", "句子"),
)
_MOST = 0.9
"""Share of tokens that are one word: a few may hold a blank (10 1/2)."""


@dataclass(frozen=True, eq=False)
class Sentences:
    """frame: a row a sentence, its tokens and tags as lists, all else as its first row has it; names: its columns; notes:
    what was put together."""

    frame: pd.DataFrame
    names: Assignment
    notes: tuple[Message, ...] = ()


def gathered(frame: pd.DataFrame, names: Assignment, *, for_prediction: bool) -> Sentences:
    """The sentences of a table with a token a row; another table as it is. Raises BadInput where nothing parts them."""
    as_it_is = Sentences(frame, names)
    token = names.get("tokens") or (None if for_prediction else names.get("text"))
    tag = None if for_prediction else names.get("tags")
    if token is None or token not in frame.columns or (tag is None and not for_prediction):
        return as_it_is
    held = [column for column in (token, tag) if column is not None]
    if len(frame) < 2 or not _one_each(frame, token, tag):
        return as_it_is
    column = _sentence_column(frame, held)
    if column is None:
        message = say("text_corpus.token_a_row", column=token, rows=len(frame))
        if for_prediction:
            return Sentences(frame, names, (message,))
        raise BadInput(message, say("text_corpus.token_a_row_mend"))
    opens = _opens(frame, column, names)
    note = say("text_corpus.gathered", rows=len(frame), sentences=int(opens.sum()), column=column)
    by_list = Assignment({**names.names, "tokens": token}, names.notes)
    return Sentences(_together(frame, held, opens), by_list, (note,))


def _one_each(frame: pd.DataFrame, token: str, tag: str | None) -> bool:
    tokens = [_words(cell) for cell in frame[token]]
    most = sum(count == 1 for count in tokens) > _MOST * sum(count > 0 for count in tokens)
    return most and any(tokens) and (tag is None or all(_words(cell) <= 1 for cell in frame[tag]))


def _words(cell: Any) -> int:
    """How many words a cell holds; a list, even of one, is more than one, since it is a row of its own.

    [1] is a word: a reference in running text, not a list of tokens."""
    if not isinstance(cell, str):
        return 2 if isinstance(cell, list | tuple | dict | np.ndarray) else int(bool(text_of_cell(cell)))
    inside = listed(cell) or []
    return 2 if any(isinstance(word, str) for word in inside) else len(cell.split())


def _sentence_column(frame: pd.DataFrame, held: Sequence[str]) -> str | None:
    """The best known column whose cells repeat, or are blank, from one row to the next."""
    there = {tidy(str(name)): str(name) for name in frame.columns if name not in held}
    for alias in _SENTENCE:
        if alias in there and _repeats(_filled_down(frame[there[alias]])):
            return there[alias]
    return None


def _repeats(cells: Sequence[str]) -> bool:
    return any(before == cell for before, cell in pairwise(cells))


def _filled_down(cells: pd.Series) -> list[str]:
    found: list[str] = []
    for cell in cells:
        text = text_of_cell(cell).strip()
        found.append(text or (found[-1] if found else ""))
    return found


def _opens(frame: pd.DataFrame, column: str, names: Assignment) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows begin a sentence: another one than above, or one of another document or part that counts anew."""
    others = [name for role in ("source", "split") if (name := names.get(role)) not in (None, column)]
    keys = list(zip(*(_filled_down(frame[name]) for name in (column, *others)), strict=True))
    return np.array([at == 0 or key != keys[at - 1] for at, key in enumerate(keys)], dtype=bool)


def _together(
    frame: pd.DataFrame, held: Sequence[str], opens: np.ndarray[Any, np.dtype[np.bool_]]
) -> pd.DataFrame:
    """A row a sentence, with lists in the columns held; rows that hold nothing in any of them are no tokens."""
    written = {name: [text_of_cell(cell).strip() for cell in frame[name]] for name in held}
    firsts = frame.loc[opens]
    lists: dict[str, list[list[str]]] = {name: [[] for _ in range(len(firsts))] for name in held}
    for number, row in zip((np.cumsum(opens) - 1).tolist(), zip(*written.values(), strict=True), strict=True):
        for name, text in zip(held, row, strict=True):
            if any(row):
                lists[name][number].append(text)
    return firsts.assign(**{name: pd.Series(cells, firsts.index) for name, cells in lists.items()})
