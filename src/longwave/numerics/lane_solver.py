"""A program compiled for lanes: the buffers of a thread, and batches of copies solved in them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.formulas import Formulas
from longwave.numerics.lanes import LANES, lanes_text
from longwave.numerics.llvm import Shape
from longwave.numerics.machine import Library, library
from longwave.numerics.program import Program

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]

_LINE = 64
"""Bytes: a vector of eight doubles lies within one line of the processor's memory."""


@dataclass(frozen=True)
class Batch:
    """solved, iterations, norms: of each copy; a copy that is not solved has to be done by the careful solver."""

    solved: Whole
    iterations: Whole
    norms: Vector


class LaneSolver:
    """Solves copies of a program in lanes. columns: of the data that differ between copies, in the order of lanes."""

    def __init__(
        self, program: Program, differing: Sequence[int], before: int, after: int, tolerance: float
    ) -> None:
        given = {column for block in program.blocks for column, _ in block.steps}
        tears = [tear for block in program.blocks for tear in block.tears]
        self.columns = sorted(given | {*tears, *differing})
        self.before, self.after = before, after
        self.width = program.width
        self._tolerance = tolerance
        self._place = {column: place for place, column in enumerate(self.columns)}
        self._formulas = Formulas(program, Shape(program.width, LANES, self._place))
        self._starts = self.columns if after else tears
        self.call = _replicate()

    def places(self, columns: Sequence[int]) -> Whole:
        return np.array([self._place[column] for column in columns], dtype=np.int64)

    def workplace(
        self,
        data: Vector,
        first: int,
        stop: int,
        parameters: Vector,
        shocked: Sequence[int],
        keep: Sequence[int],
    ) -> Workplace:
        return Workplace(self, data, first, stop, parameters, shocked, keep)


class Workplace:
    """What one thread needs to solve copies of one set of data."""

    def __init__(
        self,
        solver: LaneSolver,
        data: Vector,
        first: int,
        stop: int,
        parameters: Vector,
        shocked: Sequence[int],
        keep: Sequence[int],
    ) -> None:
        lowest = max(0, first - max(solver.before, 1))
        self._solver = solver
        self._data = data[lowest : stop + solver.after]
        self._first, self._stop = first - lowest, stop - lowest
        self._shocked, self._keep = solver.places(shocked), solver.places(keep)
        reset = [column for column in solver._starts if column not in set(shocked)]
        self._reset, self._reset_from = solver.places(reset), np.array(reset, dtype=np.int64)
        self._rows = aligned(self._data.shape[0] * len(solver.columns) * LANES)
        self._rows.reshape(-1, len(solver.columns), LANES)[:] = self._data[:, solver.columns, None]
        self._parameters = aligned(parameters.size * LANES)
        self._parameters.reshape(-1, LANES)[:] = parameters[:, None]
        self._cells = aligned(solver._formulas.cells * LANES)
        self._scratch = aligned(2 * LANES)

    def solve(self, values: Vector, own: Vector | None, out: Vector, start_previous: bool) -> Batch:
        """The copies of a batch. values: shocks [copies, periods, shocked]; own: parameters [copies, parameters]."""
        copies = len(out)
        solved, iterations = np.zeros(copies, dtype=np.int64), np.zeros(copies, dtype=np.int64)
        norms = np.zeros(copies)
        table = self._solver._formulas.table
        self._solver.call.function(
            copies, self._data.ctypes.data, self._solver.width, self._rows.ctypes.data, len(self._solver.columns),
            self._first, self._stop, self._parameters.ctypes.data,
            None if own is None else own.ctypes.data, self._parameters.size // LANES,
            self._cells.ctypes.data, table.ctypes.data, len(table), self._solver._tolerance, int(start_previous),
            self._reset.ctypes.data, self._reset_from.ctypes.data, len(self._reset),
            self._shocked.ctypes.data, len(self._shocked), values.ctypes.data,
            self._keep.ctypes.data, len(self._keep), out.ctypes.data,
            solved.ctypes.data, norms.ctypes.data, iterations.ctypes.data, self._scratch.ctypes.data,
        )  # fmt: skip
        return Batch(solved, iterations, norms)


def aligned(size: int) -> Vector:
    """Doubles, nought, that begin at a line of the processor's memory."""
    raw = np.zeros(size + _LINE // 8)
    skip = -raw.ctypes.data % _LINE // 8
    return raw[skip : skip + size]


class _Call:
    """`replicate_lanes`, callable."""

    def __init__(self, made: Library) -> None:
        pointer, whole = ctypes.c_void_p, ctypes.c_int64
        kind = ctypes.CFUNCTYPE(
            None, whole, pointer, whole, pointer, whole, whole, whole, pointer, pointer, whole,
            pointer, pointer, whole, ctypes.c_double, whole, pointer, pointer, whole,
            pointer, whole, pointer, pointer, whole, pointer, pointer, pointer, pointer, pointer,
        )  # fmt: skip
        self._made = made
        self.function = kind(made.address("replicate_lanes"))


@cache
def _replicate() -> _Call:
    return _Call(library(lanes_text(), level=1))
