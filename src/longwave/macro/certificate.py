"""How well the equations hold at given paths: computed on the equations as they are written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.macro.bind import System
from longwave.numerics.interpret import interpret
from longwave.numerics.kernel import Evaluator, InterpretedKernel, kernel_of
from longwave.numerics.tape import record

Vector = NDArray[np.float64]

COMPILED_FROM = 3
"""Certificates of one system after which the next ones are computed by machine code."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The equation (its number) and row where a system holds least, and by how much."""

    residual: float
    equation: int
    row: int


def relative_residuals(system: System, data: Vector, rows: slice, parameters: Vector) -> Vector:
    """|left - right| / max(1, |left|, |right|) as float64 [rows, equations]; NaN where a side is not a number."""
    count = len(system.lefts)
    both = np.asarray(_sides(system)(data, rows.start, rows.stop, parameters))
    left, right = both[:, :count], both[:, count:]
    with np.errstate(all="ignore"):
        return np.asarray(np.abs(left - right) / np.maximum(1.0, np.maximum(np.abs(left), np.abs(right))))


def _sides(system: System) -> Evaluator:
    """What computes all left sides, then all right sides. A system that is certified again and again is worth
    compiling; one that is solved once is sooner done by the interpreter."""
    used = system.__dict__.get("_certified", 0)
    system.__dict__["_certified"] = used + 1
    if used not in (0, COMPILED_FROM):
        found: Evaluator = system.__dict__["_sides"]
        return found
    tape = record(system.graph, (*system.lefts, *system.rights))
    width = len(system.columns)
    made = InterpretedKernel(tape, width) if used == 0 else kernel_of(tape, width)
    system.__dict__["_sides"] = made
    return made


def relative_residual(system: System, data: Vector, row: int, parameters: Vector, number: int) -> float:
    """The relative residual of one equation in one row."""
    tape = record(system.graph, (system.lefts[number], system.rights[number]))
    left, right = (float(each) for each in interpret(tape, data, row, parameters))
    return abs(left - right) / max(1.0, abs(left), abs(right))


def worst(system: System, data: Vector, rows: slice, parameters: Vector) -> Worst:
    """Where the system holds least; what is not a number is worse than any number."""
    found = relative_residuals(system, data, rows, parameters)
    if found.size == 0:
        return Worst(0.0, -1, rows.start)
    place = int(np.argmax(np.where(np.isnan(found), np.inf, found)))
    row, equation = divmod(place, found.shape[1])
    return Worst(float(found[row, equation]), equation, rows.start + row)
