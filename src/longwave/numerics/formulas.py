"""The formulas of a program in machine code, and the table by which the block solver finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.lane_functions import lane_functions
from longwave.numerics.llvm import LONGEST, Cells, Shape, Stage, Turn, declarations, stage_functions
from longwave.numerics.machine import library
from longwave.numerics.newton_code import WORDS, work_cells
from longwave.numerics.program import Program
from longwave.numerics.schedule import COMPUTE, Schedule, Task, schedules


class Formulas:
    """table: int64 [blocks, WORDS], as `newton_code` says; cells: values of scratch memory that a thread needs."""

    def __init__(self, program: Program, shape: Shape) -> None:
        plans = schedules(program)
        text, places, cells = formulas_text(program, plans, shape)
        self._made = library(text)
        self.from_cache = self._made.from_cache
        self.cells = cells
        self._lists: list[NDArray[np.int64]] = []
        self.table = np.zeros((len(plans), WORDS), dtype=np.int64)
        for number, (plan, place) in enumerate(zip(plans, places, strict=True)):
            self.table[number] = self._entry(number, plan, place, shape)

    def _entry(self, number: int, plan: Schedule, place: _Places, shape: Shape) -> tuple[int, ...]:
        stored = [column for _, column in (*plan.still, *plan.moving) if column != COMPUTE]
        lists = [
            np.array([shape.place(each) for each in columns], np.int64) for columns in (plan.tears, stored)
        ]
        self._lists += lists
        functions = [self._made.address(f"{name}.{number}") for name in _stages_of(plan)]
        functions += [0] * (3 - len(functions))
        sizes = (len(plan.tears), len(stored), place.residuals, place.jacobian, place.work)
        return (*sizes, *functions, *(each.ctypes.data for each in lists))


@dataclass(frozen=True, slots=True)
class _Places:
    """First cells of a block's residuals, Jacobian and work."""

    residuals: int = 0
    jacobian: int = 0
    work: int = 0


def formulas_text(
    program: Program, plans: Sequence[Schedule], shape: Shape, longest: int = LONGEST
) -> tuple[str, list[_Places], int]:
    """(text, places, cells): functions ``still.<block>``, ``moving.<block>``, ``slopes.<block>``."""
    cells = Cells()
    cells.block(1)  # cell 0 points at the plain data where there are lanes
    texts = [declarations(shape)] + ([lane_functions(shape)] if shape.lanes > 1 else [])
    places = []
    for number, plan in enumerate(plans):
        cells.of.clear()
        place = _Places()
        if plan.tears:
            count = len(plan.tears)
            place = _Places(cells.block(count), cells.block(count * count), cells.block(work_cells(count)))
        places.append(place)
        stages = [Stage(f"{name}.{number}", order) for name, order in _orders(plan, place)]
        texts.append(stage_functions(program.graph, stages, cells, shape, longest))
    return "\n".join(texts), places, cells.size


def _stages_of(plan: Schedule) -> tuple[str, ...]:
    return ("still", "moving", "slopes") if plan.tears else ("still",)


def _orders(plan: Schedule, place: _Places) -> list[tuple[str, list[Turn]]]:
    """The stages of a block with what each stores; residuals and Jacobian in the stage that computes them."""
    wanted: dict[int, list[int]] = {}
    for index, node in enumerate(plan.residuals):
        wanted.setdefault(node, []).append(place.residuals + index)
    for i, row in enumerate(plan.jacobian):
        for j, node in enumerate(row):
            wanted.setdefault(node, []).append(place.jacobian + i * len(plan.tears) + j)
    tasks = zip(_stages_of(plan), (plan.still, plan.moving, plan.slopes), strict=False)
    return [(name, [_turn(task, wanted) for task in each]) for name, each in tasks]


def _turn(task: Task, wanted: dict[int, list[int]]) -> Turn:
    node, column = task
    return (node, (), wanted.get(node, ())) if column == COMPUTE else (node, (column,), ())
