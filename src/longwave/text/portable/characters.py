"""Where an entity stands in the text that it was found in, as the text was given: what a program needs to mark it there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from .clean import clean, place
from .decode import Answer
from .tokenise import tokenised


def in_characters(rows: Sequence[Mapping[str, Any]], answers: Sequence[Answer]) -> list[Answer]:
    """The answers; entities of a row that was given as a text (`text` beside its `tokens`) with `char_start` and `char_end`
    too, the end left out."""
    return [
        {**answer, "entities": _placed(row["text"], answer["entities"])}
        if "entities" in answer and "tokens" in row and isinstance(row.get("text"), str)
        else answer
        for row, answer in zip(rows, answers, strict=True)
    ]


def _placed(text: str, found: Sequence[Mapping[str, Any]]) -> tuple[Answer, ...]:
    read = clean(text)
    places = tokenised(read)
    told = []
    for each in found:
        start, end = places[each["start"]][0], places[each["end"] - 1][1]
        if read != text:
            start, end = _begin(text, start), _end(text, read[:end])
        told.append({**each, "char_start": start, "char_end": end})
    return tuple(told)


def _begin(text: str, character: int) -> int:
    """Which character of the text became this one of the clean text."""
    return bisect_left(range(len(text)), character + 1, key=lambda at: place(text, at + 1))


def _end(text: str, read: str) -> int:
    """How much of the text became `read`, the accents written behind a letter with it."""
    end = bisect_left(range(len(text) + 1), len(read), key=lambda at: place(text, at))
    while end < len(text) and place(text, end + 1) == len(read) and clean(text[:end]) != read:
        end += 1
    return end
