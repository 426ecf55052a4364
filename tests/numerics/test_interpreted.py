"""How a solve ends, and that compiled and interpreted solvers end alike: the same status, place and iterations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from longwave.numerics.driver import InterpretedReplicator, Solver, compile_program
from longwave.numerics.graph import Graph
from longwave.numerics.interpreted import InterpretedSolver, Outcome, Status, solved
from longwave.numerics.program import Program, program

from .made_systems import made_data, made_system

SOLVERS = [compile_program, InterpretedReplicator]


def implicit(residual: Callable[[Graph, int, int], int], width: int = 2) -> Program:
    """One unknown in column 0, given by a residual of it and of the exogenous column 1."""
    graph = Graph()
    return program(graph, [0], [residual(graph, graph.column(0), graph.column(1))], [None], width)


def squares(graph: Graph, y: int, x: int) -> int:
    return graph.sub(graph.mul(y, y), x)


@pytest.mark.parametrize("make", SOLVERS)
class TestEndings:
    def test_a_root(self, make: Callable[[Program], Solver]) -> None:
        data = np.array([[3.0, 2.0], [3.0, 9.0], [3.0, 16.0]])
        outcome = make(implicit(squares))(data, 0, 3, np.zeros(0))
        assert outcome.status is Status.SOLVED
        assert (outcome.row, outcome.block) == (-1, -1)
        assert outcome.norm <= 1e-13
        assert data[:, 0] == pytest.approx([math.sqrt(2), 3, 4], rel=1e-14)

    def test_no_root(self, make: Callable[[Program], Solver]) -> None:
        data = np.array([[3.0, 4.0], [3.0, -1.0]])
        outcome = make(implicit(squares))(data, 0, 2, np.zeros(0))
        assert outcome.status in (Status.NO_CONVERGENCE, Status.SINGULAR)
        assert (outcome.row, outcome.block) == (1, 0)
        assert outcome.norm > 0.1
        assert data[0, 0] == pytest.approx(2.0)

    def test_a_singular_jacobian(self, make: Callable[[Program], Solver]) -> None:
        graph = Graph()
        a, b = graph.column(0), graph.column(1)
        total = graph.sub(graph.add(a, b), graph.column(2))
        twice = graph.sub(graph.mul(graph.constant(0.3), graph.add(a, b)), graph.one)
        made = program(graph, [0, 1], [total, twice], [None, None], 3)
        outcome = make(made)(np.ones((1, 3)), 0, 1, np.zeros(0))
        assert outcome.status is Status.SINGULAR

    def test_not_a_number_where_it_starts(self, make: Callable[[Program], Solver]) -> None:
        made = implicit(lambda graph, y, x: graph.sub(graph.log(y), x))
        data = np.array([[-1.0, 1.0], [-1.0, 1.0]])
        outcome = make(made)(data, 0, 2, np.zeros(0))
        assert outcome == Outcome(Status.NOT_FINITE_AT_START, 0, 0, 0, pytest.approx(math.nan, nan_ok=True))

    def test_a_second_start_from_the_period_before(self, make: Callable[[Program], Solver]) -> None:
        made = implicit(lambda graph, y, x: graph.sub(graph.log(y), x))
        data = np.array([[1.0, 0.0], [math.nan, 1.0], [-5.0, 2.0]])
        outcome = make(made)(data, 1, 3, np.zeros(0))
        assert outcome.status is Status.SOLVED
        assert data[1:, 0] == pytest.approx([math.e, math.e**2])

    def test_a_start_from_the_period_before(self, make: Callable[[Program], Solver]) -> None:
        data = np.array([[3.0, 9.0], [-3.0, 9.0], [-3.0, 9.0]])
        assert make(implicit(squares))(data, 1, 3, np.zeros(0), start_previous=True).status is Status.SOLVED
        assert data[:, 0].tolist() == [3.0, 3.0, 3.0]

    def test_a_formula_that_gives_no_number(self, make: Callable[[Program], Solver]) -> None:
        graph = Graph()
        formulas = [graph.add(graph.column(0, -1), graph.one), graph.log(graph.column(2))]
        residuals = [graph.sub(graph.column(place), each) for place, each in enumerate(formulas)]
        made = program(graph, [0, 1], residuals, formulas, 3)
        data = np.ones((4, 3))
        data[2, 2] = -1.0
        outcome = make(made)(data, 1, 4, np.zeros(0))
        assert outcome.status is Status.NOT_FINITE
        assert (outcome.row, outcome.block) == (2, 0)

    def test_a_step_that_overflows_in_a_solved_block(self, make: Callable[[Program], Solver]) -> None:
        """1 / exp(huge) is nought, so that the residual is fine; the step is not."""
        graph = Graph()
        tear, step = graph.column(0), graph.column(1)
        formulas = [None, graph.exp(graph.mul(graph.constant(1e6), tear))]
        residual = graph.sub(tear, graph.add(graph.one, graph.div(graph.one, step)))
        made = program(graph, [0, 1], [residual, graph.sub(step, formulas[1] or 0)], formulas, 2)
        outcome = make(made)(np.ones((1, 2)), 0, 1, np.zeros(0))
        assert outcome.status in (Status.NOT_FINITE, Status.SINGULAR)

    def test_too_few_iterations(self, make: Callable[[Program], Solver]) -> None:
        data = np.array([[1000.0, 2.0]])
        outcome = make(implicit(squares))(data, 0, 1, np.zeros(0), most=3)
        assert outcome.status is Status.NO_CONVERGENCE
        assert outcome.iterations == 3

    def test_damping_finds_what_whole_steps_do_not(self, make: Callable[[Program], Solver]) -> None:
        """atan-like: Newton's whole steps diverge from 3; halved ones do not."""
        made = implicit(lambda graph, y, x: graph.sub(graph.erf(y), x))
        data = np.array([[1.4, 0.1]])
        assert make(made)(data, 0, 1, np.zeros(0)).status is Status.SOLVED
        assert math.erf(data[0, 0]) == pytest.approx(0.1, rel=1e-12)

    def test_a_kink(self, make: Callable[[Program], Solver]) -> None:
        made = implicit(lambda graph, y, x: graph.sub(graph.max(y, graph.mul(graph.constant(3.0), y)), x))
        data = np.array([[-4.0, 6.0], [4.0, -2.0]])
        assert make(made)(data, 0, 2, np.zeros(0)).status is Status.SOLVED
        assert data[:, 0] == pytest.approx([2.0, -2.0])

    def test_rows_outside_the_data(self, make: Callable[[Program], Solver]) -> None:
        made, _, _ = made_system(5)
        data, parameters = made_data(5)
        solver = make(made)
        for first, stop in ((0, 3), (2, 99), (5, 4)):
            with pytest.raises(ValueError, match="rows"):
                solver(data, first, stop, parameters)
        with pytest.raises(ValueError, match="float64"):
            solver(data[:, :-1], 2, 3, parameters)
        with pytest.raises(ValueError, match="parameters"):
            solver(data, 2, 3, parameters[:1])
        assert solver(data, 3, 3, parameters).status is Status.SOLVED


