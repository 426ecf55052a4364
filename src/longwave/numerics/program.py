"""How one period of a system is solved: blocks one after the other, and in each a few guessed unknowns.

In a block whose unknowns need each other, all but the tears follow from the tears in sequence. The residuals of the
tears and their Jacobian are total derivatives, chained through the sequence, so that Newton's method works on the
tears alone: a block of 120 equations with five tears costs a dense solve of order five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from longwave.numerics.graph import Graph, Op
from longwave.numerics.ordering import blocks, tears


@dataclass(frozen=True, slots=True)
class Block:
    """equations: all of them. steps: (column, node) in order; each node reads tears, earlier blocks and lags only.

    tears: columns guessed; residuals[i]: node of the residual that tears[i] closes; jacobian[i][j]: its total
    derivative to tears[j]. A block without tears is a plain sequence.
    """

    equations: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]
    tears: tuple[int, ...] = ()
    residuals: tuple[int, ...] = ()
    jacobian: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Program:
    """Blocks in the order of solution. width: number of columns of the data."""

    graph: Graph
    blocks: tuple[Block, ...]
    width: int


def program(
    graph: Graph,
    unknowns: Sequence[int],
    residuals: Sequence[int],
    explicit: Sequence[int | None],
    width: int,
) -> Program:
    """The program of a system in which equation i closes column unknowns[i] of the present period.

    residuals: nodes that are nought at the solution; explicit: nodes that give the unknown from everything else, or
    None. Leads must not occur, or are read as data.
    """
    equation_of = {column: place for place, column in enumerate(unknowns)}
    needs = {}
    for place, (residual, formula) in enumerate(zip(residuals, explicit, strict=True)):
        reads = present_columns(graph, residual if formula is None else formula)
        needs[place] = {equation_of[column] for column in reads if column in equation_of}
        if formula is not None:
            needs[place].discard(place)
    implicit = {place for place, formula in enumerate(explicit) if formula is None}
    made = []
    for component in blocks(needs):
        inside = {place: needs[place] & set(component) for place in component}
        must = implicit & set(component)
        if len(component) == 1 and not must:
            made.append(_plain(component[0], unknowns, explicit))
        else:
            made.append(_torn(graph, inside, must, unknowns, residuals, explicit))
    return Program(graph, tuple(_joined(made)), width)


def present_columns(graph: Graph, node: int) -> set[int]:
    """The columns that a node reads in the present period."""
    return {
        graph.arguments[leaf][0] for leaf in graph.leaves(node, Op.COLUMN) if graph.arguments[leaf][1] == 0
    }


def _plain(place: int, unknowns: Sequence[int], explicit: Sequence[int | None]) -> Block:
    formula = explicit[place]
    assert formula is not None  # an implicit equation is always torn  # noqa: S101
    return Block((place,), ((unknowns[place], formula),))


def _joined(made: Sequence[Block]) -> list[Block]:
    """Neighbouring plain blocks as one sequence, so that a solver calls fewer of them."""
    joined: list[Block] = []
    for each in made:
        if joined and not each.tears and not joined[-1].tears:
            last = joined.pop()
            joined.append(Block(last.equations + each.equations, last.steps + each.steps))
        else:
            joined.append(each)
    return joined


def _torn(
    graph: Graph,
    inside: dict[int, set[int]],
    must: set[int],
    unknowns: Sequence[int],
    residuals: Sequence[int],
    explicit: Sequence[int | None],
) -> Block:
    cut, order = tears(inside, must)
    leaf = {place: graph.column(unknowns[place]) for place in inside}
    value = {leaf[place]: leaf[place] for place in cut}
    slopes: dict[int, dict[int, int]] = {leaf[place]: {index: graph.one} for index, place in enumerate(cut)}
    steps = []
    for place in order:
        formula = explicit[place]
        assert formula is not None  # implicit equations are all cut  # noqa: S101
        slopes[leaf[place]] = _chained(graph, formula, value, slopes)
        value[leaf[place]] = graph.substitute([formula], value)[0]
        steps.append((unknowns[place], value[leaf[place]]))
    closing, jacobian = [], []
    for place in cut:
        formula = explicit[place]
        root = residuals[place] if formula is None else graph.sub(leaf[place], formula)
        closing.append(graph.substitute([root], value)[0])
        row = _chained(graph, root, value, slopes)
        jacobian.append(tuple(row.get(index, graph.zero) for index in range(len(cut))))
    return Block(
        (*cut, *order), tuple(steps), tuple(unknowns[place] for place in cut), tuple(closing), tuple(jacobian)
    )


def _chained(
    graph: Graph, root: int, value: dict[int, int], slopes: dict[int, dict[int, int]]
) -> dict[int, int]:
    """The total derivative of a root to each tear: sum of its partials times the slopes of what it reads."""
    partials = {leaf: node for leaf, node in graph.partials(root).items() if leaf in slopes}
    total: dict[int, int] = {}
    with graph.folding():
        moved = graph.substitute(partials.values(), value)
        for leaf, partial in zip(partials, moved, strict=True):
            for index, slope in slopes[leaf].items():
                flow = graph.mul(partial, slope)
                total[index] = graph.add(total[index], flow) if index in total else flow
    return total
