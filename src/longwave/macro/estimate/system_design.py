"""From a model, data and a choice of equations to what the system estimators need: errors, identities, instruments,
restrictions, one common sample.

The chosen equations share one sample, because their errors are compared period by period. A coefficient that stands in
several equations is one coefficient. Restrictions of any chosen equation may name coefficients of all of them. What
cannot be estimated is refused here, with equation, variable and period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput, DataError, ModelError, NotEnoughData, UnknownSeries, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System, bind
from longwave.macro.databank import Databank
from longwave.macro.estimate.design import read_period
from longwave.macro.estimate.restriction import Freedom, freedom, restriction_matrix
from longwave.macro.estimate.sampled import Sampled, sample
from longwave.macro.estimate.wording import spoken
from longwave.macro.fault import first_fault
from longwave.macro.language.read import read_equation
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Expression, Name
from longwave.macro.model import ADD, Equation, EstimationNote, Kind, Model
from longwave.numerics.graph import Op
from longwave.numerics.ordering import blocks

Vector = NDArray[np.float64]
FILLS = (0.0, 0.1, 0.5, 1.0)
"""Start values tried for coefficients that have none, where equations are not linear in them."""


@dataclass(frozen=True, eq=False)
class SystemDesign:
    """Equations on data.

    numbers: of the chosen equations in `system`; identities: numbers of those that the likelihood needs beside them;
    names: of the chosen equations; coefficients: names, in the order of the model; sampled: the errors as functions of
    them; freedom: what restrictions leave; given: start values that the text has; open: whether neither caller nor
    texts say where the sample begins and ends; notes: what was decided on the way.
    """

    system: System
    numbers: tuple[int, ...]
    identities: tuple[int, ...]
    names: tuple[str, ...]
    coefficients: tuple[str, ...]
    first: Period
    last: Period
    sampled: Sampled
    freedom: Freedom
    given: dict[str, float]
    open: bool
    notes: tuple[Message, ...]

    @property
    def observations(self) -> int:
        return self.sampled.observations

    def equation(self, place: int) -> Equation:
        """The chosen equation number `place` as the model writes it."""
        return _written(self.system.model, self.names[place])

    def of_equation(self, place: int) -> tuple[int, ...]:
        """Places of the coefficients that stand in a chosen equation."""
        return tuple(
            sorted({coefficient for equation, coefficient in self.sampled.entries if equation == place})
        )

    def period(self, place: int) -> Period:
        return self.first + place


def system_design(
    model: Model,
    data: Databank,
    equations: Sequence[str] | None,
    first: Period | str | None,
    last: Period | str | None,
    *,
    full: bool,
    restrictions: Sequence[str | tuple[Expression, Expression]] = (),
) -> SystemDesign:
    """The design of a system.

    equations: names of equations or of the variables that they explain; None for all behavioural equations with a
    coefficient to be estimated, and with `full` (maximum likelihood) for all behavioural equations. With `full` and a
    choice, variables of the equations left out are taken as given. restrictions: beside those of the texts.

    Raises UsageError (unknown equation, an identity, nothing to estimate, no periods), UnknownSeries, BadInput
    (missing data), ModelError (a parameter without value, contradictory restrictions, leads with `full`).
    """
    whole = bind(model)
    chosen = _chosen(whole, equations, full)
    notes: list[Message] = []
    system, numbers = whole, chosen
    if full:
        system, numbers = _conditioned(whole, chosen, notes)
        _refuse_leads(system, numbers)
    coefficients = _coefficients(system, numbers)
    identities = _entangled(system, numbers) if full else ()
    bank = _columns(system, (*numbers, *identities), data)
    places = [system.parameters.index(name) for name in coefficients]
    base = _base(system, (*numbers, *identities), coefficients)
    begin, end = read_period(first), read_period(last)
    if begin is None and end is None:
        begin, end = _written_span(system, numbers)
    low, high = _span(system, numbers, identities, bank, data, begin, end)
    roots = [system.residuals[number] for number in numbers]
    sampled = sample(system.graph, roots, bank, slice(low, high), base, places)
    names = tuple(system.labels[number][0] for number in numbers)
    made = SystemDesign(
        system, numbers, identities, names, coefficients, data.first + low, data.first + (high - 1), sampled,
        _freedom(system, numbers, coefficients, restrictions),
        {name: value for name, value in model.values.items() if name in coefficients},
        begin is None and end is None, tuple(notes),
    )  # fmt: skip
    return _without_exact(made) if full else made


# which equations


def _chosen(system: System, equations: Sequence[str] | None, full: bool) -> tuple[int, ...]:
    count = range(len(system.residuals))
    wanted = _estimated(system)
    if equations is None:
        behavioural = [number for number in count if _is_behavioural(system, number)]
        found = tuple(
            number
            for number in behavioural
            if full or _parameters_under(system, system.residuals[number]) & wanted
        )
        if not any(_parameters_under(system, system.residuals[number]) & wanted for number in found):
            raise UsageError(
                say("estimate_system.nothing", model=system.model.name), say("estimate_system.nothing_mend")
            )
        return found
    found = tuple(dict.fromkeys(_number_of(system, name) for name in equations))
    if not any(_parameters_under(system, system.residuals[number]) & wanted for number in found):
        raise UsageError(
            say("estimate_system.nothing", model=system.model.name), say("estimate_system.nothing_mend")
        )
    return found


def _number_of(system: System, name: str) -> int:
    for number, labels in enumerate(system.labels):
        if name in labels or name == system.variables[number]:
            if not _is_behavioural(system, number):
                raise UsageError(
                    say("estimate_system.identity", equation=name), say("estimate_system.identity_mend")
                )
            return number
    behavioural = tuple(
        system.labels[number][0] for number in range(len(system.labels)) if _is_behavioural(system, number)
    )
    raise UsageError(
        say("estimate_system.unknown", equation=name, model=system.model.name),
        say("estimate_system.unknown_mend", names=behavioural[:20]),
    )


def _written(model: Model, name: str) -> Equation:
    return next(each for each in model.equations if each.name == name)


def _is_behavioural(system: System, number: int) -> bool:
    return any(_written(system.model, name).kind is Kind.BEHAVIOURAL for name in system.labels[number])


def _estimated(system: System) -> set[str]:
    return {each.name for each in system.model.parameters if each.estimated}


def _parameters_under(system: System, root: int) -> set[str]:
    graph = system.graph
    return {system.parameters[graph.arguments[leaf][0]] for leaf in graph.leaves(root, Op.PARAMETER)}


def _coefficients(system: System, numbers: Sequence[int]) -> tuple[str, ...]:
    wanted = _estimated(system)
    used = set().union(*(_parameters_under(system, system.residuals[number]) for number in numbers))
    return tuple(name for name in system.parameters if name in wanted & used)


def _conditioned(
    whole: System, chosen: tuple[int, ...], notes: list[Message]
) -> tuple[System, tuple[int, ...]]:
    """The system without the behavioural equations that were not chosen; their variables are given from outside."""
    dropped = [
        number
        for number in range(len(whole.residuals))
        if number not in chosen and _is_behavioural(whole, number)
    ]
    if not dropped:
        return whole, chosen
    variables = tuple(whole.variables[number] for number in dropped)
    notes.append(say("estimate_system.conditioned", variables=variables))
    labels = {label: whole.variables[number] for number in dropped for label in whole.labels[number]}
    model = whole.model
    named = tuple(
        replace(each, variable=labels[each.name]) if each.name in labels else each for each in model.equations
    )
    system = bind(replace(model, equations=named), exogenised=variables)
    names = [whole.labels[number][0] for number in chosen]
    place = {labels[0]: number for number, labels in enumerate(system.labels)}
    return system, tuple(place[name] for name in names)


def _refuse_leads(system: System, numbers: Sequence[int]) -> None:
    endogenous = set(system.unknowns)
    for number, root in enumerate(system.residuals):
        for leaf in system.graph.leaves(root):
            column, shift = system.graph.arguments[leaf]
            if shift > 0 and column in endogenous:
                raise ModelError(
                    say(
                        "estimate_system.lead",
                        equation=system.labels[number][0],
                        variable=system.columns[column],
                        shift=shift,
                    ),
                    say("estimate_system.lead_mend"),
                )


def _entangled(system: System, numbers: Sequence[int]) -> tuple[int, ...]:
    """The other equations that stand in a loop with a chosen one; all else leaves the likelihood alone."""
    graph = system.graph
    explains = {column: number for number, column in enumerate(system.unknowns)}
    needs = {
        number: {
            explains[graph.arguments[leaf][0]]
            for leaf in graph.leaves(root)
            if graph.arguments[leaf][1] == 0 and graph.arguments[leaf][0] in explains
        }
        - {number}
        for number, root in enumerate(system.residuals)
    }
    found: list[int] = []
    for block in blocks(needs):
        if set(block) & set(numbers):
            found.extend(each for each in block if each not in numbers)
    return tuple(sorted(found))


def _without_exact(made: SystemDesign) -> SystemDesign:
    """Equations without coefficients whose error is nought in every period are identities."""
    theta = np.zeros(len(made.coefficients))
    errors, _ = made.sampled.errors_and_slopes(theta)
    own = {equation for equation, _ in made.sampled.entries}
    exact = [
        place
        for place in range(len(made.numbers))
        if place not in own and float(np.abs(errors[place]).max(initial=0.0)) <= 1e-9 * _scale(made, place)
    ]
    if not exact:
        return made
    keep = [place for place in range(len(made.numbers)) if place not in exact]
    names = tuple(made.names[place] for place in exact)
    sampled = made.sampled
    numbers = tuple(made.numbers[place] for place in keep)
    return replace(
        made,
        numbers=numbers,
        identities=tuple(sorted((*made.identities, *(made.numbers[place] for place in exact)))),
        names=tuple(made.names[place] for place in keep),
        sampled=sample(
            sampled.graph, [sampled.roots[place] for place in keep], sampled.data, sampled.rows, sampled.base,
            sampled.places,
        ),
        notes=(*made.notes, say("estimate_system.exact", equations=names)),
    )  # fmt: skip


def _scale(made: SystemDesign, place: int) -> float:
    column = made.system.unknowns[made.numbers[place]]
    values = made.sampled.data[made.sampled.rows, column]
    return max(1e-300, float(np.nanmax(np.abs(values), initial=0.0)))


# data and sample


def _columns(system: System, numbers: Sequence[int], data: Databank) -> Vector:
    """The data in the order of the system's columns; add-factors are nought: they are people's choice, not history."""
    read = {
        system.columns[system.graph.arguments[leaf][0]]: system.labels[number][0]
        for number in reversed(numbers)
        for leaf in system.graph.leaves(system.residuals[number])
    }
    missing = [
        name for name in system.columns if name in read and name not in data.names and not name.endswith(ADD)
    ]
    if missing:
        raise UnknownSeries(
            say("estimate_system.no_series", names=tuple(missing[:12]), equation=read[missing[0]]),
            say("estimate_system.no_series_mend"),
        )
    values = data.columns(system.columns)
    for place, name in enumerate(system.columns):
        if name.endswith(ADD):
            values[:, place] = 0.0
    return values


def _base(system: System, numbers: Sequence[int], coefficients: Sequence[str]) -> Vector:
    """The parameter vector with nought for coefficients. Raises ModelError for a parameter that is used without value."""
    known = system.model.values
    for number in numbers:
        for name in sorted(_parameters_under(system, system.residuals[number])):
            if name not in known and name not in coefficients:
                raise ModelError(
                    say("estimate_system.no_value", equation=system.labels[number][0], name=name),
                    say("estimate_system.no_value_mend"),
                )
    return np.array([0.0 if name in coefficients else known.get(name, np.nan) for name in system.parameters])


def _reads(system: System, numbers: Sequence[int]) -> list[tuple[int, int, int]]:
    """(column, shift, equation) of all that the equations read."""
    found: dict[tuple[int, int], int] = {}
    for number in numbers:
        for leaf in system.graph.leaves(system.residuals[number]):
            column, shift = system.graph.arguments[leaf]
            found.setdefault((column, shift), number)
    return [(column, shift, number) for (column, shift), number in found.items()]


def _span(
    system: System,
    numbers: tuple[int, ...],
    identities: tuple[int, ...],
    values: Vector,
    data: Databank,
    first: Period | None,
    last: Period | None,
) -> tuple[int, int]:
    """The rows [low, high) of the common sample. Raises where data are missing within."""
    reads = _reads(system, (*numbers, *identities))
    count = len(values)
    ready = np.ones(count, dtype=np.bool_)
    for column, shift, _ in reads:
        ready &= _there(values[:, column], shift)
    usable = np.flatnonzero(ready)
    if not len(usable):
        raise _nothing_there(system, values, data, reads)
    low = int(usable[0]) if first is None else data.row(first)
    high = int(usable[-1]) if last is None else data.row(last)
    if low > high:
        raise UsageError(
            say("estimate_system.no_periods", first=str(data.first + low), last=str(data.first + high)),
            say("estimate_system.no_periods_mend"),
        )
    for row in range(low, high + 1):
        if not 0 <= row < count or not ready[row]:
            raise _missing(system, values, data, reads, row)
    return low, high + 1


def _there(column: Vector, shift: int) -> NDArray[np.bool_]:
    there = np.zeros(len(column), dtype=np.bool_)
    low, high = max(0, -shift), min(len(column), len(column) - shift)
    if low < high:
        there[low:high] = np.isfinite(column[low + shift : high + shift])
    return there


def _written_span(system: System, numbers: Sequence[int]) -> tuple[Period | None, Period | None]:
    """What the samples written beside the equations have in common."""
    firsts, lasts = [], []
    for number in numbers:
        first, last = system.model.written_sample(_written(system.model, system.labels[number][0]))
        firsts.extend([first] if first is not None else [])
        lasts.extend([last] if last is not None else [])
    return max(firsts, default=None), min(lasts, default=None)


def _missing(
    system: System, values: Vector, data: Databank, reads: Sequence[tuple[int, int, int]], row: int
) -> BadInput:
    for column, shift, number in reads:
        at = row + shift
        if not 0 <= at < len(values) or not np.isfinite(values[at, column]):
            return BadInput(
                say(
                    "estimate_system.missing",
                    equation=system.labels[number][0],
                    name=system.columns[column],
                    period=str(data.first + at),
                    used=str(data.first + row),
                ),
                say("estimate_system.missing_mend"),
            )
    raise AssertionError("a row without data has a column without data")


def _nothing_there(
    system: System, values: Vector, data: Databank, reads: Sequence[tuple[int, int, int]]
) -> DataError:
    for column, _, number in reads:
        if not np.isfinite(values[:, column]).any():
            return BadInput(
                say("estimate_system.empty", equation=system.labels[number][0], name=system.columns[column]),
                say("estimate_system.missing_mend"),
            )
    return NotEnoughData(
        say("estimate_system.never_together", first=str(data.first), last=str(data.last)),
        say("estimate_system.missing_mend"),
    )


# restrictions and starts


def _freedom(
    system: System,
    numbers: Sequence[int],
    coefficients: tuple[str, ...],
    restrictions: Sequence[str | tuple[Expression, Expression]],
) -> Freedom:
    """What the restrictions of the chosen equations' texts and of the caller leave free."""
    model = system.model
    names = tuple(each.name for each in model.parameters)
    asked = [read_equation(each) if isinstance(each, str) else each for each in restrictions]
    parts: list[tuple[str, Sequence[tuple[Expression, Expression]]]] = [
        (f"{spoken(left)} = {spoken(right)}", [(left, right)]) for left, right in asked
    ]
    for number in numbers:
        parts.extend(
            (label, (_written(model, label).estimation or EstimationNote()).restrictions)
            for label in system.labels[number]
        )
    matrices, values, involved = [np.zeros((0, len(coefficients)))], [np.zeros(0)], []
    for label, pairs in parts:
        if not pairs:
            continue

        def value(name: Name, label: str = label) -> float:
            if name.name not in model.values or name.name in _estimated(system):
                raise ModelError(
                    say("estimate_system.foreign", name=name.name, where=label),
                    say("estimate_system.bad_restriction_mend"),
                )
            return model.values[name.name]

        try:
            matrix, right = restriction_matrix(
                pairs, coefficients, value, lambda each: spelt(each, names), label
            )
        except ModelError as error:
            if error.message.key == "estimate_system.foreign":
                raise
            raise ModelError(
                say("estimate_system.bad_restriction", where=label),
                say("estimate_system.bad_restriction_mend"),
            ) from error
        matrices.append(matrix)
        values.append(right)
        involved.append(label)
    try:
        return freedom(np.vstack(matrices), np.concatenate(values), ", ".join(involved))
    except ModelError as error:
        raise ModelError(
            say("estimate_system.contradiction", where=tuple(involved)),
            say("estimate_system.contradiction_mend"),
        ) from error


