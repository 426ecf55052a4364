"""Model-consistent expectations: a model with leads, solved over all periods at once.

People in the model know what will come: x(+1) is the solved value of the next period (perfect foresight). What they
learn later is a surprise: until its date they expect the path without it, from its date on the path with it; every
surprise is a new solve from its date, in which the past is given (`surprises`). Beyond the last period a terminal
condition speaks (`longwave.numerics.terminal`).

The search is Newton's method on the stacked system (`longwave.numerics.stacked`), damped; where it fails, the
residual of the start is taken away by degrees, and where a baseline is given, the change of the given figures is
brought in by degrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.fault import first_fault
from longwave.macro.model import Model
from longwave.macro.shock import Shock
from longwave.macro.solution import Solution
from longwave.numerics.newton import (
    Ending,
    NewtonOptions,
    NewtonOutcome,
    SingularJacobian,
    continued,
    damped,
    newton,
)
from longwave.numerics.smooth import has_kinks, smoothed
from longwave.numerics.stacked import Layout, Stacked, elimination_order, layout
from longwave.numerics.terminal import Terminal

if TYPE_CHECKING:
    from longwave.macro.solve import SolveOptions

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

SEARCH = NewtonOptions(reuse=0.5)
"""A factor is kept while each chord step at least halves the residual: a factoring costs as much as a dozen of them."""

WIDTHS = (10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 1e-4, 1e-5, 1e-6)
"""Of rounded kinks, one after the other, in the units of what max, min and abs compare."""

HEAVY_END = 1.5
"""Weight of the end in the first period from which a warning is due: without an explosion it is at most about one."""


@dataclass(frozen=True, slots=True)
class StackedOutcome:
    """How a stacked solve went.

    residual: largest relative residual; equation, row: where; factorings: of the Jacobian; entries: in the last factors;
    degrees: steps of the continuation, 0 where none was wanted; end_weight: how far the first period moves, in sizes of
    the last, when all that lies beyond the end moves by its own size; nought in a model without leads.
    """

    residual: float
    equation: int
    row: int
    iterations: int
    factorings: int
    entries: int
    degrees: int
    end_weight: float
    engine: str

    def warning(self) -> Message | None:
        """What to say where the end outweighs itself in the first period: roots that do not fit, or a short horizon."""
        return None if self.end_weight <= HEAVY_END else say("stacked.end_weighs", weight=self.end_weight)


def solve_stacked(
    system: System,
    values: Matrix,
    row_first: int,
    row_stop: int,
    parameters: Vector,
    *,
    terminal: str = "data",
    engine: str = "auto",
    first_period: Period | None = None,
    options: NewtonOptions = SEARCH,
    steady: Mapping[str, float] | None = None,
    offset: Matrix | None = None,
    baseline: Matrix | None = None,
) -> tuple[Matrix, StackedOutcome]:
    """The endogenous columns in rows row_first .. row_stop-1, all periods at once.

    values: float64 [rows, columns of the system], from the longest lag on; the unknowns in it are the start. It may
    end with the last row where no value beyond it is wanted. terminal: data, constant, growth, difference, steady
    (then `steady` maps names to values). engine: "compiled" pays for many solves of one system. first_period: of
    row 0, to name periods. offset: what left - right shall be [periods, equations], nought where left out. baseline:
    a solution for other given figures, same shape, from which these are reached by degrees if need be. Gives a copy
    of the values, solved; rows beyond the last hold what the terminal condition made of them.

    Raises SolveError naming equation, variable and period: a lead without a value beyond the end, a side that is
    not a number, a singular Jacobian, no solution found; UsageError for an unknown terminal condition.
    """
    stacked = Stacked(
        layout_of(system, compiled=engine == "compiled"),
        values,
        row_first,
        row_stop,
        parameters,
        terminal=terminal_of(terminal),
        steady=None if steady is None else _steady(system, steady),
        offset=offset,
    )
    check_ahead(system, stacked, first_period)
    outcome = _searched(system, stacked, options, values, baseline)
    if not outcome.solved:
        raise not_found(system, stacked, outcome, first_period)
    check_unique(system, stacked, outcome.values, first_period)
    return with_path(values, stacked, outcome.values), told(stacked, outcome)


def with_path(values: Matrix, stacked: Stacked, unknowns: Vector) -> Matrix:
    """A copy of the values with a solution and, where they reach so far, what the terminal condition put beyond it."""
    found, solved = stacked.at(unknowns), values.copy()
    stop = min(len(solved), len(found))
    solved[:stop] = found[:stop]
    return solved


def layout_of(system: System, *, compiled: bool = False, rounded: bool = False) -> Layout:
    """The layout of a system, made once a system and kind.

    rounded: with its kinks rounded off; the width is one parameter more, after the system's own.
    """
    key = f"_layout_{compiled}_{rounded}"
    found: Layout | None = system.__dict__.get(key)
    if found is None:
        from longwave.macro.solve import program_of

        graph, lefts, rights = system.graph, list(system.lefts), list(system.rights)
        if rounded:
            width = graph.parameter(len(system.parameters))
            lefts, rights = smoothed(graph, lefts, width), smoothed(graph, rights, width)
        residuals = [graph.sub(left, right) for left, right in zip(lefts, rights, strict=True)]
        order = elimination_order(program_of(system))
        found = layout(
            graph, lefts, rights, residuals, system.unknowns, order, len(system.columns), compiled=compiled
        )
        system.__dict__[key] = found
    return found


def terminal_of(word: str) -> Terminal:
    """The terminal condition of a word. Raises UsageError."""
    known = [each.value for each in Terminal]
    if word not in known:
        raise UsageError(
            say("stacked.terminal", word=word), say("stacked.terminal_mend", known=", ".join(known))
        )
    return Terminal(word)


def _steady(system: System, values: Mapping[str, float]) -> Vector:
    given = np.full(len(system.columns), np.nan)
    for name, value in values.items():
        given[system.column(name)] = value
    return given


def _searched(
    system: System, stacked: Stacked, options: NewtonOptions, values: Matrix, baseline: Matrix | None
) -> NewtonOutcome:
    """The direct search; with kinks rounded off; by degrees from a baseline; from a start at rest: what first succeeds."""
    found = search(system, stacked, stacked.start(), options)
    if found.solved:
        return found
    if baseline is not None:
        path = continued(
            lambda part: stacked.moved(baseline + part * (values - baseline)),
            stacked.start_in(baseline),
            options,
        )
        if path.solved:
            return path
    at_rest = stacked.start_at_rest()
    if at_rest is None:
        return found
    again = search(system, stacked, at_rest, options)
    return again if again.solved or found.ending is Ending.NOT_FINITE else found


def search(system: System, stacked: Stacked, start: Vector, options: NewtonOptions) -> NewtonOutcome:
    """Newton's method from a start; where that fails and there are kinks, with these rounded off less and less."""
    if not has_kinks(system.graph, system.residuals):
        return newton(stacked, start, options)
    direct = damped(stacked, start, options)
    if direct.solved or direct.ending is Ending.NOT_FINITE:
        return direct
    x, plan = start, layout_of(system, rounded=True)
    for width in WIDTHS:
        wide = stacked.moved(stacked.at(start), plan=plan, parameters=np.append(stacked.parameters, width))
        found = damped(wide, x, replace(options, tolerance=1e-6, reuse=0.0))
        if not found.solved:
            return newton(stacked, start, options)
        x = found.values
    sharp = newton(stacked, x, replace(options, continuation=False, whole=True, reuse=0.0))
    return sharp if sharp.solved else newton(stacked, start, options)


