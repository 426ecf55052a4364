"""The stacked system: slopes, ends, orders, factors and what is said of a singular one."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.numerics.factors import Factors, null_pair
from longwave.numerics.graph import Graph
from longwave.numerics.newton import NewtonOptions, SingularJacobian, newton
from longwave.numerics.program import program
from longwave.numerics.stacked import Assembly, Cells, Stacked, closed_cells, elimination_order, layout
from longwave.numerics.terminal import Terminal

NOTHING = np.zeros(0)


def laid_out(g: Graph, pairs, unknowns, width, order=None, **more):
    """A layout from (left, right) nodes."""
    lefts, rights = zip(*pairs, strict=True)
    residuals = [g.sub(left, right) for left, right in pairs]
    return layout(g, lefts, rights, residuals, unknowns, order or range(len(pairs)), width, **more)


def forward(slope: float, width: int = 2):
    """x = slope x(+1) + z, column 0 and 1."""
    g = Graph()
    right = g.add(g.mul(g.constant(slope), g.column(0, 1)), g.column(1))
    return laid_out(g, [(g.column(0), right)], [0], width)


def bent():
    """Three equations with lags, leads and bends; columns x, y, w endogenous, z given."""
    g = Graph()
    x, y, w = (lambda shift, column=column: g.column(column, shift) for column in range(3))
    number = g.constant
    first = g.add(g.mul(number(0.3), x(-2)), g.add(g.mul(number(0.2), y(1)), g.exp(g.neg(w(0)))))
    second = g.add(g.mul(number(0.4), x(2)), g.add(g.mul(number(0.1), g.mul(y(-1), w(0))), g.column(3)))
    third = g.add(number(1.0), g.div(x(0), g.add(number(3.0), g.mul(w(1), w(1)))))
    return laid_out(g, [(x(0), first), (y(0), second), (w(0), third)], [0, 1, 2], 4)


def given_values(rows: int, width: int = 4, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.5, 1.5, (rows, width))


@pytest.mark.parametrize("terminal", list(Terminal))
@pytest.mark.parametrize(("first", "stop"), [(2, 9), (3, 5), (4, 5)])
def test_slopes_are_those_of_finite_differences(terminal, first, stop):
    values = given_values(12)
    system = Stacked(
        bent(), values, first, stop, NOTHING, terminal=terminal, steady=np.array([1.0, 1.1, 0.9, np.nan])
    )
    x = system.start()
    slopes = system.jacobian(x).toarray()
    for place in range(len(x)):
        up, down = x.copy(), x.copy()
        up[place] += 1e-6
        down[place] -= 1e-6
        expected = (system.residual(up)[0] - system.residual(down)[0]) / 2e-6
        assert slopes[:, place] == pytest.approx(expected, abs=1e-8)


def test_slopes_compiled_and_interpreted_agree():
    g = Graph()
    right = g.add(g.mul(g.constant(0.5), g.exp(g.neg(g.column(0, 1)))), g.column(1))
    plain = laid_out(g, [(g.column(0), right)], [0], 2)
    quick = laid_out(g, [(g.column(0), right)], [0], 2, compiled=True)
    values = given_values(12, 2)
    one, other = (Stacked(each, values, 0, 10, NOTHING) for each in (plain, quick))
    assert other.jacobian(other.start()).toarray() == pytest.approx(
        one.jacobian(one.start()).toarray(), abs=1e-15
    )
    assert newton(one, one.start()).values == pytest.approx(newton(other, other.start()).values, abs=1e-12)


def test_a_linear_forward_sum():
    """x = b x(+1) + z with x(T) given is sum b^k z(+k) + b^(T-t) x(T)."""
    values = given_values(31, 2)
    system = Stacked(forward(0.9), values, 0, 30, NOTHING)
    x = newton(system, system.start()).values
    expected = [
        sum(0.9**ahead * values[row + ahead, 1] for ahead in range(30 - row))
        + 0.9 ** (30 - row) * values[30, 0]
        for row in range(30)
    ]
    assert x == pytest.approx(expected, rel=1e-13)


def test_the_end_s_weight_is_the_discount_to_the_end():
    for slope in (0.5, 1.1):
        values = np.ones((21, 2))
        system = Stacked(forward(slope), values, 0, 20, NOTHING)
        found = newton(system, system.start())
        span = float(np.ptp(found.values))
        size = max(1.0, abs(found.values[-1]), span)
        assert system.end_weight(found.values) == pytest.approx(slope**20 * max(1.0, span) / size, rel=1e-4)


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        (Terminal.CONSTANT, lambda last, before, ahead: last),
        (Terminal.DIFFERENCE, lambda last, before, ahead: last + ahead * (last - before)),
        (Terminal.GROWTH, lambda last, before, ahead: last * (last / before) ** ahead),
    ],
)
def test_the_end_continues_as_asked(terminal, expected):
    system = Stacked(bent(), given_values(10), 2, 10, NOTHING, terminal=terminal)
    found = newton(system, system.start())
    assert found.solved
    path = system.at(found.values)
    for ahead in (1, 2):
        assert path[9 + ahead, 0] == pytest.approx(expected(path[9, 0], path[8, 0], ahead))


def test_nought_grows_into_nought():
    g = Graph()
    plan = laid_out(g, [(g.column(0), g.mul(g.constant(0.5), g.column(0, 1)))], [0], 1)
    system = Stacked(plan, np.zeros((6, 1)), 1, 6, NOTHING, terminal=Terminal.GROWTH)
    assert newton(system, system.start()).values.tolist() == [0.0] * 5


def test_a_lead_without_a_value_is_told():
    values = given_values(12)
    values[10:, 1] = np.nan
    system = Stacked(bent(), values, 2, 10, NOTHING)
    assert system.missing_ahead() == (0, 1, 10)
    moving = Stacked(bent(), values, 2, 10, NOTHING, terminal=Terminal.CONSTANT)
    assert moving.missing_ahead() is None


def test_what_is_given_beyond_the_end_is_kept_where_it_is_there():
    g = Graph()
    right = g.add(g.mul(g.constant(0.5), g.column(0, 1)), g.column(1, 1))
    plan = laid_out(g, [(g.column(0), right)], [0], 2)
    values = np.array([[1.0, 1.0], [1.0, 1.0], [np.nan, 5.0]])
    system = Stacked(plan, values, 0, 2, NOTHING, terminal=Terminal.CONSTANT)
    assert newton(system, system.start()).values == pytest.approx([6.0, 10.0])
    values[2, 1] = np.nan
    system = Stacked(plan, values, 0, 2, NOTHING, terminal=Terminal.CONSTANT)
    assert newton(system, system.start()).values == pytest.approx([2.0, 2.0])


def test_a_missing_start_is_carried_from_before_else_from_after():
    values = given_values(8, 2)
    values[3:6, 0] = np.nan
    assert Stacked(forward(0.5), values, 2, 7, NOTHING).start().tolist()[1:4] == [values[2, 0]] * 3
    values[:3, 0] = np.nan
    assert Stacked(forward(0.5), values, 0, 7, NOTHING).start().tolist()[:6] == [values[6, 0]] * 6
    values[:, 0] = np.nan
    assert Stacked(forward(0.5), values, 0, 7, NOTHING).start().tolist() == [1.0] * 7


def test_lags_before_the_data_are_missing_not_wrapped():
    system = Stacked(bent(), given_values(12), 0, 9, NOTHING)
    residual, _ = system.residual(system.start())
    assert np.isnan(residual[:2]).any()


def test_the_kept_order_and_superlu_s_own_agree():
    values = given_values(40)
    answers = []
    for natural in (True, False):
        system = Stacked(bent(), values, 2, 38, NOTHING, natural=natural)
        answers.append(newton(system, system.start(), NewtonOptions(reuse=0.5)).values)
    assert answers[0] == pytest.approx(answers[1], abs=1e-12)


@given(st.permutations(range(3)), st.permutations(range(3)))
def test_the_order_of_equations_changes_nothing(order, ranks):
    g = Graph()
    number = g.constant
    pairs = [
        (g.column(0), g.add(g.mul(number(0.3), g.column(1, 1)), g.column(2, -1))),
        (g.column(1), g.add(g.mul(number(0.2), g.column(0, -1)), g.exp(g.neg(g.column(2))))),
        (g.column(2), g.add(g.mul(number(0.4), g.column(0, 1)), g.mul(number(0.1), g.column(1)))),
    ]
    values = given_values(20, 3)
    plain = Stacked(laid_out(g, pairs, [0, 1, 2], 3), values, 1, 19, NOTHING)
    mixed_plan = laid_out(g, [pairs[each] for each in order], list(order), 3, list(ranks))
    mixed = Stacked(mixed_plan, values, 1, 19, NOTHING)
    one, other = (each.at(newton(each, each.start()).values) for each in (plain, mixed))
    assert other == pytest.approx(one, abs=1e-11)


def test_unknown_cells_may_lie_anywhere():
    """The given column in one period instead of the closed column in another: the start that gives a wanted end."""
    plan = forward(0.5)
    values = np.ones((6, 2))
    cells = closed_cells(plan, 0, 5)
    columns, rows = cells.columns.copy(), cells.rows.copy()
    values[0, 0], rows[0], columns[0] = 3.0, 4, 1
    system = Stacked(plan, values, 0, 5, NOTHING, unknown=Cells(rows, columns), late=np.array([0]))
    found = newton(system, system.start())
    path = system.at(found.values)
    again = Stacked(plan, path, 0, 5, NOTHING)
    assert newton(again, again.start()).values[0] == pytest.approx(3.0, abs=1e-12)
    assert path[4, 1] != 1.0


def test_a_singular_pair_of_equations_is_named_with_its_period():
    g = Graph()
    both = g.add(g.column(0), g.column(1))
    pairs = [
        (g.column(0, -1), g.sub(g.column(0), g.one)),
        (g.mul(g.column(2), both), g.one),
    ]
    plan = laid_out(g, pairs, [0, 1], 3)
    values = np.ones((5, 3))
    values[3, 2] = 0.0
    system = Stacked(plan, values, 1, 5, NOTHING)
    with pytest.raises(SingularJacobian) as caught:
        system.factor(system.start())
    equation, unknown = caught.value.pivot
    assert divmod(equation, 2) == (2, 1)
    assert system.cell(unknown) == (3, 1)


def test_elimination_goes_against_the_causal_order_and_ends_a_block_with_its_tears():
    g = Graph()
    x = [g.column(each) for each in range(4)]
    explicit = [g.constant(1.0), g.add(x[0], g.mul(g.constant(0.5), x[2])), g.log(x[1]), g.add(x[1], x[2])]
    residuals = [g.sub(x[each], explicit[each]) for each in range(4)]
    order = elimination_order(program(g, range(4), residuals, explicit, 4))
    assert order[0] == 3
    assert order[-1] == 0
    assert sorted(order) == [0, 1, 2, 3]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(-9, 9)), min_size=1, max_size=60))
def test_entries_at_one_place_are_added_up(entries):
    rows, columns, values = (np.array(each) for each in zip(*entries, strict=True))
    dense = np.zeros((6, 6))
    np.add.at(dense, (rows, columns), values)
    assert Assembly(rows, columns, 6).matrix(values).toarray() == pytest.approx(dense, abs=1e-12)


def sparse(dense):
    from scipy.sparse import csc_array

    return csc_array(np.asarray(dense, dtype=np.float64))


def test_factors_solve_in_either_order():
    matrix = sparse([[0.0, 2.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 3.0]])
    for keep in (True, False):
        assert matrix @ Factors(matrix, keep_order=keep).solve(np.arange(3.0)) == pytest.approx(
            np.arange(3.0)
        )


def test_a_tiny_pivot_does_not_spoil_a_solve():
    matrix = sparse([[1e-18, 1.0], [1.0, 1.0]])
    assert Factors(matrix).solve(np.array([1.0, 2.0])) == pytest.approx([1.0, 1.0])


def test_singular_factors_are_refused_and_named():
    with pytest.raises(ArithmeticError):
        Factors(sparse([[1.0, 2.0], [2.0, 4.0]]))
    assert null_pair(sparse([[1.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 2.0, 4.0]]))[1] in (1, 2)
    assert null_pair(sparse([[1.0, 1.0], [0.0, 0.0]]))[0] == 1


def test_singular_but_for_rounding_is_seen_and_explosive_is_not_singular():
    a, b = 0.1, 0.2
    near = sparse([[a, b, 0.0], [3.0 * a, 3.0 * b, 0.0], [0.0, 0.0, 1.0]])
    with contextlib.suppress(ArithmeticError):
        assert Factors(near).is_singular()
    size = 60
    explosive = sparse(np.eye(size) - 3.0 * np.eye(size, k=-1))
    assert not Factors(explosive).is_singular()


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="no rows"):
        Stacked(forward(0.5), np.ones((3, 2)), 2, 2, NOTHING)
