"""Labels that are other labels joined by a mark: `trade;money` where trade and money are labels by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

_MARKS = (";", "|", ",", "/", "；", "，", "、")
_SHARE = 0.05
"""Of the rows, those that must have such a label before it is said: a few may be named so by chance ("and/or")."""


def joined(found: Sequence[str]) -> tuple[str, tuple[str, ...], int] | None:
    """The mark that joins most labels, these labels and the number of their rows; None where it is no habit of the file."""
    counts = Counter(label for label in found if label)
    best: tuple[str, tuple[str, ...], int] | None = None
    for mark in _MARKS:
        labels = tuple(label for label in counts if mark in label and _parts_alone(label, mark, counts))
        rows = sum(counts[label] for label in labels)
        if len(labels) > 1 and rows >= _SHARE * counts.total() and (best is None or rows > best[2]):
            best = mark, labels, rows
    return best


def _parts_alone(label: str, mark: str, counts: Counter[str]) -> bool:
    parts = [part.strip() for part in label.split(mark)]
    return len(set(parts)) > 1 and all(part in counts for part in parts if part)
