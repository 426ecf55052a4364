"""Where a model rests: all lags and leads equal, everything given held at one period's values.

Every column at any shift becomes the same number, so that ``d(K) = I - delta*K(-1)`` says ``I = delta*K``. Equations
and variables are matched anew, since what an equation explains over time it may leave open at rest: a level that only
its own change decides has no steady state, and is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.isolate import isolated
from longwave.macro.linearised import slopes_at
from longwave.macro.model import Model
from longwave.macro.solution import Certificate, Solution
from longwave.macro.solve import PLAIN, SolveOptions, bound, check_given, gather, reach, solve, with_starts
from longwave.macro.stability import Stability, Verdict, stability_at_rest
from longwave.numerics.graph import Op
from longwave.numerics.interpret import interpret
from longwave.numerics.ordering import Unmatched, match
from longwave.numerics.tape import record

FOLLOWED = 1000
"""Periods that a model is followed on its way to rest."""
RESTED = 1e-6
"""Relative change from one period to the next below which it counts as at rest."""
FAR = 1e-4
"""Part of itself by which one more step of Newton's method may still move a variable at rest."""
NEARER = 0.5
"""Part of its distance from rest that a model followed for long may at most have left, to count as going there."""
MOST_FOR_ROOTS = 400
"""Endogenous variables up to which a state of rest is judged by its roots."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SteadyState:
    """values: of every endogenous variable; given: of what was held; certificate: of the equations at rest.

    system: the model in motion; reached: whether the model, followed from the figures of the period, goes there; None
    where it was not followed, since it looks ahead or its history has gaps.
    """

    values: Mapping[str, float]
    given: Mapping[str, float]
    certificate: Certificate
    solution: Solution
    system: System
    reached: bool | None = None

    def __repr__(self) -> str:
        said = f"{self.system.model.name}, {self.solution.first}, {len(self.values)} values"
        return f"SteadyState({said}, residual {self.certificate.residual:.1e})"

    @cached_property
    def stability(self) -> Stability | None:
        """The roots of the model at this state; None for a large model, or where a slope is not a number."""
        if len(self.system.variables) > MOST_FOR_ROOTS:
            return None
        back = self.system.max_lag + 1
        period = self.solution.first
        resting = resting_bank(self, period + -back, back + 1 + self.system.max_lead)
        try:
            return stability_at_rest(self.system, resting, period, self.solution.parameters)
        except SolveError:
            return None

    @property
    def attracts(self) -> bool | None:
        """Whether the model goes to this state: by its roots here, and by where it went when it was followed.

        None where neither is known.
        """
        if self.reached is False or self.stability is None:
            return self.reached
        return self.stability.verdict in (Verdict.STABLE, Verdict.UNIQUE)

    def sentences(self) -> tuple[Message, ...]:
        """What the roots say, and, where it is so, that the model does not go to this state."""
        said = () if self.stability is None else (self.stability.sentence(),)
        if self.attracts is not False:
            return said
        rests = self.stability is not None and self.stability.verdict in (Verdict.STABLE, Verdict.UNIQUE)
        key = "steady.elsewhere" if rests else "steady.repels"
        return (*said, say(key, period=str(self.solution.first)))

    def frame(self) -> pd.DataFrame:
        """One row a variable."""
        return pd.DataFrame({"steady_state": pd.Series(dict(self.values))})


def steady_state(
    model: Model | System,
    data: Databank,
    period: Period | str,
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions = PLAIN,
) -> SteadyState:
    """The steady state for what is given in `period`.

    A model that looks back is followed from the figures of that period until it moves no more, so that of several
    states of rest the one is found that it goes to; else, and to the last digit, Newton's method searches from there. A
    state that the model does not go to says so (`attracts`, `sentences`). Raises SolveError naming the variables that
    have no steady state, and what `solve` raises.
    """
    system, period = bound(model), as_period(period, "period")
    resting = at_rest(system)
    walk = None if system.max_lead else _followed(system, data, period, parameters, options)
    start = data if walk is None or not walk.rests else _standing(system, data, period, walk.path[-1])
    found = solve(resting, start, period, period, parameters=parameters, options=options)
    _check_place(resting, found)
    row = found.bank.values[found.rows.start]
    endogenous = set(resting.variables)
    values = {
        name: float(row[resting.column(name)])
        for name in (each.name for each in system.model.endogenous)
        if name in endogenous
    }
    given = {name: float(row[place]) for place, name in enumerate(resting.columns) if name not in endogenous}
    reached = None if walk is None else walk.goes_to(row[list(system.unknowns)])
    return SteadyState(values, given, found.certificate, found, system, reached)


def _check_place(resting: System, found: Solution) -> None:
    """Raises SolveError where the equations hold only because they fade: another step of Newton's method would still
    move a variable far, as in 0 = 1/A, which holds ever better the larger A is and nowhere."""
    row = found.rows.start
    slopes = slopes_at(resting, found.bank.values, row, found.parameters).at[0]
    tape = record(resting.graph, resting.residuals)
    missed = np.array([float(each) for each in interpret(tape, found.bank.values, row, found.parameters)])
    step = np.abs(np.linalg.lstsq(slopes, missed, rcond=None)[0])
    far = step / np.maximum(1.0, np.abs(found.bank.values[row, list(resting.unknowns)]))
    if far.max(initial=0.0) > FAR:
        worst = resting.variables[int(np.argmax(far))]
        raise SolveError(say("steady.fades", name=worst), say("steady.undecided_mend"))


@dataclass(frozen=True, eq=False)
class _Walk:
    """Where a model goes when everything given stays: the endogenous columns [periods, variables], not finite from
    where on there is no solution."""

    path: Vector

    @property
    def rests(self) -> bool:
        if not np.isfinite(self.path).all():
            return False
        moved = np.abs(self.path[-1] - self.path[-2]) / np.maximum(1.0, np.abs(self.path[-1]))
        return bool(np.max(moved, initial=0.0) <= RESTED)

    def goes_to(self, state: Vector) -> bool:
        """Whether the end of the walk is at a state, or much nearer to it than its beginning."""
        if not np.isfinite(self.path).all():
            return False
        far = np.max(np.abs(self.path[[0, -1]] - state) / np.maximum(1.0, np.abs(state)), axis=1, initial=0.0)
        return bool(far[1] <= max(NEARER * far[0], 1e3 * RESTED))


def _followed(
    system: System,
    data: Databank,
    period: Period,
    parameters: Mapping[str, float] | None,
    options: SolveOptions,
) -> _Walk | None:
    """The model followed from the last history that is known before a period, with what is given there; None where no
    history is known."""
    given = gather(system, data, period, period, parameters)
    here = given.values[given.rows.start].copy()
    history = _history(system, data, period)
    if history is None:
        return None
    unknowns = list(system.unknowns)
    values = np.vstack([history, np.tile(here, (FOLLOWED, 1))])
    values[len(history) :, unknowns] = history[-1, unknowns]
    if not system.max_lag:  # nothing moves: Newton's method starts from the figures themselves
        values[len(history) :, unknowns] = with_starts(given)[given.rows.start, unknowns]
    long = Databank(period + -len(history), system.columns, values)
    end = period + (FOLLOWED - 1)
    try:
        check_given(gather(system, long, period, end, parameters), options)
    except SolveError:
        return None
    try:
        found = solve(system, long, period, end, parameters=parameters, options=options)
    except SolveError:
        return _Walk(np.full((2, len(unknowns)), np.nan))
    return _Walk(found.bank.values[found.rows][:, unknowns])


def _history(system: System, data: Databank, period: Period) -> Vector | None:
    """The last rows before a period in which every endogenous variable that is read with a lag is known."""
    back = system.max_lag + 1
    read = [column for column in system.unknowns if reach(system).lag[column] > 0]
    stop = min(data.row(period), len(data.values))
    if stop < back:
        return None
    table = data.columns(system.columns, dict.fromkeys(system.add_factors, 0.0))[:stop]
    whole = np.asarray(np.isfinite(table[:, read]).all(axis=1))
    for end in range(stop, back - 1, -1):
        if whole[end - back + 1 : end].all():
            return table[end - back : end]
    return None


def _standing(system: System, data: Databank, period: Period, state: Vector) -> Databank:
    """The bank with the endogenous figures of a period replaced by a state."""
    columns = {}
    for name, value in zip(system.variables, state, strict=True):
        if name in data.names:
            columns[name] = data.series(name).to_numpy(copy=True)
            columns[name][data.row(period)] = value
    return data.with_columns(columns)


def at_rest(system: System) -> System:
    """The system with every shift nought. Raises SolveError for variables that then nothing decides."""
    found: System | None = system.__dict__.get("_at_rest")
    if found is None:
        found = _collapsed(system)
        system.__dict__["_at_rest"] = found
    return found


def _collapsed(system: System) -> System:
    graph = system.graph
    roots = [*system.lefts, *system.rights]
    still = {
        node: graph.column(graph.arguments[node][0])
        for node in graph.reachable(roots)
        if graph.ops[node] is Op.COLUMN
    }
    with graph.folding():
        moved = graph.substitute(roots, still)
        lefts, rights = moved[: len(system.lefts)], moved[len(system.lefts) :]
        residuals = [graph.sub(left, right) for left, right in zip(lefts, rights, strict=True)]
    variables = _matched(system, residuals)
    explicit = [
        isolated(graph, left, right, system.leaf(name))
        for left, right, name in zip(lefts, rights, variables, strict=True)
    ]
    return replace(
        system, variables=tuple(variables), residuals=tuple(residuals), lefts=tuple(lefts), rights=tuple(rights),
        explicit=tuple(explicit), max_lag=0, max_lead=0,
    )  # fmt: skip


def _matched(system: System, residuals: list[int]) -> list[str]:
    """What each equation explains at rest."""
    graph, unknowns = system.graph, system.unknowns
    place = {column: number for number, column in enumerate(unknowns)}
    rows = []
    for root in residuals:
        slopes = graph.partials(root)
        read = {graph.arguments[leaf][0] for leaf in slopes if graph.ops[leaf] is Op.COLUMN}
        rows.append(sorted(place[column] for column in read if column in place))
    mates = match(rows, list(range(len(rows))))
    if isinstance(mates, Unmatched):
        raise SolveError(
            say(
                "steady.undecided",
                variables=", ".join(system.variables[each] for each in mates.unknowns[:10]) or "-",
                equations=", ".join(system.labels[each][0] for each in mates.equations[:10]) or "-",
            ),
            say("steady.undecided_mend"),
        )
    return [system.variables[each] for each in mates]


def resting_bank(state: SteadyState, first: Period, periods: int) -> Databank:
    """A databank of `periods` periods in which everything stands at the steady state."""
    columns = {**state.given, **state.values}
    return Databank(first, tuple(columns), np.tile(np.array(list(columns.values())), (periods, 1)))
