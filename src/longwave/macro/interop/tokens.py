"""The words of a formula in any of the languages that are read here: numbers, names, operators, each with its place.

The tools differ in what a word means, hardly in what a word is: names may begin with ``@`` (EViews) and stand before
a bracket; numbers are written as in Fortran and C alike; operators come in a dozen spellings. Comments and line ends
are the business of each format; here they are gone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.macro.language.tree import Place

START = Place(1, 1)

MOST_TOKENS = 20_000
"""In one formula. The longest equation of the central-bank models read so far has 500."""

_WORD = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?)"
    r"|(?P<string>\"[^\"\n]*\")"
    r"|(?P<name>[@#]?[^\W\d]\w*)"
    r"|(?P<operator>\*\*|<=|>=|==|!=|<>|~=|&&|\|\||:=|[-+*/^(),=<>&|!~\[\]{};:])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """kind: number, name, operator, string (with its quotes) or end (of the text, with nothing in it)."""

    kind: str
    text: str
    place: Place


class Lines:
    """Turns offsets in a text into places; first: the place of the text's first character in its file."""

    def __init__(self, text: str, first: Place = START) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._first = first

    def place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[line] + (self._first.column if line == 0 else 1)
        return Place(self._first.line + line, column)


def tokens(text: str, first: Place = START) -> list[Token]:
    """The words of a formula, closed by an `end`. Raises BadInput at a character that no language here uses."""
    lines = Lines(text, first)
    if len(text) > MOST_TOKENS:
        _check_count(text, lines)
    found: list[Token] = []
    offset = 0
    while offset < len(text):
        match = _WORD.match(text, offset)
        if match is None:
            raise at(
                lines.place(offset),
                say("interop.character", text=text[offset]),
                say("interop.character_mend"),
            )
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(), lines.place(offset)))
        offset = match.end()
    found.append(Token("end", "", lines.place(len(text))))
    return found


def _check_count(text: str, lines: Lines) -> None:
    """Raises BadInput for too many words, before any of them is kept."""
    count = 0
    for match in _WORD.finditer(text):
        count += match.lastgroup != "space"
        if count > MOST_TOKENS:
            raise at(
                lines.place(match.start()),
                say("interop.too_long", most=MOST_TOKENS),
                say("interop.split_mend"),
            )


def number(token: Token) -> float:
    """The value of a number token; Fortran's D stands for E. Raises BadInput for one that is not finite."""
    value = float(token.text.replace("d", "e").replace("D", "e"))
    if value in (float("inf"), float("-inf")):
        raise at(
            token.place, say("interop.too_large_number", text=token.text[:60]), say("interop.number_mend")
        )
    return value


def at(place: Place, what: Message, mend: Message) -> BadInput:
    """The error `what` at a place, with its mend."""
    return BadInput(say("interop.at", line=place.line, column=place.column, what=what), mend)
