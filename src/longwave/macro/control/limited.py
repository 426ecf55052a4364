"""Least squares within limits of anything: sequential quadratic programming with exact slopes and curvatures.

    least |r(x)|^2,  low <= x <= high,  bottom <= c(x) <= top

Each step is the exact least of the linearised residuals under the linearised limits (`least_distance`), or, where that
is slow, of the Lagrangian's second-order model. A step is taken when loss and violations, weighed by more than the
limits' prices, fall together (Han 1977, Powell 1978); where the limits' bend alone stands in the way, a second-order
correction is tried. Limits that exclude each other give way by the least relative amount, and are named at the end. A
linear-quadratic problem takes one step.

The end is judged by the Kuhn-Tucker conditions: the loss's slope less the limits' prices times their slopes must be
nought for every number that is free to move (as a cosine), prices are nought or more, and only limits that are reached
have one.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.macro.control.bounded import (
    ARMIJO,
    FLAT,
    MOST_HALVINGS,
    SLOW,
    AbstractProblem,
    Minimum,
    Point,
    determined,
    least,
    moved,
)
from longwave.macro.control.least_distance import Kept, least_distance, least_violation

Vector = NDArray[np.float64]

FIRM = 1e-9
"""Singular values of the slopes below this part of the largest are held by a breath of shortness of the step."""

BREATH = 1e-7

MISSED = 1e-9
"""What a limit may be missed by, relative to its size; the certificate of a solve is ten times finer."""

WON = 1e-10
"""Gaps whose squares are this part of the start's: what rounding of the solves leaves of them is not fought for."""

STILL = 1e-4
"""Where the misses' own measure is below this, no small step brings the limits nearer to one another."""

WELL = 1e-6
"""Ends whose Kuhn-Tucker measure is below this are not searched for again."""

TOLD = 1e-7
"""Misses above this part of a limit's size are no rounding."""


class AbstractLimited(AbstractProblem):
    """Residuals and limited figures, with the slopes of both."""

    @abstractmethod
    def figures(self, point: Point) -> Vector:
        """c(x) [limits]"""

    @abstractmethod
    def figure_slopes(self, point: Point) -> Vector:
        """[limits, free]"""

    @abstractmethod
    def bend(self, point: Point, prices: Vector) -> Vector:
        """[free, free]: half the second derivative of loss less prices times figures, less slopes' slopes."""


@dataclass(frozen=True, eq=False)
class Edges:
    """bottom, top: [limits], infinite where there is none; size: [limits], what a miss is measured by."""

    bottom: Vector
    top: Vector
    size: Vector

    def misses(self, figures: Vector) -> Vector:
        """By how much figures lie outside [limits]."""
        return np.maximum(0.0, np.maximum(self.bottom - figures, figures - self.top))


@dataclass(frozen=True, eq=False)
class LimitedMinimum(Minimum):
    """prices: [limits], by how much the loss falls for each unit of room, below nought at the top; figures: [limits] at the
    end; gives_way: [limits], by how much limits that exclude each other must give way, nought where all can be kept."""

    prices: Vector
    figures: Vector
    gives_way: Vector


@dataclass(frozen=True, eq=False)
class _Here:
    """What is known at a point."""

    point: Point
    slopes: Vector
    figures: Vector
    normals: Vector
    edges: Edges


@dataclass(frozen=True, eq=False)
class _Step:
    """step, prices (below nought at the top), the fall of the loss it promises, what limits give way by [limits]."""

    step: Vector
    prices: Vector
    promised: float
    gives_way: Vector


