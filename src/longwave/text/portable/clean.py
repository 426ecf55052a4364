"""Texts made comparable, nothing of their meaning changed: of rows to learn from and of rows to answer alike.

Unicode NFC (one form for é), plain line ends, control characters and invisible marks (byte-order mark, zero-width
space, direction overrides, halves of surrogate pairs) taken out. Kept as written: full-width letters, emoji with their
joiners, casing, accents. Unicode Standard Annex 15 (normalisation forms).
"""

from __future__ import annotations

import re
import unicodedata

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LINES = re.compile("\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """The text in NFC without what steers a screen. Not stripped: characters may be counted from its start."""
    if text.isascii() and text.isprintable():
        return text
    text = _STEERING.sub("", _LINES.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def place(text: str, character: int) -> int:
    """Where a character of `text` stands in `clean(text)`."""
    return len(clean(text[:character]))
