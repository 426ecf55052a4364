"""Means and variances of many columns, taken in chunk by chunk and merged without loss (Chan, Golub and LeVeque, 1983)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(eq=False)
class Moments:
    """count rows; mean [columns]; squares: sum of squared deviations from the mean [columns]."""

    columns: int
    count: int = 0
    mean: Vector = field(init=False)
    squares: Vector = field(init=False)

    def __post_init__(self) -> None:
        self.mean = np.zeros(self.columns)
        self.squares = np.zeros(self.columns)

    def add(self, rows: Vector) -> None:
        """Takes in rows [n, columns] without NaN."""
        if len(rows) == 0:
            return
        mean = rows.mean(axis=0)
        total = self.count + len(rows)
        apart = mean - self.mean
        self.squares = (
            self.squares + ((rows - mean) ** 2).sum(axis=0) + apart**2 * (self.count * len(rows) / total)
        )
        self.mean = self.mean + apart * (len(rows) / total)
        self.count = total

    @property
    def deviation(self) -> Vector:
        """Standard deviations, divisor count - 1; NaN of fewer than two rows."""
        if self.count < 2:
            return np.full(self.columns, np.nan)
        return np.sqrt(self.squares / (self.count - 1))
