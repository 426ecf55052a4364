"""From a behavioural equation and data to what an estimator needs, on the expression graph with exact partials.

The error of an equation is u = left - right. Its partial derivatives to the coefficients are exact; where none of them
holds a coefficient any more, the equation is linear: u = y - X b with X = -du/db and y = u at b = 0, so that parameters
with a known value and whatever has no coefficient are moved to the left side. With autoregressive errors of order p the
error is the quasi-difference e = u - rho1 u(-1) - ... - rho_p u(-p), which is never linear; its first p periods serve
as history only. A regime's equation is estimated on the periods in which its condition holds and none before it does.

What cannot be estimated is refused here and names the variable and period: missing data, fewer observations than
coefficients, perfect collinearity, too few instruments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput, DataError, ModelError, NotEnoughData, UnknownSeries, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.estimate.restriction import Freedom, freedom, restriction_matrix
from longwave.macro.estimate.wording import spoken
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Expression, Name, walk
from longwave.macro.model import Equation, EstimationNote, Kind, Model
from longwave.macro.nodes import node_of
from longwave.numerics.graph import LEAVES, Graph, Op
from longwave.numerics.interpret import all_slots, interpret
from longwave.numerics.tape import Tape, record

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

Known = Mapping[str, float]
Maker = Callable[[Expression], int]

LARGEST = 1e140  # beyond it squares overflow

_TESTS = frozenset({Op.SELECT, Op.LT, Op.LE, Op.EQ, Op.NE})


@dataclass(frozen=True, eq=False)
class EquationDesign:
    """One equation on data, ready for an estimator.

    coefficients: names, k of them, those of autoregressive errors (``NAME.rho1``) last; order: p of these errors;
    periods: the n periods of the sample; linear: whether u = dependent - regressors b; dependent: float64 [n] and
    regressors: [n, k], both None where the equation is not linear; instruments: [n, l] with the constant first, None
    where the equation names none; columns: of the data that the equation reads; freedom: what restrictions leave;
    starts: values that the model gives to coefficients; bounds: of sense, (low, high) by name; own_lag: whether the
    explained variable stands lagged in the equation; rows: of the databank; notes: what was decided on the way.
    """

    equation: Equation
    coefficients: tuple[str, ...]
    order: int
    periods: tuple[Period, ...]
    rows: NDArray[np.intp]
    linear: bool
    dependent: Vector | None
    regressors: Matrix | None
    instruments: Matrix | None
    instrument_names: tuple[str, ...]
    freedom: Freedom
    starts: Mapping[str, float]
    bounds: Mapping[str, tuple[float | None, float | None]]
    own_lag: bool
    columns: tuple[str, ...]
    notes: tuple[Message, ...] = ()
    _data: Matrix = field(default_factory=lambda: np.zeros((0, 0)), repr=False)
    _errors: Tape = field(default_factory=lambda: Tape((), (), ()), repr=False)
    _slopes: Tape = field(default_factory=lambda: Tape((), (), ()), repr=False)
    _left: Tape = field(default_factory=lambda: Tape((), (), ()), repr=False)
    _curved: frozenset[tuple[int, int]] = frozenset()

    @property
    def name(self) -> str:
        return self.equation.name

    @property
    def observations(self) -> int:
        return len(self.periods)

    def errors(self, values: Vector) -> Vector:
        """The errors [n] at coefficient values [k]; NaN or infinite where they cannot be computed, never raises."""
        return self._at(self._errors, values)[:, 0]

    def slopes(self, values: Vector) -> Matrix:
        """The exact partial derivatives of the errors to the coefficients, [n, k]."""
        return self._at(self._slopes, values)

    def actual(self, values: Vector) -> Vector:
        """The left side [n] as the text writes it (it depends on `values` only where it holds a coefficient)."""
        return self._at(self._left, values)[:, 0]

    def linear_group(self) -> tuple[int, ...]:
        """Places of coefficients in which, all others held, the errors are linear together."""
        group: list[int] = []
        for place in range(len(self.coefficients)):
            if not any((place, other) in self._curved for other in (*group, place)):
                group.append(place)
        return tuple(group)

    def at(self, periods: Sequence[Period]) -> EquationDesign:
        """The same design on some of its periods. Raises UsageError for a period that it does not have."""
        place = {each: number for number, each in enumerate(self.periods)}
        strange = [each for each in periods if each not in place]
        if strange:
            raise UsageError(say("estimate.not_in_sample", equation=self.name, period=str(strange[0])))
        keep = np.array([place[each] for each in periods], dtype=np.intp)
        return replace(
            self,
            periods=tuple(periods),
            rows=self.rows[keep],
            dependent=None if self.dependent is None else self.dependent[keep],
            regressors=None if self.regressors is None else self.regressors[keep],
            instruments=None if self.instruments is None else self.instruments[keep],
        )

    def _at(self, tape: Tape, values: Vector) -> Matrix:
        low, high = int(self.rows.min()), int(self.rows.max()) + 1
        found = interpret(tape, self._data, slice(low, high), np.asarray(values, dtype=np.float64))
        wide = np.column_stack([np.broadcast_to(each, high - low) for each in found])
        return np.ascontiguousarray(wide[self.rows - low], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Form:
    """An equation on a graph of its own: the nodes that estimation asks for."""

    graph: Graph
    columns: tuple[str, ...]
    coefficients: tuple[str, ...]
    order: int
    left: int
    error: int
    instruments: tuple[int, ...]
    instrument_names: tuple[str, ...]
    conditions: tuple[tuple[int, bool], ...]  # node, whether it must hold (or must not)

    @property
    def leaves(self) -> list[int]:
        return [self.graph.parameter(place) for place in range(len(self.coefficients))]

    @property
    def slopes(self) -> list[int]:
        return [self.graph.partial(self.error, leaf) for leaf in self.leaves]


def find_equation(model: Model, name: str) -> Equation:
    """The equation of this name, or the only one that explains the variable of this name. Raises UsageError."""
    named = [each for each in model.equations if each.name == name]
    meant = named or [each for each in model.equations if each.variable == name]
    if len(meant) == 1:
        return meant[0]
    known = tuple(each.name for each in (meant or model.equations)[:12])
    raise UsageError(
        say("estimate.unknown_equation", name=name, model=model.name),
        say("estimate.unknown_equation_mend", names=known or "-"),
    )


def to_estimate(model: Model, equation: Equation) -> tuple[str, ...]:
    """The coefficients of an equation that data shall decide, in order of appearance, without those of its errors."""
    wanted = {each.name for each in model.parameters if each.estimated}
    names = frozenset(each.name for each in model.parameters)
    found: dict[str, None] = {}
    for side in (equation.left, equation.right):
        for name in _names_in_order(spelt(side, names)):
            if name in wanted:
                found[name] = None
    return tuple(found)


def design(
    model: Model,
    name: str | Equation,
    data: Databank,
    *,
    first: Period | str | None = None,
    last: Period | str | None = None,
    fixed: Known | None = None,
    restricted: bool = True,
) -> EquationDesign:
    """The design of an equation on data.

    first, last: the sample; else the one that the text gives, else the longest stretch for which there are data.
    fixed: coefficients that are not estimated but given. restricted: whether the restrictions of the text bind.

    Raises UsageError (no such equation, an identity, nothing to estimate, a sample of no periods), UnknownSeries
    (a variable without column), BadInput (missing data in the sample, a value that cannot be computed), NotEnoughData
    (no more observations than coefficients), ModelError (collinear regressors, contradictory restrictions).
    """
    equation = name if isinstance(name, Equation) else find_equation(model, name)
    if equation.kind is Kind.IDENTITY:
        raise UsageError(say("estimate.identity", equation=equation.name), say("estimate.identity_mend"))
    form = _form(model, equation, fixed or {})
    if not form.coefficients:
        raise UsageError(say("estimate.nothing", equation=equation.name), say("estimate.nothing_mend"))
    missing = [column for column in form.columns if column not in data.names]
    if missing:
        raise UnknownSeries(
            say("estimate.no_series", equation=equation.name, names=tuple(missing[:12])),
            say("estimate.no_series_mend"),
        )
    values = data.columns(form.columns)
    rows, notes = _sample(model, equation, form, data, values, read_period(first), read_period(last))
    return _designed(model, equation, form, data, values, rows, notes, fixed or {}, restricted)


def _designed(
    model: Model,
    equation: Equation,
    form: _Form,
    data: Databank,
    values: Matrix,
    rows: NDArray[np.intp],
    notes: tuple[Message, ...],
    fixed: Known,
    restricted: bool,
) -> EquationDesign:
    graph, slopes = form.graph, form.slopes
    curved = _curvature(form)
    parameters = {each.name: each for each in model.parameters}
    own = [parameters[each] for each in form.coefficients if each in parameters]
    made = EquationDesign(
        equation=equation,
        coefficients=form.coefficients,
        order=form.order,
        periods=tuple(data.first + int(row) for row in rows),
        rows=rows,
        linear=not curved,
        dependent=None,
        regressors=None,
        instruments=None,
        instrument_names=form.instrument_names,
        freedom=_freedom(model, equation, form.coefficients, fixed, restricted),
        starts={each.name: each.value for each in own if each.value is not None},
        bounds={each.name: (each.low, each.high) for each in own},
        own_lag=_own_lag(form, equation.variable),
        columns=form.columns,
        notes=notes,
        _data=values,
        _errors=record(graph, [form.error]),
        _slopes=record(graph, slopes),
        _left=record(graph, [form.left]),
        _curved=curved,
    )
    free = len(made.freedom.free)
    if made.observations <= free:
        raise NotEnoughData(
            say(
                "estimate.too_few", equation=equation.name, observations=made.observations, coefficients=free
            ),
            say("estimate.too_few_mend"),
        )
    instruments = _instrument_matrix(made, form)
    if not made.linear:
        return replace(made, instruments=instruments)
    nought = np.zeros(len(form.coefficients))
    dependent, regressors = made.errors(nought), -made.slopes(nought)
    if not (np.isfinite(dependent).all() and np.isfinite(regressors).all()):
        raise _cannot_compute(made, graph, [form.error, *slopes], nought)
    if max(np.abs(dependent).max(), np.abs(regressors).max(initial=0.0)) > LARGEST:
        raise BadInput(say("estimate.not_finite", equation=made.name), say("estimate.not_finite_mend"))
    _check_collinear(made, regressors @ made.freedom.directions)
    return replace(made, dependent=dependent, regressors=regressors, instruments=instruments)


# the equation on a graph


def _form(model: Model, equation: Equation, fixed: Known) -> _Form:
    note = equation.estimation or EstimationNote()
    parameters = {each.name: each for each in model.parameters}
    variables = tuple(each.name for each in (*model.endogenous, *model.exogenous))
    coefficients = [each for each in to_estimate(model, equation) if each not in fixed]
    memory = [f"{equation.name}.rho{lag}" for lag in range(1, note.ar + 1)] if coefficients else []
    place = {each: number for number, each in enumerate((*coefficients, *memory))}
    column: dict[str, int] = {}
    graph = Graph()
    known = {**model.values, **fixed}
    names = frozenset(parameters)

    def leaf(name: Name) -> int:
        if name.name in place:
            return graph.parameter(place[name.name])
        if name.name in variables or name.name not in parameters:
            return graph.column(column.setdefault(name.name, len(column)), name.shift)
        if name.name not in known:
            raise ModelError(
                say("estimate.no_value", equation=equation.name, name=name.name),
                say("estimate.no_value_mend"),
            )
        return graph.constant(known[name.name])

    def node(expression: Expression) -> int:
        return node_of(spelt(expression, names), graph, leaf)

    left = node(equation.left)
    plain = graph.sub(left, node(equation.right))
    error = plain
    for lag in range(1, len(memory) + 1):
        rho = graph.parameter(place[memory[lag - 1]])
        error = graph.sub(error, graph.mul(rho, graph.shifted([plain], -lag)[0]))
    instruments, instrument_names = _instrument_nodes(
        graph, note.iv_instruments, node, plain, len(memory), len(coefficients)
    )
    return _Form(
        graph=graph,
        conditions=_conditions(model, equation, node),
        columns=tuple(column),
        coefficients=tuple(place),
        order=len(memory),
        left=left,
        error=error,
        instruments=instruments,
        instrument_names=instrument_names,
    )


def _conditions(model: Model, equation: Equation, node: Maker) -> tuple[tuple[int, bool], ...]:
    """The conditions of this regime and of those tried before it."""
    found: list[tuple[int, bool]] = []
    for each in model.equations if equation.variable else ():
        if each.name == equation.name:
            break
        if each.variable == equation.variable and each.condition is not None:
            found.append((node(each.condition), False))
    if equation.condition is not None:
        found.append((node(equation.condition), True))
    return tuple(found)


def _instrument_nodes(
    graph: Graph, instruments: Sequence[Expression], node: Maker, plain: int, order: int, count: int
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The constant and what the text names; with autoregressive errors the lagged parts of the equation too.

    Fair (1970): once quasi-differenced, an equation is consistently estimated only where its lagged explained variable
    and lagged regressors are among the instruments.
    """
    if not instruments:
        return (), ()
    names = {graph.one: "1"}
    for each in instruments:
        names.setdefault(node(each), spoken(each))
    own = [graph.parameter(place) for place in range(count)]
    parts = [
        graph.substitute([plain], dict.fromkeys(own, graph.zero))[0],
        *(graph.partial(plain, each) for each in own),
    ]
    if any(graph.ops[each] is Op.PARAMETER for each in graph.reachable(parts)):
        parts = graph.leaves(plain)
    for lag in range(1, order + 1):
        for number, part in enumerate(graph.shifted(parts, -lag)):
            if graph.ops[part] is not Op.CONSTANT:
                names.setdefault(part, f"[{number}](-{lag})")
    return tuple(names), tuple(names.values())


