"""A program solves its system, in whatever order the equations come."""

from __future__ import annotations

import random

import numpy as np
import pytest

from longwave.numerics.graph import Graph
from longwave.numerics.interpret import interpret
from longwave.numerics.interpreted import Status, solve_rows
from longwave.numerics.program import program
from longwave.numerics.schedule import COMPUTE, parameters_read, reads_ahead, schedules
from longwave.numerics.tape import record

from .made_systems import made_data, made_system


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (2, 1), (7, 2), (30, 3), (30, 4), (80, 5)])
def test_every_equation_holds(count: int, seed: int) -> None:
    made, graph, residuals = made_system(count, seed)
    data, parameters = made_data(count, 12, seed)
    outcome = solve_rows(made, data, 2, 12, parameters)
    assert outcome.status is Status.SOLVED
    left = interpret(record(graph, residuals), data, slice(2, 12), parameters)
    assert np.max(np.abs(left)) < 1e-11


def test_the_order_of_equations_changes_nothing() -> None:
    count = 40
    order = list(range(count))
    random.Random(1).shuffle(order)  # noqa: S311
    (one, _, _), (other, _, _) = made_system(count, 9), made_system(count, 9, order=order)
    first, parameters = made_data(count, 20, 9)
    second = first.copy()
    solve_rows(one, first, 2, 20, parameters)
    solve_rows(other, second, 2, 20, parameters)
    assert np.max(np.abs(first - second)) < 1e-11


def test_solving_a_solution_changes_nothing() -> None:
    made, _, _ = made_system(30, 4)
    data, parameters = made_data(30, 12, 4)
    solve_rows(made, data, 2, 12, parameters)
    again = data.copy()
    assert solve_rows(made, again, 2, 12, parameters).iterations <= 10
    assert np.max(np.abs(again - data)) < 1e-12


def test_the_jacobian_of_a_block_is_its_derivative() -> None:
    made, graph, _ = made_system(24, 11)
    data, parameters = made_data(24, 6, 11)
    checked = 0
    for block in made.blocks:
        for column, tear in enumerate(block.tears):
            sides = []
            for step in (1e-6, -1e-6):
                moved = data.copy()
                moved[3, tear] += step
                sides.append(np.array(interpret(record(graph, block.residuals), moved, 3, parameters)))
            nodes = [row[column] for row in block.jacobian]
            slopes = np.array(interpret(record(graph, nodes), data, 3, parameters))
            assert slopes == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-5, abs=1e-7)
            checked += 1
    assert checked > 0


def test_a_chain_is_one_plain_block() -> None:
    graph = Graph()
    formulas = [graph.add(graph.column(0, -1), graph.one), graph.mul(graph.column(0), graph.column(0))]
    residuals = [graph.sub(graph.column(place), each) for place, each in enumerate(formulas)]
    made = program(graph, [0, 1], residuals, formulas, 2)
    assert [block.tears for block in made.blocks] == [()]
    data = np.zeros((4, 2))
    solve_rows(made, data, 1, 4, np.zeros(0))
    assert data.tolist() == [[0, 0], [1, 1], [2, 4], [3, 9]]


def test_what_does_not_rest_on_a_tear_stands_still() -> None:
    """y = log(x(-1)) + 0.5 sin(y): the logarithm is computed once a period, not once an iteration."""
    graph = Graph()
    lagged = graph.log(graph.column(1, -1))
    formula = graph.add(lagged, graph.mul(graph.constant(0.5), graph.sin(graph.column(0))))
    made = program(graph, [0], [graph.sub(graph.column(0), formula)], [None], 2)
    (plan,) = schedules(made)
    assert (lagged, COMPUTE) in plan.still
    assert lagged not in {node for node, _ in (*plan.moving, *plan.slopes)}


def test_reach_of_a_program() -> None:
    graph = Graph()
    formula = graph.add(graph.mul(graph.parameter(4), graph.column(1, -3)), graph.column(1, 2))
    made = program(graph, [0], [graph.sub(graph.column(0), formula)], [formula], 2)
    assert reads_ahead(made) == (3, 2)
    assert parameters_read(made) == 5
