"""The best coefficients of a simple rule: an equation of the model whose parameters are chosen.

A rule such as ``r = rho r(-1) + (1 - rho) (a (pi - target) + b gap)`` ties the policy instrument to what is seen. Its
coefficients are found by Gauss-Newton on the solved paths, with exact slopes of the paths to the parameters,

    dy/dp = -(dF/dy)^-1 dF/dp

over one or several sets of disturbances at once. With unit impulses the loss is, in a linear model without discount, the
unconditional variance that shocks of these sizes cause; with drawn paths it is the mean over the draws. Rules under
which the linearised model has no stable path, or many, are refused.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.control.bounded import AbstractProblem, Minimum, Point, least
from longwave.macro.control.commitment import CONTROL, SOLVING, ControlOptions, check_stationary
from longwave.macro.control.determinacy import Determinacy, determinacy
from longwave.macro.control.loss import Loss, Term, gaps, slopes, terms_of, unknown_mend
from longwave.macro.control.policy_instrument import Levers
from longwave.macro.control.responses import Sensitivity, parameter_pushes
from longwave.macro.control.result import TermLoss, term_losses
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.scenario import Scenario
from longwave.macro.shock import Shock
from longwave.macro.solution import Solution
from longwave.macro.solve import SolveOptions, bound, gather, solve

Vector = NDArray[np.float64]
Disturbance: TypeAlias = "str | Shock | Sequence[str | Shock] | Mapping[str, Sequence[float] | Vector]"
"""What happens in one run: shocks as sentences (one or several together), or columns with what is added to them from the
first period on."""

QUICK_ROOTS = 400
"""Up to this many endogenous variables every rule tried is checked for one stable path; beyond, the first and last."""

KEPT = 16
"""Runs whose layout is kept between iterations; those of more are laid out anew, so that memory does not grow with them."""


@dataclass(frozen=True, slots=True)
class RuleCoefficient:
    """A parameter of the model to be chosen; low, high: None for the model's own bounds, or none."""

    name: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class OptimalRule:
    """The best coefficients found.

    model: the one with them; coefficients: frame by name with columns start, optimal, low, high, shadow_price;
    solutions: one for each disturbance; kkt, iterations, determined: as in `OptimalPolicy`;
    roots: of the model under the rule.
    """

    model: Model
    coefficients: pd.DataFrame
    solutions: tuple[Solution, ...]
    loss_before: float
    loss_after: float
    terms: tuple[TermLoss, ...]
    roots: Determinacy
    kkt: float
    iterations: int
    determined: bool
    notes: tuple[Message, ...]
    seconds: float

    def sentences(self) -> tuple[Message, ...]:
        worst = max(self.solutions, key=lambda each: each.certificate.residual)
        return (
            say(
                "control.rule_loss", before=self.loss_before, after=self.loss_after, runs=len(self.solutions)
            ),
            say("control.stationary", kkt=self.kkt, iterations=self.iterations),
            say("control.one_path", stable=self.roots.stable, root=self.roots.largest_stable),
            *self.notes,
            worst.certificate.sentence(),
        )

    def text(self, lang: Language = "en") -> str:
        return "\n".join(each.text(lang) for each in self.sentences())


@dataclass(frozen=True, eq=False)
class _Run:
    """One disturbance: its figures and its share of the loss."""

    data: Databank
    share: float


@dataclass(frozen=True, eq=False)
class RuleSetting:
    """What stays the same while coefficients are looked for."""

    system: System
    runs: tuple[_Run, ...]
    calm: Databank | None
    names: tuple[str, ...]
    first: Period
    last: Period
    terms: tuple[Term, ...]
    rows: slice
    parameters: Mapping[str, float]
    solving: SolveOptions
    always: bool

    def solved(self, data: Databank, coefficients: Vector) -> Solution:
        values = {**self.parameters, **dict(zip(self.names, coefficients.tolist(), strict=True))}
        return solve(self.system, data, self.first, self.last, parameters=values, options=self.solving)


