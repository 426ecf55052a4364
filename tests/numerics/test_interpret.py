"""Values over many rows, missing values that pick no side, and arithmetic that never raises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import APPLY, all_slots, interpret
from longwave.numerics.interpreted import SCALAR
from longwave.numerics.tape import record

ODD = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan]


def test_leaves_are_slices_of_columns() -> None:
    graph = Graph()
    data = np.arange(12.0).reshape(6, 2)
    root = graph.add(graph.column(0, -1), graph.mul(graph.parameter(1), graph.column(1, 2)))
    found = interpret(record(graph, [root]), data, slice(1, 4), np.array([9.0, 10.0]))[0]
    assert found.tolist() == [data[row - 1, 0] + 10.0 * data[row + 2, 1] for row in (1, 2, 3)]
    assert interpret(record(graph, [root]), data, 2, np.array([9.0, 10.0]))[0] == found[1]


def test_cells_are_wanted_where_they_are_read() -> None:
    graph = Graph()
    tape = record(graph, [graph.cell(1)])
    assert interpret(tape, np.zeros((1, 1)), 0, np.zeros(0), np.array([1.0, 7.0])) == [7.0]
    with pytest.raises(ValueError, match="cells"):
        interpret(tape, np.zeros((1, 1)), 0, np.zeros(0))


def test_missing_values_pick_no_side() -> None:
    graph = Graph()
    a, b = graph.column(0), graph.column(1)
    roots = [
        graph.lt(a, b),
        graph.ne(a, b),
        graph.max(a, b),
        graph.select(graph.lt(a, b), graph.one, graph.zero),
    ]
    data = np.array([[math.nan, 1.0], [1.0, math.nan]])
    for values in interpret(record(graph, roots), data, slice(0, 2), np.zeros(0)):
        assert np.isnan(values).all()


def test_every_slot_is_named_by_its_node() -> None:
    graph = Graph()
    root = graph.log(graph.add(graph.column(0), graph.column(1)))
    tape = record(graph, [root])
    slots = all_slots(tape, np.ones((1, 2)), 0, np.zeros(0))
    assert dict(zip(tape.nodes, slots, strict=True))[root] == math.log(2.0)


@pytest.mark.parametrize("op", [op for op in Op if op >= Op.ADD])
@settings(max_examples=60)
@given(
    values=st.tuples(*[st.one_of(st.sampled_from(ODD), st.floats(-50, 50))] * 3),
)
def test_plain_numbers_and_vectors_agree(op: Op, values: tuple[float, float, float]) -> None:
    """The interpreter of blocks works on floats of Python; it is to say what NumPy says."""
    count = 3 if op is Op.SELECT else 1 if op >= Op.NEG else 2
    with np.errstate(all="ignore"):
        wanted = float(APPLY[op](*(np.float64(each) for each in values[:count])))
    found = SCALAR[op](list(values), 0, 1, 2)
    assert found == pytest.approx(wanted, rel=1e-13, abs=1e-300, nan_ok=True)
