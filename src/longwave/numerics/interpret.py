"""Walking a tape with NumPy: the fallback where nothing can be compiled, and the oracle for what is.

All periods of a range are computed at once: a leaf is a slice of a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.graph import Op
from longwave.numerics.tape import Instruction, Tape

Vector = NDArray[np.float64]


def interpret(
    tape: Tape, data: Vector, rows: slice | int, parameters: Vector, cells: Vector | None = None
) -> list[Any]:
    """The outputs of a tape over some rows of the data.

    data: float64 [periods, columns]; rows: one row, or a slice with whole start and stop; shifts must stay inside
    the data. Gives one vector (one number for one row) an output. Never raises on arithmetic: what is not a number
    is NaN or infinite.
    """
    slots = all_slots(tape, data, rows, parameters, cells)
    return [slots[each] for each in tape.outputs]


def all_slots(
    tape: Tape, data: Vector, rows: slice | int, parameters: Vector, cells: Vector | None = None
) -> list[Any]:
    """Every slot of a tape over some rows, as `interpret`."""
    slots: list[Any] = []
    with np.errstate(all="ignore"):
        for each in tape.instructions:
            slots.append(
                _leaf(each, data, rows, parameters, cells) if each.op <= Op.CELL else _apply(each, slots)
            )
    return slots


def _leaf(
    each: Instruction, data: Vector, rows: slice | int, parameters: Vector, cells: Vector | None
) -> Any:
    if each.op is Op.CONSTANT:
        return np.float64(each.value)
    if each.op is Op.PARAMETER:
        return parameters[each.arguments[0]]
    if each.op is Op.CELL:
        if cells is None:
            raise ValueError("the tape reads cells and none were given")
        return cells[each.arguments[0]]
    column, shift = each.arguments
    if isinstance(rows, slice):
        return data[rows.start + shift : rows.stop + shift, column]
    return data[rows + shift, column]


def _apply(each: Instruction, slots: list[Any]) -> Any:
    return APPLY[each.op](*(slots[place] for place in each.arguments))


def _erf(a: Any) -> Any:
    from scipy.special import erf

    return erf(a)


def _compared(relation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compare(a: Any, b: Any) -> Any:
        return np.where(np.isnan(a) | np.isnan(b), np.nan, np.where(relation(a, b), 1.0, 0.0))

    return compare


def _select(condition: Any, yes: Any, no: Any) -> Any:
    return np.where(np.isnan(condition), np.nan, np.where(condition != 0.0, yes, no))


APPLY: Mapping[Op, Callable[..., Any]] = {
    Op.ADD: np.add, Op.SUB: np.subtract, Op.MUL: np.multiply, Op.DIV: np.divide, Op.POW: np.power,
    Op.MAX: np.maximum, Op.MIN: np.minimum, Op.LT: _compared(np.less), Op.LE: _compared(np.less_equal),
    Op.EQ: _compared(np.equal), Op.NE: _compared(np.not_equal), Op.NEG: np.negative, Op.LOG: np.log,
    Op.EXP: np.exp, Op.SQRT: np.sqrt, Op.ABS: np.abs, Op.SIN: np.sin, Op.COS: np.cos, Op.ERF: _erf,
    Op.SELECT: _select,
}  # fmt: skip