def starts(design: SystemDesign) -> list[Vector]:
    """Coefficients to start from, at which all errors are finite. Raises BadInput naming equation, period and cause."""
    found = []
    for fill in FILLS[:1] if design.sampled.linear else FILLS:
        theta = np.array([design.given.get(name, fill) for name in design.coefficients])
        theta = design.freedom.full(theta[list(design.freedom.free)])
        errors, slopes = design.sampled.errors_and_slopes(theta)
        if np.isfinite(errors).all() and np.isfinite(slopes).all():
            found.append(theta)
    if not found:
        raise _no_start(design)
    return found


def _no_start(design: SystemDesign) -> BadInput:
    theta = np.array([design.given.get(name, FILLS[-1]) for name in design.coefficients])
    errors, slopes = design.sampled.errors_and_slopes(theta)
    bad = ~np.isfinite(errors) | ~np.isfinite(slopes).all(axis=2)
    place, period = (int(each) for each in np.argwhere(bad)[0])
    parameters = design.sampled.parameters(theta)
    row = design.sampled.rows.start + period
    cause = first_fault(design.system, design.sampled.data, row, parameters, design.sampled.roots[place])
    return BadInput(
        say(
            "estimate_system.no_number",
            equation=design.names[place],
            period=str(design.period(period)),
            cause="-" if cause is None else cause,
        ),
        say("estimate_system.no_number_mend"),
    )
