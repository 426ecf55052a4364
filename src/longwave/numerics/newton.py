"""Newton's method that does not run away: damped steps, kept factors, and a way back from the start by degrees.

Solves r(x) = 0 where each equation also tells its own size s(x) >= 1, so that r/s is its relative residual and
max |r/s| the certificate. A step is halved until it makes |r/s| smaller (backtracking, Dennis and Schnabel, 1983,
ch. 6). A factor of the Jacobian is kept for further (chord) steps as long as those shrink the residual fast enough.
Where all this fails, the residual of the start is taken away by degrees: r(x) = (1 - t) r(x0) is solved for growing
t (Newton homotopy, Allgower and Georg, 1990). A singular Jacobian is answered with the equation and the unknown
that carry its null vectors.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]
Solve = Callable[[Vector], Vector]

ROUNDING = 1e-15
"""A step smaller than this times the unknowns is lost in their last digit."""

NEAR = 1e-4
"""A solution is near when the next step is smaller than this part of each unknown, or than its square near nought."""

PATIENCE = 15
"""Steps after which the residual must have halved, else a search counts as stalled."""

SHORT = 20
"""Iterations of each search that is one of many."""

MOST_IN_ALL = 200
"""Iterations of all the searches of one continuation."""

JUMPS = 3
"""Whole steps that may be taken although they do not help: across the kinks of max, min and regimes."""

NEARLY_SINGULAR = 1e-15
"""Reciprocal condition, rows and columns scaled, from which a dense Jacobian counts as singular."""

PERHAPS_SINGULAR = 1e-12
"""Reciprocal condition, nothing scaled, from which a dense Jacobian is looked at closely."""


class Ending(Enum):
    """How a search may end."""

    SOLVED = "solved"
    MOST_ITERATIONS = "most_iterations"
    STALLED = "stalled"
    SINGULAR = "singular"
    NOT_FINITE = "not_finite"


@dataclass(frozen=True, slots=True)
class NewtonOptions:
    """tolerance: on the largest relative residual.

    reuse: a chord step that leaves no more than this part of the residual is followed by another with the same
    factor; 0 factors at every step. polish: how many more chord steps with the last factor may follow a solution, as
    long as they help; they cost little and bring the last digits. continuation: whether the residual of the start may
    be taken away by degrees when a direct search fails; whole: whether every step that gives numbers is taken whole,
    better or not; least_degree: the smallest part of the way that is tried.
    """

    tolerance: float = 1e-10
    most_iterations: int = 100
    most_halvings: int = 30
    reuse: float = 0.0
    polish: int = 3
    continuation: bool = True
    whole: bool = False
    least_degree: float = 1e-4


@dataclass(frozen=True, eq=False)
class NewtonOutcome:
    """values: the unknowns where the search ended; residual: the largest relative residual there.

    worst: the equation with that residual, or the first that is not finite; pivot: (equation, unknown) that a
    singular Jacobian hangs on, else None; at a solution it says that the solution is not the only one near by.
    degrees: steps of the continuation, 0 where none was wanted.
    """

    ending: Ending
    values: Vector
    residual: float
    worst: int
    iterations: int
    factorings: int
    degrees: int = 0
    pivot: tuple[int, int] | None = None

    @property
    def solved(self) -> bool:
        return self.ending is Ending.SOLVED


class SingularJacobian(Exception):
    """Raised by `AbstractEquations.factor`; pivot: the (equation, unknown) that it hangs on."""

    def __init__(self, pivot: tuple[int, int]) -> None:
        super().__init__(pivot)
        self.pivot = pivot


class AbstractEquations(ABC):
    """A square system r(x) = 0."""

    @abstractmethod
    def residual(self, x: Vector) -> tuple[Vector, Vector]:
        """(residuals, sizes), each [equations]; sizes are at least one. What cannot be computed is not finite."""

    @abstractmethod
    def factor(self, x: Vector) -> Solve:
        """The solver of Jacobian(x) step = right. Raises SingularJacobian."""


class _Shifted(AbstractEquations):
    """The equations with a constant taken off."""

    def __init__(self, inner: AbstractEquations, offset: Vector) -> None:
        self._inner, self._offset = inner, offset

    def residual(self, x: Vector) -> tuple[Vector, Vector]:
        residual, size = self._inner.residual(x)
        return residual - self._offset, size

    def factor(self, x: Vector) -> Solve:
        return self._inner.factor(x)


def newton(
    equations: AbstractEquations, start: Vector, options: NewtonOptions = NewtonOptions()
) -> NewtonOutcome:
    """Solves a square system from a start; by degrees where the direct way fails and the options allow it."""
    direct = damped(equations, start, options)
    if direct.solved or not options.continuation or direct.ending is Ending.NOT_FINITE:
        return direct
    leaping = damped(equations, start, replace(options, whole=True, reuse=0.0, most_iterations=SHORT))
    if leaping.solved:
        return _summed(direct, leaping)
    missed, _ = equations.residual(start)
    if not np.all(np.isfinite(missed)):
        return direct
    by_degrees = continued(lambda part: _Shifted(equations, (1.0 - part) * missed), start, options)
    return by_degrees if by_degrees.solved else direct


def _summed(*searches: NewtonOutcome) -> NewtonOutcome:
    """The last of several searches, with what all of them spent."""
    return replace(
        searches[-1],
        iterations=sum(each.iterations for each in searches),
        factorings=sum(each.factorings for each in searches),
    )


def continued(
    family: Callable[[float], AbstractEquations], start: Vector, options: NewtonOptions
) -> NewtonOutcome:
    """Follows the solution of family(t) from t = 0, which `start` solves, to t = 1; the stride adapts.

    The next point is foretold along the secant of the last two. Ends with the last failure where the stride falls
    below `least_degree`, or when `MOST_IN_ALL` iterations are spent.
    """
    short = replace(options, most_iterations=min(SHORT, options.most_iterations))
    here, behind = (0.0, start), (0.0, start)
    stride, degrees, iterations, factorings = 0.25, 0, 0, 0
    while True:
        part = min(1.0, here[0] + stride)
        found = damped(family(part), _foretold(here, behind, part), short)
        degrees, iterations, factorings = (
            degrees + 1,
            iterations + found.iterations,
            factorings + found.factorings,
        )
        summed = replace(found, degrees=degrees, iterations=iterations, factorings=factorings)
        if found.solved:
            if part >= 1.0:
                return summed
            behind, here = here, (part, found.values)
            stride *= 2.0
        else:
            stride *= 0.25
            if stride < options.least_degree or iterations > MOST_IN_ALL:
                return summed


def _foretold(here: tuple[float, Vector], behind: tuple[float, Vector], part: float) -> Vector:
    if here[0] <= behind[0]:
        return here[1]
    return here[1] + (part - here[0]) / (here[0] - behind[0]) * (here[1] - behind[1])


def damped(equations: AbstractEquations, start: Vector, options: NewtonOptions) -> NewtonOutcome:
    """Newton's method with backtracking and kept factors from one start."""
    return _Search(equations, start, options).run()


