"""The block solver in plain Python: the fallback where nothing can be compiled, and the oracle for what is.

For each period in turn the blocks are solved one after the other. A block without tears is a sequence of formulas.
In a block with tears z, Newton's method solves F(z) = 0 with the exact Jacobian J: z + s, J s = -F. A step that makes
the norm max |F_i| / max(1, |z_i|) grow (both measured by the z where the step begins, or else running off to infinity
would pay), or gives no number, is halved up to `HALVINGS` times; where no part of it
helps, the whole step is taken a few times nevertheless (a kink of max, min or if may lie between), then the block is
given up. It converges when the norm falls below the tolerance, or after a step so small that only rounding is left.
A block that fails from where it started is tried once more from the period before.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.graph import Graph, Op
from longwave.numerics.program import Program
from longwave.numerics.schedule import COMPUTE, Schedule, Task, parameters_read, reads_ahead, schedules

Vector = NDArray[np.float64]

TOLERANCE = 1e-13
"""Norm at which a block is solved; rounding often stops it before."""
ROUNDING = 1e-10
"""A step that is smaller than this part of each tear is the last: it leaves an error of the order of its square."""
HALVINGS = 12
JUMPS = 3
"""Whole steps that are taken although they help nothing, before a block is given up."""
SINGULARITY = 1e-15
"""A pivot that is this part of its row and column, or less, is rounding."""


class Status(IntEnum):
    """How a solve ended."""

    SOLVED = 0
    NOT_FINITE = 1  # a formula gives no finite number
    NO_CONVERGENCE = 2
    SINGULAR = 3  # the Jacobian of the tears
    NOT_FINITE_AT_START = 4  # the residuals of a block at its starting values


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: of the whole; row and block: where it stopped, -1 when solved; iterations: all of them, in all rows.

    norm: of the block that failed, else the largest norm that was accepted.
    """

    status: Status
    row: int
    block: int
    iterations: int
    norm: float


def check_rows(
    before: int, after: int, width: int, data: Vector, first: int, stop: int, start_previous: bool
) -> None:
    """Raises ValueError where the data are not a table that these rows can be solved in."""
    if data.dtype != np.float64 or data.ndim != 2 or data.shape[1] != width or not data.flags.c_contiguous:
        raise ValueError(f"data must be float64 [periods, {width}] in C order, not {data.dtype} {data.shape}")
    if not data.flags.writeable:
        raise ValueError("data must be writeable: the solution is written into it")
    least = max(before, int(start_previous))
    if first < least or stop < first or stop + after > data.shape[0]:
        raise ValueError(
            f"rows {first}..{stop} of {data.shape[0]}: {least} before and {after} after are read as well"
        )


def checked_parameters(parameters: Vector, count: int) -> Vector:
    """The parameters, contiguous. Raises ValueError where there are fewer than `count`."""
    given = np.ascontiguousarray(parameters, dtype=np.float64)
    if given.ndim != 1 or given.size < count:
        raise ValueError(f"parameters must be a vector of at least {count}, not of shape {given.shape}")
    return given


def solve_rows(
    program: Program,
    data: Vector,
    first_row: int,
    stop_row: int,
    parameters: Vector,
    *,
    start_previous: bool = False,
    most: int = 100,
    tolerance: float = TOLERANCE,
) -> Outcome:
    """Solves periods first_row .. stop_row - 1 of `data` [periods, columns] in place.

    Starting values stand in the rows themselves, or with `start_previous` in the row before each; most: iterations a
    block and period. Stops at the first block that fails and says where. Raises ValueError where rows before or
    after those in the data are read.
    """
    return InterpretedSolver(program, tolerance)(
        data, first_row, stop_row, parameters, start_previous=start_previous, most=most
    )


class InterpretedSolver:
    """A program ready to be walked: the same call and outcome as the compiled `PeriodSolver`."""

    engine = "interpreted"

    def __init__(self, program: Program, tolerance: float = TOLERANCE) -> None:
        self.program = program
        self.before, self.after = reads_ahead(program)
        self.parameters = parameters_read(program)
        self._blocks = [
            _Torn(program.graph, each, tolerance) if each.tears else _Sequence(program.graph, each)
            for each in schedules(program)
        ]

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
        given = checked_parameters(parameters, self.parameters).tolist()
        iterations, largest = 0, 0.0
        for row in range(first_row, stop_row):
            for place, block in enumerate(self._blocks):
                status, taken, norm = block.solve(data, row, given, start_previous, most)
                iterations += taken
                if status is not Status.SOLVED:
                    return Outcome(status, row, place, iterations, norm)
                largest = max(largest, norm)
        return Outcome(Status.SOLVED, -1, -1, iterations, largest)


