"""Documents cut into passages: paragraphs, and parts of long ones that end where a sentence ends.

A passage knows where it stands in its document, so that an answer found in it can be shown in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 800
"""Characters of a passage, about as many as an encoder reads in one window."""

_SENTENCE_END = re.compile(r"[.!?;]['\"”’)\]]*\s+|[。！？；]['\"”’）」』]*|\n+")


@dataclass(frozen=True, slots=True)
class Passage:
    """text: as it stands in the document; document: its place among the documents; start: of the text, in characters."""

    text: str
    document: int
    start: int


def passages(documents: Sequence[str], longest: int = LONGEST) -> list[Passage]:
    """Every passage of every document, in their order. A document of white space has none."""
    return [
        Passage(document[start:end], place, start)
        for place, document in enumerate(documents)
        for start, end in _spans(document, longest)
    ]


def _spans(document: str, longest: int) -> Iterator[tuple[int, int]]:
    at = 0
    for part in re.split(r"(\n\s*\n)", document):
        body = part.strip()
        if body:
            start = at + part.index(body)
            yield from _parts(document, start, start + len(body), longest)
        at += len(part)


def _parts(document: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """A paragraph whole, or in parts that end with a sentence; in the midst of one only where a sentence is too long."""
    while end - start > longest:
        ends = [found.end() for found in _SENTENCE_END.finditer(document, start, start + longest)]
        stop = ends[-1] if ends else start + longest
        if document[start:stop].strip():
            yield start, stop
        start = stop
    if document[start:end].strip():
        yield start, end
