"""How fast two models answer the same rows on this machine: one row at a time, and many sorted by length.

The two take turns, so that what else the machine does falls on both alike; the middle time stands for a row.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.text.table import Row

ONE_BY_ONE = 40
TOGETHER = 256
TIMES = 3

Answering = Callable[[Sequence[Row]], list[Row]]


@dataclass(frozen=True, slots=True)
class Speed:
    """milliseconds: the middle time for one row alone; per_second: rows, many at once."""

    milliseconds: float
    per_second: float


def speeds(answering: Sequence[Answering], rows: Sequence[Row], progress: Progress = silent) -> list[Speed]:
    """Of each, on the same rows, on one thread."""
    alone = rows[:ONE_BY_ONE]
    many = rows[:TOGETHER]
    times = np.empty((len(answering), len(alone)))
    for answer in answering:
        answer(rows[:1])  # what is done once is no part of it
    for place, row in enumerate(alone):
        progress(say("text_export.timing"), place, len(alone))
        for k, answer in enumerate(answering):
            times[k, place] = _seconds(answer, [row])
    together = np.array([[_seconds(answer, many) for answer in answering] for _ in range(TIMES)])
    return [
        Speed(float(np.median(times[k])) * 1e3, len(many) / float(together[:, k].min()))
        for k in range(len(answering))
    ]


def _seconds(answer: Answering, rows: Sequence[Row]) -> float:
    started = time.perf_counter()
    answer(rows)
    return time.perf_counter() - started


def load() -> dict[str, Any]:
    """What else the machine did meanwhile, for the card."""
    known = hasattr(os, "getloadavg")
    return {"load": round(os.getloadavg()[0], 1) if known else None, "cores": os.cpu_count()}