class _Walk:
    """Tasks as a list of steps over slots: (function, slot, argument slots), loads and stores among them."""

    def __init__(self, graph: Graph, tasks: tuple[Task, ...], slot: dict[int, int]) -> None:
        self._steps: list[tuple[Any, int, int, int, int]] = []
        for node, column in tasks:
            if column != COMPUTE:
                self._steps.append((_STORE, column, slot[node], 0, 0))
                continue
            place = slot.setdefault(node, len(slot))
            op, arguments = graph.ops[node], graph.arguments[node]
            if op is Op.COLUMN:
                self._steps.append((_LOAD, place, arguments[0], arguments[1], 0))
            elif op is Op.PARAMETER:
                self._steps.append((_PARAMETER, place, arguments[0], 0, 0))
            elif op is not Op.CONSTANT:
                slots = [slot[each] for each in arguments] + [0, 0]
                self._steps.append((SCALAR[op], place, slots[0], slots[1], slots[2]))

    def run(self, slots: list[float], data: Vector, row: int, parameters: list[float]) -> bool:
        """Fills the slots; whether all that was stored is finite."""
        finite = True
        for function, place, a, b, c in self._steps:
            if function is _LOAD:
                slots[place] = float(data[row + b, a])
            elif function is _STORE:
                data[row, place] = slots[a]
                finite = finite and math.isfinite(slots[a])
            elif function is _PARAMETER:
                slots[place] = parameters[a]
            else:
                slots[place] = function(slots, a, b, c)
        return finite


_LOAD, _STORE, _PARAMETER = object(), object(), object()


def _slots(graph: Graph, slot: dict[int, int]) -> list[float]:
    """Slots with the constants in place."""
    slots = [0.0] * len(slot)
    for node, place in slot.items():
        if graph.ops[node] is Op.CONSTANT:
            slots[place] = graph.values[node]
    return slots


class _Sequence:
    """A block without tears."""

    def __init__(self, graph: Graph, schedule: Schedule) -> None:
        slot: dict[int, int] = {}
        self._walk = _Walk(graph, schedule.still, slot)
        self._empty = _slots(graph, slot)

    def solve(
        self, data: Vector, row: int, parameters: list[float], start_previous: bool, most: int
    ) -> tuple[Status, int, float]:
        finite = self._walk.run(self._empty.copy(), data, row, parameters)
        return (Status.SOLVED, 0, 0.0) if finite else (Status.NOT_FINITE, 0, math.nan)


class _Torn:
    """A block with tears."""

    def __init__(self, graph: Graph, schedule: Schedule, tolerance: float) -> None:
        slot: dict[int, int] = {}
        self._still = _Walk(graph, schedule.still, slot)
        self._moving = _Walk(graph, schedule.moving, slot)
        self._slopes = _Walk(graph, schedule.slopes, slot)
        self._tears = list(schedule.tears)
        self._residuals = [slot[each] for each in schedule.residuals]
        self._jacobian = [[slot[each] for each in row] for row in schedule.jacobian]
        self._slots = _slots(graph, slot)
        self._tolerance = tolerance

    def solve(
        self, data: Vector, row: int, parameters: list[float], start_previous: bool, most: int
    ) -> tuple[Status, int, float]:
        self._still.run(self._slots, data, row, parameters)
        if start_previous:
            data[row, self._tears] = data[row - 1, self._tears]
        status, taken, norm = self._newton(data, row, parameters, most)
        if status is not Status.SOLVED and not start_previous and row > 0:
            data[row, self._tears] = data[row - 1, self._tears]
            again, more, norm_again = self._newton(data, row, parameters, most)
            if again is not Status.NOT_FINITE_AT_START:
                status, norm = again, norm_again
            taken += more
        return status, taken, norm

    def _newton(
        self, data: Vector, row: int, parameters: list[float], most: int
    ) -> tuple[Status, int, float]:
        finite = self._moving.run(self._slots, data, row, parameters)
        norm = self._norm(data[row, self._tears])
        if not math.isfinite(norm):
            return Status.NOT_FINITE_AT_START, 0, norm
        jumps = 0
        for taken in range(most + 1):
            if norm <= self._tolerance:
                return (Status.SOLVED if finite else Status.NOT_FINITE), taken, norm
            if taken == most:
                break
            self._slopes.run(self._slots, data, row, parameters)
            matrix = np.array([[self._slots[each] for each in line] for line in self._jacobian])
            step = solved(matrix, np.array([-self._slots[each] for each in self._residuals]))
            if step is None:
                return Status.SINGULAR, taken, norm
            here = data[row, self._tears].copy()
            small = bool(np.all(np.abs(step) <= ROUNDING * np.maximum(1.0, np.abs(here))))
            part, better, whole = 1.0, math.nan, math.nan
            for _ in range(1 if small else HALVINGS + 1):
                data[row, self._tears] = here + part * step
                finite = self._moving.run(self._slots, data, row, parameters)
                better = self._norm(here)
                whole = better if part == 1.0 else whole
                if better < norm:
                    break
                part *= 0.5
            if not better < norm:
                jumps += not small
                jump = not small and jumps <= JUMPS and math.isfinite(whole)
                data[row, self._tears] = here + step if jump else here
                finite = self._moving.run(self._slots, data, row, parameters)
                if not small and not jump:
                    return Status.NO_CONVERGENCE, taken + 1, norm
            norm = self._norm(data[row, self._tears])
            if small:  # quadratic convergence: what remains is rounding
                return (Status.SOLVED if finite else Status.NOT_FINITE), taken + 1, norm
        return Status.NO_CONVERGENCE, most, norm

    def _norm(self, scale: Vector) -> float:
        """The norm of the residuals that were computed last, by the size of these tears."""
        norm = 0.0
        for tear, residual in zip(scale.tolist(), self._residuals, strict=True):
            value = abs(self._slots[residual]) / max(1.0, abs(tear))
            if not value <= norm:
                norm = value
            if math.isnan(norm):
                break
        return norm


