"""Texts as tokens to be counted: words where words are spaced, characters where they are not.

`words` lowers the case and takes runs of letters and digits; Chinese characters and kana stand alone. On plain English it
gives what the original ROUGE counts without stemming. `is_han` is the test by which a text is read as Chinese.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_UNSPACED = HAN + "\u3040-\u30ff"
_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")

T = TypeVar("T", bound=Hashable)


def is_han(text: str) -> bool:
    """Whether a Chinese character stands in the text."""
    return _HAN.search(text) is not None


def words(text: str) -> list[str]:
    """Words in small letters, without punctuation; each Chinese character is one."""
    return _WORD.findall(text.lower())


def grams(tokens: Sequence[T], size: int) -> Counter[tuple[T, ...]]:
    """How often each run of `size` tokens occurs."""
    return Counter(zip(*(tokens[at:] for at in range(size)), strict=False))


def letter_grams(text: str, size: int) -> Counter[str]:
    """How often each run of `size` characters occurs."""
    return Counter([text[at : at + size] for at in range(len(text) - size + 1)])


def shared(one: Counter[T], other: Counter[T]) -> int:
    """How many occurrences the two have in common."""
    if len(one) > len(other):
        one, other = other, one
    return sum(min(count, other[each]) for each, count in one.items() if each in other)