def told(stacked: Stacked, outcome: NewtonOutcome) -> StackedOutcome:
    """The outcome of a search that found a solution."""
    row, equation = divmod(max(outcome.worst, 0), stacked.plan.count)
    return StackedOutcome(
        residual=outcome.residual,
        equation=equation,
        row=stacked.first + row,
        iterations=outcome.iterations,
        factorings=outcome.factorings,
        entries=stacked.last.entries if stacked.last else 0,
        degrees=outcome.degrees,
        end_weight=stacked.end_weight(outcome.values),
        engine=stacked.plan.values.engine,
    )


@dataclass(frozen=True, eq=False)
class Surprised:
    """What happened when news came in one after the other.

    solution: the path that came true over the whole span, its certificate the worst of all solves. dates[i],
    expected[i]: from when people knew what, and the path that they expected from then on.
    """

    solution: Solution
    dates: tuple[Period, ...]
    expected: tuple[Solution, ...]


def surprises(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    news: Mapping[Period | str, str | Shock | Iterable[str | Shock]],
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions | None = None,
) -> Surprised:
    """Solves with shocks that nobody expects before the date at which they become known.

    news: date -> shocks known from then on (they may lie later: anticipated from that date). What the first period
    knows is in the data, or has the date `first`. Raises UsageError for a date outside first..last, and what `solve`
    raises.
    """
    from longwave.macro.scenario import Scenario
    from longwave.macro.solve import SolveOptions, bound, solve

    options = SolveOptions() if options is None else options
    system = bound(model)
    first, last = as_period(first, "first"), as_period(last, "last")
    dated = sorted(
        ((as_period(date, "date"), shocks) for date, shocks in news.items()), key=lambda pair: pair[0].ordinal
    )
    for date, _ in dated:
        if not 0 <= date - first <= last - first:
            raise UsageError(
                say("stacked.date_outside", date=str(date), first=str(first), last=str(last)),
                say("stacked.date_outside_mend"),
            )
    bank = data
    expected: list[Solution] = []
    dates: list[Period] = []
    for date, shocks in [(first, ()), *dated]:
        scenario = Scenario(cast(Model, system), bank, date, last) + shocks  # a system stands for its model
        bank = scenario.shocked_data
        if dates and dates[-1] == date:
            expected.pop()
            dates.pop()
        found = solve(system, bank, date, last, parameters=parameters, options=options)
        expected.append(found)
        dates.append(date)
        bank = _with_path(bank, found)
    return Surprised(_came_true(expected, first, last), tuple(dates), tuple(expected))