def least_limited(
    problem: AbstractLimited,
    start: Vector,
    low: Vector,
    high: Vector,
    edges: Edges,
    *,
    tolerance: float = 1e-8,
    most_iterations: int = 50,
) -> LimitedMinimum:
    """The least within bounds and limits, from a start inside the bounds. Raises SolveError where it has no solution.

    Where the search ends elsewhere, it is begun again where the limits are missed least, and at the least without limits: a
    model that bends may hide its feasible paths from one start. Limits that exclude each other end it with `gives_way`.
    """
    words = (low, high, edges, tolerance, most_iterations)
    found = _least_from(problem, start, *words)
    misses, nearest = _Misses(problem, edges), None
    for other in (misses, problem):
        if _good(found):
            return found
        try:
            end = least(other, start, low, high)
            nearest = end if other is misses else nearest
            again = _least_from(problem, end.point.numbers, *words)
        except SolveError:
            continue
        if again.converged or _worse(found, edges) > _worse(again, edges):
            found = again
    if _good(found) or found.gives_way.any() or nearest is None or nearest.kkt > STILL:
        return found
    missed = nearest.point.residual
    if bool((missed > TOLD).any()):
        figures = problem.figures(_inner(nearest.point))
        return replace(found, gives_way=np.where(missed > TOLD, missed * edges.size, 0.0), figures=figures)
    return found


def _good(found: LimitedMinimum) -> bool:
    return found.converged or (not found.gives_way.any() and found.kkt <= WELL)


def _worse(found: LimitedMinimum, edges: Edges) -> float:
    """How far an end is from what was asked: first by what is missed, then by its measure."""
    missed = float(np.sum(edges.misses(found.figures) / edges.size))
    return missed if missed > TOLD else min(found.kkt, 1.0) * TOLD


class _Misses(AbstractProblem):
    """What the figures miss, relative to the limits' sizes, as residuals."""

    def __init__(self, problem: AbstractLimited, edges: Edges) -> None:
        self._problem, self._edges = problem, edges

    def at(self, numbers: Vector, near: Point | None, step: Vector | None) -> Point:
        inner = self._problem.at(numbers, None if near is None else _inner(near), step)
        missed = self._edges.misses(self._problem.figures(inner)) / self._edges.size
        return Point(numbers, missed, inner)

    def slopes(self, point: Point) -> Vector:
        return np.asarray(self._sign(point)[:, None] * self._problem.figure_slopes(_inner(point)))

    def curvature(self, point: Point) -> Vector:
        prices = -2.0 * point.residual * self._sign(point)
        inner = _inner(point)
        return self._problem.bend(inner, prices) - self._problem.bend(inner, np.zeros_like(prices))

    def _sign(self, point: Point) -> Vector:
        figures = self._problem.figures(_inner(point))
        below, above = figures < self._edges.bottom, figures > self._edges.top
        return np.asarray((above.astype(np.float64) - below) / self._edges.size)


def _inner(point: Point) -> Point:
    assert isinstance(point.payload, Point)  # noqa: S101
    return point.payload


def _least_from(
    problem: AbstractLimited,
    start: Vector,
    low: Vector,
    high: Vector,
    edges: Edges,
    tolerance: float,
    most_iterations: int,
) -> LimitedMinimum:
    """One search from one start."""
    point = problem.at(start, None, None)
    begun, iterations, before, bending = point.loss, 0, np.inf, False
    prices, weights = np.zeros(len(edges.size)), np.zeros(len(edges.size))
    while True:
        here = _Here(
            point, problem.slopes(point), problem.figures(point), problem.figure_slopes(point), edges
        )
        room = (low - point.numbers, high - point.numbers)
        triangle, target = _gauss_newton(here)
        found = _step(here, triangle, target, room)
        kkt = kuhn_tucker(here, found.prices, low, high)
        bending = bending or kkt > SLOW * before
        if bending and kkt > tolerance:
            known = found.prices if iterations == 0 else prices
            found = _step(here, *_newton(here, problem.bend(point, known)), room)
            kkt = min(kkt, kuhn_tucker(here, found.prices, low, high))
        prices = found.prices
        misses = edges.misses(here.figures)
        if _stuck(found, misses, edges.size):
            return _ended(
                here,
                found,
                kkt,
                iterations,
                False,
                np.where(found.gives_way > TOLD * edges.size, found.gives_way, 0.0),
            )
        kept = bool((misses <= MISSED * edges.size).all())
        weights, promised = _merit(found, misses, weights, edges.size)
        nothing_left = promised <= 1e-14 * max(point.loss, WON * begun)
        if (kept and (kkt <= tolerance or nothing_left)) or iterations >= most_iterations:
            break
        better, before = (
            _searched(problem, here, found, promised, weights, low, high, (triangle, target)),
            kkt,
        )
        iterations += 1
        if better is None and bending:
            break
        bending = bending or better is None
        point = better or point
    missed = float(np.max(misses / edges.size))
    converged = missed <= TOLD and bool(kkt <= tolerance or nothing_left)
    return _ended(
        here, found, kkt if missed <= TOLD else max(kkt, missed), iterations, converged, np.zeros_like(misses)
    )