class RuleProblem(AbstractProblem):
    """The weighted gaps of all runs as functions of the coefficients."""

    def __init__(self, setting: RuleSetting) -> None:
        self._setting = setting
        self._sensitivities: dict[int, Sensitivity] = {}

    def at(self, numbers: Vector, near: Point | None, step: Vector | None) -> Point:
        setting = self._setting
        solutions = tuple(setting.solved(run.data, numbers) for run in setting.runs)
        calm = None if setting.calm is None else setting.solved(setting.calm, numbers)
        if setting.always or near is None:
            found = roots_of(solutions[0] if calm is None else calm)
            if not found.determinate:
                raise found.refusal()
        residual = np.concatenate(
            [
                np.sqrt(run.share) * self._gaps(solution, calm)
                for run, solution in zip(setting.runs, solutions, strict=True)
            ]
        )
        return Point(numbers, residual, (solutions, calm))

    def _gaps(self, solution: Solution, calm: Solution | None) -> Vector:
        setting = self._setting
        found = gaps(setting.terms, solution.bank.values, setting.rows)
        return found if calm is None else found - gaps(setting.terms, calm.bank.values, setting.rows)

    def slopes(self, point: Point) -> Vector:
        setting = self._setting
        solutions, calm = solutions_of(point)
        without = None if calm is None else self._answers(-1, calm)
        parts = []
        for number, (run, solution) in enumerate(zip(setting.runs, solutions, strict=True)):
            answers = self._answers(number, solution)
            if without is not None:
                answers = answers - without
            parts.append(np.sqrt(run.share) * answers)
        return np.vstack(parts)

    def curvature(self, point: Point) -> Vector:
        """By differences of the exact slope: coefficients are few."""
        slopes_here = self.slopes(point)
        gradient, inner = slopes_here.T @ point.residual, slopes_here.T @ slopes_here
        bend = np.zeros_like(inner)
        for place in range(len(point.numbers)):
            moved, size = point.numbers.copy(), 1e-5 * max(1.0, abs(point.numbers[place]))
            moved[place] += size
            try:
                there = self.at(moved, point, None)
            except SolveError:
                continue
            bend[:, place] = (self.slopes(there).T @ there.residual - gradient) / size - inner[:, place]
        return bend

    def _answers(self, number: int, solution: Solution) -> Vector:
        """The weighted gaps' slopes to the coefficients in one run."""
        setting, system, values = self._setting, self._setting.system, solution.bank.values
        sensitivity = self._sensitivities.get(number)
        if sensitivity is None:
            sensitivity = Sensitivity(
                system,
                values,
                setting.rows,
                solution.parameters,
                _no_levers(setting.rows),
                setting.solving.terminal,
            )
            if len(self._sensitivities) < KEPT:
                self._sensitivities[number] = sensitivity
        linearised = sensitivity.at(values, solution.parameters)
        pushes = parameter_pushes(system, setting.names, values, setting.rows, solution.parameters)
        answers = linearised.factors(-pushes).reshape(-1, len(system.variables), len(setting.names))
        nothing = np.zeros((len(answers), len(setting.names)))
        responses = {column: nothing for term in setting.terms for column in term.reads}
        for equation, column in enumerate(system.unknowns):
            if column in responses:
                responses[column] = answers[:, equation, :]
        return slopes(setting.terms, responses)


def solutions_of(point: Point) -> tuple[tuple[Solution, ...], Solution | None]:
    """The solves that a point of a `RuleProblem` keeps: one for each run, and the calm one."""
    assert isinstance(point.payload, tuple)  # noqa: S101
    return point.payload


