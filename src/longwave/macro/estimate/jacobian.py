"""log |det dF_t/dy_t| of a whole model and its derivative to the coefficients, without factoring the model each time.

Rows of the Jacobian that hold no coefficient (identities above all) are eliminated once: with the rows split into those
that hold coefficients (A) and the rest (B), and columns by what each equation explains,

    det J = det J_BB det S,    S = J_AA - J_AB M,    M = J_BB^-1 J_BA,

so that each evaluation costs determinants as large as the number of equations with coefficients. Where J holds no data
one period stands for all. d log|det J| / d theta = trace(J^-1 dJ/d theta), with the columns of J^-1 that belong to rows
A equal to S^-1 and -M S^-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.macro.estimate.sampled import Sampled
from longwave.numerics.graph import Graph, Op
from longwave.numerics.tape import Tape, record

Vector = NDArray[np.float64]
MOST_DENSE = (
    80  # rows above which the part without coefficients is factored as a sparse matrix, period by period
)

Entry = tuple[int, int, int]  # row, column, node


@dataclass(frozen=True, eq=False)
class Jacobian:
    """entries: (row in A, column, of the columns of A and after them the touched columns of B); constant: the sum over
    periods of log|det J_BB|; solved: M [periods or 1, touched columns of B, columns of A]; slopes: (entry, coefficient)
    of each output of the second tape."""

    sampled: Sampled
    size: int
    entries: tuple[tuple[int, int], ...]
    tape: Tape
    slopes: tuple[tuple[int, int], ...]
    slope_tape: Tape
    constant: float
    solved: Vector

    def log_determinant(self, theta: Vector) -> Vector:
        """log|det J_t| less the constant part, [periods or 1]; -inf where J is singular, NaN where it has no value."""
        if not self.size:
            return np.zeros(1)
        return np.asarray(np.linalg.slogdet(self._condensed(theta))[1])

    def scores(self, theta: Vector) -> Vector:
        """d log|det J_t| / d theta, [periods, coefficients]."""
        length = self.sampled.observations
        found = np.zeros((length, len(theta)), dtype=theta.dtype)
        if not self.size:
            return found
        inverse = np.linalg.inv(self._condensed(theta))
        wide = np.concatenate([inverse, -self.solved @ inverse], axis=1)
        for (entry, coefficient), value in zip(
            self.slopes, self.sampled.values(self.slope_tape, theta), strict=True
        ):
            row, column = self.entries[entry]
            found[:, coefficient] += wide[:, column, row] * value
        return found

    def _condensed(self, theta: Vector) -> Vector:
        values = self.sampled.values(self.tape, theta)
        longest = max([len(self.solved), *(np.size(value) for value in values)])
        wide = np.zeros((longest, self.size, self.size + self.solved.shape[1]), dtype=theta.dtype)
        for (row, column), value in zip(self.entries, values, strict=True):
            wide[:, row, column] = value
        return wide[:, :, : self.size] - wide[:, :, self.size :] @ self.solved


def jacobian(sampled: Sampled, roots: Sequence[int], unknowns: Sequence[int]) -> Jacobian:
    """The Jacobian of equations `roots` to the columns `unknowns`, of which equation i explains number i.

    Raises LinAlgError where it is singular whatever the coefficients are.
    """
    graph = sampled.graph
    free = {graph.parameter(place) for place in sampled.places}
    place = {column: number for number, column in enumerate(unknowns)}
    entries: list[Entry] = []
    for row, root in enumerate(roots):
        for leaf, node in graph.partials(root).items():
            if (
                graph.ops[leaf] is Op.COLUMN
                and graph.arguments[leaf][1] == 0
                and graph.arguments[leaf][0] in place
            ):
                entries.append((row, place[graph.arguments[leaf][0]], node))
    touched = {row for row, _, node in entries if free.intersection(graph.leaves(node, Op.PARAMETER))}
    inner = [row for row in range(len(roots)) if row in touched]
    outer = [row for row in range(len(roots)) if row not in touched]
    condensed = _eliminated(sampled, entries, inner, outer)
    if condensed is None:  # the part without coefficients cannot be solved on its own: keep the whole
        inner, outer = list(range(len(roots))), []
        condensed = 0.0, np.zeros((1, 0, len(inner))), []
    constant, solved, kept = condensed
    return _made(sampled, graph, entries, free, inner, kept, constant, solved)


def _made(
    sampled: Sampled,
    graph: Graph,
    entries: Sequence[Entry],
    free: set[int],
    inner: Sequence[int],
    kept: Sequence[int],
    constant: float,
    solved: Vector,
) -> Jacobian:
    row_place = {row: number for number, row in enumerate(inner)}
    column_place = {column: number for number, column in enumerate([*inner, *kept])}
    mine = [(row_place[row], column_place[column], node) for row, column, node in entries if row in row_place]
    coefficient = {graph.parameter(place): number for number, place in enumerate(sampled.places)}
    slopes, nodes = [], []
    for number, (_, _, node) in enumerate(mine):
        for leaf, slope in graph.partials(node).items():
            if leaf in free:
                slopes.append((number, coefficient[leaf]))
                nodes.append(slope)
    return Jacobian(
        sampled,
        len(inner),
        tuple((row, column) for row, column, _ in mine),
        record(graph, [node for _, _, node in mine]),
        tuple(slopes),
        record(graph, nodes),
        constant,
        solved,
    )


def _eliminated(
    sampled: Sampled, entries: Sequence[Entry], inner: Sequence[int], outer: Sequence[int]
) -> tuple[float, Vector, list[int]] | None:
    """Sum of log|det J_BB|, M for the columns of B that rows A touch, and these columns; None where J_BB is singular."""
    count = len(inner)
    if not outer:
        return 0.0, np.zeros((1, 0, count)), []
    rows = {row: number for number, row in enumerate(outer)}
    columns = {row: number for number, row in enumerate(inner)}
    kept = sorted({column for row, column, _ in entries if row not in rows and column in rows})
    mine = [each for each in entries if each[0] in rows]
    theta = np.zeros(len(sampled.places))
    values = sampled.values(record(sampled.graph, [node for _, _, node in mine]), theta)
    longest = max([1, *(np.size(value) for value in values)])
    table = np.array([np.broadcast_to(value, longest) for value in values]).reshape(len(mine), longest)
    solve = _dense if len(outer) <= MOST_DENSE else _sparse
    own = [(rows[r], rows[c], n) for n, (r, c, _) in enumerate(mine) if c in rows]
    beside = [(rows[r], columns[c], n) for n, (r, c, _) in enumerate(mine) if c in columns]
    found = solve(table, own, beside, len(outer), count, [rows[each] for each in kept])
    if found is None:
        return None
    logs, solved = found
    return float(logs.sum()) * (sampled.observations / longest), solved, kept


Cell = tuple[int, int, int]  # row, column, line of the table of values


def _dense(
    table: Vector, own: list[Cell], beside: list[Cell], size: int, count: int, kept: list[int]
) -> tuple[Vector, Vector] | None:
    periods = table.shape[1]
    square, right = np.zeros((periods, size, size)), np.zeros((periods, size, count))
    for row, column, line in own:
        square[:, row, column] = table[line]
    for row, column, line in beside:
        right[:, row, column] = table[line]
    logs = np.linalg.slogdet(square)[1]
    if not np.isfinite(logs).all() or float(np.abs(np.linalg.cond(square)).max()) > 1e13:
        return None
    return np.asarray(logs), np.asarray(np.linalg.solve(square, right)[:, kept], dtype=np.float64)


def _sparse(
    table: Vector, own: list[Cell], beside: list[Cell], size: int, count: int, kept: list[int]
) -> tuple[Vector, Vector] | None:
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import splu

    periods = table.shape[1]
    logs, solved = np.zeros(periods), np.zeros((periods, len(kept), count))
    places = np.array([(row, column) for row, column, _ in own]).T
    lines = [line for _, _, line in own]
    for period in range(periods):
        square = csc_matrix((table[lines, period], (places[0], places[1])), shape=(size, size))
        right = np.zeros((size, count))
        for row, column, line in beside:
            right[row, column] = table[line, period]
        try:
            factors = splu(square)
        except RuntimeError:  # SuperLU's word for a matrix that is exactly singular
            return None
        diagonal = np.abs(np.asarray(factors.U.diagonal()))
        logs[period] = np.log(diagonal).sum()
        solved[period] = factors.solve(right)[kept]
    return (logs, solved) if np.isfinite(logs).all() and np.isfinite(solved).all() else None
