"""Solving a model over periods: backward in blocks, forward-looking as one stacked system, or equation by equation.

dynamic: lags are the solved values, as a forecast needs them; static: lags are the data's, so that each period shows
what the equations missed in that period alone; one_equation: every equation by itself, all else from the data.

Missing figures are looked for before anything is computed and named. What is solved is certified afterwards on the
equations as they are written; a residual above the tolerance is an error, never a result.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput, SolveError, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System, bind
from longwave.macro.certificate import Worst, relative_residual, worst
from longwave.macro.databank import Databank
from longwave.macro.decided import Tears, tears_of, undecided
from longwave.macro.fault import first_fault, not_a_number
from longwave.macro.model import ADD, Model
from longwave.macro.solution import Certificate, Solution
from longwave.numerics.graph import Op
from longwave.numerics.interpret import interpret
from longwave.numerics.interpreted import InterpretedSolver, Outcome, Status
from longwave.numerics.program import Program, program
from longwave.numerics.tape import record

Vector = NDArray[np.float64]
Mode = Literal["dynamic", "static", "one_equation"]
Engine = Literal["auto", "compiled", "interpreted"]
Terminal = Literal["data", "constant", "growth", "difference"]


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """mode: see the module; engine: auto compiles where that is possible; tolerance: of the certificate.

    terminal: what stands beyond the last period for leads; start: Newton's method begins at the data or at the
    period before; most_iterations: of Newton's method, a block and period.
    """

    mode: Mode = "dynamic"
    engine: Engine = "auto"
    tolerance: float = 1e-10
    terminal: Terminal = "data"
    start: Literal["data", "previous"] = "data"
    most_iterations: int = 100


PLAIN = SolveOptions()

UNSOLVED = 1e-8
"""Relative residual above which equations are not rounded off but unsolved: steps so small that nothing moves any more
ended the search."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a solve works on. values: float64 [rows, columns of the system]; rows: those to solve; first: period of row 0."""

    system: System
    values: Vector
    rows: slice
    first: Period
    parameters: Vector

    def period(self, row: int) -> Period:
        return self.first + row


def solve(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions = PLAIN,
) -> Solution:
    """The endogenous variables over first..last, with everything else from the databank.

    parameters: values in place of the model's own. Raises ModelError where the model does not fit together, and
    SolveError naming equation, variable, period and cause where figures are missing or no solution was found.
    """
    system = bound(model)
    first, last = as_period(first, "first"), as_period(last, "last")
    inputs = gather(system, data, first, last, parameters)
    check_given(inputs, options)
    began = time.perf_counter()
    done = _solved(inputs, options)
    values = done.values
    seconds = time.perf_counter() - began
    found = _where_worst(inputs, values, options)
    if not found.residual <= options.tolerance:
        raise _not_solved(inputs, values, found, options, done.iterations)
    certificate = Certificate(
        residual=found.residual,
        equation=system.labels[found.equation][0] if found.equation >= 0 else "",
        period=str(inputs.period(found.row)),
        tolerance=options.tolerance,
        iterations=done.iterations,
        engine=done.engine,
        method=done.method,
        seconds=seconds,
    )
    bank = Databank(inputs.first, system.columns, values)
    return Solution(system, bank, first, last, certificate, inputs.parameters, options.mode, done.notes)


def bound(model: Model | System) -> System:
    """The system of a model, made once a model."""
    if isinstance(model, System):
        return model
    found: System | None = model.__dict__.get("_system")
    if found is None:
        found = bind(model)
        model.__dict__["_system"] = found
    return found


def gather(
    system: System, data: Databank, first: Period, last: Period, parameters: Mapping[str, float] | None = None
) -> Inputs:
    """The table that a solve reads and writes, from the longest lag before to the longest lead after.

    An add-factor that the bank does not have is nought. Raises UsageError for a last period before the first, and
    BadInput where the frequencies differ.
    """
    frequency = system.model.frequency
    if frequency is not None and frequency is not data.first.frequency:
        raise BadInput(
            say("model.frequency", model=system.model.name, mine=frequency.letter, first=str(data.first)),
            say("model.frequency_mend"),
        )
    if last < first:
        raise UsageError(
            say("model.backwards", first=str(first), last=str(last)), say("model.backwards_mend")
        )
    start, stop = data.row(first) - system.max_lag - 1, data.row(last) + system.max_lead + 1
    values = np.full((stop - start, len(system.columns)), np.nan)
    below, above = max(start, 0), min(stop, len(data.values))
    if below < above:
        fill = dict.fromkeys(system.add_factors, 0.0)
        part = Databank(data.first + below, data.names, data.values[below:above])
        values[below - start : above - start] = _columns(part, system, fill)
    added = np.array([system.column(name) for name in system.add_factors], dtype=np.intp)
    values[:, added] = np.nan_to_num(values[:, added], nan=0.0)
    rows = slice(system.max_lag + 1, system.max_lag + 1 + (last - first) + 1)
    return Inputs(system, values, rows, data.first + start, system.vector(parameters))