def optimise_rule(
    model: Model,
    data: Databank,
    first: Period | str,
    last: Period | str,
    loss: Loss,
    coefficients: Sequence[RuleCoefficient],
    *,
    disturbances: Sequence[Disturbance] = (),
    around: Literal["desired", "calm"] = "desired",
    parameters: Mapping[str, float] | None = None,
    solving: SolveOptions = SOLVING,
    control: ControlOptions = CONTROL,
) -> OptimalRule:
    """The coefficients that make the mean loss over the disturbances least.

    disturbances: one run each, of equal weight; none means one run on the data as they are. around: gaps are taken from the
    desired paths, or, "calm", from the run without disturbance under the same rule, so that the rule is judged by its
    answers to disturbances alone; desired paths then cancel. Raises UsageError for unknown coefficients, and
    SolveError for a start without one stable path or where no least is found.
    """
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    setting, start, low, high = prepared_rule(
        model, data, first, last, loss, coefficients, disturbances, around, parameters, solving
    )
    problem = RuleProblem(setting)
    before = problem.at(start, None, None)
    found = least(
        problem, start, low, high, tolerance=control.tolerance, most_iterations=control.most_iterations
    )
    check_stationary(found, control)
    solutions, calm = solutions_of(found.point)
    roots = roots_of(solutions[0] if calm is None else calm)
    if not roots.determinate:
        raise roots.refusal()
    names = setting.names
    return OptimalRule(
        model=model.with_values(dict(zip(names, found.point.numbers.tolist(), strict=True))),
        coefficients=_coefficient_frame(names, start, low, high, found),
        solutions=solutions,
        loss_before=before.loss,
        loss_after=found.point.loss,
        terms=_summed(setting, before, found.point),
        roots=roots,
        kkt=found.kkt,
        iterations=found.iterations,
        determined=found.determined,
        notes=() if found.determined else (say("control.coefficients_alike"),),
        seconds=time.perf_counter() - began,
    )


def impulses(
    system_or_model: Model | System, sizes: Mapping[str, float], first: Period | str
) -> tuple[Shock, ...]:
    """One disturbance for each column: its size in the first period, alone. Raises UsageError for an unknown column."""
    system = bound(system_or_model)
    first = as_period(first, "first")
    for name in sizes:
        if not system.has(name):
            raise UsageError(say("control.unknown_column", name=name), unknown_mend(name, system.columns))
    return tuple(Shock(name, "+", float(size), first=first, last=first) for name, size in sizes.items())


def roots_of(solution: Solution) -> Determinacy:
    """The roots of the model linearised at the last period of a solution that its leads do not leave."""
    row = max(solution.rows.start, solution.rows.stop - 1 - solution.system.max_lead)
    return determinacy(solution.system, solution.bank.values, row, solution.parameters, solution.rows.start)


def prepared_rule(
    model: Model,
    data: Databank,
    first: Period,
    last: Period,
    loss: Loss,
    coefficients: Sequence[RuleCoefficient],
    disturbances: Sequence[Disturbance],
    around: str,
    parameters: Mapping[str, float] | None,
    solving: SolveOptions,
) -> tuple[RuleSetting, Vector, Vector, Vector]:
    """(setting, start, low, high) of a search for coefficients; see `optimise_rule`."""
    if around not in ("desired", "calm") or (around == "calm" and not disturbances):
        raise UsageError(say("control.around"), say("control.around_mend"))
    if solving.mode != "dynamic":
        raise UsageError(say("control.dynamic_only", mode=solving.mode), say("control.dynamic_only_mend"))
    system = bound(model)
    start, low, high = _coefficients(model, system, coefficients, parameters)
    baseline = solve(system, data, first, last, parameters=parameters, options=solving)
    inputs = gather(system, baseline.bank, first, last, parameters)
    terms = terms_of(loss, system, inputs.values, first, last, inputs.rows.start)
    runs = tuple(
        _Run(disturbed(model, data, first, last, each), 1.0 / len(disturbances)) for each in disturbances
    )
    setting = RuleSetting(
        system=system,
        runs=runs or (_Run(data, 1.0),),
        calm=data if around == "calm" else None,
        names=tuple(each.name for each in coefficients),
        first=first,
        last=last,
        terms=terms,
        rows=inputs.rows,
        parameters=dict(parameters or {}),
        solving=solving,
        always=len(system.variables) <= QUICK_ROOTS,
    )
    return setting, start, low, high


