"""What made the difference: a change between two solutions shared out among its causes, so that the parts add up.

Along the straight way from the baseline's inputs to the scenario's, x(s) = x0 + s (x1 - x0), the solution y(s) moves
by dy = sum_j (dy/dx_j) (x1_j - x0_j) ds. Each cause's part is the integral of its own term (Aumann and Shapley, 1974;
integrated gradients): no order of causes has to be chosen, and the parts add up to the whole change. dy/dx comes from
the implicit function theorem on all periods stacked, so models with leads are treated alike; the integral is
Gauss-Legendre quadrature, doubled until the parts add up; where they do not, the way is halved again and again around
the places where they miss most, which are the kinks (max, min, if). What is left over is the remainder, and shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import Language, Message, say
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.expectations import layout_of, terminal_of
from longwave.macro.scenario import Scenario
from longwave.macro.solution import Solution
from longwave.macro.solve import solve
from longwave.numerics.interpret import interpret
from longwave.numerics.stacked import Stacked
from longwave.numerics.tape import record

Matrix = NDArray[np.float64]
Paths = Mapping[str, Matrix]

ENOUGH = 1e-6
"""Part of a change that may be left over before the quadrature is made finer."""
ENOUGH_AT_KINKS = 1e-4
"""The same where kinks are in the way: each digit more takes three halvings a kink."""
NODES = (2, 4, 8, 16)
EQUATION_NODES = 16
PANEL_NODES = 4
MOST_HALVINGS = 30
"""Of panels of the way, for a model that looks back; each takes two times `PANEL_NODES` solves and one."""
MOST_HALVINGS_AHEAD = 4
"""The same for a model that looks ahead, whose solves are long."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """parts: variable -> change by cause [periods, causes], its last column ``remainder``; nodes: of the quadrature."""

    parts: Mapping[str, pd.DataFrame]
    causes: tuple[str, ...]
    nodes: int

    def __repr__(self) -> str:
        return f"Attribution(of {', '.join(self.parts)}; causes {', '.join(self.causes[:8])}; {self.nodes} nodes)"

    def largest_remainder(self) -> float:
        """The largest remainder relative to the largest change of its variable."""
        shares = [0.0]
        for frame in self.parts.values():
            whole = float(frame.sum(axis=1).abs().max())
            if whole > 0.0:
                shares.append(float(frame["remainder"].abs().max()) / whole)
        return max(shares)

    def sentence(self, name: str) -> Message:
        """What made the largest change of a watched variable."""
        frame = self.parts[name]
        when = str(frame.sum(axis=1).abs().idxmax())
        told = tuple(
            say("models.part", cause=str(cause), value=f"{float(frame[cause].loc[[when]].iloc[0]):+.4g}")
            for cause in frame.columns
            if cause != "remainder"
        )
        return say("models.causes", name=name, period=when, parts=told)

    def text(self, lang: Language = "en") -> str:
        """A line a watched variable."""
        return "\n".join(self.sentence(name).text(lang) for name in self.parts)

    def sentences(self) -> tuple[Message, ...]:
        """Why the parts do not add up, where they do not."""
        left = self.largest_remainder()
        return () if left <= ENOUGH else (say("attribution.kinks", share=left),)


def attribute(
    scenario: Scenario,
    baseline: Scenario,
    watch: Sequence[str],
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Attribution:
    """The change of the watched variables shared out among what differs between two scenarios of one model.

    groups: cause -> columns; columns that differ and are in no group are causes of their own; what differs before the
    first period is the cause ``history``. Raises UsageError where models, periods or parameters differ.
    """
    after, before = scenario.solution, baseline.solution
    _check_alike(after, before)
    causes = _causes(after, before, groups or {})
    change = after.bank.values - before.bank.values
    way = _Way(after, before, scenario, causes, change, tuple(watch))
    whole = {name: after.path(name) - before.path(name) for name in watch}
    found, nodes = _shared_out(way, whole)
    index = pd.Index(after.periods, name="period")
    parts = {}
    for name in watch:
        frame = pd.DataFrame(found[name], index=index, columns=list(causes))
        frame["remainder"] = after.path(name) - before.path(name) - found[name].sum(axis=1)
        parts[name] = frame
    return Attribution(parts, tuple(causes), nodes)


def _check_alike(after: Solution, before: Solution) -> None:
    alike = after.system is before.system and (after.first, after.last) == (before.first, before.last)
    if not alike or not np.array_equal(after.parameters, before.parameters):
        raise UsageError(say("attribution.unlike"), say("attribution.unlike_mend"))


Cause = NDArray[np.bool_]


def _causes(after: Solution, before: Solution, groups: Mapping[str, Sequence[str]]) -> dict[str, Cause]:
    """Each cause as a mask of the cells [rows, columns] that are given and differ."""
    system = after.system
    differs = ~np.isclose(after.bank.values, before.bank.values, rtol=0.0, atol=0.0, equal_nan=True)
    endogenous = list(system.unknowns)
    past = np.zeros_like(differs)
    past[: after.rows.start, endogenous] = differs[: after.rows.start, endogenous]
    past[after.rows.stop :, endogenous] = differs[after.rows.stop :, endogenous]
    given = differs.copy()
    given[:, endogenous] = False
    causes: dict[str, Cause] = {}
    taken: set[int] = set()
    for name, columns in groups.items():
        mask = np.zeros_like(differs)
        for column in columns:
            mask[:, system.column(column)] = given[:, system.column(column)]
            taken.add(system.column(column))
        causes[name] = mask
    for place in np.flatnonzero(given.any(axis=0)):
        if int(place) not in taken:
            mask = np.zeros_like(differs)
            mask[:, place] = given[:, place]
            causes[system.columns[int(place)]] = mask
    if past.any():
        causes["history"] = past
    return causes


def _left_over(parts: Matrix, whole: Matrix) -> float:
    largest = float(np.max(np.abs(whole), initial=0.0))
    return float(np.max(np.abs(whole - parts.sum(axis=1)), initial=0.0)) / largest if largest else 0.0


@dataclass(frozen=True, eq=False)
class _Way:
    """The straight way from the baseline's inputs to the scenario's, and what is watched along it."""

    after: Solution
    before: Solution
    scenario: Scenario
    causes: Mapping[str, Cause]
    change: Matrix
    watch: tuple[str, ...]

    def paths(self, share: float) -> Paths:
        """The watched paths a share of the way along."""
        values = _between(self.after, self.before, self.scenario, share)
        return {name: values[self.after.rows, self.after.system.column(name)] for name in self.watch}


@dataclass(frozen=True, eq=False)
class _Panel:
    """A piece of the way: where it begins and ends, the watched paths there, and the parts of its own change."""

    start: float
    stop: float
    at_start: Paths
    at_stop: Paths
    parts: Paths

    def missed(self, whole: Paths) -> float:
        """What the parts miss of this piece's change, relative to the whole change of a variable."""
        return max(
            (
                float(
                    np.max(np.abs(self.at_stop[name] - self.at_start[name] - parts.sum(axis=1)), initial=0.0)
                )
                / (float(np.max(np.abs(whole[name]), initial=0.0)) or 1.0)
                for name, parts in self.parts.items()
            ),
            default=0.0,
        )


