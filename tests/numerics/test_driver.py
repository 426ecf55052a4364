"""Many copies at once: the same as one by one, on any number of threads, with failures told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from longwave.numerics.driver import InterpretedReplicator, Solver, compile_program, solver_of
from longwave.numerics.graph import Graph
from longwave.numerics.interpreted import Status
from longwave.numerics.program import Program, program

from .made_systems import made_data, made_system

SOLVERS = [compile_program, InterpretedReplicator]
COUNT, PERIODS = 25, 12


def shocks(first: int, stop: int) -> np.ndarray:
    """Of replications first .. stop - 1, each from its own seed."""
    return np.stack(
        [np.random.default_rng(each).normal(size=(PERIODS - 2, 1)) for each in range(first, stop)]
    )


@pytest.mark.parametrize("make", SOLVERS)
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("own", [False, True])
def test_copies_are_what_each_gives_alone(make: Callable[[Program], Solver], threads: int, own: bool) -> None:
    made, _, _ = made_system(COUNT, 6)
    solver = make(made)
    data, parameters = made_data(COUNT, PERIODS, 6)
    before, replications, keep = data.copy(), 150 if make is compile_program else 70, [3, 0, COUNT]
    drawn = parameters + 0.05 * np.random.default_rng(1).normal(size=(replications, 3))

    def fill(first: int, stop: int) -> tuple[np.ndarray, np.ndarray | None]:
        return shocks(first, stop), drawn[first:stop] if own else None

    out = np.empty((replications, PERIODS - 2, len(keep)))
    outcomes = solver.replicate(
        data, 2, PERIODS, parameters, replications=replications, shocked=[COUNT], fill=fill,
        keep=keep, out=out, threads=threads,
    )  # fmt: skip
    assert outcomes.failed.size == 0
    assert np.array_equal(data, before)
    for each in (0, 63, 64, replications - 1):
        alone = data.copy()
        alone[2:, [COUNT]] = shocks(each, each + 1)[0]
        outcome = solver(alone, 2, PERIODS, drawn[each] if own else parameters)
        assert np.array_equal(out[each], alone[2:, keep])
        assert outcomes[each] == outcome


@pytest.mark.parametrize("make", SOLVERS)
def test_failures_are_told_and_leave_no_figures(make: Callable[[Program], Solver]) -> None:
    graph = Graph()
    made = program(graph, [0], [graph.sub(graph.log(graph.column(0)), graph.log(graph.column(1)))], [None], 2)
    data = np.ones((6, 2))
    values = np.ones((3, 4, 1))
    values[1, 2] = -1.0
    out = np.zeros((3, 4, 1))
    outcomes = make(made).replicate(
        data,
        1,
        5,
        np.zeros(0),
        replications=3,
        shocked=[1],
        fill=lambda a, b: (values[a:b], None),
        keep=[0],
        out=out,
    )
    assert outcomes.failed.tolist() == [1]
    assert outcomes[1].status is Status.NOT_FINITE_AT_START
    assert (outcomes[1].row, outcomes[1].block) == (3, 0)
    assert np.isnan(out[1, 2:]).all()
    assert np.isfinite(np.delete(out, 1, axis=0)).all()


@pytest.mark.parametrize("make", SOLVERS)
def test_what_does_not_fit_is_refused(make: Callable[[Program], Solver]) -> None:
    made, _, _ = made_system(COUNT, 6)
    solver = make(made)
    data, parameters = made_data(COUNT, PERIODS, 6)

    def run(shape: tuple[int, ...], shocked: list[int], keep: list[int], out: tuple[int, ...]) -> None:
        solver.replicate(
            data, 2, PERIODS, parameters, replications=2, shocked=shocked,
            fill=lambda a, b: (np.zeros(shape), None), keep=keep, out=np.zeros(out),
        )  # fmt: skip

    good = ((2, 10, 1), [COUNT], [0], (2, 10, 1))
    run(*good)
    for place, wrong, what in (
        (0, (2, 10, 2), "shocks"),
        (1, [COUNT + 1], "columns"),
        (2, [-1], "columns"),
        (3, (2, 9, 1), "out"),
    ):
        with pytest.raises(ValueError, match=what):
            run(*[wrong if place == number else each for number, each in enumerate(good)])  # type: ignore[arg-type]


def test_an_error_of_the_filler_is_not_swallowed() -> None:
    made, _, _ = made_system(COUNT, 6)
    data, parameters = made_data(COUNT, PERIODS, 6)

    def fill(first: int, stop: int) -> tuple[np.ndarray, None]:
        raise ArithmeticError(f"{first}..{stop}")

    with pytest.raises(ArithmeticError):
        compile_program(made).replicate(
            data, 2, PERIODS, parameters, replications=200, shocked=[COUNT], fill=fill,
            keep=[0], out=np.zeros((200, 10, 1)), threads=2,
        )  # fmt: skip


def test_blocks_without_equations_and_programs_without_blocks() -> None:
    graph = Graph()
    empty = program(graph, [], [], [], 1)
    assert compile_program(empty)(np.zeros((2, 1)), 0, 2, np.zeros(0)).status is Status.SOLVED


def test_without_llvmlite_everything_is_interpreted() -> None:
    script = """
import sys
sys.modules["llvmlite"] = None
import numpy as np
from longwave.numerics.driver import solver_of
from longwave.numerics.graph import Graph
from longwave.numerics.kernel import kernel_of
from longwave.numerics.program import program
from longwave.numerics.tape import record
graph = Graph()
y, x = graph.column(0), graph.column(1)
solver = solver_of(program(graph, [0], [graph.sub(graph.mul(y, y), x)], [None], 2))
data = np.full((3, 2), 4.0)
outcome = solver(data, 0, 3, np.zeros(0))
print(solver.engine, kernel_of(record(graph, [y]), 2).engine, int(outcome.status), round(data[0, 0], 9))
"""
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.split() == ["interpreted", "interpreted", "0", "2.0"]


def test_llvmlite_comes_only_when_it_is_wanted() -> None:
    script = (
        "import sys, longwave.numerics.driver, longwave.numerics.kernel; print('llvmlite' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "False"


def test_the_engine_says_what_it_is() -> None:
    made, _, _ = made_system(5)
    assert solver_of(made).engine == "compiled"
    assert InterpretedReplicator(made).engine == "interpreted"
