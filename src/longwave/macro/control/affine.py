"""Whether a system is affine in its variables for every value of its parameters, so that its responses are constant.

It is where no second partial derivative to two columns is other than nought and nothing kinks: no choice, greatest, least,
comparison or absolute value rests on a column.
"""

from __future__ import annotations

from longwave.macro.bind import System
from longwave.numerics.graph import Op

KINKED = frozenset({Op.MAX, Op.MIN, Op.LT, Op.LE, Op.EQ, Op.NE, Op.ABS, Op.SELECT})


def is_affine(system: System) -> bool:
    """Found once a system."""
    found: bool | None = system.__dict__.get("_affine")
    if found is None:
        found = system.__dict__["_affine"] = not _kinks(system) and not _bends(system)
    return found


def _kinks(system: System) -> bool:
    graph = system.graph
    return any(
        graph.ops[node] in KINKED and bool(graph.leaves(node, Op.COLUMN))
        for node in graph.reachable(system.residuals)
    )


def _bends(system: System) -> bool:
    graph = system.graph
    for root in system.residuals:
        for leaf, slope in graph.partials(root).items():
            if graph.ops[leaf] is Op.COLUMN and graph.leaves(slope, Op.COLUMN):
                return True
    return False
