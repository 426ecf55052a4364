"""How text is cut for what counts words: words where words are spaced, single characters where they are not.

Text is brought to NFKC first, so that full-width letters and digits equal plain ones. Characters of scripts that set no
spaces (Han, kana, Thai, Lao, Burmese, Khmer) are units of their own: no segmentation, which would bring its own errors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .script import UNSPACED

# Vowel signs of Hebrew, Arabic and the Indic scripts are no letters to `\w`, yet stand inside words.
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_LETTER = rf"(?:[^\W{UNSPACED}]|[{_SIGNS}])"
_UNIT = re.compile(rf"[{UNSPACED}]|{_LETTER}+(?:['’]{_LETTER}+)*|[^\w\s]")
_BARE = re.compile(r"[A-Za-z0-9_]+(?:'[A-Za-z0-9_]+)*|[^\w\s]")
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """NFKC and lower case."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def units(text: str) -> list[str]:
    """Words, single characters of unspaced scripts, and signs, lower case, in order."""
    text = plain(text)
    return _BARE.findall(text) if text.isascii() else _UNIT.findall(text)


def grams(items: Sequence[str], low: int, high: int, glue: str = " ") -> list[str]:
    """Every run of `low` to `high` items."""
    found = list(items) if low == 1 else []
    for size in range(max(low, 2), high + 1):
        found += [glue.join(run) for run in zip(*(items[start:] for start in range(size)), strict=False)]
    return found


def inner_grams(text: str, low: int = 2, high: int = 5) -> list[str]:
    """Runs of characters inside words, whose borders are marked by a space."""
    found = []
    for word in _SPACES.split(plain(text)):
        if not word:
            continue
        padded = f" {word[:60]} "  # a longer "word" is a link or noise, and would swell the vocabulary
        for size in range(low, high + 1):
            found += [padded[at : at + size] for at in range(max(len(padded) - size, 0) + 1)]
    return found
