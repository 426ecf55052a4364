"""The outputs of a tape over many rows of the data, by machine code: residuals, Jacobian values, anything.

One call computes a range of rows; the lock of the interpreter is released while it runs.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.graph import Op
from longwave.numerics.interpret import interpret
from longwave.numerics.interpreted import checked_parameters
from longwave.numerics.llvm import Cells, Code, Shape, Stage, Turn, declarations, stage_functions
from longwave.numerics.machine import Library, Unavailable, library
from longwave.numerics.tape import Tape

Vector = NDArray[np.float64]

_CALL = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)


class Evaluator(Protocol):
    """Evaluates a tape: compiled or interpreted."""

    @property
    def engine(self) -> str: ...
    @property
    def outputs(self) -> int: ...

    def __call__(
        self, data: Vector, row_first: int, row_stop: int, parameters: Vector, out: Vector | None = None
    ) -> Vector:
        """The outputs in rows row_first .. row_stop - 1, [rows, outputs]; into `out` where it is given.

        data: float64 [periods, width], C order. Raises ValueError where a row that is read lies outside the data.
        """


class Kernel:
    """A tape in machine code."""

    engine = "compiled"

    def __init__(self, tape: Tape, width: int, made: Library, cells: int) -> None:
        self.outputs = len(tape.outputs)
        self.width = width
        self.from_cache = made.from_cache
        self._reach = _reach(tape)
        self._parameters = _parameters(tape)
        self._made = made
        self._cells = max(cells, 1)
        self._call = _CALL(made.address("rows"))

    def __call__(
        self, data: Vector, row_first: int, row_stop: int, parameters: Vector, out: Vector | None = None
    ) -> Vector:
        out = _checked(self._reach, self.width, self.outputs, data, row_first, row_stop, out)
        scratch = np.empty(self._cells)
        given = checked_parameters(parameters, self._parameters)
        self._call(
            data.ctypes.data, row_first, row_stop, given.ctypes.data, scratch.ctypes.data, out.ctypes.data
        )
        return out


class InterpretedKernel:
    """A tape walked by NumPy, where nothing can be compiled."""

    engine = "interpreted"

    def __init__(self, tape: Tape, width: int) -> None:
        self.outputs = len(tape.outputs)
        self.width = width
        self._reach = _reach(tape)
        self._parameters = _parameters(tape)
        self._tape = tape

    def __call__(
        self, data: Vector, row_first: int, row_stop: int, parameters: Vector, out: Vector | None = None
    ) -> Vector:
        out = _checked(self._reach, self.width, self.outputs, data, row_first, row_stop, out)
        given = checked_parameters(parameters, self._parameters)
        for place, values in enumerate(interpret(self._tape, data, slice(row_first, row_stop), given)):
            out[:, place] = values
        return out


def kernel_of(tape: Tape, width: int) -> Evaluator:
    """The tape compiled, or interpreted where the machine cannot compile; its `engine` says which."""
    try:
        return compile_tape(tape, width)
    except Unavailable:
        return InterpretedKernel(tape, width)


def compile_tape(tape: Tape, width: int) -> Kernel:
    """The tape in machine code. width: columns of the data. Raises Unavailable where the machine cannot compile."""
    cells = Cells()
    first = cells.block(len(tape.outputs))
    text = _text(tape, cells, first, Shape(width))
    return Kernel(tape, width, library(text), cells.size)


class _Slots:
    """A tape as a table of nodes."""

    def __init__(self, tape: Tape) -> None:
        self.ops = [each.op for each in tape.instructions]
        self.arguments = [each.arguments for each in tape.instructions]
        self.values = [each.value for each in tape.instructions]


def _text(tape: Tape, cells: Cells, first: int, shape: Shape) -> str:
    stored: dict[int, list[int]] = {}
    for place, slot in enumerate(tape.outputs):
        stored.setdefault(slot, []).append(first + place)
    order: Sequence[Turn] = [(slot, (), stored.get(slot, ())) for slot in range(len(tape.instructions))]
    stages = stage_functions(_Slots(tape), [Stage("stage", order)], cells, shape)
    return declarations(shape) + stages + _rows(shape.width, first, len(tape.outputs))


def _rows(width: int, first: int, outputs: int) -> str:
    """The loop over rows; the outputs of a row stand in cells and are copied out."""
    code = Code("void @rows(ptr %data, i64 %first, i64 %stop, ptr %par, ptr %cell, ptr %out)")
    with code.loop("%first", "%stop") as row:
        start = code.element("%data", code.let(f"mul i64 {row}, {width}"))
        code.line(f"call void @stage(ptr {start}, ptr %par, ptr %cell)")
        offset = code.let(f"mul i64 {code.let(f'sub i64 {row}, %first')}, {outputs}")
        into = code.element("%out", offset)
        source = code.element("%cell", str(first))
        code.line(f"call void @llvm.memcpy.p0.p0.i64(ptr {into}, ptr {source}, i64 {8 * outputs}, i1 false)")
    code.line("ret void")
    return code.text()


def _reach(tape: Tape) -> tuple[int, int]:
    """(longest lag, longest lead) that a tape reads."""
    shifts = [each.arguments[1] for each in tape.instructions if each.op is Op.COLUMN]
    return max([0, *(-shift for shift in shifts)]), max([0, *shifts])


def _parameters(tape: Tape) -> int:
    return max([0, *(each.arguments[0] + 1 for each in tape.instructions if each.op is Op.PARAMETER)])


def _checked(
    reach: tuple[int, int],
    width: int,
    outputs: int,
    data: Vector,
    first: int,
    stop: int,
    out: Vector | None,
) -> Vector:
    before, after = reach
    if data.dtype != np.float64 or data.ndim != 2 or data.shape[1] != width or not data.flags.c_contiguous:
        raise ValueError(f"data must be float64 [periods, {width}] in C order, not {data.dtype} {data.shape}")
    if first < before or stop < first or stop + after > data.shape[0]:
        raise ValueError(
            f"rows {first}..{stop} of {data.shape[0]}: {before} before and {after} after are read"
        )
    if out is None:
        return np.empty((stop - first, outputs))
    if out.dtype != np.float64 or out.shape != (stop - first, outputs) or not out.flags.c_contiguous:
        raise ValueError(f"out must be float64 [{stop - first}, {outputs}] in C order")
    return out
