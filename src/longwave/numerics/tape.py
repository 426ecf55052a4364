"""A list of instructions for some expressions of a graph: what an interpreter walks and a compiler translates.

Instruction n writes slot n. Leaves first read columns, parameters or cells; the outputs are slots. Only what the
outputs rest on is on the tape, each node once, arguments before users.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from longwave.numerics.graph import LEAVES, Graph, Op


@dataclass(frozen=True, slots=True)
class Instruction:
    """op: what to do; arguments: slots, or for a leaf (column, shift), (parameter,), (cell,); value: of a constant."""

    op: Op
    arguments: tuple[int, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Tape:
    """instructions in order; outputs: their slots; nodes: the graph's node of each slot."""

    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]
    nodes: tuple[int, ...]


def record(graph: Graph, outputs: Sequence[int]) -> Tape:
    """The tape that computes these nodes of a graph."""
    nodes = graph.reachable(outputs)
    slot = {node: place for place, node in enumerate(nodes)}
    instructions = []
    for node in nodes:
        op, arguments = graph.ops[node], graph.arguments[node]
        moved = arguments if op in LEAVES else tuple(slot[each] for each in arguments)
        instructions.append(Instruction(op, moved, graph.values[node]))
    return Tape(tuple(instructions), tuple(slot[node] for node in outputs), tuple(nodes))