def trimmed(system: System, data: Databank, first: Period, last: Period) -> Databank:
    """The part of a databank that a solve reads: the system's columns, and no more periods than lags and leads reach."""
    start = max(0, data.row(first) - system.max_lag - 1)
    stop = max(start, data.row(last) + system.max_lead + 1)
    part = Databank(data.first + start, data.names, data.values[start:stop])
    return Databank(
        part.first, system.columns, _columns(part, system, dict.fromkeys(system.add_factors, 0.0))
    )


def _columns(data: Databank, system: System, fill: Mapping[str, float]) -> Vector:
    return data.values if data.names == system.columns else data.columns(system.columns, fill)


def add_factors_for(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    *,
    parameters: Mapping[str, float] | None = None,
) -> Databank:
    """The databank with add-factors such that its own figures solve the model over first..last.

    They are what each behavioural equation misses (left - right on the scale of the equation), added to add-factors
    that are there. Variables of identities that have no figures are computed from the others first. Raises SolveError
    where a figure is missing or a side is not a number.
    """
    system = bound(model)
    first, last = as_period(first, "first"), as_period(last, "last")
    data = _completed(system, data, first, last, parameters)
    inputs = gather(system, data, first, last, parameters)
    check_given(inputs, None)
    places = [number for number, name in enumerate(system.variables) if system.has(name + ADD)]
    missed = interpret(
        record(system.graph, [system.residuals[number] for number in places]),
        inputs.values,
        inputs.rows,
        inputs.parameters,
    )
    wide = data.columns((*data.names, *(name for name in system.add_factors if name not in data.names)))
    names = (*data.names, *(name for name in system.add_factors if name not in data.names))
    place_of = {name: place for place, name in enumerate(names)}
    span = slice(data.row(first), data.row(last) + 1)
    for number, value in zip(places, missed, strict=True):
        value = np.broadcast_to(value, inputs.rows.stop - inputs.rows.start)
        if not np.isfinite(value).all():
            row = inputs.rows.start + int(np.argmin(np.isfinite(value)))
            error = not_a_number(system, inputs.values, row, inputs.period(row), inputs.parameters, [number])
            raise error or SolveError(say("model.no_solution", period=str(inputs.period(row))))
        column = wide[:, place_of[system.variables[number] + ADD]]
        column[np.isnan(column)] = 0.0
        column[span] += value
    return Databank(data.first, names, wide)


def _completed(
    system: System, data: Databank, first: Period, last: Period, parameters: Mapping[str, float] | None
) -> Databank:
    """The bank with the missing figures of variables that identities explain, from the identities."""
    span = slice(max(0, data.row(first)), data.row(last) + 1)
    by_identity = [name for name in system.variables if not system.has(name + ADD)]
    found = data.columns(by_identity)
    if not np.isnan(found[span]).any():
        return data
    explained = [name for name in system.variables if system.has(name + ADD)]
    solved = solve(bind(system.model, exogenised=explained), data, first, last, parameters=parameters)
    for place, name in enumerate(by_identity):
        here = found[span, place]
        here[np.isnan(here)] = solved.path(name)[np.isnan(here)]
    return data.with_columns({name: found[:, place] for place, name in enumerate(by_identity)})


