"""A tape holds what its outputs rest on, each node once, arguments before users."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.numerics.graph import LEAVES, Graph
from longwave.numerics.tape import record

from .made_systems import expressions

RECIPE = st.lists(st.tuples(*[st.integers(0, 1000)] * 4), min_size=1, max_size=40)


@settings(max_examples=50)
@given(recipe=RECIPE)
def test_arguments_come_before_users(recipe: list[tuple[int, int, int, int]]) -> None:
    graph = Graph()
    outputs = expressions(graph, recipe)[-5:]
    tape = record(graph, outputs)
    assert [tape.nodes[slot] for slot in tape.outputs] == outputs
    assert len(set(tape.nodes)) == len(tape.nodes) == len(tape.instructions)
    assert set(tape.nodes) == set(graph.reachable(outputs))
    for slot, each in enumerate(tape.instructions):
        if each.op not in LEAVES:
            assert all(argument < slot for argument in each.arguments)
