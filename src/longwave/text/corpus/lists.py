"""Lists in cells: as they are, as JSON text, as Python's spelling of a list, or parted by a separator."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import numpy as np

from longwave.text.corpus.cell import missing

_LOST_COMMAS = re.compile(r"""(['"])\s+(['"])""")
"""numpy's spelling, ['a' 'b'], which Python would read as one text 'ab'."""
SAME_MARKS = (";；", ",，")
"""Marks that one hand writes for another, by the keyboard's language."""


def listed(cell: Any) -> list[Any] | None:
    """The list that a cell holds or spells; None for a cell that is none."""
    if isinstance(cell, list):
        return cell
    if isinstance(cell, tuple | np.ndarray | set):
        return list(cell)
    if isinstance(cell, str) and cell.strip()[:1] == "[" and cell.strip()[-1:] == "]":
        value = spelled(cell.strip())
        return value if isinstance(value, list) else None
    return None


def spelled(text: str) -> Any:
    """What a JSON or Python spelling of lists, dicts, texts and numbers means; None where it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    numpy_like = _LOST_COMMAS.search(text) and "," not in text
    try:
        return ast.literal_eval(_LOST_COMMAS.sub(r"\1, \2", text) if numpy_like else text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def parted(cell: Any, separator: str) -> list[str]:
    """The texts of a cell parted by a separator, or its sister of another keyboard: empty ones left out."""
    if missing(cell):
        return []
    sisters = next((marks for marks in SAME_MARKS if separator in marks), "")
    parts = re.split(f"[{sisters}]", str(cell)) if sisters else str(cell).split(separator)
    return [part.strip() for part in parts if part.strip()]