def _shared_out(way: _Way, whole: Paths) -> tuple[Paths, int]:
    """Each watched variable's parts [periods, causes], and the nodes that they took."""

    def missed(parts: Paths) -> float:
        return max((_left_over(parts[name], whole[name]) for name in way.watch), default=0.0)

    parts: Paths = {}
    spent = 0
    for nodes in NODES:
        parts, spent = _integrated(way, 0.0, 1.0, nodes), spent + nodes
        if missed(parts) <= ENOUGH:
            return parts, nodes
    ahead = way.after.system.max_lead > 0
    first = {name: way.before.path(name) for name in way.watch}
    last = {name: way.after.path(name) for name in way.watch}
    panels = [_Panel(0.0, 1.0, first, last, parts)]
    for _ in range(MOST_HALVINGS_AHEAD if ahead else MOST_HALVINGS):
        worst = max(range(len(panels)), key=lambda place: panels[place].missed(whole))
        panel = panels.pop(worst)
        middle = 0.5 * (panel.start + panel.stop)
        there = way.paths(middle)
        for start, stop, here, end in (
            (panel.start, middle, panel.at_start, there),
            (middle, panel.stop, there, panel.at_stop),
        ):
            panels.append(_Panel(start, stop, here, end, _integrated(way, start, stop, PANEL_NODES)))
        spent += 2 * PANEL_NODES
        parts = {name: np.sum([each.parts[name] for each in panels], axis=0) for name in way.watch}
        if missed(parts) <= ENOUGH_AT_KINKS:
            break
    return parts, spent


def _integrated(way: _Way, start: float, stop: float, nodes: int) -> Paths:
    """Each watched variable's parts [periods, causes] over a piece of the way."""
    after, causes, change, watch = way.after, way.causes, way.change, way.watch
    before, scenario = way.before, way.scenario
    system, rows = after.system, after.rows
    number = {name: place for place, name in enumerate(system.variables)}
    parts = {name: np.zeros((rows.stop - rows.start, len(causes))) for name in watch}
    points, weights = np.polynomial.legendre.leggauss(nodes)
    points, weights = start + (stop - start) * (points + 1.0) / 2.0, (stop - start) * weights / 2.0
    for point, weight in zip(points, weights, strict=True):
        values = _between(after, before, scenario, float(point))
        answers = _answers(system, values, rows, after.parameters, causes, change, scenario.options.terminal)
        for name in watch:
            if name in number:
                parts[name] += weight * answers[:, number[name], :]
            else:
                parts[name] += weight * _own_change(
                    change[rows, system.column(name)], causes, rows, system.column(name)
                )
    return parts


