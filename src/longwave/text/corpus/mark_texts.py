"""Marks that bring the text which they mark: where it stands elsewhere than the mark says, its own place is taken.

Counts of bytes, of UTF-16 units or with the end included shift marks by a few characters; learnt as they stand, words
beside the entity would be its tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_KEYS = ("value", "text", "word", "surface")
_NEAR = 30
"""Characters that a mark may be off where its text stands more than once."""


def own_text(mark: Any) -> str:
    """The text that a mark brings; empty where it brings none."""
    if not isinstance(mark, Mapping):
        return ""
    found = next((mark[key] for key in _KEYS if key in mark), "")
    return found.strip() if isinstance(found, str) else ""


def settled(text: str, start: int, end: int, own: str) -> tuple[int, int] | None:
    """Where a mark's own text stands: as marked, else where it stands alone or nearest by; None where it does not."""
    if 0 <= start < end and _alike(text[start:end], own):
        return start, end
    found = [match.span() for match in re.finditer(re.escape(own), text)]
    if len(found) == 1:
        return found[0]
    near = sorted(
        (place for place in found if abs(place[0] - start) <= _NEAR), key=lambda p: abs(p[0] - start)
    )
    return near[0] if near else None


def _alike(marked: str, own: str) -> bool:
    return "".join(marked.split()).casefold() == "".join(own.split()).casefold()