class _Search:
    """One search: where it stands, the factor it keeps, and what it has spent."""

    def __init__(self, equations: AbstractEquations, start: Vector, options: NewtonOptions) -> None:
        self._equations, self._options = equations, options
        self._x = np.array(start, dtype=np.float64)
        self._residual, self._size = equations.residual(self._x)
        self._error = _largest(self._residual, self._size)
        self._solve: Solve | None = None
        self._iterations = self._factorings = self._jumps = 0

    def run(self) -> NewtonOutcome:
        if not math.isfinite(self._error):
            return self._ended(Ending.NOT_FINITE)
        if self._error <= self._options.tolerance:
            return self._ended(Ending.SOLVED)
        errors = [self._error]
        while self._iterations < self._options.most_iterations:
            if len(errors) > PATIENCE and min(errors[-PATIENCE:]) > 0.5 * min(errors[:-PATIENCE]):
                return self._ended(Ending.STALLED)
            fresh = self._solve is None
            if self._solve is None:
                try:
                    self._solve = self._equations.factor(self._x)
                except SingularJacobian as singular:
                    return self._ended(Ending.SINGULAR, singular.pivot)
                self._factorings += 1
            self._iterations += 1
            before = self._error
            step = self._solve(-self._residual)
            if not self._stepped(step, fresh):
                if not fresh:
                    self._solve = None
                    continue
                if self._is_rounding(step) and self._error <= math.sqrt(self._options.tolerance):
                    return self._ended(Ending.SOLVED)
                return self._ended(Ending.STALLED)
            errors.append(self._error)
            if self._error <= self._options.tolerance and self._is_near():
                return self._ended(Ending.SOLVED)
            if self._error > self._options.reuse * before:
                self._solve = None
        return self._ended(Ending.MOST_ITERATIONS)

    def _is_near(self) -> bool:
        """Whether a solution is near, not only the residual small; takes further chord steps as long as they help.

        Where x runs off to where an equation fades away (1/c = 1/c(+1) as c grows), steps stay as long as x itself.
        """
        near = False
        for _ in range(max(1, self._options.polish)):
            assert self._solve is not None  # noqa: S101
            step = self._solve(-self._residual)
            near = near or bool(np.all(np.abs(step) <= NEAR * np.maximum(NEAR, np.abs(self._x))))
            residual, size = self._equations.residual(self._x + step)
            error = _largest(residual, size)
            if not error <= 0.5 * self._error:
                return True
            self._move(self._x + step, residual, size)
        return near

    def _stepped(self, step: Vector, fresh: bool) -> bool:
        """Goes along the step, by halves if need be; whether anything was won."""
        if not np.all(np.isfinite(step)):
            return False
        part = 1.0
        norm = _norm(self._residual, self._size)
        for _ in range(self._options.most_halvings + 1 if fresh else 1):
            x = self._x + part * step
            residual, size = self._equations.residual(x)
            better = _norm(residual, self._size)
            if better <= (
                math.inf if self._options.whole and better < math.inf else (1.0 - 1e-4 * part) * norm
            ):
                self._move(x, residual, size)
                return True
            part *= 0.5
        return fresh and self._jumped(step)

    def _jumped(self, step: Vector) -> bool:
        """Takes a whole step that does not help, which now and then leads across a kink."""
        self._jumps += 1
        x = self._x + step
        residual, size = self._equations.residual(x)
        if self._jumps > JUMPS or self._is_rounding(step) or not np.all(np.isfinite(residual)):
            return False
        self._move(x, residual, size)
        return True

    def _move(self, x: Vector, residual: Vector, size: Vector) -> None:
        self._x, self._residual, self._size = x, residual, size
        self._error = _largest(residual, size)

    def _is_rounding(self, step: Vector) -> bool:
        return bool(np.all(np.abs(step) <= ROUNDING * np.maximum(1.0, np.abs(self._x))))

    def _ended(self, ending: Ending, pivot: tuple[int, int] | None = None) -> NewtonOutcome:
        relative = np.abs(self._residual) / self._size
        lost = ~np.isfinite(relative)
        worst = int(np.argmax(lost) if lost.any() else np.argmax(relative)) if len(relative) else -1
        return NewtonOutcome(
            ending, self._x, self._error, worst, self._iterations, self._factorings, pivot=pivot
        )