def _curvature(form: _Form) -> frozenset[tuple[int, int]]:
    """Pairs of coefficients (each way round) whose second partial derivative is not nought everywhere."""
    graph, leaves = form.graph, form.leaves
    place = {leaf: number for number, leaf in enumerate(leaves)}
    pairs = set()
    for number, slope in enumerate(form.slopes):
        smooth = graph.partials(slope)
        for leaf in place.keys() & set(graph.reachable([slope])):
            # a coefficient inside a condition has no slope and still bends
            if leaf in smooth or leaf in _in_conditions(graph, slope):
                pairs |= {(number, place[leaf]), (place[leaf], number)}
    for leaf in _in_conditions(graph, form.error) & place.keys():
        # it decides which side is taken: nothing can be said about its slope
        pairs |= {(place[leaf], other) for other in place.values()} | {
            (other, place[leaf]) for other in place.values()
        }
    return frozenset(pairs)


def _in_conditions(graph: Graph, root: int) -> set[int]:
    """Nodes that some choice or comparison under a root rests on."""
    tested = [
        argument
        for node in graph.reachable([root])
        if graph.ops[node] in _TESTS
        for argument in graph.arguments[node][: 1 if graph.ops[node] is Op.SELECT else 2]
    ]
    return set(graph.reachable(tested))