def _ended(
    here: _Here, found: _Step, kkt: float, iterations: int, converged: bool, gives_way: Vector
) -> LimitedMinimum:
    gradient = 2.0 * here.slopes.T @ here.point.residual - here.normals.T @ found.prices
    return LimitedMinimum(
        here.point, here.slopes, gradient, kkt, iterations, converged, determined(here.slopes), found.prices, here.figures,
        gives_way,
    )  # fmt: skip


def kuhn_tucker(here: _Here, prices: Vector, low: Vector, high: Vector) -> float:
    """The largest cosine-like part of the slope that a free number still has, or of the loss that a price beside a limit
    that is not reached stands for."""
    numbers, residual = here.point.numbers, here.point.residual
    pull, held = 2.0 * here.slopes.T @ residual, here.normals.T @ prices
    size = 2.0 * np.linalg.norm(here.slopes, axis=0) * np.linalg.norm(residual)
    size = size + np.abs(here.normals).T @ np.abs(prices)
    cosine = np.divide(pull - held, size, out=np.zeros_like(size), where=size > 0.0)
    uphill = ((numbers <= low) & (cosine >= 0.0)) | ((numbers >= high) & (cosine <= 0.0))
    slope = float(np.max(np.abs(np.where(uphill, 0.0, cosine)), initial=0.0))
    edge = np.where(prices > 0.0, here.edges.bottom, here.edges.top)
    priced = prices != 0.0
    beside = np.abs(prices[priced] * (here.figures - edge)[priced])
    length = float(residual @ residual) + float(np.max(np.abs(prices) * here.edges.size, initial=0.0))
    return max(slope, float(np.max(beside, initial=0.0)) / length if length > 0.0 else 0.0)


def _gauss_newton(here: _Here) -> tuple[Vector, Vector]:
    """(triangle, target) of the linearised residuals: |triangle step - target|^2."""
    size = _scale(here.slopes)
    left, values, back = np.linalg.svd(here.slopes / size, full_matrices=False)
    count = here.slopes.shape[1]
    if len(values) == count and values[-1] > FIRM * values[0]:
        return values[:, None] * back * size, -(left.T @ here.point.residual)
    breath = BREATH * (float(values[0]) if len(values) and values[0] > 0.0 else 1.0)
    stacked = np.vstack([values[:, None] * back, breath * np.eye(count)])
    right = np.concatenate([-(left.T @ here.point.residual), np.zeros(count)])
    basis, triangle = np.linalg.qr(stacked)
    return triangle * size, basis.T @ right


def _newton(here: _Here, bend: Vector) -> tuple[Vector, Vector]:
    """The same for a second-order model; where it bends down, its curvature is taken with the other sign."""
    size = _scale(here.slopes)
    gradient = here.slopes.T @ here.point.residual / size
    hessian = (here.slopes.T @ here.slopes + (bend + bend.T) / 2.0) / np.outer(size, size)
    values, axes = np.linalg.eigh(hessian)
    root = np.sqrt(np.maximum(np.abs(values), FLAT * max(float(np.max(np.abs(values))), 1e-300)))
    return root[:, None] * axes.T * size, -(axes.T @ gradient) / root


def _scale(slopes: Vector) -> Vector:
    size = np.linalg.norm(slopes, axis=0)
    largest = float(np.max(size, initial=0.0))
    return np.where(size > 0.0, size, largest if largest > 0.0 else 1.0)