# missing figures


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back and ahead each column is read by any equation: lag 0 or more, lead 0 or more, read now or not."""

    lag: NDArray[np.int64]
    lead: NDArray[np.int64]


def reach(system: System) -> Reach:
    """The reach of each column, made once a system."""
    found: Reach | None = system.__dict__.get("_reach")
    if found is None:
        lag = np.full(len(system.columns), -1, dtype=np.int64)
        lead = np.full(len(system.columns), -1, dtype=np.int64)
        graph = system.graph
        for node in graph.reachable(system.residuals):
            if graph.ops[node] is Op.COLUMN:
                column, shift = graph.arguments[node]
                lag[column] = max(lag[column], -shift)
                lead[column] = max(lead[column], shift)
        found = Reach(lag, lead)
        system.__dict__["_reach"] = found
    return found


def check_given(inputs: Inputs, options: SolveOptions | None) -> None:
    """Whether all figures are there that must be given. Raises SolveError naming variable and period of the first few.

    Exogenous columns must be there wherever they are read; endogenous ones before the first period as far as lags
    reach, after the last as far as leads reach (terminal "data"), and within the periods where a mode reads them from
    the data: lags and leads when solved statically, and what other equations explain when each stands alone.
    options: None asks for every figure that any equation reads.
    """
    lost = _needed(inputs, options) & np.isnan(inputs.values)
    if lost.any():
        raise _absent(inputs, lost)


def _needed(inputs: Inputs, options: SolveOptions | None) -> Any:
    """Which cells must be given: bool [rows, columns]."""
    far, start, stop = reach(inputs.system), inputs.rows.start, inputs.rows.stop
    row = np.arange(len(inputs.values))[:, None]
    read = (far.lag >= 0) | (far.lead >= 0)
    begin = start - np.where(far.lag >= 0, far.lag, -far.lead)
    end = stop + np.where(far.lead >= 0, far.lead, -far.lag)
    needed = read & (row >= begin) & (row < end)
    if options is None:
        return needed
    endogenous = np.array(inputs.system.unknowns, dtype=np.intp)
    if options.mode == "dynamic":
        needed[start:, endogenous] = (
            False  # a lead without a value beyond the end is named by the stacked solver
        )
        return needed
    others = (
        _read_by_others(inputs.system) if options.mode == "one_equation" else np.zeros(len(endogenous), bool)
    )
    lag, lead = far.lag[endogenous], far.lead[endogenous]
    by_lag = (lag > 0) & (row >= begin[endogenous]) & (row < stop - 1)
    by_lead = (lead > 0) & (row > start) & (row < end[endogenous])
    now = others & (row >= start) & (row < stop)
    needed[:, endogenous] = by_lag | by_lead | now
    return needed


def _read_by_others(system: System) -> NDArray[np.bool_]:
    """Whether the value of this period of each unknown stands in another equation than its own; made once a system."""
    found: NDArray[np.bool_] | None = system.__dict__.get("_read_by_others")
    if found is None:
        place = {column: number for number, column in enumerate(system.unknowns)}
        found = np.zeros(len(place), dtype=bool)
        graph = system.graph
        for number, residual in enumerate(system.residuals):
            for node in graph.leaves(residual, Op.COLUMN):
                column, shift = graph.arguments[node]
                if shift == 0 and place.get(column, number) != number:
                    found[place[column]] = True
        system.__dict__["_read_by_others"] = found
    return found


def _absent(inputs: Inputs, lost: Any) -> SolveError:
    """The first columns with missing figures, and where."""
    columns = np.flatnonzero(lost.any(axis=0))
    told: list[Message] = []
    for column in columns[:8]:
        rows = np.flatnonzero(lost[:, column])
        told.append(
            say(
                "model.absent_once" if rows.size == 1 else "model.absent",
                name=inputs.system.columns[int(column)],
                first=str(inputs.period(int(rows[0]))),
                last=str(inputs.period(int(rows[-1]))),
                count=int(rows.size),
            )
        )
    return SolveError(say("model.missing", columns=tuple(told)), say("model.missing_mend"))


# solving


@dataclass(frozen=True, eq=False)
class Done:
    """What a way of solving gives; notes: what a reader should know beside the certificate."""

    values: Vector
    iterations: int
    engine: str
    method: str
    notes: tuple[Message, ...] = ()


def _solved(inputs: Inputs, options: SolveOptions) -> Done:
    if options.mode == "one_equation":
        return Done(*_each_alone(inputs, options), "interpreted", "one_equation")
    if inputs.system.max_lead > 0 and options.mode == "dynamic":
        return _stacked(inputs, options)
    if options.mode == "static":
        return _static(inputs, options)
    values = with_starts(inputs)
    solver = period_solver(inputs.system, options.engine)
    outcome = solver(
        values,
        inputs.rows.start,
        inputs.rows.stop,
        inputs.parameters,
        start_previous=options.start == "previous",
        most=options.most_iterations,
    )
    if outcome.status is not Status.SOLVED:
        raise explained(inputs, values, outcome)
    _check_decided(inputs, values, outcome.iterations)
    return Done(values, outcome.iterations, solver.engine, "blocks")


def _check_decided(inputs: Inputs, values: Vector, iterations: int) -> None:
    """Whether what fits is the only solution near by, where no Newton step could have told, and once a system.

    Looks at the first and the last period. Raises SolveError naming equations and variables.
    """
    tears: Tears | None = inputs.system.__dict__.get("_tears")
    if tears is None:
        tears = inputs.system.__dict__["_tears"] = tears_of(program_of(inputs.system))
    elif iterations:
        return
    for row in dict.fromkeys((inputs.rows.start, inputs.rows.stop - 1)):
        found = undecided(tears, values, row, inputs.parameters)
        if found is not None:
            raise explained(inputs, values, Outcome(Status.SINGULAR, row, found.block, iterations, 0.0))


def with_starts(inputs: Inputs) -> Vector:
    """A copy of the values in which unknowns that the data do not have start at the last value before."""
    values = inputs.values.copy()
    unknowns = list(inputs.system.unknowns)
    block = values[inputs.rows.start - 1 : inputs.rows.stop, unknowns]
    if np.isfinite(block[1:]).all():
        return values
    block[0] = np.where(np.isfinite(block[0]), block[0], 1.0)
    for row in range(1, len(block)):
        block[row] = np.where(np.isfinite(block[row]), block[row], block[row - 1])
    values[inputs.rows.start : inputs.rows.stop, unknowns] = block[1:]
    return values


def program_of(system: System) -> Program:
    """The program of one period, made once a system."""
    found: Program | None = system.__dict__.get("_program")
    if found is None:
        found = program(system.graph, system.unknowns, system.residuals, system.explicit, len(system.columns))
        system.__dict__["_program"] = found
    return found


def period_solver(system: System, engine: Engine) -> Any:
    """The solver of single periods, compiled where asked or possible; made once a system and engine."""
    key = f"_solver_{engine}"
    if key not in system.__dict__:
        system.__dict__[key] = _made_solver(program_of(system), engine)
    return system.__dict__[key]


def _made_solver(made: Program, engine: Engine) -> Any:
    if engine == "interpreted":
        return InterpretedSolver(made)
    from longwave.numerics.driver import compile_program, solver_of

    return solver_of(made) if engine == "auto" else compile_program(made)


def _window(inputs: Inputs, row: int) -> tuple[Vector, int]:
    """A copy of the rows that an equation reads at `row`, and where that row is in the copy."""
    start = row - inputs.system.max_lag - 1
    return inputs.values[start : row + inputs.system.max_lead + 1].copy(), row - start


def _static(inputs: Inputs, options: SolveOptions) -> Done:
    """Each period with the data's own lags (and leads)."""
    solver = period_solver(inputs.system, options.engine)
    values, started = inputs.values.copy(), with_starts(inputs)
    iterations, unknowns = 0, list(inputs.system.unknowns)
    for row in range(inputs.rows.start, inputs.rows.stop):
        window, here = _window(inputs, row)
        window[here] = started[row]
        outcome = solver(
            window, here, here + 1, inputs.parameters,
            start_previous=options.start == "previous", most=options.most_iterations,
        )  # fmt: skip
        if outcome.status is not Status.SOLVED:
            raise explained(_moved(inputs, row - here), window, outcome)
        values[row, unknowns] = window[here, unknowns]
        iterations += outcome.iterations
    _check_decided(inputs, values, iterations)
    return Done(values, iterations, solver.engine, "blocks")


