"""Small tables made in code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from longwave.text.table import Row, TextTable

LABELS = ("down", "flat", "up")


def classified(
    rows: int = 300, *, right: float = 0.8, seed: int = 0, **columns: Sequence[object]
) -> TextTable:
    rng = np.random.default_rng(seed)
    label = rng.choice(LABELS, rows)
    frame = pd.DataFrame(
        {"id": [str(n) for n in range(rows)], "text": [f"word {n}" for n in range(rows)], "label": label}
    )
    return TextTable("classify", frame.assign(**columns), labels=LABELS)


def guesses(table: TextTable, *, right: float = 0.8, seed: int = 1) -> list[Row]:
    """Labels told that are right at this rate, with probabilities that say so."""
    rng = np.random.default_rng(seed)
    said = [gold if rng.random() < right else str(rng.choice(table.labels)) for gold in table.frame["label"]]
    rest = (1 - right) / (len(table.labels) - 1)
    return [
        {
            "label": label,
            "probability": right,
            "scores": {name: right if name == label else rest for name in table.labels},
        }
        for label in said
    ]


def tagged(rows: Sequence[Sequence[str]]) -> TextTable:
    frame = pd.DataFrame(
        {
            "id": [str(n) for n in range(len(rows))],
            "tokens": [tuple(f"Word{n}," for n in range(len(row))) for row in rows],
            "tags": [tuple(row) for row in rows],
        }
    )
    return TextTable("entities", frame)


def asked(rows: Sequence[tuple[str, tuple[str, ...]]]) -> TextTable:
    frame = pd.DataFrame(
        {
            "id": [str(n) for n in range(len(rows))],
            "question": [question for question, _ in rows],
            "context": ["the text" for _ in rows],
            "answers": [answers for _, answers in rows],
            "starts": [tuple(0 for _ in answers) for _, answers in rows],
        }
    )
    return TextTable("answers", frame)