def solved(matrix: Vector, right: Vector) -> Vector | None:
    """x of matrix @ x = right by elimination with partial pivoting; None where it is singular or not finite.

    Singular: a pivot is nothing but rounding (`SINGULARITY`) beside the largest of its row, or of its column.
    """
    a, x = matrix.copy(), right.copy()
    size = len(x)
    rows, columns = np.max(np.abs(a), axis=1), np.max(np.abs(a), axis=0)
    with np.errstate(all="ignore"):
        for k in range(size):
            pivot = k + int(np.argmax(np.abs(a[k:, k])))
            least = SINGULARITY * min(rows[pivot], columns[k])
            if not least < abs(a[pivot, k]) < math.inf:
                return None
            for each in (a, x, rows):
                each[[k, pivot]] = each[[pivot, k]]
            for i in range(k + 1, size):
                factor = a[i, k] / a[k, k]
                a[i, k + 1 :] -= factor * a[k, k + 1 :]
                x[i] -= factor * x[k]
        for k in range(size - 1, -1, -1):
            x[k] = (x[k] - a[k, k + 1 :] @ x[k + 1 :]) / a[k, k]
    return x if bool(np.all(np.isfinite(x))) else None


def _divided(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return math.nan if a == 0.0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


def _raised(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except (ValueError, OverflowError):
        with np.errstate(all="ignore"):
            return float(np.power(np.float64(a), np.float64(b)))


def _log(a: float) -> float:
    if a > 0.0:
        return math.log(a)
    return -math.inf if a == 0.0 else math.nan


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


def _turned(function: Callable[[float], float], a: float) -> float:
    return function(a) if math.isfinite(a) else math.nan


def _chosen(condition: float, yes: float, no: float) -> float:
    if condition != condition:
        return math.nan
    return yes if condition != 0.0 else no


def _of_two(function: Callable[[float, float], float]) -> Callable[[list[float], int, int, int], float]:
    return lambda slots, a, b, c: function(slots[a], slots[b])


def _of_one(function: Callable[[float], float]) -> Callable[[list[float], int, int, int], float]:
    return lambda slots, a, b, c: function(slots[a])


def _relation(relation: Callable[[float, float], bool]) -> Callable[[list[float], int, int, int], float]:
    def compare(a: float, b: float) -> float:
        return math.nan if a != a or b != b else float(relation(a, b))

    return _of_two(compare)


def _extreme(relation: Callable[[float, float], bool]) -> Callable[[list[float], int, int, int], float]:
    def choose(a: float, b: float) -> float:
        if a != a or b != b:
            return math.nan
        return a if relation(a, b) else b

    return _of_two(choose)


SCALAR: dict[Op, Callable[[list[float], int, int, int], float]] = {
    Op.ADD: lambda s, a, b, c: s[a] + s[b], Op.SUB: lambda s, a, b, c: s[a] - s[b],
    Op.MUL: lambda s, a, b, c: s[a] * s[b], Op.DIV: _of_two(_divided), Op.POW: _of_two(_raised),
    Op.MAX: _extreme(operator.ge), Op.MIN: _extreme(operator.le), Op.LT: _relation(operator.lt),
    Op.LE: _relation(operator.le), Op.EQ: _relation(operator.eq), Op.NE: _relation(operator.ne),
    Op.NEG: lambda s, a, b, c: -s[a], Op.LOG: _of_one(_log), Op.EXP: _of_one(_exp),
    Op.SQRT: _of_one(lambda a: math.sqrt(a) if a >= 0.0 else math.nan), Op.ABS: lambda s, a, b, c: abs(s[a]),
    Op.SIN: _of_one(lambda a: _turned(math.sin, a)), Op.COS: _of_one(lambda a: _turned(math.cos, a)),
    Op.ERF: _of_one(math.erf), Op.SELECT: lambda s, a, b, c: _chosen(s[a], s[b], s[c]),
}  # fmt: skip
"""What each operation does to plain numbers, as `interpret.APPLY` does it to vectors; none of them raises."""
