"""What lies beyond the last period of a forward-looking solve.

A lead in the last periods reads rows that no equation closes. They are data (given values), a steady state, or they
hang on the last period solved: x(T+k) = x(T) (constant), x(T) (x(T) / x(T-1))^k (growth), x(T) + k (x(T) - x(T-1))
(difference). In the last three the end moves with the solution, and its slopes enter the Jacobian.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class Terminal(Enum):
    """How values beyond the end are found."""

    DATA = "data"
    CONSTANT = "constant"
    GROWTH = "growth"
    DIFFERENCE = "difference"
    STEADY = "steady"

    @property
    def moves(self) -> bool:
        """Whether the end hangs on the solution."""
        return self in (Terminal.CONSTANT, Terminal.GROWTH, Terminal.DIFFERENCE)


def fill_beyond(data: Matrix, stop: int, columns: NDArray[np.intp], terminal: Terminal) -> None:
    """Writes the rows from `stop` on of these columns from rows stop-1 and stop-2, for an end that moves."""
    last, before = data[stop - 1, columns], data[stop - 2, columns]
    for ahead in range(1, len(data) - stop + 1):
        data[stop - 1 + ahead, columns] = _ahead(last, before, ahead, terminal)


def _ahead(last: Matrix, before: Matrix, ahead: int, terminal: Terminal) -> Matrix:
    if terminal is Terminal.CONSTANT:
        return last
    if terminal is Terminal.DIFFERENCE:
        return last + ahead * (last - before)
    with np.errstate(all="ignore"):
        return np.where((last == 0.0) & (before == 0.0), 0.0, last * (last / before) ** ahead)


def slopes_beyond(
    last: Matrix, before: Matrix, ahead: NDArray[np.intp], terminal: Terminal
) -> tuple[Matrix, Matrix]:
    """The derivatives of values `ahead` periods beyond the end to the last value and to the one before."""
    if terminal is Terminal.CONSTANT:
        return np.ones_like(last), np.zeros_like(last)
    if terminal is Terminal.DIFFERENCE:
        return np.asarray(1.0 + ahead, dtype=np.float64), np.asarray(-1.0 * ahead, dtype=np.float64)
    with np.errstate(all="ignore"):
        growth = np.where((last == 0.0) & (before == 0.0), 1.0, last / before)
        slopes = (ahead + 1.0) * growth**ahead, -ahead * growth ** (ahead + 1.0)
    return np.asarray(slopes[0], dtype=np.float64), np.asarray(slopes[1], dtype=np.float64)