def _with_path(bank: Databank, found: Solution) -> Databank:
    """The bank with the solved paths written into it, which the next solve takes as history and as its start."""
    changed = {}
    rows = slice(bank.row(found.first), bank.row(found.last) + 1)
    for name, column in zip(found.system.variables, bank.columns(found.system.variables).T, strict=True):
        column = np.concatenate([column, np.full(max(0, rows.stop - len(column)), np.nan)])
        column[rows] = found.path(name)
        changed[name] = column[: len(bank.values)]
    return bank.with_columns(changed)


def _came_true(expected: Sequence[Solution], first: Period, last: Period) -> Solution:
    """Each solve's path up to the date of the next."""
    base = expected[0]
    values = base.bank.values.copy()
    for each in expected[1:]:
        rows = slice(base.bank.row(each.first), base.bank.row(last) + 1)
        values[rows] = each.bank.values[each.rows]
    worst = max((each.certificate for each in expected), key=lambda certificate: certificate.residual)
    summed = replace(
        worst,
        iterations=sum(each.certificate.iterations for each in expected),
        seconds=sum(each.certificate.seconds for each in expected),
    )
    return replace(base, bank=replace(base.bank, values=values), first=first, certificate=summed)


# what went wrong


def check_ahead(system: System, stacked: Stacked, first_period: Period | None) -> None:
    """Whether every lead beyond the end has a value. Raises SolveError naming equation, variable and period."""
    missing = stacked.missing_ahead()
    if missing is None:
        return
    equation, column, row = missing
    raise SolveError(
        say(
            "stacked.no_terminal",
            equation=system.labels[equation][0],
            variable=system.columns[column],
            period=named(row, first_period),
        ),
        say("stacked.no_terminal_mend"),
    )


def check_unique(system: System, stacked: Stacked, found: Vector, first_period: Period | None) -> None:
    """Whether the solution is the only one near by. Raises SolveError naming what is not pinned down.

    A start that fits was never factored, and may be one of many that fit.
    """
    try:
        weakest = (stacked.last or stacked.factors(found)).weakest()
    except SingularJacobian as singular:
        weakest = singular.pivot
    if weakest is not None:
        raise _singular(system, stacked, weakest, first_period)


def named(row: int, first_period: Period | None) -> str:
    """The period of a row, or its number where no first period is known."""
    return str(row) if first_period is None else str(first_period + row)


def not_found(
    system: System, stacked: Stacked, outcome: NewtonOutcome, first_period: Period | None
) -> SolveError:
    """The error for a search without a solution."""
    if outcome.ending is Ending.SINGULAR and outcome.pivot is not None:
        return _singular(system, stacked, outcome.pivot, first_period)
    place, equation = divmod(outcome.worst, stacked.plan.count)
    period = named(stacked.first + place, first_period)
    if outcome.ending is Ending.NOT_FINITE:
        data, row = stacked.window(outcome.values, stacked.first + place)
        cause = first_fault(system, data, row, stacked.parameters, system.residuals[equation])
        return SolveError(
            say(
                "stacked.not_a_number",
                equation=system.labels[equation][0],
                variable=system.variables[equation],
                period=period,
                cause=cause or say("stacked.cause_offset"),
            ),
            say("stacked.not_a_number_mend"),
        )
    weakest = stacked.last.weakest() if stacked.last is not None else None
    if weakest is not None:
        return _singular(system, stacked, weakest, first_period)
    return SolveError(
        say(
            "stacked.not_found",
            equation=system.labels[equation][0],
            variable=system.variables[equation],
            period=period,
            residual=outcome.residual,
            iterations=outcome.iterations,
        ),
        say("stacked.not_found_mend"),
    )


def _singular(
    system: System, stacked: Stacked, pivot: tuple[int, int], first_period: Period | None
) -> SolveError:
    place, equation = divmod(pivot[0], stacked.plan.count)
    row, column = stacked.cell(pivot[1])
    return SolveError(
        say(
            "stacked.singular",
            equation=system.labels[equation][0],
            period=named(stacked.first + place, first_period),
            variable=system.columns[column],
            other=named(row, first_period),
        ),
        say("stacked.singular_mend"),
    )
