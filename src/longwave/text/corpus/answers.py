"""Questions with their context and the places of their answers in it.

SQuAD's objects (text, answer_start), lists of them, or lists of texts beside lists of starts. A start that does not fit
is put right where the answer stands next to it, else the answer is looked for from the front; an answer that stands
nowhere in its context cannot be learnt as a place and is left out. No answer at all means that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.message import say
from longwave.text.corpus.cell import missing, text_of_cell
from longwave.text.corpus.columns import Assignment, missing_column
from longwave.text.corpus.lists import listed, spelled
from longwave.text.corpus.roles import ANSWERS
from longwave.text.corpus.shaped import Options, Shaped, cells, dropped, filled, texts
from longwave.text.portable.clean import clean, place

_Answer = tuple[str, int]
_NOWHERE = -1


def answered(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns question, context, answers, starts; for prediction documents may stand in the place of a context. Rows all
    of whose answers stand nowhere are dropped and counted. Raises DataError where there is nothing to answer from."""
    question = texts(frame, names, "question") or []
    if options.for_prediction and names.get("documents") is not None:
        return _asked(frame, names, question)
    if names.get("context") is None:
        raise missing_column(ANSWERS[1], list(frame.columns))
    raw = [text_of_cell(cell) for cell in cells(frame, names, "context") or []]
    context = [clean(text) for text in raw]
    there = filled(question) & filled([text.strip() for text in context])
    notes = dropped("text_corpus.dropped_empty", there)
    columns: dict[str, Any] = {"question": question, "context": context}
    if options.for_prediction:
        return Shaped(columns, there, notes)
    answers = cells(frame, names, "answers") or []
    starts = cells(frame, names, "starts") or [None] * len(answers)
    found: list[list[_Answer]] = []
    moved = searched = 0
    lost = np.zeros(len(answers), dtype=bool)
    for at, (text, whole, given, begins) in enumerate(zip(raw, context, answers, starts, strict=True)):
        wanted = _wanted(given, begins)
        placed = [_placed(answer, start, text, whole) for answer, start in wanted]
        here = [each for each in placed if each[1] != _NOWHERE]
        searched += sum(start < 0 <= each[1] for (_, start), each in zip(wanted, placed, strict=True))
        moved += sum(
            0 <= start != each[1] and whole == text for (_, start), each in zip(wanted, placed, strict=True)
        )
        lost[at] = bool(wanted) and not here
        found.append(here)
    columns["answers"] = [tuple(answer for answer, _ in row) for row in found]
    columns["starts"] = [tuple(start for _, start in row) for row in found]
    notes += dropped("text_corpus.dropped_answers", ~lost | ~there)
    if searched:
        notes += (say("text_corpus.first_occurrence", count=searched),)
    if moved:
        notes += (say("text_corpus.moved_answers", count=moved),)
    without = sum(not row for row, kept in zip(found, there & ~lost, strict=True) if kept)
    if without:
        notes += (say("text_corpus.no_answer", count=without),)
    return Shaped(columns, there & ~lost, notes)


def _asked(frame: pd.DataFrame, names: Assignment, question: list[str]) -> Shaped:
    """Questions with the documents in which each is to be answered; of a row without any, its own context."""
    given = cells(frame, names, "documents") or []
    known: dict[int, tuple[str, ...]] = {}
    documents = [known.setdefault(id(cell), _documents(cell)) for cell in given]
    context = texts(frame, names, "context", strip=False) or [""] * len(question)
    there = filled(question) & (filled(documents) | filled([text.strip() for text in context]))
    columns: dict[str, Any] = {"question": question, "context": context, "documents": documents}
    return Shaped(columns, there, dropped("text_corpus.dropped_empty", there))


def _documents(cell: Any) -> tuple[str, ...]:
    inside = listed(cell)
    if inside is None:
        inside = [] if missing(cell) else [cell]
    return tuple(text for each in inside if (text := clean(text_of_cell(each))).strip())


def _wanted(given: Any, starts: Any) -> list[_Answer]:
    """The answers that a row gives with their starts, -1 where none is given."""
    if isinstance(given, str) and given.strip()[:1] in {"{", "["}:
        value = spelled(given.strip())
        given = given if value is None else value
    if isinstance(given, Mapping):
        starts = next((given[key] for key in ("answer_start", "start", "starts") if key in given), None)
        given = given.get("text", given.get("texts"))
    inside = listed(given)
    if inside is None:
        inside = [] if missing(given) or not text_of_cell(given).strip() else [given]
    begins = listed(starts)
    if begins is None:
        begins = [] if missing(starts) else [starts]
    found: list[_Answer] = []
    for at, answer in enumerate(inside):
        if isinstance(answer, Mapping):
            start = next((answer[key] for key in ("answer_start", "start", "offset") if key in answer), None)
            answer = answer.get("text", answer.get("answer"))
        else:
            start = begins[at] if at < len(begins) else None
        text = text_of_cell(answer)
        if text.strip():
            found.append((text, _start(start)))
    return list(dict.fromkeys(found))


def _start(cell: Any) -> int:
    text = text_of_cell(cell).strip()
    return int(text) if text.isdecimal() and len(text) < 12 else _NOWHERE


def _placed(answer: str, start: int, text: str, whole: str) -> _Answer:
    """The answer with its place in the clean context; nowhere where it does not stand in it."""
    answer = answer.strip() if text[max(start, 0) : max(start, 0) + len(answer)] != answer else answer
    if start >= 0 and text[start : start + len(answer)] == answer:
        if whole == text:
            return answer, start
        return clean(answer), place(text, start)
    answer = clean(answer).strip()
    near = max(start - 20 - len(answer), 0) if start >= 0 else 0
    at = whole.find(answer, near, near + 2 * len(answer) + 40) if start >= 0 else _NOWHERE
    return answer, at if at >= 0 else whole.find(answer)