def _own_lag(form: _Form, variable: str) -> bool:
    if variable not in form.columns:
        return False
    own = form.columns.index(variable)
    return any(
        form.graph.arguments[leaf][0] == own and form.graph.arguments[leaf][1] < 0
        for leaf in form.graph.leaves(form.error)
    )


def _freedom(
    model: Model, equation: Equation, coefficients: Sequence[str], fixed: Known, restricted: bool
) -> Freedom:
    pairs = equation.estimation.restrictions if restricted and equation.estimation else ()
    known = {**model.values, **fixed}
    wanted = {each.name for each in model.parameters if each.estimated} - set(fixed)

    def value(name: Name) -> float:
        if name.name in wanted or name.name not in known:
            raise ModelError(
                say("estimate.foreign_restriction", equation=equation.name, name=name.name),
                say("estimate.foreign_restriction_mend"),
            )
        return known[name.name]

    names = frozenset(each.name for each in model.parameters)
    matrix, values = restriction_matrix(
        pairs, coefficients, value, lambda each: spelt(each, names), equation.name
    )
    return freedom(matrix, values, equation.name)


# the sample


def _sample(
    model: Model,
    equation: Equation,
    form: _Form,
    data: Databank,
    values: Matrix,
    first: Period | None,
    last: Period | None,
) -> tuple[NDArray[np.intp], tuple[Message, ...]]:
    """The rows that an equation is estimated on. Raises where data are missing within."""
    if first is None and last is None:
        first, last = model.written_sample(equation)
    whole = _holding(form, values, [node for node, _ in form.conditions])
    roots = [form.error, form.left, *form.instruments]
    ready = _holding(form, values, roots)
    meant = _regime(form, values, whole)
    usable = np.flatnonzero(ready & meant)
    if not len(usable):
        raise _nothing_there(equation, form, data, values, roots)
    low = usable[0] if first is None else first - data.first
    high = usable[-1] if last is None else last - data.first
    notes: tuple[Message, ...] = ()
    if form.order and first is not None and not ready[max(low, 0) : low + form.order].all():
        # the history of autoregressive errors: the first periods of a written sample serve as such
        later = next(
            (step for step in range(1, form.order + 1) if 0 <= low + step < len(ready) and ready[low + step]),
            0,
        )
        if later:
            notes = (
                say("estimate.starts_later", first=str(first), later=str(first + later), order=form.order),
            )
            low += later
    if low > high:
        raise UsageError(
            say(
                "estimate.no_periods",
                equation=equation.name,
                first=str(data.first + int(low)),
                last=str(data.first + int(high)),
            )
        )
    for row in range(int(low), int(high) + 1):
        inside = 0 <= row < len(ready)
        if inside and whole[row] and not meant[row]:
            continue
        if not inside or not ready[row] or not whole[row]:
            raise _missing(
                equation, form, data, values, row, [*roots, *(node for node, _ in form.conditions)]
            )
    rows = np.array([row for row in range(int(low), int(high) + 1) if meant[row]], dtype=np.intp)
    if form.order and form.conditions:
        rows = rows[[all(meant[row - lag] for lag in range(1, form.order + 1)) for row in rows]]
    if not len(rows):
        raise NotEnoughData(
            say(
                "estimate.too_few",
                equation=equation.name,
                observations=0,
                coefficients=len(form.coefficients),
            ),
            say("estimate.too_few_mend"),
        )
    return rows, notes


