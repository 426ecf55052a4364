"""Texts made comparable, nothing of their meaning changed.

Unicode NFC (one form for é), plain line ends, control characters and invisible marks (byte-order mark, zero-width
space, direction overrides, halves of surrogate pairs) taken out. Kept as written: full-width letters, emoji with their
joiners, casing, accents. Unicode Standard Annex 15 (normalisation forms).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LINES = re.compile("\r\n?|[\u2028\u2029]")
_FULL_WIDTH = re.compile("[Ａ-Ｚａ-ｚ０-９]")


def clean(text: str) -> str:
    """The text in NFC without what steers a screen. Not stripped: characters may be counted from its start."""
    if text.isascii() and text.isprintable():
        return text
    text = _STEERING.sub("", _LINES.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def place(text: str, character: int) -> int:
    """Where a character of `text` stands in `clean(text)`."""
    return len(clean(text[:character]))


def has_full_width(text: str) -> bool:
    """Whether Latin letters or digits are written full-width (Ａ１), which a tokeniser reads as other characters."""
    return not text.isascii() and _FULL_WIDTH.search(text) is not None


MARKS = frozenset(
    {"NaN", "nan", "NAN", "-nan", "-NaN", "<NA>", "NULL", "null", "#N/A", "N/A", "n/a", "#NA", "NaT"}
)
"""What programs write where a cell holds nothing. "None" and "NA" are not among them: both are words and labels too."""


def is_mark(cell: Any) -> bool:
    """Whether a cell is a text that stands for nothing."""
    return isinstance(cell, str) and cell.strip() in MARKS


def missing(cell: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, pandas' NA."""
    if cell is None:
        return True
    if isinstance(cell, float | np.floating):
        return bool(np.isnan(cell))
    return type(cell).__name__ in {"NAType", "NaTType"}


def text_of_cell(cell: Any) -> str:
    """A cell as text: nothing where it is missing, whole numbers without a point, lists of texts as lines."""
    if isinstance(cell, str):
        return cell
    if missing(cell):
        return ""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    if isinstance(cell, list | tuple | np.ndarray):
        return "\n".join(text_of_cell(part) for part in cell)
    return str(cell)
