"""A program as one compiled function that solves period after period, and many independent copies of it on threads.

The formulas become straight machine code (`llvm.py`), the block solver is code of its own that walks a table of the
blocks (`newton_code.py`). Everything that a block needs while it iterates lies in a scratch memory of its own for
each thread, so that calls may run side by side; Python's lock is released while a call runs. Where there are so many
copies that it pays to compile for them, eight are solved at once in the lanes of vectors (`lanes.py`).
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.copies import (
    BATCH,
    Fill,
    Outcomes,
    blank_failed,
    check_columns,
    check_out,
    checked_fill,
)
from longwave.numerics.formulas import Formulas
from longwave.numerics.interpreted import (
    TOLERANCE,
    InterpretedSolver,
    Outcome,
    check_rows,
    checked_parameters,
)
from longwave.numerics.lane_solver import LaneSolver
from longwave.numerics.lanes import MOST_STEPS
from longwave.numerics.llvm import Shape
from longwave.numerics.machine import Library, Unavailable, library
from longwave.numerics.newton_code import RESULT_WORDS, solver_text
from longwave.numerics.program import Program
from longwave.numerics.schedule import parameters_read, reads_ahead

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]

LANES_PAY = 32_000
"""Copies times periods from which on the time to compile for lanes is earned back."""


class Solver(Protocol):
    """Solves the periods of a program: compiled or interpreted, by the same algorithm."""

    @property
    def engine(self) -> str: ...

    def __call__(
        self,
        data: Vector,
        first_row: int,
        stop_row: int,
        parameters: Vector,
        *,
        start_previous: bool = False,
        most: int = 100,
    ) -> Outcome:
        """Periods first_row .. stop_row - 1 of `data` [periods, columns], in place; as `interpreted.solve_rows`."""

    def replicate(
        self,
        data: Vector,
        first_row: int,
        stop_row: int,
        parameters: Vector,
        *,
        replications: int,
        shocked: Sequence[int],
        fill: Fill,
        keep: Sequence[int],
        out: Vector,
        threads: int = 1,
        start_previous: bool = False,
        most: int = 100,
    ) -> Outcomes:
        """Solves many copies of `data` that differ in some columns over the solved rows, or in parameters.

        shocked: columns that `fill` gives values for; keep: columns written to `out` [replications, periods,
        len(keep)]. A replication that fails has NaN in `out` from its failing period on; its outcome says which.
        `data` is not changed. Raises ValueError for shapes that do not fit.
        """


def solver_of(program: Program, tolerance: float = TOLERANCE) -> Solver:
    """The program compiled, or interpreted where the machine cannot compile; its `engine` says which."""
    try:
        return compile_program(program, tolerance)
    except Unavailable:
        return InterpretedReplicator(program, tolerance)


def compile_program(program: Program, tolerance: float = TOLERANCE) -> PeriodSolver:
    """The program in machine code. tolerance: norm at which a block counts as solved. Raises Unavailable."""
    return PeriodSolver(program, tolerance)


class PeriodSolver:
    """A program in machine code."""

    engine = "compiled"

    def __init__(self, program: Program, tolerance: float = TOLERANCE) -> None:
        self.program = program
        self.before, self.after = reads_ahead(program)
        self.parameters = parameters_read(program)
        self._tolerance = tolerance
        self._solver = _solver()
        self._formulas = Formulas(program, Shape(program.width))
        self.from_cache = self._formulas.from_cache
        self._lanes: dict[tuple[int, ...], LaneSolver] = {}

    def __call__(
        self,
        data: Vector,
        first_row: int,
        stop_row: int,
        parameters: Vector,
        *,
        start_previous: bool = False,
        most: int = 100,
    ) -> Outcome:
        check_rows(self.before, self.after, self.program.width, data, first_row, stop_row, start_previous)
        given = checked_parameters(parameters, self.parameters)
        cells, blocks = np.empty(self._formulas.cells), self._formulas.table
        result = np.zeros(RESULT_WORDS, dtype=np.int64)
        self._solver.solve(
            data.ctypes.data, data.shape[1], first_row, stop_row, given.ctypes.data, cells.ctypes.data,
            blocks.ctypes.data, len(blocks), self._tolerance, most, int(start_previous),
            result.ctypes.data,
        )  # fmt: skip
        return _outcomes(result[None, :])[0]

    def replicate(
        self,
        data: Vector,
        first_row: int,
        stop_row: int,
        parameters: Vector,
        *,
        replications: int,
        shocked: Sequence[int],
        fill: Fill,
        keep: Sequence[int],
        out: Vector,
        threads: int = 1,
        start_previous: bool = False,
        most: int = 100,
    ) -> Outcomes:
        """As `Solver.replicate`."""
        check_rows(self.before, self.after, self.program.width, data, first_row, stop_row, start_previous)
        periods = stop_row - first_row
        check_out(out, replications, periods, len(keep))
        check_columns((*shocked, *keep), self.program.width)
        given = checked_parameters(parameters, self.parameters)
        results = np.zeros((replications, RESULT_WORDS), dtype=np.int64)
        run = _Run(self, data, first_row, stop_row, given, shocked, keep, start_previous, most)
        in_lanes = self._in_lanes(replications * periods, most, shocked, keep)

        def work(spans: Sequence[tuple[int, int]]) -> None:
            alone = _Alone(run)
            place = in_lanes and in_lanes.workplace(data, first_row, stop_row, given, shocked, keep)
            for first, stop in spans:
                values, own = fill(first, stop)
                values, own = checked_fill(values, own, stop - first, periods, len(shocked), given)
                if not place:
                    alone.solve(values, own, out[first:stop], results[first:stop])
                    continue
                batch = place.solve(values, own, out[first:stop], start_previous)
                results[first:stop, 1:3] = -1
                results[first:stop, 3] = batch.iterations
                results[first:stop, 4] = batch.norms.view(np.int64)
                left = np.flatnonzero(batch.solved == 0)
                if left.size:
                    figures, told = (
                        np.empty((left.size, *out.shape[1:])),
                        np.zeros((left.size, RESULT_WORDS), np.int64),
                    )
                    alone.solve(values[left], None if own is None else own[left], figures, told)
                    out[first + left], results[first + left] = figures, told

        spans = [(each, min(each + BATCH, replications)) for each in range(0, replications, BATCH)]
        threads = max(1, min(threads, len(spans)))
        if threads == 1:
            work(spans)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, [spans[place::threads] for place in range(threads)]))
        found = _outcomes(results)
        blank_failed(found, out, first_row)
        return found

    def _in_lanes(
        self, work: int, most: int, shocked: Sequence[int], keep: Sequence[int]
    ) -> LaneSolver | None:
        """The solver in lanes where it pays; compiled once for the columns that differ."""
        if work < LANES_PAY or most < MOST_STEPS:
            return None
        differing = tuple(sorted({*shocked, *keep}))
        if differing not in self._lanes:
            try:
                made = LaneSolver(self.program, differing, self.before, self.after, self._tolerance)
            except Unavailable:
                return None
            self._lanes[differing] = made
        return self._lanes[differing]


class _Run:
    """What all threads of a run of copies share."""

    def __init__(
        self,
        solver: PeriodSolver,
        data: Vector,
        first: int,
        stop: int,
        parameters: Vector,
        shocked: Sequence[int],
        keep: Sequence[int],
        start_previous: bool,
        most: int,
    ) -> None:
        self.solver, self.data, self.first, self.stop, self.parameters = solver, data, first, stop, parameters
        self.shocked, self.keep = np.array(shocked, dtype=np.int64), np.array(keep, dtype=np.int64)
        self.start_previous, self.most = int(start_previous), most


class _Alone:
    """What one thread needs to solve copies one after the other."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._buffer = run.data.copy()
        self._cells = np.empty(run.solver._formulas.cells)

    def solve(self, values: Vector, own: Vector | None, out: Vector, results: Whole) -> None:
        """values, own: as `Fill` gives them; out [copies, periods, keep] and results [copies, words] are filled."""
        run = self._run
        blocks = run.solver._formulas.table
        used = run.parameters if own is None else own
        run.solver._solver.replicate(
            len(out), run.data.ctypes.data, self._buffer.ctypes.data, run.data.shape[1], run.first, run.stop,
            used.ctypes.data, 0 if own is None else run.parameters.size, self._cells.ctypes.data,
            blocks.ctypes.data, len(blocks), run.solver._tolerance, run.most, run.start_previous,
            run.shocked.ctypes.data, len(run.shocked), values.ctypes.data, run.keep.ctypes.data, len(run.keep),
            out.ctypes.data, results.ctypes.data,
        )  # fmt: skip


