"""Whether a start that fits its equations is the only one that does.

Newton's method finds out that equations do not decide their variables when it divides by a pivot that is nought. Where
the start fits at once, no step is made and nothing is divided: the Jacobian of each block's tears is looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.interpret import interpret
from longwave.numerics.program import Program
from longwave.numerics.tape import Tape, record

Vector = NDArray[np.float64]

SINGULAR = 1e-12
"""Smallest singular value, rows and columns scaled to one, at which a Jacobian counts as singular."""


@dataclass(frozen=True, eq=False)
class Undecided:
    """row: of the data; block: of the program."""

    row: int
    block: int


@dataclass(frozen=True, eq=False)
class Tears:
    """The Jacobians of all torn blocks as one tape: block numbers, and how many tears each has."""

    tape: Tape
    blocks: tuple[int, ...]
    sizes: tuple[int, ...]


def tears_of(made: Program) -> Tears:
    """What `undecided` evaluates; recorded once a program."""
    torn = [(number, block) for number, block in enumerate(made.blocks) if block.tears]
    nodes = [node for _, block in torn for line in block.jacobian for node in line]
    sizes = tuple(len(block.tears) for _, block in torn)
    return Tears(record(made.graph, nodes), tuple(number for number, _ in torn), sizes)


def undecided(tears: Tears, values: Vector, row: int, parameters: Vector) -> Undecided | None:
    """The first block whose Jacobian is singular at a row of solved values [rows, columns]; None where all is decided."""
    if not tears.blocks:
        return None
    found = interpret(tears.tape, values, slice(row, row + 1), parameters)
    entries = np.array([float(np.broadcast_to(each, 1)[0]) for each in found])
    start = 0
    for block, size in zip(tears.blocks, tears.sizes, strict=True):
        if _is_singular(entries[start : start + size * size].reshape(size, size)):
            return Undecided(row, block)
        start += size * size
    return None


def _is_singular(matrix: Vector) -> bool:
    if not np.isfinite(matrix).all():
        return False  # said elsewhere, by what is not a number
    scaled = matrix.copy()
    for axis in (1, 0, 1):
        largest = np.max(np.abs(scaled), axis=axis, keepdims=True)
        if not (largest > 0.0).all():
            return True
        scaled = scaled / largest
    return bool(np.linalg.svd(scaled, compute_uv=False)[-1] <= SINGULAR)