def _own_change(change: Matrix, causes: Mapping[str, Cause], rows: slice, column: int) -> Matrix:
    """A watched column that is given is its own cause."""
    return np.stack([np.where(mask[rows, column], change, 0.0) for mask in causes.values()], axis=1)


def _between(after: Solution, before: Solution, scenario: Scenario, share: float) -> Matrix:
    """All values of the solution a share of the way from the baseline to the scenario."""
    values = before.bank.values + share * (after.bank.values - before.bank.values)
    bank = Databank(after.bank.first, after.system.columns, values)
    parameters = dict(zip(after.system.parameters, map(float, after.parameters), strict=True))
    found = solve(
        after.system, bank, after.first, after.last, parameters=parameters, options=scenario.options
    )
    values[after.rows] = found.bank.values[found.rows]
    return values


def _answers(
    system: System,
    values: Matrix,
    rows: slice,
    parameters: Matrix,
    causes: Mapping[str, Cause],
    change: Matrix,
    terminal: str,
) -> Matrix:
    """The slope of the solution along the way, by cause [periods, variables, causes]."""
    plan = layout_of(system)
    stacked = Stacked(plan, values, rows.start, rows.stop, parameters, terminal=terminal_of(terminal))
    factors = stacked.factors(stacked.start())
    slopes = np.asarray(plan.slopes(values, rows.start, rows.stop, parameters))
    answers = np.empty((rows.stop - rows.start, plan.count, len(causes)))
    for place, mask in enumerate(causes.values()):
        push = _push(plan, slopes, rows, np.where(mask, change, 0.0))
        answers[:, :, place] = factors.solve(-push.ravel()).reshape(push.shape)
    return answers


def _push(plan: object, slopes: Matrix, rows: slice, moved: Matrix) -> Matrix:
    """What a move of given cells does to the residuals [periods, equations]."""
    periods = rows.stop - rows.start
    push = np.zeros((periods, plan.count))  # type: ignore[attr-defined]
    for place, (equation, column, shift) in enumerate(
        zip(plan.equation, plan.column, plan.shift, strict=True)  # type: ignore[attr-defined]
    ):
        here = moved[rows.start + shift : rows.stop + shift, column]
        if here.any():
            push[:, equation] += slopes[:, place] * here
    return push


def attribute_equation(scenario: Scenario, baseline: Scenario, variable: str) -> pd.DataFrame:
    """The change of one variable shared out among what stands in its own equation, everything else as solved.

    One column for each name at each shift, e.g. ``P(-1)``; the last is ``remainder``. Raises UsageError for a variable
    whose equation cannot be turned to give it.
    """
    after, before = scenario.solution, baseline.solution
    _check_alike(after, before)
    system = after.system
    explicit = system.explicit[system.variables.index(variable)] if variable in system.variables else None
    if explicit is None:
        raise UsageError(say("attribution.no_form", name=variable), say("attribution.no_form_mend"))
    graph = system.graph
    leaves = [leaf for leaf in graph.partials(explicit) if leaf in graph.leaves(explicit)]
    tape = record(graph, [graph.partial(explicit, leaf) for leaf in leaves])
    parts = np.zeros((after.rows.stop - after.rows.start, len(leaves)))
    points, weights = np.polynomial.legendre.leggauss(EQUATION_NODES)
    move = after.bank.values - before.bank.values
    for point, weight in zip((points + 1.0) / 2.0, weights / 2.0, strict=True):
        values = before.bank.values + point * move
        slopes = interpret(tape, values, after.rows, after.parameters)
        for place, (leaf, slope) in enumerate(zip(leaves, slopes, strict=True)):
            column, shift = graph.arguments[leaf]
            parts[:, place] += (
                weight * slope * move[after.rows.start + shift : after.rows.stop + shift, column]
            )
    frame = pd.DataFrame(
        parts, index=pd.Index(after.periods, name="period"), columns=[_title(system, each) for each in leaves]
    )
    frame["remainder"] = after.path(variable) - before.path(variable) - parts.sum(axis=1)
    return frame.loc[:, (frame != 0.0).any(axis=0) | (frame.columns == "remainder")]


def _title(system: System, leaf: int) -> str:
    column, shift = system.graph.arguments[leaf]
    return system.columns[column] + (f"({shift:+d})" if shift else "")
