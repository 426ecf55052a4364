"""Places that count tokens, as TACRED writes them: subj_start 2, subj_end 3 are the third and the fourth token.

Zhang et al. (2017), "Position-aware attention and supervised data improve slot filling": ends are included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from longwave.text.corpus.cell import missing, text_of_cell
from longwave.text.corpus.columns import Assignment, tidy
from longwave.text.corpus.lists import listed

_TOKENS = ("token", "tokens", "words")


@dataclass(frozen=True)
class Joined:
    """A text made of tokens by blanks between them, and the characters of each token."""

    text: str
    places: tuple[tuple[int, int], ...]

    def characters(self, first: int, last: int) -> tuple[int, int] | None:
        """The characters from one token to another, which is included; None where there are no such tokens."""
        if not 0 <= first <= last < len(self.places):
            return None
        return self.places[first][0], self.places[last][1]


def token_lists(frame: pd.DataFrame, names: Assignment) -> list[Joined] | None:
    """The texts by their tokens: the text's own column if it holds lists, else a column called so."""
    own = [names.get("text"), *(name for name in frame.columns if tidy(str(name)) in _TOKENS)]
    for name in own:
        lists = (
            [[] if missing(cell) else listed(cell) for cell in frame[name]] if name in frame.columns else []
        )
        found = [each for each in lists if each is not None]
        if any(found) and len(found) == len(lists):
            return [_joined(each) for each in found]
    return None


def ends_are_included(names: Assignment, places: Sequence[Sequence[int]]) -> bool:
    """Whether an end is the last token: TACRED's names say so, and so does an end that is its start."""
    named = tidy(names.get("head_end") or "").startswith("subj")
    return named or any(row[0] == row[1] >= 0 or row[2] == row[3] >= 0 for row in places)


def cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a place begins or ends between two letters of a word written in the Latin alphabet's way."""
    return any(
        0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at]) for at in (start, end)
    )


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _joined(tokens: Sequence[Any]) -> Joined:
    places: list[tuple[int, int]] = []
    at = 0
    written = [text_of_cell(token).strip() for token in tokens]
    for token in written:
        places.append((at, at + len(token)))
        at += len(token) + 1
    return Joined(" ".join(written), tuple(places))