def _coefficients(
    model: Model,
    system: System,
    coefficients: Sequence[RuleCoefficient],
    parameters: Mapping[str, float] | None,
) -> tuple[Vector, Vector, Vector]:
    """(start, low, high)"""
    if not coefficients:
        raise UsageError(say("control.no_coefficients"), say("control.no_coefficients_mend"))
    known = {each.name: each for each in model.parameters}
    for each in coefficients:
        if each.name not in known:
            raise UsageError(
                say("control.unknown_parameter", name=each.name), unknown_mend(each.name, list(known))
            )
    names = [each.name for each in coefficients]
    double = [name for name in names if names.count(name) > 1]
    if double:
        raise UsageError(say("control.twice", name=double[0]), say("control.twice_mend"))
    values = system.vector(parameters)
    start = np.array([values[system.parameters.index(name)] for name in names])
    low = np.array([_or(each.low, _or(known[each.name].low, -np.inf)) for each in coefficients])
    high = np.array([_or(each.high, _or(known[each.name].high, np.inf)) for each in coefficients])
    for place, name in enumerate(names):
        if not low[place] <= high[place]:
            raise UsageError(
                say("control.crossed_coefficient", name=name, low=float(low[place]), high=float(high[place])),
                say("control.crossed_bounds_mend"),
            )
    return np.clip(start, low, high), low, high


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def disturbed(
    model: Model, data: Databank, first: Period, last: Period, disturbance: Disturbance
) -> Databank:
    """The figures with one disturbance. Raises UsageError where it names no column or does not fit the periods."""
    if isinstance(disturbance, Mapping):
        return _with_paths(model, data, first, last, disturbance)
    each = (disturbance,) if isinstance(disturbance, str | Shock) else tuple(disturbance)
    scenario = Scenario(model, data, first, last)
    for one in each:
        scenario = scenario + one
    if any(one.by for one in scenario.shocks):
        raise UsageError(say("control.no_plans"), say("control.no_plans_mend"))
    return scenario.shocked_data


def _with_paths(
    model: Model, data: Databank, first: Period, last: Period, paths: Mapping[str, Sequence[float] | Vector]
) -> Databank:
    system, count, row = bound(model), last - first + 1, data.row(first)
    changed = {}
    for name, path in paths.items():
        if not system.has(name):
            raise UsageError(say("control.unknown_column", name=name), unknown_mend(name, system.columns))
        added = np.asarray(path, dtype=np.float64)
        if name in system.variables or added.ndim != 1 or len(added) > count or not np.isfinite(added).all():
            raise UsageError(say("control.bad_path", name=name, count=count), say("control.bad_path_mend"))
        column = data.columns([name], dict.fromkeys(system.add_factors, 0.0))[:, 0]
        column[row : row + len(added)] += added
        changed[name] = column
    return data.with_columns(changed)


def _no_levers(rows: slice) -> Levers:
    empty = np.zeros((rows.stop - rows.start, 0))
    return Levers((), (), empty, empty.astype(np.int64), np.zeros(0), np.zeros(0))


def _summed(setting: RuleSetting, before: Point, after: Point) -> tuple[TermLoss, ...]:
    """The loss by term, over all runs."""
    size = len(setting.terms) * len(setting.terms[0].root_weight)
    by_run = [
        term_losses(setting.terms, before.residual[at : at + size], after.residual[at : at + size])
        for at in range(0, len(after.residual), size)
    ]
    return tuple(
        TermLoss(
            term.name,
            term.kind,
            sum(run[place].before for run in by_run),
            sum(run[place].after for run in by_run),
        )
        for place, term in enumerate(setting.terms)
    )


def _coefficient_frame(
    names: Sequence[str], start: Vector, low: Vector, high: Vector, found: Minimum
) -> pd.DataFrame:
    numbers = found.point.numbers
    price = np.where(
        (numbers <= low) & (found.gradient > 0.0),
        found.gradient,
        np.where((numbers >= high) & (found.gradient < 0.0), -found.gradient, 0.0),
    )
    return pd.DataFrame(
        {"start": start, "optimal": numbers, "low": low, "high": high, "shadow_price": price},
        index=pd.Index(list(names), name="coefficient"),
    )