def _reads(form: _Form, roots: Sequence[int]) -> list[tuple[int, int]]:
    """The (column, shift) pairs that some nodes rest on."""
    graph = form.graph
    found = {graph.arguments[node] for node in graph.reachable(roots) if graph.ops[node] is Op.COLUMN}
    return sorted((pair[0], pair[1]) for pair in found)


def _holding(form: _Form, values: Matrix, roots: Sequence[int]) -> NDArray[np.bool_]:
    """Rows in which everything that the roots read is there and finite."""
    count = len(values)
    ready = np.ones(count, dtype=np.bool_)
    for column, shift in _reads(form, roots):
        there = np.zeros(count, dtype=np.bool_)
        low, high = max(0, -shift), min(count, count - shift)
        if low < high:
            there[low:high] = np.isfinite(values[low + shift : high + shift, column])
        ready &= there
    return ready


def _regime(form: _Form, values: Matrix, whole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows in which the equation is the one that holds."""
    meant = whole.copy()
    if not form.conditions:
        return meant
    if any(
        form.graph.ops[node] is Op.PARAMETER
        for node in form.graph.reachable([each for each, _ in form.conditions])
    ):
        raise ModelError(say("estimate.condition_estimated"), say("estimate.condition_estimated_mend"))
    tape = record(form.graph, [node for node, _ in form.conditions])
    for row in np.flatnonzero(whole):
        found = interpret(tape, values, int(row), np.zeros(0))
        meant[row] = all(
            bool(value != 0.0) == wanted for value, (_, wanted) in zip(found, form.conditions, strict=True)
        )
    return meant


def _nothing_there(
    equation: Equation, form: _Form, data: Databank, values: Matrix, roots: Sequence[int]
) -> DataError:
    """No period has all the data: the column that has none, or the two that never meet."""
    for column, shift in _reads(form, roots):
        if not np.isfinite(values[:, column]).any():
            return BadInput(
                say("estimate.column_empty", equation=equation.name, name=form.columns[column]),
                say("estimate.missing_mend"),
            )
        del shift
    return NotEnoughData(
        say(
            "estimate.never_together",
            equation=equation.name,
            names=tuple(form.columns),
            first=str(data.first),
            last=str(data.last),
        ),
        say("estimate.missing_mend"),
    )


def _missing(
    equation: Equation, form: _Form, data: Databank, values: Matrix, row: int, roots: Sequence[int]
) -> BadInput:
    """The first column and period that a row of the sample lacks."""
    for column, shift in _reads(form, roots):
        at = row + shift
        if not 0 <= at < len(values) or not np.isfinite(values[at, column]):
            return BadInput(
                say(
                    "estimate.missing",
                    equation=equation.name,
                    name=form.columns[column],
                    period=str(data.first + at),
                    used=str(data.first + row),
                ),
                say("estimate.missing_mend"),
            )
    return BadInput(
        say(
            "estimate.missing",
            equation=equation.name,
            name="-",
            period=str(data.first + row),
            used=str(data.first + row),
        ),
        say("estimate.missing_mend"),
    )


def read_period(written: Period | str | None) -> Period | None:
    """A period as callers write it; None where nobody does."""
    return Period.parse(written) if isinstance(written, str) else written


# matrices


def _instrument_matrix(made: EquationDesign, form: _Form) -> Matrix | None:
    if not form.instruments:
        return None
    nought = np.zeros(len(form.coefficients))
    found = made._at(record(form.graph, form.instruments), nought)
    if not np.isfinite(found).all():
        raise _cannot_compute(made, form.graph, form.instruments, nought)
    return found


def _cannot_compute(made: EquationDesign, graph: Graph, roots: Sequence[int], values: Vector) -> BadInput:
    """The first operation that gives no finite number although what it works on is finite, and its period."""
    tape = record(graph, list(roots))
    for row, period in zip(made.rows, made.periods, strict=True):
        slots = all_slots(tape, made._data, int(row), values)
        for step, value in zip(tape.instructions, slots, strict=True):
            if step.op in LEAVES or np.isfinite(value):
                continue
            given = [float(slots[each]) for each in step.arguments]
            if all(np.isfinite(given)):
                return BadInput(
                    say(
                        "estimate.cannot_compute",
                        equation=made.name,
                        period=str(period),
                        operation=step.op.name.lower(),
                        values=", ".join(f"{each:g}" for each in given),
                    ),
                    say("estimate.cannot_compute_mend"),
                )
    return BadInput(
        say(
            "estimate.cannot_compute",
            equation=made.name,
            period=str(made.periods[0]),
            operation="-",
            values="-",
        ),
        say("estimate.cannot_compute_mend"),
    )


def _check_collinear(made: EquationDesign, regressors: Matrix) -> None:
    alike = collinear(regressors)
    if alike:
        names = tuple(made.coefficients[made.freedom.free[place]] for place in alike)
        raise ModelError(
            say("estimate.collinear", equation=made.name, names=names), say("estimate.collinear_mend")
        )


def collinear(regressors: Matrix) -> tuple[int, ...]:
    """Columns of [n, k] of which one is a combination of the others, () where there are none."""
    size = np.linalg.norm(regressors, axis=0)
    if (size == 0.0).any():
        return (int(np.flatnonzero(size == 0.0)[0]),)
    if not regressors.shape[1]:
        return ()
    _, strength, directions = np.linalg.svd(regressors / size, full_matrices=False)
    if strength[-1] > np.finfo(float).eps * max(regressors.shape) * strength[0]:
        return ()
    weights = np.abs(directions[-1])
    return tuple(int(each) for each in np.flatnonzero(weights > 1e-4 * weights.max()))


def _names_in_order(expression: Expression) -> list[str]:
    return [node.name for node in walk(expression) if isinstance(node, Name)]
