"""Plans: an endogenous variable is given, and something else found that makes it so.

    plan = Plan().exogenise("C", {"2025": 100.0, "2026": 102.0})            # by its own add-factor
    plan = Plan().exogenise("C", {"2025": 100.0}).endogenise("G", "2025")   # by another column
    plan = Plan().swap("Y", "tax", {"2025": 100.0, "2026": 104.0})          # the same, period by period

The unknowns of the stacked system (`longwave.numerics.stacked`) are cells of the data: a plan takes the held cells
out and puts as many freed ones in, in any period, and all equations are solved at once, in models with and without
leads. The found values as plain inputs give the targets back. A plan is refused, and variables and periods named,
where it contradicts itself, where numbers do not match, or where what is freed cannot move what is held (a maximum
matching of equations and unknown cells, after Dulmage and Mendelsohn, 1958).

`goal_seek` is the same in the words of targets and instruments; with more instruments than targets it can take the
smallest change that reaches them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.certificate import worst
from longwave.macro.databank import Databank
from longwave.macro.expectations import (
    SEARCH,
    check_ahead,
    check_unique,
    layout_of,
    not_found,
    search,
    terminal_of,
    with_path,
)
from longwave.macro.model import ADD, Model
from longwave.macro.shock import Shock
from longwave.macro.solution import Certificate, Solution
from longwave.macro.solve import PLAIN, Inputs, SolveOptions, bound, check_given, gather, solve, with_starts
from longwave.macro.stable_path import stable_path_note
from longwave.numerics.newton import Ending, NewtonOutcome, continued
from longwave.numerics.ordering import Unmatched, match
from longwave.numerics.stacked import Cells, Stacked, closed_cells

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Cell = tuple[str, Period]

WIDEST_BORDER = 200
"""Cells freed in other periods than those held, up to which they stand as a border beside the kept order."""

MOST_NAMED = 8
"""Cells that an error names."""

MOST_ROUNDS = 50
"""Of `goal_seek` with more instruments than targets."""


@dataclass(frozen=True, slots=True)
class Plan:
    """held: endogenous cells and their values; by[i]: the column freed for held[i] in its period, "" where it is left open.

    freed: further columns and periods that become unknown.
    """

    held: tuple[tuple[str, Period, float], ...] = ()
    by: tuple[str, ...] = ()
    freed: tuple[Cell, ...] = ()

    def exogenise(self, name: str, values: Mapping[Period | str, float]) -> Plan:
        """Holds an endogenous variable at values in some periods.

        Where the plan frees nothing by `endogenise`, the variable's own add-factor is freed in the same periods.
        """
        cells = tuple((name, as_period(when, "period"), float(value)) for when, value in values.items())
        return replace(self, held=self.held + cells, by=self.by + ("",) * len(cells))

    def endogenise(self, name: str, *periods: Period | str) -> Plan:
        """Frees an exogenous variable or an add-factor in periods: "2025", "2025..2027" or periods."""
        cells = tuple((name, when) for written in periods for when in _periods(written))
        return replace(self, freed=self.freed + cells)

    def swap(self, name: str, by: str, values: Mapping[Period | str, float]) -> Plan:
        """Holds a variable at values and frees the column `by` in the same periods."""
        cells = tuple((name, as_period(when, "period"), float(value)) for when, value in values.items())
        return replace(self, held=self.held + cells, by=self.by + (by,) * len(cells))

    def __add__(self, other: Plan) -> Plan:
        return Plan(self.held + other.held, self.by + other.by, self.freed + other.freed)


def _periods(written: Period | str) -> list[Period]:
    if not isinstance(written, str):
        return [as_period(written, "period")]
    first, dots, last = written.partition("..")
    begin = Period.parse(first.strip())
    end = Period.parse(last.strip()) if dots else begin
    return [begin + step for step in range(end - begin + 1)]


# from a plan to cells


@dataclass(frozen=True, slots=True)
class Exchange:
    """A plan that fits a system: the cells held, with values, and the cells freed, as many of each."""

    held: Mapping[Cell, float]
    freed: tuple[Cell, ...]


def exchange(system: System, plan: Plan, first: Period, last: Period) -> Exchange:
    """The cells of a plan. Raises UsageError for one that contradicts itself or the model, naming what is wrong."""
    held: dict[Cell, float] = {}
    freed: dict[Cell, None] = {}
    freed_by: dict[Cell, str] = {}
    opened = [by for by in plan.by if not by]
    own = bool(opened) and not plan.freed
    for (name, when, value), by in zip(plan.held, plan.by, strict=True):
        _check_held(system, name, when, value, first, last)
        if held.setdefault((name, when), value) != value:
            raise UsageError(
                say("stacked.held_twice", name=name, period=str(when), one=held[name, when], other=value),
                say("stacked.held_twice_mend"),
            )
        if freed_by.setdefault((name, when), by) != by:
            raise UsageError(
                say(
                    "stacked.held_by_two",
                    name=name,
                    period=str(when),
                    one=freed_by[name, when] or name + ADD,
                    other=by or name + ADD,
                ),
                say("stacked.held_twice_mend"),
            )
        if by or own:
            freed[by or _own_add(system, name, when), when] = None
    freed |= dict.fromkeys(plan.freed)
    for name, when in freed:
        _check_freed(system, name, when, held)
    if len(held) != len(freed):
        raise UsageError(
            say(
                "stacked.counts",
                held=len(held),
                freed=len(freed),
                held_cells=_written(held),
                freed_cells=_written(freed),
            ),
            say("stacked.counts_mend"),
        )
    return Exchange(held, tuple(freed))


def _check_held(system: System, name: str, when: Period, value: float, first: Period, last: Period) -> None:
    system.column(name)
    if name not in system.variables:
        raise UsageError(
            say("stacked.held_is_given", name=name), say("stacked.held_is_given_mend", name=name)
        )
    if not 0 <= when - first <= last - first:
        raise UsageError(
            say("stacked.held_outside", name=name, period=str(when), first=str(first), last=str(last)),
            say("stacked.held_outside_mend"),
        )
    if not math.isfinite(value):
        raise UsageError(
            say("stacked.held_not_finite", name=name, period=str(when), value=value),
            say("stacked.held_not_finite_mend"),
        )


def _own_add(system: System, name: str, when: Period) -> str:
    if not system.has(name + ADD):
        raise UsageError(
            say("stacked.no_add_factor", name=name, period=str(when)),
            say("stacked.no_add_factor_mend", name=name),
        )
    return name + ADD


def _check_freed(system: System, name: str, when: Period, held: Mapping[Cell, float]) -> None:
    system.column(name)
    if name in system.variables:
        key = "stacked.freed_and_held" if (name, when) in held else "stacked.freed_is_endogenous"
        raise UsageError(say(key, name=name, period=str(when)), say("stacked.freed_mend"))


def _written(cells: Iterable[Cell]) -> str:
    listed = [f"{name} {when}" for name, when in cells]
    more = f" … ({len(listed)})" if len(listed) > MOST_NAMED else ""
    return ", ".join(listed[:MOST_NAMED]) + more or "-"


# solving


def solve_plan(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    plan: Plan,
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions = PLAIN,
) -> Solution:
    """The model over first..last with a plan; what was freed stands in the solution's bank.

    Raises UsageError for a plan that contradicts itself, SolveError where what is freed cannot reach what is held or
    no solution was found, each naming variables and periods.
    """
    if options.mode != "dynamic":
        raise UsageError(say("stacked.plan_mode", mode=options.mode), say("stacked.plan_mode_mend"))
    system = bound(model)
    first, last = as_period(first, "first"), as_period(last, "last")
    cells = exchange(system, plan, first, last)
    inputs = _with_plan(gather(system, data, first, last, parameters), cells)
    check_given(inputs, options)
    began = time.perf_counter()
    planned = replace(inputs, values=with_starts(inputs))
    stacked = _square(planned, cells, options)
    check_ahead(system, stacked, inputs.first)
    how = replace(SEARCH, tolerance=options.tolerance, most_iterations=options.most_iterations)
    outcome = search(system, stacked, stacked.start(), how)
    if not outcome.solved:
        outcome = _from_unplanned(stacked, planned, cells, outcome, (data, first, last), options)
    if not outcome.solved:
        raise _not_reached(system, stacked, outcome, inputs, cells)
    check_unique(system, stacked, outcome.values, inputs.first)
    values = with_path(planned.values, stacked, outcome.values)
    return _solution(planned, values, (first, last), outcome, stacked, options, time.perf_counter() - began)


def _with_plan(inputs: Inputs, cells: Exchange) -> Inputs:
    """The inputs with held values written in, and a first guess where a freed cell has no figure."""
    system, values = inputs.system, inputs.values.copy()
    for (name, when), value in cells.held.items():
        values[when - inputs.first, system.column(name)] = value
    for name, when in cells.freed:
        row, column = when - inputs.first, values[:, system.column(name)]
        if not 0 <= row < len(values):
            raise UsageError(
                say("stacked.freed_unread", cells=_written([(name, when)])), say("stacked.freed_unread_mend")
            )
        if not math.isfinite(column[row]):
            known = np.flatnonzero(np.isfinite(column))
            column[row] = column[known[np.argmin(np.abs(known - row))]] if len(known) else 1.0
    return replace(inputs, values=values)


def _square(inputs: Inputs, cells: Exchange, options: SolveOptions) -> Stacked:
    """The stacked system in the cells of the plan.

    Where every freed cell can be put beside an equation of its own period that closes it, the order of elimination
    is kept; else the equations of held variables and the freed cells come last, and the rest is the system in which
    the held variables are given.
    """
    system, plan = inputs.system, layout_of(inputs.system)
    start, stop = inputs.rows.start, inputs.rows.stop
    own = closed_cells(plan, start, stop)
    number = {
        (int(row), int(column)): place
        for place, (row, column) in enumerate(zip(own.rows, own.columns, strict=True))
    }
    rows, columns = own.rows.copy(), own.columns.copy()
    held = [number[when - inputs.first, system.column(name)] for name, when in cells.held]
    freed = [(when - inputs.first, system.column(name)) for name, when in cells.freed]
    open_places = dict.fromkeys(held)
    for row, column in freed:
        mine = _own_place(system, number, row, column)
        place = mine if mine in open_places else next(iter(open_places))
        del open_places[place]
        rows[place], columns[place] = row, column
    taken = Stacked(
        plan,
        inputs.values,
        start,
        stop,
        inputs.parameters,
        unknown=Cells(rows, columns),
        terminal=terminal_of(options.terminal),
    )
    mates = _mates(taken)
    if isinstance(mates, Unmatched):
        raise _cannot_reach(taken, inputs, cells, mates)
    matched = Cells(rows[mates], columns[mates])
    here = bool(np.all(matched.rows == own.rows))
    far = np.flatnonzero((rows != own.rows) | (columns != own.columns))
    border = not here and len(far) <= WIDEST_BORDER
    return Stacked(
        plan, inputs.values, start, stop, inputs.parameters,
        unknown=Cells(rows, columns) if border else matched, terminal=terminal_of(options.terminal),
        late=far if border else None, natural=here or border,
    )  # fmt: skip


def _own_place(system: System, number: Mapping[tuple[int, int], int], row: int, column: int) -> int:
    """The place of the variable whose add-factor a column is, -1 for another column."""
    name = system.columns[column]
    if not name.endswith(ADD):
        return -1
    return number.get((row, system.column(name.removesuffix(ADD))), -1)


def _mates(stacked: Stacked) -> list[int] | Unmatched:
    """The unknown that each equation closes: its own where that is still unknown, else one that is found."""
    pattern = stacked.pattern
    order = np.argsort(pattern.equation, kind="stable")
    count = len(stacked.unknown)
    bounds = np.searchsorted(pattern.equation[order], np.arange(count + 1))
    unknowns = pattern.unknown[order].tolist()
    rows = [unknowns[bounds[place] : bounds[place + 1]] for place in range(count)]
    wishes: list[int | None] = [place if place in rows[place] else None for place in range(count)]
    return match(rows, wishes)


def _cannot_reach(stacked: Stacked, inputs: Inputs, cells: Exchange, found: Unmatched) -> SolveError:
    """Which cells that are freed move nothing of what is held."""
    freed = {(when - inputs.first, inputs.system.column(name)): (name, when) for name, when in cells.freed}
    idle = [freed[cell] for each in found.unknowns if (cell := stacked.cell(each)) in freed]
    count = stacked.plan.count
    tied = [
        (inputs.system.variables[each % count], inputs.period(stacked.first + each // count))
        for each in found.equations
    ]
    held = [cell for cell in tied if cell in cells.held] or list(cells.held)
    return SolveError(
        say("stacked.cannot_reach", freed=_written(idle or cells.freed), held=_written(held)),
        say("stacked.cannot_reach_mend"),
    )


def _not_reached(
    system: System, stacked: Stacked, outcome: NewtonOutcome, inputs: Inputs, cells: Exchange
) -> SolveError:
    if not cells.held or outcome.ending not in (Ending.STALLED, Ending.MOST_ITERATIONS):
        return not_found(system, stacked, outcome, inputs.first)
    place, equation = divmod(outcome.worst, stacked.plan.count)
    return SolveError(
        say(
            "stacked.not_reached",
            freed=_written(cells.freed),
            held=_written(cells.held),
            equation=system.labels[equation][0],
            period=str(inputs.period(stacked.first + place)),
            residual=outcome.residual,
        ),
        say("stacked.not_reached_mend"),
    )


def _from_unplanned(
    stacked: Stacked,
    planned: Inputs,
    cells: Exchange,
    failed: NewtonOutcome,
    asked: tuple[Databank, Period, Period],
    options: SolveOptions,
) -> NewtonOutcome:
    """From the solution without the plan, the held values move to theirs by degrees."""
    parameters = dict(zip(planned.system.parameters, planned.parameters, strict=True))
    try:
        free = solve(planned.system, *asked, parameters=parameters, options=options)
    except SolveError:
        return failed
    base = planned.values.copy()
    base[planned.rows] = free.bank.values[free.rows]
    goal = base.copy()
    for (name, when), value in cells.held.items():
        goal[when - planned.first, planned.system.column(name)] = value
    how = replace(SEARCH, tolerance=options.tolerance, most_iterations=options.most_iterations)
    found = continued(lambda part: stacked.moved(base + part * (goal - base)), stacked.start_in(base), how)
    return found if found.solved else failed


def _solution(
    inputs: Inputs,
    values: Matrix,
    span: tuple[Period, Period],
    outcome: NewtonOutcome,
    stacked: Stacked,
    options: SolveOptions,
    seconds: float,
) -> Solution:
    system = inputs.system
    found = worst(system, stacked.at(outcome.values), inputs.rows, inputs.parameters)
    if not found.residual <= options.tolerance:
        raise not_found(system, stacked, outcome, inputs.first)
    certificate = Certificate(
        residual=found.residual,
        equation=system.labels[found.equation][0] if found.equation >= 0 else "",
        period=str(inputs.period(found.row)),
        tolerance=options.tolerance,
        iterations=outcome.iterations,
        engine=stacked.plan.values.engine,
        method="stacked",
        seconds=seconds,
    )
    bank = Databank(inputs.first, system.columns, values)
    note = stable_path_note(inputs, values) if system.max_lead else None
    notes = () if note is None else (note,)
    return Solution(system, bank, span[0], span[1], certificate, inputs.parameters, notes=notes)


def solve_held(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    shocks: Sequence[Shock],
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions = PLAIN,
) -> Solution:
    """The model with endogenous variables moved by shocks such as ``C + 1 in 2025 by C.add``.

    What is added or multiplied starts from the solution without these shocks. Raises what `solve` and `solve_plan`
    raise.
    """
    system = bound(model)
    first, last = as_period(first, "first"), as_period(last, "last")
    paths: dict[str, Vector] = {}
    held: dict[Cell, tuple[float, str]] = {}
    for each in shocks:
        system.column(each.name)
        if each.name not in system.variables:
            raise UsageError(
                say("stacked.held_is_given", name=each.name),
                say("stacked.held_is_given_mend", name=each.name),
            )
    _check_agree(shocks, first, last)
    if any(each.operator != "=" for each in shocks):
        free = solve(system, data, first, last, parameters=parameters, options=options)
        paths = {each.name: free.path(each.name) for each in shocks}
    for each in shocks:
        path = each.applied(paths.get(each.name, np.zeros(last - first + 1)), first)
        paths[each.name] = path
        rows = each.rows(first, len(path))
        values = {first + row: float(path[row]) for row in range(rows.start, rows.stop)}
        held |= {(each.name, when): (value, each.by) for when, value in values.items()}
    plan = Plan(
        tuple((name, when, value) for (name, when), (value, _) in held.items()),
        tuple(by for _, by in held.values()),
    )
    return solve_plan(system, data, first, last, plan, parameters=parameters, options=options)


def _check_agree(shocks: Sequence[Shock], first: Period, last: Period) -> None:
    """Whether no two of the sentences hold one cell by different columns, or at different values.

    Changes of one cell by the same column add up; a value that is set stands for itself. Raises UsageError.
    """
    told: dict[Cell, Shock] = {}
    for each in shocks:
        rows = each.rows(first, last - first + 1)
        for cell in ((each.name, first + row) for row in range(rows.start, rows.stop)):
            other = told.setdefault(cell, each)
            sets = "=" in (each.operator, other.operator)
            same = (each.operator, each.value) == (other.operator, other.value)
            if other.by != each.by or (sets and not same):
                raise UsageError(
                    say(
                        "stacked.sentences_clash",
                        one=str(other), other=str(each), name=each.name, period=str(cell[1]),
                    ),
                    say("stacked.held_twice_mend"),
                )  # fmt: skip


def check_freed_alone(shocks: Sequence[Shock], first: Period, last: Period) -> None:
    """Whether nothing sets a column where a plan looks for its value. Raises UsageError naming both sentences."""
    span = last - first + 1
    plain = [each for each in shocks if not each.by]
    for plan in (each for each in shocks if each.by):
        for each in (shock for shock in plain if shock.name == plan.by):
            one, other = plan.rows(first, span), each.rows(first, span)
            both = range(max(one.start, other.start), min(one.stop, other.stop))
            if both:
                raise UsageError(
                    say(
                        "stacked.freed_and_shocked",
                        plan=str(plan), shock=str(each), name=each.name, period=str(first + both[0]),
                    ),
                    say("stacked.freed_and_shocked_mend", name=each.name),
                )  # fmt: skip


# goals


def goal_seek(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    targets: Mapping[tuple[str, Period | str], float],
    by: Iterable[tuple[str, Period | str]],
    *,
    least_change: bool = False,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions = PLAIN,
) -> Solution:
    """Instruments that bring endogenous variables to targets.

    targets: (variable, period) -> value; by: the (column, period) to move, as many as targets. With more of them,
    least_change=True takes the smallest move: the sum of squares of the moves, each relative to its own start (where that
    is nought, to one), is least. Raises UsageError where the numbers do not fit, else as `solve_plan`.
    """
    system = bound(model)
    first, last = as_period(first, "first"), as_period(last, "last")
    held = tuple((name, as_period(when, "period"), float(value)) for (name, when), value in targets.items())
    freed = tuple(dict.fromkeys((name, as_period(when, "period")) for name, when in by))
    plan = Plan(held, ("",) * len(held), freed)
    if len(freed) > len(held) and least_change:
        return _least_change(system, data, (first, last), plan, parameters, options)
    if len(freed) > len(held):
        raise UsageError(
            say("stacked.surplus", targets=len(held), instruments=len(freed)), say("stacked.surplus_mend")
        )
    if not freed:
        raise UsageError(say("stacked.no_instruments"), say("stacked.no_instruments_mend"))
    return solve_plan(system, data, first, last, plan, parameters=parameters, options=options)


def _least_change(
    system: System,
    data: Databank,
    span: tuple[Period, Period],
    plan: Plan,
    parameters: Mapping[str, float] | None,
    options: SolveOptions,
) -> Solution:
    """min |w (z - z0)| subject to g(z) = target, by z <- z0 + J^+ (target - g(z) + J (z - z0)).

    At a fixed point the targets are met and the move lies in the row space of J = dg/dz: the condition of a least move.
    """
    for name, when, value in plan.held:
        _check_held(system, name, when, value, *span)
    for name, when in plan.freed:
        _check_freed(system, name, when, {})
    freed, aims = plan.freed, np.array([value for _, _, value in plan.held])
    found = solve(system, data, *span, parameters=parameters, options=options)
    start = np.array([_read(found.bank, name, when) for name, when in freed])
    scale = np.where(start == 0.0, 1.0, np.abs(start))
    moves = start.copy()
    for _ in range(MOST_ROUNDS):
        here = np.array([_read(found.bank, name, when) for name, when, _ in plan.held])
        if np.all(np.abs(aims - here) <= 10.0 * options.tolerance * np.maximum(1.0, np.abs(aims))):
            return found
        slopes = _responses(found, plan, options) * scale
        _check_reach(slopes, plan)
        step, *_ = np.linalg.lstsq(slopes, aims - here + slopes @ ((moves - start) / scale), rcond=None)
        moves, found = _tried(system, data, span, freed, moves, start + scale * step, parameters, options)
    raise SolveError(
        say("stacked.goal_missed", held=_written((name, when) for name, when, _ in plan.held)),
        say("stacked.not_found_mend"),
    )


def _tried(
    system: System,
    data: Databank,
    span: tuple[Period, Period],
    freed: Sequence[Cell],
    here: Vector,
    there: Vector,
    parameters: Mapping[str, float] | None,
    options: SolveOptions,
) -> tuple[Vector, Solution]:
    """The solution at `there`, or, where there is none, nearer to `here`."""
    for halvings in range(8):
        moves = here + 0.5**halvings * (there - here)
        bank = _with_values(data, freed, moves)
        try:
            return moves, solve(system, bank, *span, parameters=parameters, options=options)
        except SolveError:
            if halvings == 7:
                raise
    raise AssertionError  # pragma: no cover


def _with_values(data: Databank, cells: Sequence[Cell], values: Vector) -> Databank:
    changed: dict[str, Vector] = {}
    for (name, when), value in zip(cells, values, strict=True):
        column = changed.setdefault(
            name, data.columns([name], {name: 0.0} if name.endswith(ADD) else None)[:, 0]
        )
        row = data.row(when)
        if not 0 <= row < len(column):
            raise UsageError(
                say("stacked.freed_unread", cells=_written([(name, when)])), say("stacked.freed_unread_mend")
            )
        column[row] = value
    return data.with_columns(changed)


def _read(bank: Databank, name: str, when: Period) -> float:
    row = bank.row(when)
    if not 0 <= row < len(bank.values):
        raise UsageError(
            say("stacked.freed_unread", cells=_written([(name, when)])), say("stacked.freed_unread_mend")
        )
    return float(bank.values[row, bank.names.index(name)])


def _responses(found: Solution, plan: Plan, options: SolveOptions) -> Matrix:
    """dg/dz at a solution [targets, instruments]: one solve with the factors of the stacked system each instrument."""
    system, bank = found.system, found.bank
    rows = found.rows
    names = [*(name for name, _, _ in plan.held), *(name for name, _ in plan.freed)]
    columns = {name: system.column(name) for name in names}
    base = Stacked(
        layout_of(system),
        bank.values,
        rows.start,
        rows.stop,
        found.parameters,
        terminal=terminal_of(options.terminal),
    )
    cells = Cells(
        np.array([bank.row(when) for _, when in plan.freed]),
        np.array([columns[name] for name, _ in plan.freed]),
    )
    moved = Stacked(
        base.plan, bank.values, rows.start, rows.stop, found.parameters,
        unknown=cells, terminal=terminal_of(options.terminal),
    )  # fmt: skip
    inwards = moved.jacobian(moved.start()).toarray()
    factors = base.factors(base.start())
    place = {base.cell(number): number for number in range(len(base.unknown))}
    wanted = [place[bank.row(when), columns[name]] for name, when, _ in plan.held]
    return np.column_stack([-factors.solve(column)[wanted] for column in inwards.T])


def _check_reach(slopes: Matrix, plan: Plan) -> None:
    """Raises SolveError where the instruments cannot move the targets one by one."""
    size = np.max(np.abs(slopes), axis=1)
    if np.all(size > 0.0) and np.linalg.matrix_rank(slopes / size[:, None]) == len(slopes):
        return
    held = [(name, when) for name, when, _ in plan.held]
    still = [cell for cell, moved in zip(held, size, strict=True) if moved == 0.0]
    raise SolveError(
        say("stacked.cannot_reach", freed=_written(plan.freed), held=_written(still or held)),
        say("stacked.cannot_reach_mend"),
    )
