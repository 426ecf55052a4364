"""Linear restrictions on coefficients, kept exactly: R b = r becomes b = base + N g with fewer free coefficients g.

Gauss-Jordan elimination with pivoting solves each restriction for one coefficient, so that a coefficient set to 0.8 is
0.8 to the last bit and the free ones keep their names. An estimator sees y - X base and X N; the covariance of b is
N V(g) N' (Greene 2012, section 5.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import ModelError
from longwave.core.message import say
from longwave.macro.language.tree import Expression, Name
from longwave.macro.nodes import node_of
from longwave.numerics.graph import Graph
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

NEGLIGIBLE = 1e-12  # of a row of restrictions scaled to one


@dataclass(frozen=True, eq=False)
class Freedom:
    """What restrictions leave: b = base + directions g.

    base: float64 [k]; directions: [k, free]; free: places of the coefficients that g holds; restrictions: how many bind.
    """

    base: Vector
    directions: Matrix
    free: tuple[int, ...]
    restrictions: int

    def full(self, free_values: Vector) -> Vector:
        """All coefficients [k] from the free ones."""
        return np.asarray(self.base + self.directions @ free_values, dtype=np.float64)

    def covariance(self, of_free: Matrix) -> Matrix:
        """The covariance of all coefficients [k, k]."""
        return np.asarray(self.directions @ of_free @ self.directions.T, dtype=np.float64)


def freedom(matrix: Matrix, values: Vector, equation: str) -> Freedom:
    """The free coefficients under matrix b = values, [q, k] and [q]. Raises ModelError where restrictions contradict."""
    count = matrix.shape[1]
    rows = np.column_stack([matrix, values]).astype(np.float64)
    rows /= np.maximum(np.abs(rows[:, :count]).max(axis=1, initial=0.0), np.finfo(float).tiny)[:, None]
    pivots: list[int] = []
    for _ in range(len(rows)):
        place = len(pivots)
        size = np.abs(rows[place:, :count])
        if size.max(initial=0.0) <= NEGLIGIBLE:
            break
        row, column = np.unravel_index(int(size.argmax()), size.shape)
        swapped = int(place + row)
        rows[[place, swapped]] = rows[[swapped, place]]
        rows[place] /= rows[place, column]
        others = np.arange(len(rows)) != place
        rows[others] -= np.outer(rows[others, column], rows[place])
        pivots.append(int(column))
    left = rows[len(pivots) :]
    if np.abs(left[:, count]).max(initial=0.0) > 1e-9 * max(1.0, float(np.abs(values).max(initial=0.0))):
        raise ModelError(
            say("estimate.contradictory_restrictions", equation=equation),
            say("estimate.contradictory_restrictions_mend"),
        )
    free = [place for place in range(count) if place not in pivots]
    base, directions = np.zeros(count), np.zeros((count, len(free)))
    directions[free, range(len(free))] = 1.0
    for place, pivot in enumerate(pivots):
        base[pivot] = rows[place, count]
        directions[pivot] = -rows[place, free]
    return Freedom(base, directions, tuple(free), len(pivots))


def restriction_matrix(
    pairs: Sequence[tuple[Expression, Expression]],
    coefficients: Sequence[str],
    known: Callable[[Name], float],
    spell: Callable[[Expression], Expression],
    equation: str,
) -> tuple[Matrix, Vector]:
    """Pairs left = right as R b = r, float64 [q, k] and [q]; exact, by the partials of left - right.

    known: the value of a parameter that is no coefficient here. Raises ModelError where a restriction is not linear
    in the coefficients or names none of them.
    """
    graph = Graph()
    place = {name: number for number, name in enumerate(coefficients)}

    def leaf(name: Name) -> int:
        if name.name in place:
            return graph.parameter(place[name.name])
        return graph.constant(known(name))

    matrix, values = np.zeros((len(pairs), len(place))), np.zeros(len(pairs))
    leaves = [graph.parameter(number) for number in range(len(place))]
    for row, (left, right) in enumerate(pairs):
        gap = graph.sub(node_of(spell(left), graph, leaf), node_of(spell(right), graph, leaf))
        slopes = [graph.partial(gap, each) for each in leaves]
        used = set(graph.reachable(slopes))
        found = interpret(record(graph, [gap, *slopes]), np.zeros((1, 0)), 0, np.zeros(len(place)))
        if used & set(leaves) or not np.isfinite(found).all() or not np.any(found[1:]):
            raise ModelError(
                say("estimate.bad_restriction", equation=equation), say("estimate.bad_restriction_mend")
            )
        matrix[row], values[row] = np.array(found[1:], dtype=np.float64), -float(found[0])
    return matrix, values
