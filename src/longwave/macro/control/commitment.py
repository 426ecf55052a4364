"""Optimal paths of policy instruments: the whole plan is made in the first period and kept.

The loss is a sum of squares of the solved paths, so the plan is a bounded nonlinear least-squares problem in the free
numbers of the policy instruments. Gauss-Newton with exact responses (`responses`) solves a linear-quadratic problem in
one step and repeats on a nonlinear model until the Kuhn-Tucker conditions hold. In a model that looks back only, the
plan is also time-consistent; in a forward-looking one it is the plan under commitment as of the first period:
expectations know it, and later policy makers would like to leave it (Kydland and Prescott 1977).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System, bind
from longwave.macro.control.affine import is_affine
from longwave.macro.control.bounded import Minimum, Point, least
from longwave.macro.control.curvature import path_curvature
from longwave.macro.control.flat import past_flat
from longwave.macro.control.limited import AbstractLimited, LimitedMinimum, least_limited
from longwave.macro.control.loss import Loss, Term, TermKind, gaps, slopes, terms_of
from longwave.macro.control.policy_instrument import Levers, PolicyInstrument, exogenised_names, levers
from longwave.macro.control.responses import Linearised, Sensitivity, perturbed_responses
from longwave.macro.control.result import (
    OptimalPolicy,
    binding_bounds,
    binding_limits,
    path_frame,
    reach_of,
    target_frame,
    term_losses,
)
from longwave.macro.control.within import NONE, Limit, Limits, limits_of, no_common_path
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
    limits: Limits = NONE

    @property
    def columns(self) -> tuple[int, ...]:
        """Columns that the loss and the limits read."""
        return tuple(dict.fromkeys([*(c for term in self.terms for c in term.reads), *self.limits.reads]))

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


class PathProblem(AbstractLimited):
    """The weighted gaps, and what is limited, as functions of the free numbers.

    sensitivity: laid out for the same system, levers and figures, where there is one. In an affine system the responses
    are the same everywhere and taken once.
    """

    def __init__(
        self, setting: Setting, control: ControlOptions, sensitivity: Sensitivity | None = None
    ) -> None:
        self._setting, self._control = setting, control
        self.sensitivity = sensitivity
        self._kept: tuple[Point, Linearised] | None = None
        self._answers: tuple[Point, dict[int, Vector]] | None = None
        self.affine = setting.solving.terminal != "growth" and is_affine(setting.system)

    def at(self, numbers: Vector, near: Point | None, step: Vector | None) -> Point:
        setting, baseline = self._setting, self._setting.baseline
        if baseline.system is setting.system and np.array_equal(numbers, setting.levers.before):
            return Point(numbers, setting.before, baseline)
        solution = setting.solved(setting.with_numbers(numbers, self._foretold(near, step)))
        return Point(numbers, gaps(setting.terms, solution.bank.values, setting.rows), solution)

    def slopes(self, point: Point) -> Vector:
        return slopes(self._setting.terms, self.answers(point))

    def figures(self, point: Point) -> Vector:
        return self._setting.limits.figures(solution_of(point).bank.values, self._setting.rows)

    def figure_slopes(self, point: Point) -> Vector:
        return self._setting.limits.slopes(self.answers(point))

    def answers(self, point: Point) -> dict[int, Vector]:
        """The responses [periods, free] of all columns that count, at a point; the last ones are kept."""
        kept, setting = self._answers, self._setting
        if kept is not None and (self.affine or kept[0] is point):
            return kept[1]
        if self._control.responses == "perturbed":
            found = perturbed_responses(
                lambda numbers: setting.solved(setting.with_numbers(numbers)).bank.values,
                point.numbers,
                setting.columns,
                setting.rows,
            )
        else:
            found = self.linearised(point).of(setting.columns)
        self._answers = (point, found)
        return found

    def curvature(self, point: Point) -> Vector:
        return self.bend(point, np.zeros(len(self._setting.limits)))

    def bend(self, point: Point, prices: Vector) -> Vector:
        setting, solution = self._setting, solution_of(point)
        if self.affine:
            return np.zeros((len(point.numbers), len(point.numbers)))
        held = setting.limits.pull(prices, setting.rows.stop - setting.rows.start)
        return path_curvature(
            self.linearised(point),
            setting.terms,
            point.residual,
            solution.bank.values,
            solution.parameters,
            held,
        )

    def linearised(self, point: Point) -> Linearised:
        """The system linearised at a point; the last one is kept."""
        if self._kept is None or self._kept[0] is not point:
            setting, solution = self._setting, solution_of(point)
            if self.sensitivity is None:
                self.sensitivity = Sensitivity(
                    setting.system,
                    solution.bank.values,
                    setting.rows,
                    solution.parameters,
                    setting.levers,
                    setting.solving.terminal,
                )
            self._kept = (point, self.sensitivity.at(solution.bank.values, solution.parameters))
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
    within: Sequence[Limit] = (),
    parameters: Mapping[str, float] | None = None,
    solving: SolveOptions = SOLVING,
    control: ControlOptions = CONTROL,
) -> OptimalPolicy:
    """The paths of the policy instruments over first..last that make the loss least.

    within: limits of any columns (`Within`, `MoveLimit`). Raises UsageError for a loss, policy instruments or limits
    that make no sense, SolveError where the model cannot be solved, limits exclude each other, or no stationary
    paths were found.
    """
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    if method not in ("commitment", "discretion"):
        raise UsageError(say("control.unknown_method", method=method), say("control.unknown_method_mend"))
    setting = prepared(model, data, first, last, loss, policy_instruments, parameters, solving, within)
    if method == "discretion" and setting.system.max_lead > 0:
        from longwave.macro.control.discretion import time_consistent

        if len(setting.limits):
            raise UsageError(say("control.no_limits_here"), say("control.no_limits_here_mend"))
        return time_consistent(setting, control, began)
    found = least_path(PathProblem(setting, control), setting, control)
    return told(setting, found, method, notes_on(setting, found, method), began)


def least_path(
    problem: PathProblem, setting: Setting, control: ControlOptions, start: Vector | None = None
) -> Minimum:
    """The least of one problem, checked; a policy instrument without a slope there is moved further before it counts as one
    without effect. Raises SolveError for limits that exclude each other, or where none was found."""
    levers_, limits = setting.levers, setting.limits
    tolerance, most = control.tolerance, control.most_iterations

    def search(begin: Vector) -> Minimum:
        if not len(limits):
            return least(problem, begin, levers_.low, levers_.high, tolerance=tolerance, most_iterations=most)
        found = least_limited(
            problem, begin, levers_.low, levers_.high, limits.edges, tolerance=tolerance, most_iterations=most
        )
        if found.gives_way.any():
            raise no_common_path(limits, found.gives_way, found.figures, setting.first)
        return found

    found = search(levers_.start if start is None else start)
    if not problem.affine:
        counted = np.concatenate(
            [np.full(len(each.root_weight), each.kind is TermKind.TARGET) for each in setting.terms]
        )
        found = past_flat(problem, levers_, counted, found, search, control.accepted)
    check_stationary(found, control, rounding(setting))
    return found


def prepared(
    model: Model | System,
    data: Databank,
    first: Period,
    last: Period,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    parameters: Mapping[str, float] | None,
    solving: SolveOptions,
    within: Sequence[Limit] = (),
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
    limits = limits_of(within, policy_instruments, found, system, inputs.values, inputs.rows, first)
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
        limits,
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


ROUNDING = 1e-12
"""Gaps below this part of a figure are its rounding."""


def rounding(setting: Setting) -> float:
    """The loss that rounding alone makes where every target is met."""
    total = 0.0
    for each in setting.terms:
        path = setting.values[setting.rows, each.column]
        size = 1.0 + np.abs(each.desired) + np.abs(np.where(np.isfinite(path), path, 0.0))
        total += float(np.sum((each.root_weight * ROUNDING * size) ** 2))
    return total


def check_stationary(found: Minimum, control: ControlOptions, least: float = 0.0) -> None:
    """Raises SolveError for an end that is no least, or whose loss is no number. least: a loss that nobody can
    improve on."""
    if not np.isfinite(found.point.loss):
        raise SolveError(say("control.no_loss"), say("control.no_loss_mend"))
    if not found.converged and found.kkt > control.accepted and found.point.loss > least:
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
        binding=binding_bounds(found, levers_, setting.first)
        + (binding_limits(found, setting.limits, setting.first) if isinstance(found, LimitedMinimum) else ()),
        reach=replace(
            reach_of(setting.terms, found.slopes, after, len(levers_.names), setting.first), flat=found.flat
        ),
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