def _norm(residual: Vector, size: Vector) -> float:
    """The length of residual / size, infinite where it is no number."""
    with np.errstate(all="ignore"):
        norm = float(np.linalg.norm(residual / size))
    return norm if math.isfinite(norm) else math.inf


def _largest(residual: Vector, size: Vector) -> float:
    """max |residual / size|, NaN where any is not finite; nought for no equations."""
    if not len(residual):
        return 0.0
    largest = float(np.max(np.abs(residual) / size))
    return largest if math.isfinite(largest) else math.nan


# small dense systems


def solve_dense(
    graph: Graph,
    residuals: Sequence[int],
    unknowns: Sequence[int],
    data: Vector,
    row: int,
    parameters: Vector,
    *,
    sides: Sequence[tuple[int, int]] | None = None,
    options: NewtonOptions = NewtonOptions(),
) -> NewtonOutcome:
    """Solves a few equations of one period.

    residuals: nodes that shall be nought; unknowns: as many leaves, columns or parameters, whose values in
    `data` [periods, columns] and `parameters` are the start (missing ones start at one); sides: (left, right) nodes of
    each equation, from which its size is taken; without them a residual is measured against max(1, |unknowns|).
    `data` and `parameters` are left as they are; outcome.values are the unknowns in order, outcome.worst and
    outcome.pivot number equations and unknowns as given.
    """
    if len(residuals) != len(unknowns):
        raise ValueError(f"{len(residuals)} equations for {len(unknowns)} unknowns")
    equations = DenseEquations(graph, residuals, unknowns, data, row, parameters, sides)
    outcome = newton(equations, equations.start(), options)
    if not outcome.solved:
        return outcome
    return replace(outcome, pivot=equations.weakest(outcome.values))