def _step(
    here: _Here,
    triangle: Vector,
    target: Vector,
    room: tuple[Vector, Vector],
    figures: Vector | None = None,
) -> _Step:
    """The step within room and linearised limits; figures: what the limits are linearised from, where not what is here."""
    from_ = here.figures if figures is None else figures
    edges, count = here.edges, len(from_)
    bottom, top = np.isfinite(edges.bottom), np.isfinite(edges.top)
    normals = np.vstack([here.normals[bottom], -here.normals[top]])
    right = np.concatenate([(edges.bottom - from_)[bottom], (from_ - edges.top)[top]])
    size = np.concatenate([edges.size[bottom], edges.size[top]])
    below, above = np.isfinite(room[0]), np.isfinite(room[1])
    identity = np.eye(len(room[0]))
    walls = np.vstack([identity[below], -identity[above]])
    wall_edges = np.concatenate([room[0][below], -room[1][above]])
    slack = np.concatenate([1e-12 * size, 1e-14 * np.maximum(np.abs(wall_edges), 1e-300)])
    stacked = np.vstack([normals, walls])
    kept = least_distance(triangle, target, stacked, np.concatenate([right, wall_edges]), slack)
    gives_way = np.zeros(count)
    if kept is None:
        step, lost = least_violation(normals, right, size, *room)
        tried = least_distance(
            triangle, target, stacked, np.concatenate([right - lost, wall_edges]),
            np.concatenate([1e-11 * size, slack[len(size) :]]),
        )  # fmt: skip
        kept = tried or Kept(step, np.zeros(len(stacked)))
        at_top = np.flatnonzero(top)
        gives_way[np.flatnonzero(bottom)] = lost[: bottom.sum()]
        gives_way[at_top] = np.maximum(gives_way[at_top], lost[bottom.sum() :])
    prices = np.zeros(count)
    prices[bottom] += kept.multipliers[: bottom.sum()]
    prices[top] -= kept.multipliers[bottom.sum() : len(size)]
    step = np.clip(kept.step, *room)
    walled = kept.multipliers[len(size) :] > 0.0  # what rounding keeps off a wall is set on it
    at_low, at_high = (
        np.flatnonzero(below)[walled[: below.sum()]],
        np.flatnonzero(above)[walled[below.sum() :]],
    )
    step[at_low], step[at_high] = room[0][at_low], room[1][at_high]
    ahead = triangle @ step - target
    return _Step(step, prices, float(target @ target - ahead @ ahead), gives_way)


def _stuck(found: _Step, misses: Vector, size: Vector) -> bool:
    """Whether limits exclude each other and no step brings the figures nearer to them."""
    left = float(np.sum(found.gives_way / size))
    return left > TOLD and left >= (1.0 - 1e-6) * float(np.sum(misses / size))


def _merit(found: _Step, misses: Vector, weights: Vector, size: Vector) -> tuple[Vector, float]:
    """(what violations weigh, the promised fall of loss and weighed violations)"""
    prices = np.abs(found.prices)
    weights, fall = np.maximum(1.5 * prices, weights), misses - found.gives_way
    lack, nearer = -1.1 * found.promised - float(weights @ fall), float(np.sum(fall / size))
    if lack > 0.0 and nearer > 0.0:
        weights = weights + lack / nearer / size
    return weights, found.promised + float(weights @ fall)


def _searched(
    problem: AbstractLimited,
    here: _Here,
    found: _Step,
    promised: float,
    weights: Vector,
    low: Vector,
    high: Vector,
    model: tuple[Vector, Vector],
) -> Point | None:
    """The first point along the step at which loss and violations have fallen together; None where there is none."""
    worth = here.point.loss + float(weights @ here.edges.misses(here.figures))
    breath = 1e-12 * worth + 1e-10 * float(weights @ here.edges.size) if promised < 1e-7 * worth else 0.0

    def tried(step: Vector, part: float) -> tuple[Point | None, Vector | None]:
        try:
            new = problem.at(moved(here.point.numbers, step, low, high), here.point, step)
        except SolveError:
            return None, None
        figures = problem.figures(new)
        after = new.loss + float(weights @ here.edges.misses(figures))
        return (new if after <= worth - ARMIJO * part * promised + breath else None), figures

    part = 1.0
    for halving in range(MOST_HALVINGS):
        new, figures = tried(part * found.step, part)
        if new is not None:
            return new
        if halving == 0 and figures is not None and np.isfinite(figures).all():
            room = (low - here.point.numbers, high - here.point.numbers)
            mended = _step(here, *model, room, figures - here.normals @ found.step)
            new, _ = tried(mended.step, 1.0)
            if new is not None:
                return new
        part *= 0.5
    return None
