"""Quantiles of many columns at once in bounded memory, with an error in rank that is counted, not guessed.

A level h holds up to `size` rows of weight 2^h. A full level is sorted and every other row goes up to the next one
(Manku, Rajagopalan and Lindsay, 1998; the alternating start is theirs, and merging is that of Karnin, Lang and
Liberty, 2016). Halving a level of weight w moves the rank of any value by at most w; the sum of these over all
halvings is the bound `rank_error`, which holds for certain and not only with high probability. For N rows it is
about log2(N / size) / size of N. All columns are halved in the same step, as they all have the same number of
rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(eq=False)
class Sketch:
    """columns: how many distributions side by side; size: even number of rows a level, which sets error and memory."""

    columns: int
    size: int = 2048
    count: int = 0
    moved: int = 0
    """Upper bound of the error in rank, in rows."""
    levels: list[Vector] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    least: Vector = field(init=False)
    most: Vector = field(init=False)

    def __post_init__(self) -> None:
        if self.size < 2 or self.size % 2:
            raise ValueError("a sketch wants an even size of at least 2")
        self.least = np.full(self.columns, np.inf)
        self.most = np.full(self.columns, -np.inf)

    @property
    def rank_error(self) -> float:
        """The largest error in rank as a share of all rows: a quantile for p is exact for a p within this of it."""
        return self.moved / self.count if self.count else 0.0

    @property
    def kept(self) -> int:
        """Rows that are held."""
        return sum(len(each) for each in self.levels)

    def add(self, rows: Vector) -> None:
        """Takes in rows [n, columns] without NaN."""
        if len(rows) == 0:
            return
        self.count += len(rows)
        self.least = np.minimum(self.least, rows.min(axis=0))
        self.most = np.maximum(self.most, rows.max(axis=0))
        for begin in range(0, len(rows), self.size):
            self._put(0, rows[begin : begin + self.size])

    def merge(self, other: Sketch) -> None:
        """Takes in another sketch of the same columns and size; the bounds of error add up."""
        if (other.columns, other.size) != (self.columns, self.size):
            raise ValueError("only sketches of the same columns and size can be merged")
        self.count += other.count
        self.moved += other.moved
        self.least = np.minimum(self.least, other.least)
        self.most = np.maximum(self.most, other.most)
        for level, rows in enumerate(other.levels):
            self._put(level, rows)

    def _put(self, level: int, rows: Vector) -> None:
        while len(self.levels) <= level:
            self.levels.append(np.empty((0, self.columns)))
            self.starts.append(0)
        held = np.concatenate([self.levels[level], rows])
        if len(held) < self.size:
            self.levels[level] = held
            return
        full = len(held) - len(held) % 2
        kept = np.sort(held[:full], axis=0)[self.starts[level] :: 2]
        self.levels[level] = held[full:].copy()
        self.starts[level] = 1 - self.starts[level]
        self.moved += 1 << level
        self._put(level + 1, kept)

    def quantiles(self, probabilities: Sequence[float]) -> Vector:
        """float64 [len(probabilities), columns]: the smallest held value with at least that share at or below it.

        0 and 1 are the exact extremes. Raises ValueError where nothing was added.
        """
        if self.count == 0:
            raise ValueError("an empty sketch has no quantiles")
        values = np.concatenate(self.levels)
        weights = np.concatenate([np.full(len(each), 1 << level) for level, each in enumerate(self.levels)])
        order = np.argsort(values, axis=0, kind="stable")
        reached = np.cumsum(weights[order], axis=0)
        sorted_values = np.take_along_axis(values, order, axis=0)
        found = np.empty((len(probabilities), self.columns))
        for place, probability in enumerate(probabilities):
            below = (reached < probability * self.count).sum(axis=0)
            row = np.minimum(below, len(values) - 1)
            found[place] = np.take_along_axis(sorted_values, row[None], axis=0)[0]
            if probability <= 0.0:
                found[place] = self.least
            if probability >= 1.0:
                found[place] = self.most
        return found
