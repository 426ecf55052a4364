"""How the loss bends beyond its slopes: exact second derivatives of the solved paths, weighed by the gaps.

    half the loss's second derivative = J'J + S,   S = - sum_ti lambda_ti Z_t' (d2 F_i) Z_t,   (dF/dy)' lambda = q

J: slopes of the weighted gaps; q: half the loss's slope to the paths; Z_t: responses of all that equation i reads in
period t. Gauss-Newton leaves S out, which is right where gaps are small or the model is nearly linear; where it is
neither, S makes it Newton's method. One transposed solve gives all multipliers; the second partials come from the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.macro.bind import System
from longwave.macro.control.loss import Term, TermKind
from longwave.macro.control.responses import Linearised
from longwave.numerics.graph import Op
from longwave.numerics.kernel import Evaluator, InterpretedKernel
from longwave.numerics.tape import record

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SecondPartials:
    """entries[k]: (equation, column, shift, other column, other shift); values: their evaluator; each pair once."""

    entries: tuple[tuple[int, int, int, int, int], ...]
    values: Evaluator

    @property
    def columns(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(column for each in self.entries for column in (each[1], each[3])))


def second_partials(system: System) -> SecondPartials:
    """The second partials of all equations to what they read, made once a system."""
    found: SecondPartials | None = system.__dict__.get("_second_partials")
    if found is None:
        graph, entries, nodes = system.graph, [], []
        for equation, root in enumerate(system.residuals):
            for leaf, slope in graph.partials(root).items():
                if graph.ops[leaf] is not Op.COLUMN:
                    continue
                for other, node in graph.partials(slope).items():
                    if graph.ops[other] is Op.COLUMN and other <= leaf:
                        entries.append((equation, *graph.arguments[leaf], *graph.arguments[other]))
                        nodes.append(node)
        kernel = InterpretedKernel(record(graph, nodes), len(system.columns))
        found = SecondPartials(tuple((e, a, i, b, j) for e, a, i, b, j in entries), kernel)
        system.__dict__["_second_partials"] = found
    return found


def path_curvature(
    linearised: Linearised,
    terms: Sequence[Term],
    residual: Vector,
    values: Vector,
    parameters: Vector,
    held: Mapping[int, Vector] | None = None,
) -> Vector:
    """S [free, free] at solved values [rows, columns]; residual: weighted gaps as `gaps` gives them.

    held: what limits hold the paths by, column -> [periods] (`Limits.pull`); half of it is taken off the loss's slope.

    Values beyond the end that a terminal condition moves are left out: the step is then a little less than Newton's, the
    end of the search is judged without S.
    """
    system, rows, free = linearised.system, linearised.rows, linearised.levers.free
    second, bend = second_partials(system), np.zeros((free, free))
    if not second.entries:
        return bend
    pull = _pull(system, terms, residual, rows)
    equation_of = {column: number for number, column in enumerate(system.unknowns)}
    for column, path in (held or {}).items():
        if column in equation_of:
            pull[:, equation_of[column]] -= path / 2.0
    multipliers = linearised.transposed(pull.ravel()[:, None]).reshape(pull.shape)
    read = _padded(linearised.of(second.columns), system)
    with np.errstate(all="ignore"):
        slopes = np.nan_to_num(
            second.values(values, rows.start, rows.stop, parameters), posinf=0.0, neginf=0.0
        )
    periods, lag = rows.stop - rows.start, system.max_lag
    for place, (equation, column, shift, other, other_shift) in enumerate(second.entries):
        one = read[column][lag + shift : lag + shift + periods]
        two = read[other][lag + other_shift : lag + other_shift + periods]
        part = one.T @ ((multipliers[:, equation] * slopes[:, place])[:, None] * two)
        bend -= part if (column, shift) == (other, other_shift) else part + part.T
    return bend


def _pull(system: System, terms: Sequence[Term], residual: Vector, rows: slice) -> Vector:
    """Half the loss's slope to the paths of the unknowns [periods, equations]."""
    periods = rows.stop - rows.start
    equation_of = {column: number for number, column in enumerate(system.unknowns)}
    pull = np.zeros((periods, len(system.variables)))
    for place, term in enumerate(terms):
        weighed = residual[place * periods : (place + 1) * periods] * term.root_weight
        own, other = equation_of.get(term.column), equation_of.get(term.other)
        if own is not None:
            pull[:, own] += weighed
            if term.kind is TermKind.MOVE:
                pull[:-1, own] -= weighed[1:]
        if other is not None:
            pull[:, other] -= weighed
    return pull


def _padded(responses: Mapping[int, Vector], system: System) -> dict[int, Vector]:
    """Responses with rows of nought for the lags before and the leads after."""
    return {
        column: np.pad(each, ((system.max_lag, system.max_lead), (0, 0)))
        for column, each in responses.items()
    }
