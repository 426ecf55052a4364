"""Cells as texts: what holds nothing, what only says that it does, and what is written full-width."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

_FULL_WIDTH = re.compile("[Ａ-Ｚａ-ｚ０-９]")


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