@pytest.mark.parametrize(("count", "seed"), [(3, 0), (15, 1), (40, 2), (120, 3)])
def test_compiled_and_interpreted_solve_alike(count: int, seed: int) -> None:
    made, _, _ = made_system(count, seed)
    data, parameters = made_data(count, 30, seed)
    one, other = data.copy(), data.copy()
    first = compile_program(made)(one, 2, 30, parameters)
    second = InterpretedSolver(made)(other, 2, 30, parameters)
    assert (first.status, first.iterations) == (second.status, second.iterations)
    assert np.max(np.abs(one - other)) <= 1e-12


@pytest.mark.parametrize("size", range(1, 9))
def test_elimination(size: int) -> None:
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(size, size)), rng.normal(size=size)
    assert solved(matrix, right) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-9)
    matrix[:, -1] = matrix[:, 0] if size > 1 else 0.0
    assert solved(matrix, right) is None


def test_elimination_does_not_mind_units() -> None:
    rng = np.random.default_rng(0)
    matrix, right = rng.normal(size=(4, 4)), rng.normal(size=4)
    scale = np.array([1e-12, 1.0, 1e9, 1e15])
    wanted = np.linalg.solve(matrix, right)
    assert solved(matrix * scale, right) == pytest.approx(wanted / scale)
    assert solved(matrix * scale[:, None], right * scale) == pytest.approx(wanted)
