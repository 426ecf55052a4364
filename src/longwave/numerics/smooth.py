"""Kinks rounded off: max, min and abs as smooth functions that tend to them as a width goes to nought.

    max(a, b) = (a + b + sqrt((a - b)^2 + w^2)) / 2,  min likewise with minus,  |a| = sqrt(a^2 + w^2)

Chen and Mangasarian (1996). Newton's method goes astray where many periods change sides at once, as at a floor
under an interest rate; solved for one width after the other, each from the solution before, it is led to the kinked system.
"""

from __future__ import annotations

from collections.abc import Sequence

from longwave.numerics.graph import LEAVES, Graph, Op

KINKED = frozenset({Op.MAX, Op.MIN, Op.ABS})


def has_kinks(graph: Graph, roots: Sequence[int]) -> bool:
    """Whether max, min or abs stands anywhere under the roots."""
    return any(graph.ops[node] in KINKED for node in graph.reachable(roots))


def smoothed(graph: Graph, roots: Sequence[int], width: int) -> list[int]:
    """The roots with every kink rounded off by the node `width`."""
    new: dict[int, int] = {}
    for node in graph.reachable(roots):
        op = graph.ops[node]
        if op in LEAVES:
            new[node] = node
            continue
        arguments = tuple(new[each] for each in graph.arguments[node])
        new[node] = _rounded(graph, op, arguments, width) if op in KINKED else graph.rebuilt(op, arguments)
    return [new[root] for root in roots]


def _rounded(graph: Graph, op: Op, arguments: tuple[int, ...], width: int) -> int:
    if op is Op.ABS:
        return _length(graph, arguments[0], width)
    one, other = arguments
    gap = _length(graph, graph.sub(one, other), width)
    total = graph.add(one, other)
    total = graph.add(total, gap) if op is Op.MAX else graph.sub(total, gap)
    return graph.mul(graph.constant(0.5), total)


def _length(graph: Graph, a: int, width: int) -> int:
    return graph.sqrt(graph.add(graph.mul(a, a), graph.mul(width, width)))