class InterpretedReplicator(InterpretedSolver):
    """The interpreted solver with the call for many copies; threads are of no use to it."""

    def replicate(
        self,
        data: Vector,
        first_row: int,
        stop_row: int,
        parameters: Vector,
        *,
        replications: int,
        shocked: Sequence[int],
        fill: Fill,
        keep: Sequence[int],
        out: Vector,
        threads: int = 1,
        start_previous: bool = False,
        most: int = 100,
    ) -> Outcomes:
        """As `Solver.replicate`."""
        check_rows(self.before, self.after, self.program.width, data, first_row, stop_row, start_previous)
        periods = stop_row - first_row
        check_out(out, replications, periods, len(keep))
        check_columns((*shocked, *keep), self.program.width)
        given = checked_parameters(parameters, self.parameters)
        found = []
        for first in range(0, replications, BATCH):
            stop = min(first + BATCH, replications)
            values, own = fill(first, stop)
            values, own = checked_fill(values, own, stop - first, periods, len(shocked), given)
            for copy in range(stop - first):
                buffer = data.copy()
                buffer[first_row:stop_row, list(shocked)] = values[copy]
                used = given if own is None else own[copy]
                found.append(
                    self(buffer, first_row, stop_row, used, start_previous=start_previous, most=most)
                )
                out[first + copy] = buffer[first_row:stop_row, list(keep)]
        outcomes = Outcomes(
            np.array([each.status for each in found], dtype=np.int64),
            np.array([each.row for each in found], dtype=np.int64),
            np.array([each.block for each in found], dtype=np.int64),
            np.array([each.iterations for each in found], dtype=np.int64),
            np.array([each.norm for each in found], dtype=np.float64),
        )
        blank_failed(outcomes, out, first_row)
        return outcomes


def _outcomes(results: Whole) -> Outcomes:
    status, row, block, iterations = (results[:, place].copy() for place in range(4))
    return Outcomes(status, row, block, iterations, results[:, 4].copy().view(np.float64))


class _Calls:
    """The block solver, callable."""

    def __init__(self, made: Library) -> None:
        pointer, whole = ctypes.c_void_p, ctypes.c_int64
        solve = ctypes.CFUNCTYPE(
            whole, pointer, whole, whole, whole, pointer, pointer, pointer, whole,
            ctypes.c_double, whole, whole, pointer,
        )  # fmt: skip
        replicate = ctypes.CFUNCTYPE(
            whole, whole, pointer, pointer, whole, whole, whole, pointer, whole, pointer, pointer, whole,
            ctypes.c_double, whole, whole, pointer, whole, pointer, pointer, whole, pointer, pointer,
        )  # fmt: skip
        self._made = made
        self.solve = solve(made.address("solve_rows"))
        self.replicate = replicate(made.address("replicate"))


@cache
def _solver() -> _Calls:
    return _Calls(library(solver_text(), level=1))