def _moved(inputs: Inputs, by: int) -> Inputs:
    """The inputs whose row 0 is `by` rows later, to name the periods of a window."""
    return replace(inputs, first=inputs.first + by)


def _each_alone(inputs: Inputs, options: SolveOptions) -> tuple[Vector, int]:
    """Each equation with all other variables from the data."""
    values, iterations = inputs.values.copy(), 0
    for number, column in enumerate(inputs.system.unknowns):
        explicit = inputs.system.explicit[number]
        if explicit is None:
            iterations += _one_by_newton(inputs, options, number, values)
            continue
        found = interpret(
            record(inputs.system.graph, [explicit]), inputs.values, inputs.rows, inputs.parameters
        )[0]
        values[inputs.rows, column] = found
        lost = np.flatnonzero(~np.isfinite(values[inputs.rows, column]))
        if lost.size:
            row = inputs.rows.start + int(lost[0])
            raise explained(inputs, inputs.values, Outcome(Status.NOT_FINITE, row, -1, 0, np.nan), [number])
    return values, iterations


def _one_by_newton(inputs: Inputs, options: SolveOptions, number: int, values: Vector) -> int:
    """Solves one implicit equation in every row into `values`; the iterations it took."""
    system, iterations = inputs.system, 0
    column = system.unknowns[number]
    alone = program(system.graph, [column], [system.residuals[number]], [None], len(system.columns))
    solver = InterpretedSolver(alone)
    started = with_starts(inputs)
    for row in range(inputs.rows.start, inputs.rows.stop):
        window, here = _window(inputs, row)
        window[here, column] = started[row, column]
        outcome = solver(window, here, here + 1, inputs.parameters, most=options.most_iterations)
        if outcome.status is not Status.SOLVED:
            raise explained(_moved(inputs, row - here), window, outcome, [number])
        values[row, column] = window[here, column]
        iterations += outcome.iterations
    return iterations


