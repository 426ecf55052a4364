"""Optimal paths of policy instruments: the whole plan is made in the first period and kept.

The loss is a sum of squares of the solved paths, so the plan is a bounded nonlinear least-squares problem in the free
numbers of the policy instruments. Gauss-Newton with exact responses (`responses`) solves a linear-quadratic problem in
one step and repeats on a nonlinear model until the Kuhn-Tucker conditions hold. In a model that looks back only, the plan
is also time-consistent; in a forward-looking one it is the plan under commitment as of the first period: expectations
know it, and later policy makers would like to leave it (Kydland and Prescott 1977).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System, bind
from longwave.macro.control.bounded import AbstractProblem, Minimum, Point, least
from longwave.macro.control.curvature import path_curvature
from longwave.macro.control.loss import Loss, Term, gaps, slopes, terms_of
from longwave.macro.control.policy_instrument import Levers, PolicyInstrument, exogenised_names, levers
from longwave.macro.control.responses import Linearised, Sensitivity, perturbed_responses
from longwave.macro.control.result import (
    OptimalPolicy,
    binding_bounds,
    path_frame,
    reach_of,
    target_frame,
    term_losses,
)
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solution import Solution
from longwave.macro.solve import SolveOptions, bound, gather, solve

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ControlOptions:
    """tolerance: the Kuhn-Tucker measure to aim at; accepted: the worst one that is still given as an optimum (the
    solver's own rounding may stand in the way of the aim); responses: exact, or by perturbed solves."""

    tolerance: float = 1e-9
    accepted: float = 1e-6
    most_iterations: int = 60
    responses: Literal["exact", "perturbed"] = "exact"


SOLVING = SolveOptions()
CONTROL = ControlOptions()


@dataclass(frozen=True, eq=False)
class Setting:
    """Everything that stays the same while paths are looked for. values: float64 [rows, columns] of the baseline."""

    system: System
    baseline: Solution
    values: Vector
    rows: slice
    row_zero: Period
    first: Period
    last: Period
    levers: Levers
    terms: tuple[Term, ...]
    parameters: Mapping[str, float] | None
    solving: SolveOptions

    @property
    def columns(self) -> tuple[int, ...]:
        """Columns that the loss reads."""
        return tuple(dict.fromkeys(column for term in self.terms for column in term.reads))

    @property
    def before(self) -> Vector:
        """The weighted gaps of the baseline."""
        return gaps(self.terms, self.values, self.rows)

    def with_numbers(self, numbers: Vector, values: Vector | None = None) -> Vector:
        """A copy of the values with the policy instruments set."""
        new = (self.values if values is None else values).copy()
        new[self.rows, list(self.levers.columns)] = self.levers.paths(numbers)
        return new

    def solved(self, values: Vector) -> Solution:
        bank = Databank(self.row_zero, self.system.columns, values)
        return solve(
            self.system, bank, self.first, self.last, parameters=self.parameters, options=self.solving
        )


class PathProblem(AbstractProblem):
    """The weighted gaps as functions of the free numbers."""

    def __init__(self, setting: Setting, control: ControlOptions) -> None:
        self._setting, self._control = setting, control
        self._sensitivity: Sensitivity | None = None
        self._kept: tuple[Point, Linearised] | None = None

    def at(self, numbers: Vector, near: Point | None, step: Vector | None) -> Point:
        setting = self._setting
        solution = setting.solved(setting.with_numbers(numbers, self._foretold(near, step)))
        return Point(numbers, gaps(setting.terms, solution.bank.values, setting.rows), solution)

    def slopes(self, point: Point) -> Vector:
        setting = self._setting
        if self._control.responses == "perturbed":
            answers = perturbed_responses(
                lambda numbers: setting.solved(setting.with_numbers(numbers)).bank.values,
                point.numbers,
                setting.columns,
                setting.rows,
            )
            return slopes(setting.terms, answers)
        return slopes(setting.terms, self.linearised(point).of(setting.columns))

    def curvature(self, point: Point) -> Vector:
        setting, solution = self._setting, solution_of(point)
        return path_curvature(
            self.linearised(point), setting.terms, point.residual, solution.bank.values, solution.parameters
        )

    def linearised(self, point: Point) -> Linearised:
        """The system linearised at a point; the last one is kept."""
        if self._kept is None or self._kept[0] is not point:
            setting, solution = self._setting, solution_of(point)
            if self._sensitivity is None:
                self._sensitivity = Sensitivity(
                    setting.system,
                    solution.bank.values,
                    setting.rows,
                    solution.parameters,
                    setting.levers,
                    setting.solving.terminal,
                )
            self._kept = (point, self._sensitivity.at(solution.bank.values))
        return self._kept[1]

    def _foretold(self, near: Point | None, step: Vector | None) -> Vector | None:
        """Where a forward-looking solve starts: the near solution moved along its slopes."""
        if near is None or step is None:
            return None
        values = solution_of(near).bank.values
        if self._setting.system.max_lead == 0 or self._kept is None or self._kept[0] is not near:
            return values
        moved = values.copy()
        moved[self._setting.rows, list(self._setting.system.unknowns)] += self._kept[1].step(step)
        return moved


def solution_of(point: Point) -> Solution:
    """The solve that a point of a `PathProblem` keeps."""
    assert isinstance(point.payload, Solution)  # noqa: S101
    return point.payload


def optimise(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    *,
    method: Literal["commitment", "discretion"] = "commitment",
    parameters: Mapping[str, float] | None = None,
    solving: SolveOptions = SOLVING,
    control: ControlOptions = CONTROL,
) -> OptimalPolicy:
    """The paths of the policy instruments over first..last that make the loss least.

    Raises UsageError for a loss or policy instruments that make no sense, SolveError where the model cannot be solved
    or no stationary paths were found.
    """
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    if method not in ("commitment", "discretion"):
        raise UsageError(say("control.unknown_method", method=method), say("control.unknown_method_mend"))
    setting = prepared(model, data, first, last, loss, policy_instruments, parameters, solving)
    if method == "discretion" and setting.system.max_lead > 0:
        from longwave.macro.control.discretion import time_consistent

        return time_consistent(setting, control, began)
    problem = PathProblem(setting, control)
    found = least(
        problem,
        setting.levers.start,
        setting.levers.low,
        setting.levers.high,
        tolerance=control.tolerance,
        most_iterations=control.most_iterations,
    )
    check_stationary(found, control)
    return told(setting, found, method, notes_on(setting, found, method), began)


def prepared(
    model: Model | System,
    data: Databank,
    first: Period,
    last: Period,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    parameters: Mapping[str, float] | None,
    solving: SolveOptions,
) -> Setting:
    """The baseline, the system with its policy instruments given from outside, and the loss as sums of squares."""
    whole = bound(model)
    if solving.mode != "dynamic":
        raise UsageError(say("control.dynamic_only", mode=solving.mode), say("control.dynamic_only_mend"))
    baseline = solve(whole, data, first, last, parameters=parameters, options=solving)
    system = opened(model, policy_instruments)
    inputs = gather(system, _widened(baseline, data), first, last, parameters)
    names = [each.name for each in policy_instruments]
    known = [name for name in names if system.has(name)]
    base = np.full((inputs.rows.stop - inputs.rows.start, len(names)), np.nan)
    for name in known:
        base[:, names.index(name)] = inputs.values[inputs.rows, system.column(name)]
    found = levers(policy_instruments, system, base, first, last)
    terms = terms_of(loss, system, inputs.values, first, last, inputs.rows.start)
    return Setting(
        system,
        baseline,
        inputs.values,
        inputs.rows,
        inputs.first,
        first,
        last,
        found,
        terms,
        parameters,
        solving,
    )


def opened(model: Model | System, policy_instruments: Sequence[PolicyInstrument]) -> System:
    """The system in which endogenous policy instruments are given from outside, made once a model and set of them."""
    if isinstance(model, System):
        return model
    names = exogenised_names(model, policy_instruments)
    if not names:
        return bound(model)
    kept: dict[tuple[str, ...], System] = model.__dict__.setdefault("_opened", {})
    if names not in kept:
        kept[names] = bind(model, exogenised=names)
    return kept[names]


def _widened(baseline: Solution, data: Databank) -> Databank:
    """The data with the baseline's solution written over it, so that nothing the user gave is lost."""
    start, stop = data.row(baseline.first), data.row(baseline.last) + 1
    if start < 0 or stop > len(data.values):
        return baseline.bank
    names = baseline.system.columns
    wide = data.columns(
        (*data.names, *(name for name in names if name not in data.names)),
        dict.fromkeys(baseline.system.add_factors, 0.0),
    )
    place = {
        name: column for column, name in enumerate((*data.names, *(n for n in names if n not in data.names)))
    }
    wide[start:stop, [place[name] for name in names]] = baseline.bank.values[baseline.rows]
    return Databank(data.first, tuple(place), wide)


def check_stationary(found: Minimum, control: ControlOptions) -> None:
    """Raises SolveError for an end that is no least, or whose loss is no number."""
    if not np.isfinite(found.point.loss):
        raise SolveError(say("control.no_loss"), say("control.no_loss_mend"))
    if not found.converged and found.kkt > control.accepted:
        raise SolveError(
            say("control.not_stationary", kkt=found.kkt, iterations=found.iterations, loss=found.point.loss),
            say("control.not_stationary_mend"),
        )


def told(
    setting: Setting, found: Minimum, method: str, notes: tuple[Message, ...], began: float
) -> OptimalPolicy:
    """The result of a finished search."""
    solution, levers_ = solution_of(found.point), setting.levers
    periods = solution.periods
    before, after = setting.before, found.point.residual
    base = setting.values[setting.rows][:, list(levers_.columns)]
    return OptimalPolicy(
        method=method,
        solution=solution,
        baseline=setting.baseline,
        paths=path_frame(levers_, base, levers_.paths(found.point.numbers), periods),
        targets=target_frame(
            setting.terms, setting.values, setting.rows, solution.bank.values, setting.rows, periods
        ),
        loss_before=float(before @ before),
        loss_after=found.point.loss,
        terms=term_losses(setting.terms, before, after),
        binding=binding_bounds(found, levers_, setting.first),
        reach=reach_of(setting.terms, found.slopes, after, len(levers_.names), setting.first),
        kkt=found.kkt,
        iterations=found.iterations,
        determined=found.determined,
        notes=notes,
        seconds=time.perf_counter() - began,
    )


def notes_on(setting: Setting, found: Minimum, method: str) -> tuple[Message, ...]:
    """What a reader must know about the paths."""
    forward = setting.system.max_lead > 0
    warned = {each.key: each for each in (*solution_of(found.point).notes, *setting.baseline.notes)}
    notes = [*warned.values()]
    notes.append(say("control.promise", period=str(setting.first)) if forward else say("control.backward"))
    notes.append(say("control.certainty"))
    if not found.determined:
        notes.append(say("control.undetermined"))
    return tuple(notes)
