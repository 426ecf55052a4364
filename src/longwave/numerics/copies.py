"""Many copies of one solve that differ in shocks or parameters: how they are asked for, and how each of them ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.interpreted import Outcome, Status

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]

Fill = Callable[[int, int], tuple[Vector, Vector | None]]
"""(first, stop) -> values [stop - first, periods, shocked columns] of these replications, and their parameters
[stop - first, parameters], None where all have the same. Called by several threads at once, in no certain order, so
that draws should follow from the number of a replication alone."""

BATCH = 64
"""Replications between two calls of `Fill`: memory does not grow with their number."""


@dataclass(frozen=True)
class Outcomes:
    """Of each replication: status, row, block, iterations, norm, as in `Outcome`. failed: which were not solved."""

    status: Whole
    row: Whole
    block: Whole
    iterations: Whole
    norm: Vector

    @property
    def failed(self) -> Whole:
        return np.flatnonzero(self.status)

    def __getitem__(self, place: int) -> Outcome:
        return Outcome(
            Status(int(self.status[place])),
            int(self.row[place]),
            int(self.block[place]),
            int(self.iterations[place]),
            float(self.norm[place]),
        )


def blank_failed(found: Outcomes, out: Vector, first_row: int) -> None:
    """Nobody shall take the start values of a failed replication for its solution: they become NaN."""
    for place in found.failed:
        out[place, int(found.row[place]) - first_row :] = np.nan


def check_columns(columns: Sequence[int], width: int) -> None:
    """Raises ValueError for a column that the data do not have."""
    wrong = [column for column in columns if not 0 <= column < width]
    if wrong:
        raise ValueError(f"columns {wrong[:5]} are not among 0..{width - 1}")


def check_out(out: Vector, replications: int, periods: int, keep: int) -> None:
    """Raises ValueError where `out` is not float64 [replications, periods, keep] in C order."""
    wanted = (replications, periods, keep)
    if (
        out.dtype != np.float64
        or out.shape != wanted
        or not out.flags.c_contiguous
        or not out.flags.writeable
    ):
        raise ValueError(f"out must be writeable float64 {wanted} in C order, not {out.dtype} {out.shape}")


def checked_fill(
    values: Vector, own: Vector | None, copies: int, periods: int, shocked: int, parameters: Vector
) -> tuple[Vector, Vector | None]:
    """What `Fill` gave, contiguous. Raises ValueError where its shape is not the one asked for."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    if values.shape != (copies, periods, shocked):
        raise ValueError(f"shocks must be {(copies, periods, shocked)}, not {values.shape}")
    if own is None:
        return values, None
    own = np.ascontiguousarray(own, dtype=np.float64)
    if own.shape != (copies, parameters.size):
        raise ValueError(f"parameters must be {(copies, parameters.size)}, not {own.shape}")
    return values, own
