"""Where a model rests: all lags and leads equal, everything given held at one period's values.

Every column at any shift becomes the same number, so that ``d(K) = I - delta*K(-1)`` says ``I = delta*K``. Equations
and variables are matched anew, since what an equation explains over time it may leave open at rest: a level that only
its own change decides has no steady state, and is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.isolate import isolated
from longwave.macro.model import Model
from longwave.macro.solution import Certificate, Solution
from longwave.macro.solve import PLAIN, SolveOptions, bound, solve, trimmed
from longwave.numerics.graph import Op
from longwave.numerics.ordering import Unmatched, match

FOLLOWED = 1000
"""Periods that a model is followed on its way to rest."""
RESTED = 1e-6
"""Relative change from one period to the next below which it counts as at rest."""


@dataclass(frozen=True, eq=False)
class SteadyState:
    """values: of every endogenous variable; given: of what was held; certificate: of the equations at rest."""

    values: Mapping[str, float]
    given: Mapping[str, float]
    certificate: Certificate
    solution: Solution

    def frame(self) -> pd.DataFrame:
        """One row a variable."""
        return pd.DataFrame({"steady_state": pd.Series(dict(self.values))})


def steady_state(
    model: Model | System,
    data: Databank,
    period: Period,
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions = PLAIN,
) -> SteadyState:
    """The steady state for what is given in `period`.

    A model that looks back is followed from the figures of that period until it moves no more, so that of several
    states of rest the one is found that it goes to; else, and to the last digit, Newton's method searches from there. Raises
    SolveError naming the variables that have no steady state, and what `solve` raises.
    """
    system = bound(model)
    resting = at_rest(system)
    start = data if system.max_lead else _followed(system, data, period, parameters, options)
    found = solve(resting, start, period, period, parameters=parameters, options=options)
    row = found.bank.values[found.rows.start]
    endogenous = set(resting.variables)
    values = {
        name: float(row[resting.column(name)])
        for name in (each.name for each in system.model.endogenous)
        if name in endogenous
    }
    given = {name: float(row[place]) for place, name in enumerate(resting.columns) if name not in endogenous}
    return SteadyState(values, given, found.certificate, found)


def _followed(
    system: System,
    data: Databank,
    period: Period,
    parameters: Mapping[str, float] | None,
    options: SolveOptions,
) -> Databank:
    """The bank with the endogenous figures of a period replaced by where they go when everything given stays; as it
    was where they do not come to rest."""
    back = system.max_lag + 1
    part = trimmed(system, data, period, period)
    rows = len(part.values)
    if rows < back + 1:
        return data
    here = part.values[min(back, rows - 1)]
    values = np.vstack([part.values[:back], np.tile(here, (FOLLOWED, 1))])
    long = Databank(period + -back, system.columns, values)
    try:
        found = solve(system, long, period, period + (FOLLOWED - 1), parameters=parameters, options=options)
    except SolveError:
        return data
    end = found.bank.values[found.rows][-2:]
    moved = np.abs(end[1] - end[0]) / np.maximum(1.0, np.abs(end[1]))
    if not float(np.nanmax(moved)) <= RESTED:
        return data
    names = [name for name in system.variables if name in data.names]
    columns = {name: data.series(name).to_numpy(copy=True) for name in names}
    for name in names:
        columns[name][data.row(period)] = end[1][system.column(name)]
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
