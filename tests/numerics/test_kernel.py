"""What is compiled says what is interpreted, operation by operation and row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import APPLY, all_slots
from longwave.numerics.kernel import InterpretedKernel, compile_tape, kernel_of
from longwave.numerics.llvm import LIBRARY
from longwave.numerics.tape import Tape, record

from .made_systems import COLUMNS, PARAMETERS, expressions, made_data, made_system

RECIPE = st.lists(st.tuples(*[st.integers(0, 10_000)] * 4), min_size=5, max_size=60)
ODD = np.array([0.0, -0.0, 1.0, -1.0, 2.5, 1e300, -1e300, 5e-324, math.inf, -math.inf, math.nan])


def every_slot(tape: Tape) -> Tape:
    return Tape(tape.instructions, tuple(range(len(tape.instructions))), tape.nodes)


def agree(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        near = np.abs(one - other) <= 1e-12 * np.abs(other)
    return near | (one == other) | (np.isnan(one) & np.isnan(other))


@settings(max_examples=40)
@given(recipe=RECIPE, seed=st.integers(0, 1000))
def test_every_operation_says_what_numpy_says(recipe: list[tuple[int, int, int, int]], seed: int) -> None:
    """Each compiled value against NumPy's operation on the compiled arguments: no rounding is carried on."""
    graph = Graph()
    tape = every_slot(record(graph, expressions(graph, recipe)))
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(8, COLUMNS)) * rng.choice([0.1, 1.0, 30.0], size=(8, COLUMNS))
    odd = rng.random(size=data.shape) < 0.2
    data[odd] = rng.choice(ODD, size=int(odd.sum()))
    parameters = rng.normal(size=PARAMETERS)
    values = compile_tape(tape, COLUMNS)(data, 2, 7, parameters)
    interpreted = np.column_stack(
        [np.broadcast_to(each, 5) for each in all_slots(tape, data, slice(2, 7), parameters)]
    )
    for slot, each in enumerate(tape.instructions):
        if each.op <= Op.CELL:
            wanted = interpreted[:, slot]
        else:
            with np.errstate(all="ignore"):
                wanted = APPLY[each.op](*(values[:, place] for place in each.arguments))
        assert agree(values[:, slot], wanted).all(), (each, values[:, slot], wanted)


@pytest.mark.parametrize("seed", range(3))
def test_residuals_and_jacobian_of_a_system(seed: int) -> None:
    count = 60
    _, graph, residuals = made_system(count, seed)
    slopes = [node for each in residuals for node in graph.partials(each).values()]
    tape = record(graph, [*residuals, *slopes])
    data, parameters = made_data(count, 20, seed)
    data[:, :count] += np.random.default_rng(seed).normal(size=(20, count))
    one = compile_tape(tape, count + 1)(data, 2, 20, parameters)
    other = InterpretedKernel(tape, count + 1)(data, 2, 20, parameters)
    assert np.max(np.abs(one - other)) <= 1e-12 * np.max(np.abs(other))


def test_long_lists_are_cut_into_functions() -> None:
    """More tasks than one function holds, with values wanted far from where they are made."""
    graph = Graph()
    nodes = [graph.column(0)]
    for number in range(3000):
        nodes.append(graph.sin(graph.add(nodes[-1], nodes[max(0, number - 900)])))
    tape = record(graph, [nodes[-1], nodes[5], nodes[2000], nodes[5], graph.one])
    data = np.linspace(0.1, 1.0, 6)[:, None].copy()
    one = compile_tape(tape, 1)(data, 0, 6, np.zeros(0))
    other = InterpretedKernel(tape, 1)(data, 0, 6, np.zeros(0))
    assert agree(one, other).all()


def test_outputs_may_be_leaves_and_come_twice() -> None:
    graph = Graph()
    outputs = [graph.column(0, -1), graph.parameter(0), graph.constant(7.0), graph.column(0, -1)]
    kernel = compile_tape(record(graph, outputs), 1)
    data = np.array([[1.0], [2.0], [3.0]])
    assert kernel(data, 1, 3, np.array([5.0])).tolist() == [[1.0, 5.0, 7.0, 1.0], [2.0, 5.0, 7.0, 2.0]]


def test_no_outputs_and_no_rows() -> None:
    graph = Graph()
    assert compile_tape(record(graph, []), 1)(np.zeros((3, 1)), 0, 3, np.zeros(0)).shape == (3, 0)
    kernel = compile_tape(record(graph, [graph.column(0)]), 1)
    assert kernel(np.zeros((3, 1)), 2, 2, np.zeros(0)).shape == (0, 1)


def test_what_does_not_fit_is_refused() -> None:
    graph = Graph()
    tape = record(graph, [graph.add(graph.column(0, -1), graph.mul(graph.column(1, 1), graph.parameter(2)))])
    data, parameters = np.zeros((5, 2)), np.zeros(3)
    for kernel in (compile_tape(tape, 2), InterpretedKernel(tape, 2)):
        kernel(data, 1, 4, parameters)
        for first, stop in ((0, 4), (1, 5), (3, 2)):
            with pytest.raises(ValueError, match="rows"):
                kernel(data, first, stop, parameters)
        for wrong in (data[:, :1], data.astype(np.float32), np.asfortranarray(data)):
            with pytest.raises(ValueError, match="float64"):
                kernel(wrong, 1, 4, parameters)
        with pytest.raises(ValueError, match="out"):
            kernel(data, 1, 4, parameters, np.zeros((3, 2)))
        with pytest.raises(ValueError, match="parameters"):
            kernel(data, 1, 4, parameters[:2])


def test_the_same_memory_may_be_filled_again() -> None:
    graph = Graph()
    kernel = kernel_of(record(graph, [graph.exp(graph.column(0))]), 1)
    out = np.zeros((2, 1))
    assert kernel.engine == "compiled"
    assert kernel(np.zeros((2, 1)), 0, 2, np.zeros(0), out) is out
    assert out.tolist() == [[1.0], [1.0]]


def test_the_library_is_the_platforms_own() -> None:
    assert set(LIBRARY) == {Op.LOG, Op.EXP, Op.POW, Op.SIN, Op.COS, Op.ERF}
    graph = Graph()
    x = graph.column(0)
    roots = [
        graph.log(x),
        graph.exp(x),
        graph.sin(x),
        graph.cos(x),
        graph.erf(x),
        graph.pow(x, graph.constant(2.7)),
    ]
    found = compile_tape(record(graph, roots), 1)(np.array([[1.25]]), 0, 1, np.zeros(0))[0]
    wanted = [math.log(1.25), math.exp(1.25), math.sin(1.25), math.cos(1.25), math.erf(1.25), 1.25**2.7]
    assert found == pytest.approx(wanted, rel=1e-15)
