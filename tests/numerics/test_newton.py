"""Newton's method: damping, kept factors, continuation, and what it says when it fails."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.numerics.graph import Graph
from longwave.numerics.newton import (
    AbstractEquations,
    Ending,
    NewtonOptions,
    SingularJacobian,
    continued,
    damped,
    newton,
    solve_dense,
)

NOTHING = np.zeros(0)


class Written(AbstractEquations):
    """Equations from Python functions."""

    def __init__(self, function, jacobian) -> None:
        self.function, self.slopes, self.factored = function, jacobian, 0

    def residual(self, x):
        with np.errstate(all="ignore"):
            return self.function(x), np.ones(len(x))

    def factor(self, x):
        self.factored += 1
        with np.errstate(all="ignore"):
            matrix = self.slopes(x)
        if np.linalg.det(matrix) == 0.0:
            raise SingularJacobian((0, 0))
        return lambda right: np.linalg.solve(matrix, right)


def one_row(*values: float) -> np.ndarray:
    return np.array([values], dtype=np.float64)


def solved(graph, residuals, unknowns, *values, **more):
    return solve_dense(graph, residuals, unknowns, one_row(*values), 0, NOTHING, **more)


def test_a_step_that_leaves_the_domain_is_halved():
    g = Graph()
    outcome = solved(g, [g.log(g.column(0))], [g.column(0)], 10.0)
    assert outcome.solved
    assert outcome.values == pytest.approx([1.0], abs=1e-12)


def test_a_function_on_which_bare_newton_runs_away():
    """arctan from 3: whole steps grow without bound (Kelley, 1995, section 8.1)."""
    arctan = Written(np.arctan, lambda x: np.diag(1.0 / (1.0 + x * x)))
    assert newton(arctan, np.array([3.0])).values == pytest.approx([0.0], abs=1e-9)
    assert newton(arctan, np.array([1e4])).solved


def test_powell_s_badly_scaled_function():
    """Moré, Garbow and Hillstrom (1981), problem 3: (1.098...e-5, 9.106...)."""
    g = Graph()
    x, y = g.column(0), g.column(1)
    first = g.sub(g.mul(g.constant(1e4), g.mul(x, y)), g.one)
    second = g.sub(g.add(g.exp(g.neg(x)), g.exp(g.neg(y))), g.constant(1.0001))
    outcome = solved(g, [first, second], [x, y], 0.0, 1.0, options=NewtonOptions(tolerance=1e-14))
    assert outcome.values == pytest.approx([1.098159e-5, 9.106146], rel=1e-6)


def test_kept_factors_give_the_same_answer_with_fewer_factorings():
    def function(x):
        return np.array([x[0] + 0.1 * x[1] ** 2 - 1.0, x[1] + 0.1 * math.sin(x[0]) - 2.0])

    def slopes(x):
        return np.array([[1.0, 0.2 * x[1]], [0.1 * math.cos(x[0]), 1.0]])

    often, seldom = Written(function, slopes), Written(function, slopes)
    one = newton(often, np.zeros(2))
    other = newton(seldom, np.zeros(2), NewtonOptions(reuse=0.5))
    assert one.values == pytest.approx(other.values, abs=1e-12)
    assert seldom.factored < often.factored


def test_a_factor_that_has_become_useless_is_made_anew():
    outcome = newton(
        Written(lambda x: x**5 - 1.0, lambda x: np.diag(5.0 * x**4)),
        np.array([5.0]),
        NewtonOptions(reuse=0.9),
    )
    assert outcome.values == pytest.approx([1.0], abs=1e-10)


def test_kinks_are_crossed():
    g = Graph()
    x = g.column(0)
    residual = g.sub(g.max(g.mul(g.constant(0.1), x), g.sub(x, g.constant(9.0))), g.constant(5.0))
    assert solved(g, [residual], [x], -40.0).values == pytest.approx([14.0])


def test_a_family_is_followed_where_a_leap_fails():
    """tanh(20 (x - 10 t)) = 0 is flat, to the last digit, all but at its root."""

    def family(part):
        return Written(
            lambda x: np.tanh(20.0 * (x - 10.0 * part)),
            lambda x: np.diag(20.0 / np.cosh(20.0 * (x - 10.0 * part)) ** 2 + 1e-300),
        )

    assert not damped(family(1.0), np.zeros(1), NewtonOptions()).solved
    found = continued(family, np.zeros(1), NewtonOptions())
    assert found.solved
    assert found.degrees > 4
    assert found.values == pytest.approx([10.0])


def test_a_family_without_solution_ends():
    def family(part):
        return Written(lambda x: x * x + part - 0.5, lambda x: np.diag(2.0 * x))

    found = continued(family, np.array([math.sqrt(0.5)]), NewtonOptions(most_iterations=30))
    assert not found.solved


def test_the_equation_and_the_unknown_of_a_singular_system_are_named():
    g = Graph()
    x, y, z = (g.column(each) for each in range(3))
    residuals = [g.sub(z, g.one), g.sub(g.add(x, y), g.one), g.sub(g.add(x, y), g.constant(2.0))]
    outcome = solved(g, residuals, [x, y, z], 0.0, 0.0, 0.0)
    assert outcome.ending is Ending.SINGULAR
    assert outcome.pivot is not None
    assert outcome.pivot[0] in (1, 2)
    assert outcome.pivot[1] in (0, 1)


def test_singular_but_for_rounding_is_singular():
    g = Graph()
    x, y = g.column(0), g.column(1)
    a, b, c = g.constant(0.1), g.constant(0.2), g.constant(3.0)
    rows = [g.add(g.mul(a, x), g.mul(b, y)), g.add(g.mul(g.mul(a, c), x), g.mul(g.mul(b, c), y))]
    outcome = solved(g, [g.sub(rows[0], g.one), g.sub(rows[1], g.one)], [x, y], 0.0, 0.0)
    assert outcome.ending is Ending.SINGULAR


def test_an_unknown_that_no_equation_reads_is_named():
    g = Graph()
    x, y = g.column(0), g.column(1)
    outcome = solved(g, [g.sub(x, g.one), g.sub(g.mul(x, x), g.one)], [x, y], 3.0, 0.0)
    assert outcome.pivot is not None
    assert outcome.pivot[1] == 1


def test_a_solution_that_is_not_alone_is_marked():
    g = Graph()
    x, y = g.column(0), g.column(1)
    same = g.sub(g.add(x, y), g.one)
    outcome = solved(g, [same, g.mul(same, same)], [x, y], 0.25, 0.75)
    assert outcome.solved
    assert outcome.pivot is not None


def test_the_first_equation_without_a_number_is_told():
    g = Graph()
    x, y = g.column(0), g.column(1)
    outcome = solved(g, [g.sub(x, g.one), g.log(y)], [x, y], 1.0, -2.0)
    assert outcome.ending is Ending.NOT_FINITE
    assert outcome.worst == 1


def test_no_solution_is_said():
    g = Graph()
    x = g.column(0)
    outcome = solved(g, [g.add(g.mul(x, x), g.one)], [x], 3.0)
    assert not outcome.solved
    assert outcome.residual >= 0.1


def test_parameters_may_be_unknown_and_inputs_are_left_alone():
    g = Graph()
    data, parameters = one_row(8.0, 0.0), np.array([1.0, 3.0])
    residual = g.sub(g.pow(g.parameter(0), g.parameter(1)), g.column(0))
    outcome = solve_dense(g, [residual], [g.parameter(0)], data, 0, parameters)
    assert outcome.values == pytest.approx([2.0])
    assert data.tolist() == [[8.0, 0.0]]
    assert parameters.tolist() == [1.0, 3.0]


def test_a_missing_start_is_one_and_sides_measure_the_residual():
    g = Graph()
    x = g.column(0)
    left, right = g.mul(g.constant(1e9), x), g.constant(5e9)
    outcome = solved(g, [g.sub(left, right)], [x], math.nan, sides=[(left, right)])
    assert outcome.values == pytest.approx([5.0])
    assert outcome.residual <= 1e-15


def test_as_many_equations_as_unknowns_and_only_leaves():
    g = Graph()
    with pytest.raises(ValueError, match="1 equations for 2 unknowns"):
        solved(g, [g.column(0)], [g.column(0), g.column(1)], 1.0, 1.0)
    with pytest.raises(ValueError, match="a column or a parameter"):
        solved(g, [g.column(0)], [g.log(g.column(0))], 1.0)


def test_no_equations_are_solved():
    g = Graph()
    assert solved(g, [], [], 1.0).solved


@given(st.integers(0, 2**32 - 1), st.permutations(range(4)))
def test_the_order_of_equations_and_unknowns_changes_nothing(seed, order):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(4, 4)) + 4.0 * np.eye(4)
    aim = rng.normal(size=4)
    g = Graph()
    x = [g.column(each) for each in range(4)]
    residuals = []
    for row in range(4):
        total = g.constant(-aim[row])
        for place in range(4):
            total = g.add(total, g.mul(g.constant(matrix[row, place]), x[place]))
        residuals.append(g.add(total, g.mul(g.constant(0.1), g.exp(g.neg(g.mul(x[row], x[row]))))))
    plain = solved(g, residuals, x, 0.0, 0.0, 0.0, 0.0)
    mixed = solved(g, [residuals[each] for each in order], [x[each] for each in order], 0.0, 0.0, 0.0, 0.0)
    assert plain.solved
    assert mixed.values == pytest.approx(plain.values[list(order)], abs=1e-9)
