"""The work of one period, laid out task by task: what an interpreter walks and a compiler translates.

A task computes a node, or stores a computed node into a column of the present row. In a block with tears only what
rests on a tear moves while Newton's method runs; lags, exogenous columns and earlier blocks stand still, and so does
all that is computed from them alone: it is computed once a period, before the iterations (`still`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from longwave.numerics.graph import LEAVES, Graph, Op
from longwave.numerics.program import Block, Program

COMPUTE = -1
"""In place of a column: the node is computed and not stored."""

Task = tuple[int, int]
"""(node, column): computes the node, or stores it into the column (`COMPUTE`: none)."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The tasks of one block, each node once, arguments before users.

    still: once a period, all there is in a block without tears; moving: steps and residuals, at every guess of the
    tears; slopes: what the Jacobian needs beyond these. residuals and jacobian are the block's nodes.
    """

    still: tuple[Task, ...]
    moving: tuple[Task, ...] = ()
    slopes: tuple[Task, ...] = ()
    tears: tuple[int, ...] = ()
    residuals: tuple[int, ...] = ()
    jacobian: tuple[tuple[int, ...], ...] = ()


def schedules(program: Program) -> tuple[Schedule, ...]:
    """One schedule a block, in order."""
    return tuple(
        _torn(program.graph, each) if each.tears else Schedule(_in_sequence(program.graph, each))
        for each in program.blocks
    )


def _in_sequence(graph: Graph, block: Block) -> tuple[Task, ...]:
    """A formula is computed when it is wanted: not before the columns that it reads are stored."""
    tasks: list[Task] = []
    done: set[int] = set()
    for column, root in block.steps:
        tasks.extend((node, COMPUTE) for node in _wanted(graph, root, done))
        tasks.append((root, column))
    return tuple(tasks)


def _wanted(graph: Graph, root: int, done: set[int]) -> list[int]:
    """The nodes under a root that are not done yet, arguments first; they are done afterwards."""
    found = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in done:
            continue
        done.add(node)
        found.append(node)
        if graph.ops[node] not in LEAVES:
            waiting.extend(graph.arguments[node])
    return sorted(found)


def _torn(graph: Graph, block: Block) -> Schedule:
    slopes = [node for row in block.jacobian for node in row]
    values = [*(node for _, node in block.steps), *block.residuals]
    moves = _moving(graph, [*values, *slopes], {graph.column(tear) for tear in block.tears})
    first = [node for node in graph.reachable(values) if node in moves]
    held = set(first)
    then = [node for node in graph.reachable(slopes) if node in moves and node not in held]
    still = [node for node in graph.reachable([*values, *slopes]) if node not in moves]
    return Schedule(
        tuple((node, COMPUTE) for node in still),
        (*((node, COMPUTE) for node in first), *((node, column) for column, node in block.steps)),
        tuple((node, COMPUTE) for node in then),
        block.tears,
        block.residuals,
        block.jacobian,
    )


def _moving(graph: Graph, roots: Iterable[int], tears: set[int]) -> set[int]:
    """The nodes under the roots that rest on a tear."""
    moves = set(tears)
    for node in graph.reachable(roots):
        if graph.ops[node] not in LEAVES and not moves.isdisjoint(graph.arguments[node]):
            moves.add(node)
    return moves


def reads_ahead(program: Program) -> tuple[int, int]:
    """(rows before, rows after) the present one that the program reads: its longest lag and lead."""
    shifts = [arguments[1] for op, arguments in _leaves(program) if op is Op.COLUMN]
    return max([0, *(-shift for shift in shifts)]), max([0, *shifts])


def parameters_read(program: Program) -> int:
    """How many parameters the program wants: one more than the last that it reads."""
    return max([0, *(arguments[0] + 1 for op, arguments in _leaves(program) if op is Op.PARAMETER)])


def _leaves(program: Program) -> Iterator[tuple[Op, tuple[int, ...]]]:
    graph = program.graph
    roots: set[int] = set()
    for block in program.blocks:
        roots.update(node for _, node in block.steps)
        roots.update(block.residuals)
        roots.update(*block.jacobian)
    for node in graph.reachable(roots):
        if graph.ops[node] in LEAVES:
            yield graph.ops[node], graph.arguments[node]
