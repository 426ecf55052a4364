"""Tokens of a text with their places, where a corpus marks characters and a tagger wants tokens.

Each Chinese, Japanese or Korean character is a token; a run of other letters and digits is one (with an apostrophe or a
point between letters or digits: don't, 3.5, U.S); every other sign stands alone. Blanks part tokens.
"""

from __future__ import annotations

import re

from .script import EAST

_TOKEN = re.compile(rf"[{EAST}]|[^\W_{EAST}]+(?:['’.,][^\W_{EAST}]+)*|[^\s]")


def tokenised(text: str) -> list[tuple[int, int]]:
    """The first character of each token and the one after its last."""
    return [match.span() for match in _TOKEN.finditer(text)]


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))
