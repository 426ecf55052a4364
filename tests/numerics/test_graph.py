"""Equal parts are one node; every partial derivative is the derivative, by complex step and by finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

from .made_systems import COLUMNS, PARAMETERS, leaves, smooth_expression

STEP = 1e-40


def complex_value(graph: Graph, root: int, given: dict[int, complex]) -> complex:
    """The value of a node where leaves have complex values: f(x + ih) = f(x) + ih f'(x) + O(h^2)."""
    value: dict[int, complex] = {}
    for node in graph.reachable([root]):
        op, arguments = graph.ops[node], graph.arguments[node]
        if op is Op.CONSTANT:
            value[node] = graph.values[node]
        elif node in given:
            value[node] = given[node]
        else:
            value[node] = complex(COMPLEX[op](*(value[each] for each in arguments)))
    return value[root]


def by_real(function: Callable[[float, float], bool]) -> Callable[[complex, complex], complex]:
    return lambda a, b: float(function(complex(a).real, complex(b).real))


COMPLEX: dict[Op, Callable[..., complex]] = {
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.DIV: lambda a, b: a / b,
    Op.POW: lambda a, b: np.exp(b * np.log(a)),
    Op.MAX: lambda a, b: a if complex(a).real >= complex(b).real else b,
    Op.MIN: lambda a, b: a if complex(a).real <= complex(b).real else b,
    Op.LT: by_real(lambda a, b: a < b),
    Op.LE: by_real(lambda a, b: a <= b),
    Op.EQ: by_real(lambda a, b: a == b),
    Op.NE: by_real(lambda a, b: a != b),
    Op.NEG: lambda a: -a,
    Op.LOG: np.log,
    Op.EXP: np.exp,
    Op.SQRT: np.sqrt,
    Op.ABS: lambda a: -a if complex(a).real < 0 else a,
    Op.SIN: np.sin,
    Op.COS: np.cos,
    Op.ERF: erf,
    Op.SELECT: lambda condition, yes, no: yes if complex(condition).real != 0 else no,
}


def exact(graph: Graph, root: int, data: np.ndarray, parameters: np.ndarray) -> dict[int, float]:
    """The partials of a root at row 2 of the data, from the graph."""
    found = graph.partials(root)
    values = interpret(record(graph, list(found.values())), data, 2, parameters)
    return dict(zip(found, map(float, values), strict=True))


def at(graph: Graph, leaf: int, data: np.ndarray, parameters: np.ndarray) -> float:
    arguments = graph.arguments[leaf]
    if graph.ops[leaf] is Op.PARAMETER:
        return float(parameters[arguments[0]])
    return float(data[2 + arguments[1], arguments[0]])


def agree_with_complex_steps(graph: Graph, root: int, data: np.ndarray, parameters: np.ndarray) -> None:
    variables = [node for op in (Op.COLUMN, Op.PARAMETER) for node in graph.leaves(root, op)]
    known = exact(graph, root, data, parameters)
    values: dict[int, complex] = {leaf: at(graph, leaf, data, parameters) for leaf in variables}
    for leaf in variables:
        moved = complex_value(graph, root, {**values, leaf: values[leaf] + 1j * STEP})
        derivative = moved.imag / STEP
        assert known.get(leaf, 0.0) == pytest.approx(derivative, rel=1e-9, abs=1e-9 * (1 + abs(moved.real)))


POINTS = st.floats(0.1, 3.0).filter(lambda x: abs(x - 1) > 1e-3)
ONE = ("neg", "log", "exp", "sqrt", "abs", "sin", "cos", "erf")
TWO = ("add", "sub", "mul", "div", "pow", "max", "min", "lt", "le", "eq", "ne", "gt", "ge", "both", "either")


@pytest.mark.parametrize("name", ONE)
@settings(max_examples=20)
@given(x=POINTS, sign=st.sampled_from([-1.0, 1.0]))
def test_partials_of_one_argument(name: str, x: float, sign: float) -> None:
    x = x if name in ("log", "sqrt") else sign * x
    graph = Graph()
    root = getattr(graph, name)(graph.column(0))
    agree_with_complex_steps(graph, root, np.full((5, 1), x), np.zeros(0))