class DenseEquations(AbstractEquations):
    """Equations of one row of the data as a dense system; see `solve_dense`."""

    def __init__(
        self,
        graph: Graph,
        residuals: Sequence[int],
        unknowns: Sequence[int],
        data: Vector,
        row: int,
        parameters: Vector,
        sides: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        self._row = row
        self._data, self._parameters = data.copy(), parameters.copy()
        self._places = [(graph.ops[leaf], graph.arguments[leaf]) for leaf in unknowns]
        if any(op not in (Op.COLUMN, Op.PARAMETER) for op, _ in self._places):
            raise ValueError("an unknown is a column or a parameter")
        self._count = len(unknowns)
        both = [node for pair in sides or () for node in pair]
        self._values = record(graph, [*residuals, *both])
        self._slopes = record(graph, [graph.partial(root, leaf) for root in residuals for leaf in unknowns])

    def start(self) -> Vector:
        """The unknowns as they stand in the data; one where nothing stands."""
        found = np.array([self._read(op, place) for op, place in self._places], dtype=np.float64)
        return np.where(np.isfinite(found), found, 1.0)

    def residual(self, x: Vector) -> tuple[Vector, Vector]:
        self._write(x)
        found = self._run(self._values)
        count = self._count
        if len(found) > count:
            with np.errstate(invalid="ignore"):
                sizes = np.maximum(1.0, np.maximum(np.abs(found[count::2]), np.abs(found[count + 1 :: 2])))
        else:
            sizes = np.full(count, max(1.0, float(np.max(np.abs(x), initial=0.0))))
        return found[:count], sizes

    def jacobian(self, x: Vector) -> Vector:
        """[equations, unknowns]"""
        self._write(x)
        return self._run(self._slopes).reshape(self._count, self._count)

    def factor(self, x: Vector) -> Solve:
        from scipy.linalg import lapack

        matrix = self.jacobian(x)
        if not np.all(np.isfinite(matrix)):
            lost = np.argwhere(~np.isfinite(matrix))[0]
            raise SingularJacobian((int(lost[0]), int(lost[1])))
        lu, swaps, stopped = lapack.dgetrf(matrix)
        if stopped or lapack.dgecon(lu, np.linalg.norm(matrix, 1))[0] < PERHAPS_SINGULAR:
            pivot = _null_pair(matrix)
            if pivot is not None or stopped:
                raise SingularJacobian(pivot or (stopped - 1, stopped - 1))

        def solve(right: Vector) -> Vector:
            with np.errstate(all="ignore"):
                return np.asarray(lapack.dgetrs(lu, swaps, right)[0], dtype=np.float64)

        return solve

    def weakest(self, x: Vector) -> tuple[int, int] | None:
        """(equation, unknown) that a singular Jacobian hangs on, None where it is regular."""
        matrix = self.jacobian(x)
        return _null_pair(matrix) if len(matrix) and np.all(np.isfinite(matrix)) else None

    def _run(self, tape: object) -> Vector:
        found = interpret(tape, self._data, self._row, self._parameters)  # type: ignore[arg-type]
        return np.array(found, dtype=np.float64)

    def _read(self, op: Op, place: tuple[int, ...]) -> float:
        if op is Op.PARAMETER:
            return float(self._parameters[place[0]])
        return float(self._data[self._row + place[1], place[0]])

    def _write(self, x: Vector) -> None:
        for (op, place), value in zip(self._places, x, strict=True):
            if op is Op.PARAMETER:
                self._parameters[place[0]] = value
            else:
                self._data[self._row + place[1], place[0]] = value


def _null_pair(matrix: Vector) -> tuple[int, int] | None:
    """Where a singular matrix is singular: the largest entries of its left and right null vectors."""
    rows = np.max(np.abs(matrix), axis=1)
    if not np.all(rows > 0.0):
        empty = int(np.argmin(rows))
        free = np.max(np.abs(matrix), axis=0)
        return empty, int(np.argmin(free))
    scaled = matrix / rows[:, None]
    columns = np.max(np.abs(scaled), axis=0)
    if not np.all(columns > 0.0):
        left, _, _ = np.linalg.svd(scaled)
        return int(np.argmax(np.abs(left[:, -1]))), int(np.argmin(columns))
    left, values, right = np.linalg.svd(scaled / columns)
    if values[-1] > NEARLY_SINGULAR * values[0]:
        return None
    return int(np.argmax(np.abs(left[:, -1]))), int(np.argmax(np.abs(right[-1])))
