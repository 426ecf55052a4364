"""What went wrong in a solve: equation, variable, period, value and the likely cause."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.numerics.graph import LEAVES, Op
from longwave.numerics.interpret import all_slots
from longwave.numerics.tape import Instruction, record

Vector = NDArray[np.float64]


def not_a_number(
    system: System, data: Vector, row: int, period: Period, parameters: Vector, equations: Iterable[int]
) -> SolveError | None:
    """The first of these equations (numbers) whose explicit form or residual is not finite at a row, explained.

    None where all of them are finite.
    """
    for number in equations:
        explicit = system.explicit[number]
        root = system.residuals[number] if explicit is None else explicit
        found = first_fault(system, data, row, parameters, root)
        if found is not None:
            return SolveError(
                say(
                    "model.not_a_number",
                    equation=system.labels[number][0],
                    variable=system.variables[number],
                    period=str(period),
                    cause=found,
                ),
                say("model.not_a_number_mend"),
            )
    return None


def first_fault(system: System, data: Vector, row: int, parameters: Vector, root: int) -> Message | None:
    """The operation under a node that turns numbers into none, in words; None where the node is finite."""
    tape = record(system.graph, [root])
    slots = [float(each) for each in all_slots(tape, data, row, parameters)]
    place = tape.outputs[0]
    if math.isfinite(slots[place]):
        return None
    while True:
        instruction = tape.instructions[place]
        if instruction.op in LEAVES:
            return _leaf_cause(system, instruction, slots[place])
        lost = [each for each in _looked_at(instruction, slots) if not math.isfinite(slots[each])]
        if not lost:
            return _cause(instruction.op, [slots[each] for each in instruction.arguments])
        place = lost[0]


def _looked_at(instruction: Instruction, slots: list[float]) -> tuple[int, ...]:
    """The arguments that the value rests on: of a choice, the condition and the side that was chosen."""
    if instruction.op is not Op.SELECT:
        return instruction.arguments
    condition, yes, no = instruction.arguments
    return (condition, yes if slots[condition] != 0.0 else no)


def _leaf_cause(system: System, instruction: Instruction, value: float) -> Message:
    if instruction.op is Op.COLUMN:
        column, shift = instruction.arguments
        return say("model.cause_missing", name=system.columns[column], shift=_written(shift), value=value)
    if instruction.op is Op.PARAMETER:
        return say("model.cause_parameter", name=system.parameters[instruction.arguments[0]])
    return say("model.cause_no_regime")


def _written(shift: int) -> str:
    return f"({shift:+d})" if shift else ""


def _cause(op: Op, given: list[float]) -> Message:
    if op is Op.LOG:
        return say("model.cause_log", value=given[0])
    if op is Op.SQRT:
        return say("model.cause_root", value=given[0])
    if op is Op.DIV:
        return say("model.cause_division", value=given[0])
    if op is Op.POW:
        return say("model.cause_power", base=given[0], exponent=given[1])
    if op is Op.EXP:
        return say("model.cause_exp", value=given[0])
    return say("model.cause_overflow")