@pytest.mark.parametrize("name", TWO)
@settings(max_examples=20)
@given(x=POINTS, y=POINTS)
def test_partials_of_two_arguments(name: str, x: float, y: float) -> None:
    graph = Graph()
    root = getattr(graph, name)(graph.column(0, -1), graph.column(1, 1))
    data = np.tile([x, y], (5, 1))
    agree_with_complex_steps(graph, root, data, np.zeros(0))


@settings(max_examples=20)
@given(x=POINTS, y=POINTS, z=POINTS)
def test_partials_of_a_choice(x: float, y: float, z: float) -> None:
    graph = Graph()
    a, b, c = (graph.column(number) for number in range(3))
    root = graph.select(graph.lt(a, b), graph.mul(a, c), graph.log(b))
    agree_with_complex_steps(graph, root, np.tile([x, y, z], (5, 1)), np.zeros(0))


@pytest.mark.parametrize("exponent", [-3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 3.0, 7.0])
def test_partials_of_constant_powers(exponent: float) -> None:
    graph = Graph()
    root = graph.pow(graph.column(0), graph.constant(exponent))
    agree_with_complex_steps(graph, root, np.full((5, 1), 1.3), np.zeros(0))


@pytest.mark.parametrize("seed", range(40))
def test_partials_of_random_expressions(seed: int) -> None:
    graph = Graph()
    root = smooth_expression(graph, seed)
    rng = np.random.default_rng(seed)
    data, parameters = rng.normal(size=(5, COLUMNS)), rng.normal(size=PARAMETERS)
    agree_with_complex_steps(graph, root, data, parameters)


@pytest.mark.parametrize("seed", range(10))
def test_partials_by_central_differences(seed: int) -> None:
    graph = Graph()
    root = smooth_expression(graph, seed, size=12)
    rng = np.random.default_rng(seed)
    data, parameters = rng.normal(size=(5, COLUMNS)), rng.normal(size=PARAMETERS)
    tape = record(graph, [root])
    for leaf, slope in exact(graph, root, data, parameters).items():
        sides = []
        for step in (1e-5, -1e-5):
            moved, given = data.copy(), parameters.copy()
            arguments = graph.arguments[leaf]
            if graph.ops[leaf] is Op.PARAMETER:
                given[arguments[0]] += step
            else:
                moved[2 + arguments[1], arguments[0]] += step
            sides.append(float(interpret(tape, moved, 2, given)[0]))
        assert slope == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-5, abs=1e-6)


def test_equal_parts_are_one_node() -> None:
    graph = Graph()
    a, b = graph.column(0), graph.column(1, -1)
    assert graph.add(a, b) == graph.add(b, a)
    assert graph.log(graph.mul(a, b)) == graph.log(graph.mul(b, a))
    assert graph.sub(a, b) != graph.sub(b, a)
    size = len(graph)
    graph.add(b, a)
    assert len(graph) == size


def test_simplifications_keep_the_value() -> None:
    graph = Graph()
    a = graph.column(0)
    assert graph.add(a, graph.zero) == a
    assert graph.mul(graph.one, a) == a
    assert graph.neg(graph.neg(a)) == a
    assert graph.sub(a, a) == graph.zero
    assert graph.pow(a, graph.constant(2.0)) == graph.mul(a, a)
    assert graph.values[graph.log(graph.constant(2.0))] == math.log(2.0)
    assert graph.ops[graph.log(graph.constant(-1.0))] is Op.LOG, "what is no number is not folded away"


def test_what_is_shifted_and_substituted() -> None:
    graph = Graph()
    root = graph.add(graph.column(0), graph.log(graph.column(1, -1)))
    assert graph.shifted([root], 2) == [graph.add(graph.column(0, 2), graph.log(graph.column(1, 1)))]
    assert graph.shifted(graph.shifted([root], 3), -3) == [root]
    assert graph.substitute([root], {graph.column(0): graph.one}) == [
        graph.add(graph.one, graph.log(graph.column(1, -1)))
    ]


def test_a_deep_chain_is_no_trouble() -> None:
    graph = Graph()
    node = leaves(graph)[0]
    for _ in range(50_000):
        node = graph.sin(node)
    assert graph.partials(node)
