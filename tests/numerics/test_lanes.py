"""Copies in lanes: the same as alone, whoever the neighbours are; logarithm and exponential to two last places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from longwave.numerics import driver
from longwave.numerics.copies import Outcomes
from longwave.numerics.driver import PeriodSolver, compile_program
from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpreted import Status
from longwave.numerics.program import Program, program

from .made_systems import BINARY, UNARY, made_data, made_system

COUNT, PERIODS = 30, 14
ODD = (0.0, -0.0, 1.0, -1.0, 0.7, 709.8, -745.2, 1e308, -1e308, 5e-324, 1e-310, math.inf, -math.inf, math.nan)


@pytest.fixture
def in_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "LANES_PAY", 0)


def run(
    solver: PeriodSolver,
    data: np.ndarray,
    parameters: np.ndarray,
    values: np.ndarray,
    *,
    first: int = 2,
    shocked: Sequence[int] = (COUNT,),
    keep: Sequence[int] = (0, 5, COUNT),
    own: np.ndarray | None = None,
    threads: int = 1,
    start_previous: bool = False,
) -> tuple[np.ndarray, Outcomes]:
    out = np.zeros((len(values), values.shape[1], len(keep)))
    outcomes = solver.replicate(
        data, first, first + values.shape[1], parameters, replications=len(values), shocked=shocked,
        fill=lambda a, b: (values[a:b], None if own is None else own[a:b]), keep=keep, out=out,
        threads=threads, start_previous=start_previous,
    )  # fmt: skip
    return out, outcomes


def formulas_of(op: str) -> Program:
    """y = op(x, x2, x3): one formula of exogenous columns 1, 2, 3, guarded so that odd values are no failure."""
    graph = Graph()
    arguments = [graph.column(place) for place in (1, 2, 3)]
    node = getattr(graph, op)(*arguments[: 1 if op in UNARY else 2 if op in BINARY else 3])
    return program(graph, [0], [graph.sub(graph.column(0), node)], [node], 4)


@pytest.mark.parametrize("op", [*UNARY, *BINARY, "select"])
def test_every_operation_says_what_it_says_alone(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    solver = compile_program(formulas_of(op))
    values = np.concatenate(
        [
            rng.choice(ODD, size=(200, 1, 3)),
            rng.normal(size=(200, 1, 3)),
            rng.uniform(-700, 700, size=(200, 1, 3)),
        ]
    )
    found = []
    for pay in (0, 10**9):
        monkeypatch.setattr(driver, "LANES_PAY", pay)
        found.append(run(solver, np.ones((1, 4)), np.zeros(0), values, first=0, shocked=(1, 2, 3), keep=(0,)))
    (lanes, one), (alone, other) = found
    assert np.array_equal(one.status, other.status)
    assert np.array_equal(np.isnan(lanes), np.isnan(alone))
    good = ~np.isnan(alone)
    assert (np.abs(lanes[good] - alone[good]) <= 2 * np.spacing(np.abs(alone[good]))).all()


@pytest.mark.parametrize(
    ("own", "threads", "start_previous"), [(False, 1, False), (True, 2, False), (False, 3, True)]
)
def test_copies_in_lanes_are_what_each_gives_alone(
    own: bool, threads: int, start_previous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _, _ = made_system(COUNT, 6)
    solver = compile_program(made)
    data, parameters = made_data(COUNT, PERIODS, 6)
    before = data.copy()
    rng = np.random.default_rng(0)
    values = rng.normal(size=(131, PERIODS - 2, 1))
    drawn = parameters + 0.05 * rng.normal(size=(131, 3)) if own else None
    found = []
    for pay in (0, 10**9):
        monkeypatch.setattr(driver, "LANES_PAY", pay)
        found.append(
            run(solver, data, parameters, values, own=drawn, threads=threads, start_previous=start_previous)
        )
    (lanes, one), (alone, other) = found
    assert one.failed.size == other.failed.size == 0
    assert np.max(np.abs(lanes - alone)) <= 1e-12
    assert np.max(one.norm) <= 1e-12
    assert np.array_equal(data, before)


@pytest.mark.usefixtures("in_lanes")
def test_neighbours_do_not_matter() -> None:
    made, _, _ = made_system(COUNT, 6)
    solver = compile_program(made)
    data, parameters = made_data(COUNT, PERIODS, 6)
    values = np.random.default_rng(0).normal(size=(70, PERIODS - 2, 1))
    whole, _ = run(solver, data, parameters, values)
    part, _ = run(solver, data, parameters, values[13:27].copy())
    mixed, _ = run(solver, data, parameters, values[::-1].copy(), threads=2)
    assert np.array_equal(part, whole[13:27])
    assert np.array_equal(mixed[::-1], whole)


@pytest.mark.usefixtures("in_lanes")
def test_what_fails_in_a_lane_is_told_and_hurts_no_other() -> None:
    graph = Graph()
    made = program(graph, [0], [graph.sub(graph.log(graph.column(0)), graph.log(graph.column(1)))], [None], 2)
    data = np.ones((6, 2))
    values = np.ones((20, 4, 1))
    values[3, 2], values[11, 0] = -1.0, np.nan
    out, outcomes = run(compile_program(made), data, np.zeros(0), values, first=1, shocked=(1,), keep=(0,))
    assert outcomes.failed.tolist() == [3, 11]
    assert (outcomes[3].status, outcomes[3].row) == (Status.NOT_FINITE_AT_START, 3)
    assert outcomes[11].row == 1
    assert np.isnan(out[3, 2:]).all()
    assert np.isfinite(np.delete(out, [3, 11], axis=0)).all()


@pytest.mark.usefixtures("in_lanes")
def test_a_lane_that_wants_damping_is_solved_with_care() -> None:
    """erf(y) = x from y = 1.4: whole steps run away, halved ones arrive."""
    graph = Graph()
    made = program(graph, [0], [graph.sub(graph.erf(graph.column(0)), graph.column(1))], [None], 2)
    data = np.full((3, 2), 1.4)
    data[:, 1] = math.erf(1.4)
    values = np.full((16, 1, 1), math.erf(1.3))
    values[5] = 0.1
    out, outcomes = run(compile_program(made), data, np.zeros(0), values, first=1, shocked=(1,), keep=(0,))
    assert outcomes.failed.size == 0
    assert math.erf(out[5, 0, 0]) == pytest.approx(0.1, rel=1e-12)
    assert np.delete(out, 5, axis=0) == pytest.approx(1.3, rel=1e-12)


@pytest.mark.usefixtures("in_lanes")
def test_leads_are_read_from_the_data() -> None:
    graph = Graph()
    formula = graph.add(graph.mul(graph.constant(0.5), graph.column(0, 1)), graph.column(1))
    made = program(graph, [0], [graph.sub(graph.column(0), formula)], [formula], 2)
    data = np.arange(12.0).reshape(6, 2)
    values = np.ones((9, 3, 1))
    out, _ = run(compile_program(made), data, np.zeros(0), values, first=1, shocked=(1,), keep=(0,))
    assert (out[:, :, 0] == 0.5 * data[2:5, 0] + 1.0).all()


def test_the_operations_are_all_there() -> None:
    assert {Op[name.upper()] for name in (*UNARY, *BINARY, "select")} == {op for op in Op if op >= Op.ADD}
