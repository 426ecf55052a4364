"""Texts as tokens to be counted: words where words are spaced, characters where they are not.

`words` lowers the case and takes runs of letters and digits; Chinese characters and kana stand alone. On plain English it
gives what the original ROUGE counts without stemming.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import TypeVar

from longwave.text.portable.script import HAN, KANA, is_han

_WORD = re.compile(rf"[{HAN}{KANA}]|[^\W_{HAN}{KANA}]+")

T = TypeVar("T", bound=Hashable)


def words(text: str) -> list[str]:
    """Words in small letters, without punctuation; each Chinese character is one."""
    return _WORD.findall(text.lower())


def terms(text: str) -> list[str]:
    """Words, and of Chinese characters that follow each other the pairs too, which are what words are there."""
    single = words(text)
    return single + [one + other for one, other in pairwise(single) if is_han(one) and is_han(other)]


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
