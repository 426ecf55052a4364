"""Exact responses against twice-solved ones, and second derivatives against differences of first ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from longwave.macro.control.commitment import ControlOptions, PathProblem, Setting, prepared, solution_of
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.responses import factored, parameter_pushes, perturbed_responses
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.model import Model
from longwave.macro.solve import SolveOptions, solve

from .made import FIRST, bank, bent, hybrid, last


def ahead() -> Model:
    """Lags, leads of two periods and bends."""
    return read_model(
        """
        model ahead
        frequency annual
        exogenous g, s
        parameter a = 0.4, b = 0.2
        identity log(y) = a*log(y(-1)) + 0.3*log(y(+1)) + b*log(g) + 0.05*log(z(+2))
        identity z = 0.5*z(-1)^0.5*y^0.3 + s*y(-2)
        """
    )


def a_setting(model: Model, data: Databank, periods: int, terminal: str, *names: str) -> Setting:
    targets = tuple(PolicyTarget(each.name, 0.7, 1.3) for each in model.endogenous)
    return prepared(
        model, data, FIRST, last(periods), Loss(targets, (PolicyCost(names[0], move=0.4, level=0.2, desired=0.1),), 0.95),
        [PolicyInstrument(name) for name in names], None, SolveOptions(terminal=terminal),  # type: ignore[arg-type]
    )  # fmt: skip


CASES = [
    (bent, {"K": 2.0, "Y": 1.0, "C": 1.0, "V": -1.0, "s": 0.2, "L": 1.0}, ("s", "L"), "data"),
    (ahead, {"y": 1.0, "z": 0.8, "g": 1.1, "s": 0.4}, ("g", "s"), "data"),
    (ahead, {"y": 1.0, "z": 0.8, "g": 1.1, "s": 0.4}, ("g", "s"), "constant"),
    (ahead, {"y": 1.0, "z": 0.8, "g": 1.1, "s": 0.4}, ("g", "s"), "growth"),
    (ahead, {"y": 1.0, "z": 0.8, "g": 1.1, "s": 0.4}, ("g", "z"), "constant"),
    (hybrid, {"pi": 1.0, "y": 0.5, "r": 0.0, "e": 0.0, "u": 0.1}, ("r", "u"), "difference"),
]


@pytest.mark.parametrize(("model", "columns", "names", "terminal"), CASES)
def test_exact_responses_are_those_of_solving_twice(model, columns, names, terminal) -> None:  # type: ignore[no-untyped-def]
    setting = a_setting(model(), bank(6, **columns), 6, terminal, *names)
    problem = PathProblem(setting, ControlOptions())
    point = problem.at(setting.levers.start * 1.01, None, None)
    every = [setting.system.column(name) for name in (*setting.system.variables, *names)]
    exact = problem.linearised(point).of(every)
    twice = perturbed_responses(
        lambda numbers: setting.solved(setting.with_numbers(numbers)).bank.values,
        point.numbers,
        every,
        setting.rows,
    )
    for column in every:
        np.testing.assert_allclose(exact[column], twice[column], rtol=2e-5, atol=2e-7)


@pytest.mark.parametrize(
    ("model", "columns", "names", "terminal"), [case for case in CASES if case[3] == "data"]
)
def test_curvature_is_the_difference_of_slopes(model, columns, names, terminal) -> None:  # type: ignore[no-untyped-def]
    setting = a_setting(model(), bank(6, **columns), 6, terminal, *names)
    problem = PathProblem(setting, ControlOptions())
    here = problem.at(setting.levers.start * 1.01, None, None)
    slopes = problem.slopes(here)
    bend = problem.curvature(here)

    def gradient(numbers: np.ndarray) -> np.ndarray:
        point = problem.at(numbers, None, None)
        return problem.slopes(point).T @ point.residual

    for place in range(setting.levers.free):
        up, down = here.numbers.copy(), here.numbers.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        column = (gradient(up) - gradient(down)) / 2e-5 - slopes.T @ slopes[:, place]
        np.testing.assert_allclose(bend[:, place], column, rtol=1e-4, atol=1e-5)


def test_a_step_foretells_the_paths() -> None:
    setting = a_setting(ahead(), bank(8, y=1.0, z=0.8, g=1.1, s=0.4), 8, "constant", "g", "s")
    problem = PathProblem(setting, ControlOptions())
    point = problem.at(setting.levers.start, None, None)
    change = 1e-5 * np.linspace(-1.0, 1.0, setting.levers.free)
    foretold = problem.linearised(point).step(change)
    moved = problem.at(setting.levers.start + change, None, None)
    unknowns = list(setting.system.unknowns)
    before, after = (solution_of(each).bank.values[setting.rows][:, unknowns] for each in (point, moved))
    np.testing.assert_allclose(after - before, foretold, atol=1e-9)


def test_slopes_to_parameters_are_those_of_solving_twice() -> None:
    model, data = ahead(), bank(8, y=1.0, z=0.8, g=1.1, s=0.4)
    options = SolveOptions(terminal="constant")
    setting = a_setting(model, data, 8, "constant", "g")
    solution = solve(setting.system, data, FIRST, last(8), options=options)
    problem = PathProblem(setting, ControlOptions())
    linearised = problem.linearised(problem.at(setting.levers.start, None, None))
    pushes = parameter_pushes(
        setting.system, ("b", "a"), solution.bank.values, setting.rows, solution.parameters
    )
    answers = linearised.factors(-pushes).reshape(8, -1, 2)
    for place, name in enumerate(("b", "a")):
        value = model.values[name]
        up, down = (
            solve(model, data, FIRST, last(8), parameters={name: value + size}, options=options).frame(
                setting.system.variables
            )
            for size in (1e-6, -1e-6)
        )
        np.testing.assert_allclose(answers[:, :, place], (up - down).to_numpy() / 2e-6, rtol=1e-5, atol=1e-8)


def test_a_bad_order_of_elimination_gives_way_to_full_pivoting() -> None:
    from scipy.sparse import csc_array

    matrix = csc_array(np.array([[0.0, 1.0], [1.0, 1e-30]]))
    solve_it, transposed = factored(matrix, np.array([0, 1]))
    right = np.array([[1.0], [2.0]])
    np.testing.assert_allclose(matrix @ solve_it(right), right)
    np.testing.assert_allclose(matrix.T @ transposed(right), right)


def test_a_singular_system_is_refused() -> None:
    from scipy.sparse import csc_array

    from longwave.core.errors import SolveError

    with pytest.raises(SolveError, match="no unique answer"):
        factored(csc_array(np.array([[1.0, 1.0], [1.0, 1.0]])), np.array([0, 1]))


def test_a_setting_keeps_its_values() -> None:
    setting = a_setting(bent(), bank(6, K=2.0, Y=1.0, C=1.0, V=-1.0, s=0.2, L=1.0), 6, "data", "s")
    kept = setting.values.copy()
    setting.with_numbers(setting.levers.start + 1.0)
    np.testing.assert_array_equal(setting.values, kept)
    assert replace(setting).columns == setting.columns
