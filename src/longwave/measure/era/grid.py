"""The grid of candidate eras: every family, duration and turning date at which the likelihood is looked up.

Durations of 12 to 68 years from one tenth to nine tenths: a wave of a techno-economic era takes decades
(Gruebler 1990: most large technologies 15 to 70 years); what comes and goes faster is treated as a shock. Dates
run from before the figures to long after them, so that "it still lies ahead" is always among the candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.maturity import SHAPES, Shape, log_decay, maturity, pace

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]

DURATIONS = (12.0, 17.0, 24.0, 34.0, 48.0, 68.0)
BEFORE = (20, 14, 9, 5, 2)
AFTER = (1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 30)


@dataclass(frozen=True, eq=False)
class Grid:
    """first, last: years of the figures; shapes, durations, dates: candidates. A point is (shape, duration,
    date), dates fastest."""

    first: int
    last: int
    dates: Whole
    shapes: tuple[Shape, ...] = SHAPES
    durations: tuple[float, ...] = DURATIONS

    @property
    def form(self) -> tuple[int, int, int]:
        return len(self.shapes), len(self.durations), len(self.dates)

    @property
    def size(self) -> int:
        return int(np.prod(self.form))

    @cached_property
    def date_of(self) -> Whole:
        """Position in `dates` of each point."""
        return np.tile(np.arange(len(self.dates)), len(self.shapes) * len(self.durations))

    @cached_property
    def penalty(self) -> Vector:
        """What a shape's extra parameter costs in log-likelihood."""
        extra = np.array([shape.parameters - 2.0 for shape in self.shapes])
        return np.repeat(extra, len(self.durations) * len(self.dates))

    def parts(self, point: int) -> tuple[Shape, float, int]:
        """Shape, duration and date of a point."""
        shape, duration, date = np.unravel_index(point, self.form)
        return self.shapes[shape], self.durations[duration], int(self.dates[date])

    def curves(self, years: Whole, contribution: bool) -> Vector:
        """dm/dt (of a contribution) or m (of a state) at `years`: (years, points)."""
        return self._over(pace if contribution else maturity, years)

    def log_decays(self, years: Whole) -> Vector:
        """ln lambda at `years`: (years, points)."""
        return self._over(log_decay, years)

    def maturities(self, years: Whole) -> Vector:
        return self._over(maturity, years)

    def _over(self, function: object, years: Whole) -> Vector:
        gap = years[:, None, None] - self.dates[None, None, :].astype(float)
        durations = np.array(self.durations)[None, :, None]
        parts = [
            np.broadcast_to(
                function(shape, durations, gap),  # type: ignore[operator]
                (len(years), len(self.durations), len(self.dates)),
            )
            for shape in self.shapes
        ]
        return np.stack(parts, axis=1).reshape(len(years), self.size)


def grid_for(first: int, last: int, *, step: int = 1, coarse: bool = False) -> Grid:
    """Candidates for figures from `first` to `last`; step: years between candidate dates inside them."""
    inside = np.arange(last, first - 1, -step)[::-1]
    dates = np.concatenate([first - np.array(BEFORE), inside, last + np.array(AFTER)])
    if coarse:
        return Grid(first, last, dates, (SHAPES[0], SHAPES[1], SHAPES[4]), (*DURATIONS[::2], DURATIONS[-1]))
    return Grid(first, last, dates)
