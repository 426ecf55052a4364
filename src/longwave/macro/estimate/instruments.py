"""The instruments of a system: what is predetermined in the model, or what texts and callers name.

Predetermined are the constant, exogenous variables and lags. Without a choice the instruments of every equation are the
constant, the predetermined terms that multiply coefficients of the chosen equations as they stand (such as
log(Y(-1)/K(-1))), and all predetermined variables of the whole model. Each equation's instruments become an orthonormal
basis in the order given, without those that the earlier ones already say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput, ModelError, NotEnoughData
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.estimate.system_design import SystemDesign, starts
from longwave.macro.estimate.wording import spoken
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Expression, Name
from longwave.macro.model import ADD, EstimationNote
from longwave.macro.nodes import node_of
from longwave.numerics.graph import Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Instruments:
    """bases: an orthonormal [observations, instruments] for each equation, one object where they are the same; names:
    of the instruments of each equation; redundant: names left out because others say the same."""

    bases: tuple[Vector, ...]
    names: tuple[tuple[str, ...], ...]
    redundant: tuple[str, ...]


def instruments_of(design: SystemDesign, wanted: Sequence[Expression] | None) -> Instruments:
    """The instruments of every chosen equation.

    Raises ModelError (an instrument that moves with the errors' own period is allowed only by name; too few for the
    order condition), NotEnoughData (as many as observations), BadInput (an instrument without value).
    """
    starts(design)  # an error without value is a plainer fault than an instrument without
    made: dict[tuple[int, ...], tuple[Vector, tuple[str, ...]]] = {}
    bases: list[Vector] = []
    names: list[tuple[str, ...]] = []
    redundant: dict[str, None] = {}
    for place in range(len(design.numbers)):
        named = _named(design, place, wanted)
        nodes = named if named is not None else _predetermined(design)
        key = tuple(nodes)
        if key not in made:
            made[key] = _basis(design, nodes, place, redundant)
        basis, kept = made[key]
        _order_condition(design, place, len(kept))
        bases.append(basis)
        names.append(kept)
    return Instruments(tuple(bases), tuple(names), tuple(redundant))


def with_instruments(design: SystemDesign, wanted: Sequence[Expression] | None) -> tuple[Period, Period]:
    """First and last period of a sample, left open by caller and texts, for which instruments have data too."""
    if not design.open:
        return design.first, design.last
    system, data, rows = design.system, design.sampled.data, design.sampled.rows
    low, high = rows.start, rows.stop
    for place in range(len(design.numbers)):
        named = _named(design, place, wanted)
        for node in named if named is not None else _predetermined(design):
            for leaf in system.graph.leaves(node):
                column, shift = system.graph.arguments[leaf]
                known = np.flatnonzero(np.isfinite(data[:, column]))
                if len(known):
                    low, high = max(low, int(known[0]) - shift), min(high, int(known[-1]) - shift + 1)
    return design.first + (low - rows.start), design.last + (high - rows.stop)


def _named(design: SystemDesign, place: int, wanted: Sequence[Expression] | None) -> dict[int, str] | None:
    """The instruments that the caller or the text names, constant first; None where neither does."""
    note = design.equation(place).estimation or EstimationNote()
    expressions = note.iv_instruments if wanted is None else wanted
    if not expressions:
        return None
    system = design.system
    names = tuple(each.name for each in system.model.parameters)
    found = {system.graph.one: "1"}
    for each in expressions:
        node = node_of(spelt(each, names), system.graph, lambda name: _leaf(system, name))
        found.setdefault(node, spoken(each))
    if note.ar:
        # quasi-differenced errors hold lagged parts of the equation, which must instrument themselves (Fair 1970)
        for leaf in system.graph.leaves(design.sampled.roots[place]):
            if system.graph.arguments[leaf][1] < 0:
                found.setdefault(leaf, _leaf_name(system, leaf))
    return found


def _leaf(system: System, name: Name) -> int:
    if name.name in system.parameters:
        return system.graph.parameter(system.parameters.index(name.name))
    return system.leaf(name.name, name.shift)


def _leaf_name(system: System, leaf: int) -> str:
    column, shift = system.graph.arguments[leaf]
    return system.columns[column] + (f"({shift:+d})" if shift else "")


def _predetermined(design: SystemDesign) -> dict[int, str]:
    system, graph = design.system, design.system.graph
    found = {graph.one: "1"}
    free = {graph.parameter(place) for place in design.sampled.places}
    for place, root in enumerate(design.sampled.roots):
        for leaf, node in graph.partials(root).items():
            term = graph.arguments[node][0] if graph.ops[node] is Op.NEG else node
            if leaf not in free or free.intersection(graph.leaves(term, Op.PARAMETER)):
                continue
            under = graph.leaves(term)
            if under and all(_is_predetermined(system, each) for each in under):
                name = system.parameters[graph.arguments[leaf][0]]
                plain = graph.ops[term] is Op.COLUMN
                found.setdefault(
                    term, _leaf_name(system, term) if plain else f"[{design.names[place]}: {name}]"
                )
    for root in system.residuals:
        for leaf in sorted(graph.leaves(root), key=lambda each: _leaf_name(system, each)):
            if _is_predetermined(system, leaf) and not system.columns[graph.arguments[leaf][0]].endswith(ADD):
                found.setdefault(leaf, _leaf_name(system, leaf))
    return found


def _is_predetermined(system: System, leaf: int) -> bool:
    column, shift = system.graph.arguments[leaf]
    return shift < 0 or (shift == 0 and column >= len(system.variables))


def _basis(
    design: SystemDesign, nodes: dict[int, str], place: int, redundant: dict[str, None]
) -> tuple[Vector, tuple[str, ...]]:
    rows = design.sampled.rows
    matrix = _values(design, nodes, place)
    count = len(matrix)
    basis, kept = np.zeros((count, 0)), []
    for column, name in zip(matrix.T, nodes.values(), strict=True):
        length = float(np.linalg.norm(column))
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (
            basis.T @ rest
        )  # a second time: once loses digits where columns are nearly alike
        size = float(np.linalg.norm(rest))
        if length == 0.0 or size <= 1e-9 * length:
            redundant[name] = None
            continue
        basis = np.column_stack([basis, rest / size])
        kept.append(name)
        if len(kept) >= count:
            raise NotEnoughData(
                say(
                    "estimate_system.many_instruments",
                    equation=design.names[place],
                    instruments=len(nodes),
                    observations=int(rows.stop - rows.start),
                ),
                say("estimate_system.many_instruments_mend"),
            )
    return basis, tuple(kept)


def _values(design: SystemDesign, nodes: dict[int, str], place: int) -> Vector:
    """The instruments [observations, instruments]. Raises BadInput naming the first without value and its period."""
    system, rows, data = design.system, design.sampled.rows, design.sampled.data
    graph, count = system.graph, design.observations
    reach = [graph.arguments[leaf] for node in nodes for leaf in graph.leaves(node)]
    for column, shift in reach:
        at = [row + shift for row in range(rows.start, rows.stop)]
        bad = [row for row in at if not 0 <= row < len(data) or not np.isfinite(data[row, column])]
        if bad:
            raise BadInput(
                say(
                    "estimate_system.instrument_missing",
                    name=system.columns[column],
                    period=str(design.first + (bad[0] - rows.start)),
                    equation=design.names[place],
                ),
                say("estimate_system.instrument_missing_mend"),
            )
    found = interpret(record(graph, list(nodes)), data, rows, design.sampled.base)
    matrix = np.column_stack([np.broadcast_to(np.asarray(each, dtype=np.float64), count) for each in found])
    if not np.isfinite(matrix).all():
        period, column = (int(each) for each in np.argwhere(~np.isfinite(matrix))[0])
        raise BadInput(
            say(
                "estimate_system.instrument_missing",
                name=list(nodes.values())[column],
                period=str(design.period(period)),
                equation=design.names[place],
            ),
            say("estimate_system.instrument_missing_mend"),
        )
    return matrix


def _order_condition(design: SystemDesign, place: int, instruments: int) -> None:
    """Raises ModelError where an equation alone has more free coefficients than instruments."""
    own = design.of_equation(place)
    free = int(np.linalg.matrix_rank(design.freedom.directions[list(own)])) if own else 0
    if free > instruments:
        raise ModelError(
            say(
                "estimate_system.order_condition",
                equation=design.names[place],
                coefficients=free,
                instruments=instruments,
            ),
            say("estimate_system.order_condition_mend"),
        )
