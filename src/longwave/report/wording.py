"""How numbers and foreign words are written in a report: signs, separators, and no character that could
mislead."""

from __future__ import annotations

import math
import re
import unicodedata
from numbers import Integral, Real

from longwave.core.message import Language, Message, Names, say

MISSING = "–"
"""What a cell shows where there is no figure."""
_TURNS_TEXT = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LARGE = 1e15
"""From here on a number is written with an exponent: nobody counts sixteen digits."""
_MINUS = re.compile(
    r"""(?<![^\s(\[{"'“‘=<>≤≥~±–\u2e80-\uffef])-(?=\.?\d[\d.,]*(?:e[+-]?\d+)?(?![A-Za-z0-9_-]))"""
)
"""A hyphen that signs a number: nothing before it that it could join, and no word or further hyphen after
the number, as in a date, a range or an id."""
_MAGNITUDES: dict[Language, tuple[tuple[float, float, str], ...]] = {
    "en": ((1e12, 1e12, "trillion"), (1e9, 1e9, "billion"), (1e6, 1e6, "million")),
    "zh": ((1e12, 1e12, "trillion"), (1e8, 1e8, "billion"), (1e6, 1e4, "million")),
}
"""From which size on, divided by what, under which word. Chinese counts in 万 and 亿, so its steps are its
own."""


def plain(text: str) -> str:
    """`text` on one line, without control characters, halves of characters and marks that reverse the
    reading."""
    return " ".join("".join(c if _printable(c) else " " for c in text).split())


def true_minus(text: str) -> str:
    """`text` with "−" for each hyphen that signs a number.

    A hyphen inside a range (1996-2004), a date, an id or a word stays one. Unlike a hyphen, the minus sign
    cannot be parted from its number at the end of a line.
    """
    return _MINUS.sub("−", text)


def sentence(message: Message | Names, lang: Language) -> str:
    """A message of a document as the page prints it: on one line, its numbers with true minus signs."""
    return true_minus(plain(message.text(lang)))


def series_of(parts: list[str], lang: Language) -> str:
    """Parts with commas between them, in Chinese full-width ones, but not where both neighbours are in Latin
    letters: there a full-width comma tears a gap."""
    text = ""
    for part in parts:
        foreign = lang != "zh" or not (_is_wide(text[-1:]) or _is_wide(part[:1]))
        text += ((", " if foreign else "，") if text else "") + part
    return text


def _is_wide(character: str) -> bool:
    return character > "\u2e80"


def _printable(character: str) -> bool:
    if character in _TURNS_TEXT or unicodedata.category(character) in {"Cc", "Cs"}:
        return False
    code = ord(character)
    return code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF


def spoken(value: object, lang: Language) -> str:
    """A value from a document as words: names in the language, whole numbers as they are, others to two
    decimals."""
    if value is None:
        return MISSING
    if isinstance(value, Names | Message):
        return sentence(value, lang)
    if isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(spoken(item, lang) for item in value)
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return figure(float(value), 2)
    return true_minus(plain(str(value)))


def figure(value: float, decimals: int, percent: bool = False, *, grouped: bool = True) -> str:
    """A number for a table: true minus sign, separators for thousands (unless not `grouped`, as years are), fixed
    decimals, a dash where there is none."""
    if not math.isfinite(value):
        return MISSING
    shown = value * 100 if percent else value
    written = (
        f"{shown:.{decimals}e}" if abs(shown) >= _LARGE else f"{shown:{',' if grouped else ''}.{decimals}f}"
    )
    if not written.strip("-0.,"):
        written = written.lstrip("-")
    signed = f"−{written[1:]}" if written.startswith("-") else written
    return f"{signed}%" if percent else signed


def magnitude(largest: float, lang: Language) -> tuple[float, Message | None]:
    """What to divide an axis by, and the word for it, so that its labels stay short."""
    for least, divisor, word in _MAGNITUDES[lang]:
        if least <= largest < _LARGE:
            return divisor, say(f"report.{word}")
    return 1.0, None


def tick_labels(ticks: list[float], percent: bool = False, *, grouped: bool = True) -> list[str]:
    """Labels of an axis, with as many decimals as tell its ticks apart and a true minus sign."""
    decimals = next((d for d in range(9) if all(abs(t - round(t, d)) <= 1e-6 * abs(t) for t in ticks)), 9)
    if any(abs(t) >= _LARGE or 0 < abs(t) < 1e-6 for t in ticks):
        labels = [f"{t:g}" for t in ticks]
    else:
        labels = [figure(t, decimals, grouped=grouped) for t in ticks]
    return [label.replace("-", "−") + ("%" if percent else "") for label in labels]