def _stacked(inputs: Inputs, options: SolveOptions) -> Done:
    from longwave.macro.expectations import SEARCH, solve_stacked
    from longwave.macro.stable_path import stable_path_note

    values, outcome = solve_stacked(
        inputs.system,
        with_starts(inputs),
        inputs.rows.start,
        inputs.rows.stop,
        inputs.parameters,
        terminal=options.terminal,
        engine=options.engine,
        first_period=inputs.first,
        options=replace(SEARCH, tolerance=options.tolerance, most_iterations=options.most_iterations),
    )
    notes = (stable_path_note(inputs, values) or outcome.warning(),)
    return Done(
        values,
        outcome.iterations,
        outcome.engine,
        "stacked",
        tuple(each for each in notes if each is not None),
    )


# what went wrong


def _where_worst(inputs: Inputs, values: Vector, options: SolveOptions) -> Worst:
    if options.mode == "dynamic":
        return worst(inputs.system, values, inputs.rows, inputs.parameters)
    found = Worst(0.0, -1, inputs.rows.start)
    unknowns = list(inputs.system.unknowns)
    for row in range(inputs.rows.start, inputs.rows.stop):
        window, here = _window(inputs, row)
        if options.mode == "one_equation":
            at = _worst_alone(inputs, window, here, values[row])
        else:
            window[here, unknowns] = values[row, unknowns]
            at = worst(inputs.system, window, slice(here, here + 1), inputs.parameters)
        if not at.residual <= found.residual:
            found = Worst(at.residual, at.equation, row)
    return found


def _worst_alone(inputs: Inputs, window: Vector, here: int, solved: Vector) -> Worst:
    found = Worst(0.0, -1, here)
    for number, column in enumerate(inputs.system.unknowns):
        kept = window[here, column]
        window[here, column] = solved[column]
        residual = relative_residual(inputs.system, window, here, inputs.parameters, number)
        if not residual <= found.residual:
            found = Worst(residual, number, here)
        window[here, column] = kept
    return found


def explained(
    inputs: Inputs, values: Vector, outcome: Outcome, equations: list[int] | None = None
) -> SolveError:
    """The error for a solve that stopped."""
    system, period = inputs.system, inputs.period(outcome.row)
    if equations is None:
        equations = list(program_of(system).blocks[outcome.block].equations)
    found = not_a_number(system, values, outcome.row, period, inputs.parameters, equations)
    if found is not None:
        return found
    return SolveError(
        say(
            "model.singular" if outcome.status is Status.SINGULAR else "model.no_convergence",
            period=str(period),
            equations=", ".join(system.labels[each][0] for each in equations[:6]),
            variables=", ".join(system.variables[each] for each in equations[:6]),
            norm=outcome.norm,
            iterations=outcome.iterations,
        ),
        say("model.singular_mend" if outcome.status is Status.SINGULAR else "model.no_convergence_mend"),
    )


def _block_of(system: System, equation: int) -> int:
    return next(place for place, block in enumerate(program_of(system).blocks) if equation in block.equations)


def _not_solved(inputs: Inputs, values: Vector, found: Worst, options: SolveOptions, done: int) -> SolveError:
    system = inputs.system
    cause = first_fault(system, values, found.row, inputs.parameters, system.residuals[found.equation])
    if cause is not None:
        return SolveError(
            say(
                "model.not_a_number",
                equation=system.labels[found.equation][0],
                variable=system.variables[found.equation],
                period=str(inputs.period(found.row)),
                cause=cause,
            ),
            say("model.not_a_number_mend"),
        )
    if options.mode == "dynamic" and system.max_lead == 0 and found.residual > UNSOLVED:
        missed = Outcome(
            Status.NO_CONVERGENCE, found.row, _block_of(system, found.equation), done, found.residual
        )
        return explained(inputs, values, missed)
    return SolveError(
        say(
            "model.not_certified",
            residual=found.residual,
            tolerance=options.tolerance,
            equation=system.labels[found.equation][0],
            period=str(inputs.period(found.row)),
        ),
        say("model.not_certified_mend"),
    )
