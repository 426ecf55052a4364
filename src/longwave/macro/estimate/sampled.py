"""Some equations of a model over a sample: their errors, and how these move with the coefficients.

The error of equation i in period t is left - right without its add-factor. Its partial derivatives to the
coefficients come from the graph, so that equations of any form are treated alike; where no partial rests on a
coefficient the equations are linear in them and the partials are computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import Tape, record

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sampled:
    """Equations over a sample.

    roots: their error nodes; data: float64 [periods, columns]; rows: the sample within it; base: the parameter vector
    in which the coefficients stand at `places`.
    """

    graph: Graph
    roots: tuple[int, ...]
    data: Vector
    rows: slice
    base: Vector
    places: tuple[int, ...]
    entries: tuple[tuple[int, int], ...]
    tape: Tape
    linear: bool

    @property
    def observations(self) -> int:
        return int(self.rows.stop - self.rows.start)

    def parameters(self, theta: Vector) -> Vector:
        """The parameter vector with these coefficients; complex where they are."""
        vector = self.base.astype(theta.dtype)
        vector[list(self.places)] = theta
        return vector

    def values(self, tape: Tape, theta: Vector) -> list[Any]:
        """The outputs of a tape at these coefficients, over the sample."""
        return interpret(tape, self.data, self.rows, self.parameters(theta))

    def errors_and_slopes(self, theta: Vector) -> tuple[Vector, Vector]:
        """Errors [equations, observations], and their partials to the coefficients [.., .., coefficients]."""
        found = self.values(self.tape, theta)
        count, length = len(self.roots), self.observations
        errors = np.empty((count, length), dtype=theta.dtype)
        slopes = np.zeros((count, length, len(self.places)), dtype=theta.dtype)
        for number in range(count):
            errors[number] = found[number]
        for (equation, coefficient), value in zip(self.entries, found[count:], strict=True):
            slopes[equation, :, coefficient] = value
        return errors, slopes


def sample(
    graph: Graph, roots: Sequence[int], data: Vector, rows: slice, base: Vector, places: Sequence[int]
) -> Sampled:
    """The errors `roots` over `rows`, as functions of the parameters numbered `places`."""
    coefficient = {graph.parameter(place): number for number, place in enumerate(places)}
    entries, nodes = [], []
    for equation, root in enumerate(roots):
        for leaf, node in graph.partials(root).items():
            if leaf in coefficient:
                entries.append((equation, coefficient[leaf]))
                nodes.append(node)
    free = set(coefficient)
    linear = not any(free.intersection(graph.leaves(node, Op.PARAMETER)) for node in nodes)
    linear = linear and not _decided(graph, roots, free)
    return Sampled(
        graph, tuple(roots), data, rows, base, tuple(places), tuple(entries),
        record(graph, [*roots, *nodes]), linear,
    )  # fmt: skip


def _decided(graph: Graph, roots: Sequence[int], free: set[int]) -> bool:
    """Whether a condition under the roots rests on a coefficient, which has no slope there and still bends the error."""
    conditions = [graph.arguments[node][0] for node in graph.reachable(roots) if graph.ops[node] is Op.SELECT]
    return bool(free.intersection(graph.reachable(conditions)))
