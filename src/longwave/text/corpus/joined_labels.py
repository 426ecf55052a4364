"""Labels that are other labels joined by a mark: `trade;money`, where trade and money are labels elsewhere too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from longwave.text.corpus.lists import SAME_MARKS

_MARKS = (*SAME_MARKS, "|", "/", "、")
_WORDS = "/"
"""A mark that stands within names too: and/or, sport/football."""
_SHARE = 0.05
"""Of the rows, those that must have such a label before it is said: a few may be named so by chance ("and/or")."""


def joined(found: Sequence[str]) -> tuple[str, tuple[str, ...], int] | None:
    """The mark that joins most labels, these labels and the number of their rows; None where it is no habit of the file.

    Each part of such a label is one by itself, or is part of another one too: there may be no row with one label only."""
    counts = Counter(label for label in found if label)
    best: tuple[str, tuple[str, ...], int] | None = None
    for marks in _MARKS:
        labels = _with_parts_elsewhere(counts, marks)
        rows = sum(counts[label] for label in labels)
        enough = len(labels) > (marks == _WORDS)
        if enough and rows >= _SHARE * counts.total() and (best is None or rows > best[2]):
            best = _most_used(labels, marks, counts), labels, rows
    return best


def _with_parts_elsewhere(counts: Counter[str], marks: str) -> tuple[str, ...]:
    """The labels whose every part is a label by itself, or stands in another label."""
    parts = {label: _parts(label, marks) for label in counts}
    several = {label: each for label, each in parts.items() if len(each) > 1}
    shared = Counter(part for each in several.values() for part in each)
    least = len(counts) if marks == _WORDS else 1
    return tuple(
        label
        for label, each in several.items()
        if all(part in counts or shared[part] > least for part in each)
    )


def _parts(label: str, marks: str) -> frozenset[str]:
    return frozenset(part.strip() for part in re.split(f"[{marks}]", label) if part.strip())


def _most_used(labels: Sequence[str], marks: str, counts: Counter[str]) -> str:
    """Of sister marks the one that most rows have."""
    return max(marks, key=lambda mark: sum(counts[label] for label in labels if mark in label))
