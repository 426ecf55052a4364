"""Scripts by their characters: which are Chinese, which set no spaces between words, which stand as wide as these.

    HAN        Chinese characters
    UNSPACED   Chinese characters, kana, Thai, Lao, Burmese and Khmer: words are not parted by blanks
    EAST       Chinese characters, kana, Hangul and their radicals: each counts about a word
    WIDE       what sets no spaces, with its signs and full-width letters: no blank stands between two of them

They are pieces of a regular expression's class, to be put between brackets.
"""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
KANA = "\u3040-\u30ff"
UNSPACED = HAN + KANA + "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
EAST = HAN + KANA + "\u2e80-\u2fdf\u3005-\u3007\uac00-\ud7af"
WIDE = UNSPACED + "\u2e80-\u303f\u3100-\u33ff\ufe30-\ufe4f\uff00-\uffef"

_HAN, _KANA, _UNSPACED, _WIDE = (re.compile(f"[{each}]") for each in (HAN, KANA, UNSPACED, WIDE))


def is_kana(text: str) -> bool:
    """Whether a Japanese syllable stands in the text."""
    return not text.isascii() and _KANA.search(text) is not None


def is_han(text: str) -> bool:
    """Whether a Chinese character stands in the text."""
    return not text.isascii() and _HAN.search(text) is not None


def wide(letter: str) -> bool:
    """Whether it is of a script that writes no spaces, or as wide (Chinese, Japanese, full-width signs)."""
    return bool(letter) and _WIDE.match(letter) is not None


def unspaced(text: str) -> int:
    """How many characters of the text are of scripts that set no spaces."""
    return 0 if text.isascii() else len(_UNSPACED.findall(text))


def without_blanks(text: str) -> bool:
    """Whether most of a text is of scripts that set no spaces: its words are not to be had at blanks."""
    return 2 * unspaced(text) > len("".join(text.split()))
