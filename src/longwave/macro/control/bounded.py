"""Least squares within bounds: Gauss-Newton with a line search, and how far from stationary it ended.

    least |r(x)|^2,  low <= x <= high

Each step minimises the linearised residuals within the bounds (Stark and Parker's bounded-variable least squares,
1995). Where that is slow, because gaps stay large and the model bends, second derivatives make it Newton's method.
The end is judged by the Kuhn-Tucker conditions: the slope of the loss to every number that is free to move must be
nought, measured as the cosine of the angle between the residuals and that number's column, which has no unit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError

Vector = NDArray[np.float64]

ARMIJO = 1e-4
"""The part of the promised fall of the loss that a step must bring (Nocedal and Wright 2006, ch. 3)."""

MOST_HALVINGS = 30

SLOW = 0.2
"""Where an iteration leaves more than this part of the Kuhn-Tucker measure, second derivatives join in."""

FLAT = 1e-8
"""Curvatures below this part of the largest count as this part, which keeps a step finite."""

RANK = 1e-11
"""Singular values below this part of the largest are nought: combinations of numbers without any effect."""


@dataclass(frozen=True, eq=False)
class Point:
    """numbers: [free]; residual: weighted gaps; payload: whatever the problem wants to keep of the solve."""

    numbers: Vector
    residual: Vector
    payload: object

    @property
    def loss(self) -> float:
        with np.errstate(over="ignore"):
            return float(self.residual @ self.residual)


class AbstractProblem(ABC):
    """Residuals and their slopes."""

    @abstractmethod
    def at(self, numbers: Vector, near: Point | None, step: Vector | None) -> Point:
        """The residuals at some numbers; `near` and the step from it may serve as a start. Raises SolveError."""

    @abstractmethod
    def slopes(self, point: Point) -> Vector:
        """[residuals, free]"""

    @abstractmethod
    def curvature(self, point: Point) -> Vector:
        """[free, free]: half the second derivative of the loss, less slopes' slopes; wanted where the search is slow."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """point: the end; slopes: there; gradient: of the loss; kkt: largest cosine of a free number; converged: whether it
    is small or nothing is left to win; determined: whether the loss tells all numbers apart; flat: policy instruments
    that have no slope there and move targets beyond it."""

    point: Point
    slopes: Vector
    gradient: Vector
    kkt: float
    iterations: int
    converged: bool
    determined: bool
    flat: tuple[str, ...] = field(default=(), kw_only=True)


def least(
    problem: AbstractProblem,
    start: Vector,
    low: Vector,
    high: Vector,
    *,
    tolerance: float = 1e-8,
    most_iterations: int = 50,
) -> Minimum:
    """The least within the bounds, from a start inside them. Raises SolveError where the start has no solution."""
    point = problem.at(start, None, None)
    begun, iterations, before, bending = point.loss, 0, np.inf, False
    while True:
        slopes = problem.slopes(point)
        kkt = stationarity(slopes, point.residual, point.numbers, low, high)
        bending = bending or kkt > SLOW * before
        room = (low - point.numbers, high - point.numbers)
        if bending and kkt > tolerance:
            step, promised = newton_step(slopes, point.residual, problem.curvature(point), *room)
        else:
            step, promised = bounded_step(slopes, point.residual, *room)
        nothing_left = promised <= 1e-14 * max(point.loss, 1e-14 * begun)
        if kkt <= tolerance or nothing_left or iterations >= most_iterations:
            break
        better, before = _searched(problem, point, step, promised, low, high), kkt
        iterations += 1
        if better is None and bending:
            break
        bending = bending or better is None
        point = better or point
    gradient = 2.0 * slopes.T @ point.residual
    return Minimum(
        point, slopes, gradient, kkt, iterations, bool(kkt <= tolerance or nothing_left), determined(slopes)
    )


def bounded_step(slopes: Vector, residual: Vector, low: Vector, high: Vector) -> tuple[Vector, float]:
    """The step within low <= step <= high of least |residual + slopes step|^2, and the fall of the loss it promises.

    Numbers without effect stay where they are.
    """
    size = np.linalg.norm(slopes, axis=0)
    active = (size > 0.0) & (low < high)
    step = np.zeros(slopes.shape[1])
    if active.any():
        scaled = slopes[:, active] / size[active]
        step[active] = (
            _bounded(scaled, -residual, low[active] * size[active], high[active] * size[active])
            / size[active]
        )
    step = np.clip(step, low, high)
    left = residual + slopes @ step
    return step, float(residual @ residual - left @ left)


def newton_step(
    slopes: Vector, residual: Vector, bend: Vector, low: Vector, high: Vector
) -> tuple[Vector, float]:
    """The step within bounds of least quadratic model of the loss, and the fall it promises.

    Where the loss bends down, its curvature is taken with the other sign, so that the step always goes downhill.
    """
    from scipy.optimize import lsq_linear

    size = np.linalg.norm(slopes, axis=0)
    active = (size > 0.0) & (low < high)
    step = np.zeros(slopes.shape[1])
    if not active.any():
        return step, 0.0
    size = size[active]
    gradient = (slopes.T @ residual)[active] / size
    hessian = (slopes.T @ slopes + (bend + bend.T) / 2.0)[np.ix_(active, active)] / np.outer(size, size)
    values, axes = np.linalg.eigh(hessian)
    root = np.sqrt(np.maximum(np.abs(values), FLAT * np.max(np.abs(values))))
    triangle, target = root[:, None] * axes.T, -(axes.T @ gradient) / root
    free = axes @ (target / root)
    inside = (low[active] * size, high[active] * size)
    if not ((free >= inside[0]) & (free <= inside[1])).all():
        free = lsq_linear(triangle, target, inside, method="bvls", tol=1e-15, max_iter=20 * len(size) + 100).x
    promised = -(2.0 * float(gradient @ free) + float(np.sum((triangle @ free) ** 2)))
    step[active] = free / size
    return np.clip(step, low, high), promised


def _bounded(matrix: Vector, right: Vector, low: Vector, high: Vector) -> Vector:
    """Least squares within bounds of columns of length one; of equal ones the shortest."""
    from scipy.optimize import lsq_linear

    left, values, back = np.linalg.svd(matrix, full_matrices=False)
    kept = values > RANK * values[0]
    free = back[kept].T @ ((left[:, kept].T @ right) / values[kept])
    if ((free >= low) & (free <= high)).all():
        return np.asarray(free)
    # a triangle in place of the tall matrix, with a breath of shortness where the loss does not tell numbers apart
    triangle = values[:, None] * back
    target = left.T @ right
    if not kept.all():
        breath = 1e-7 * values[0]
        triangle = np.vstack([triangle, breath * np.eye(len(low))])
        target = np.concatenate([target, np.zeros(len(low))])
    found = lsq_linear(triangle, target, (low, high), method="bvls", tol=1e-15, max_iter=20 * len(low) + 100)
    return np.asarray(found.x)


def moved(numbers: Vector, step: Vector, low: Vector, high: Vector) -> Vector:
    """The numbers after a step, within the bounds; what rounding keeps off a bound is set on it."""
    new = np.clip(numbers + step, low, high)
    breath = 16.0 * np.finfo(np.float64).eps * (np.abs(numbers) + np.abs(new))
    new = np.where(new - low <= breath, low, new)
    return np.where(high - new <= breath, high, new)


def _searched(
    problem: AbstractProblem, point: Point, step: Vector, promised: float, low: Vector, high: Vector
) -> Point | None:
    """The first point along the step, halved as often as needed, that brings the loss down; None where none does."""
    part = 1.0
    for _ in range(MOST_HALVINGS):
        numbers = moved(point.numbers, part * step, low, high)
        try:
            new = problem.at(numbers, point, part * step)
        except SolveError:
            part *= 0.5
            continue
        rounding = 1e-12 * point.loss
        if new.loss <= point.loss - ARMIJO * part * promised + (
            rounding if promised < 1e-9 * point.loss else 0.0
        ):
            return new
        part *= 0.5
    return None


def stationarity(slopes: Vector, residual: Vector, numbers: Vector, low: Vector, high: Vector) -> float:
    """The largest cosine between the residuals and the column of a number that may still move downhill."""
    length = float(np.linalg.norm(residual))
    size = np.linalg.norm(slopes, axis=0)
    if length == 0.0 or not len(size):
        return 0.0
    cosine = np.divide(slopes.T @ residual, size * length, out=np.zeros_like(size), where=size > 0.0)
    uphill = ((numbers <= low) & (cosine >= 0.0)) | ((numbers >= high) & (cosine <= 0.0))
    return float(np.max(np.abs(np.where(uphill, 0.0, cosine)), initial=0.0))


def determined(slopes: Vector) -> bool:
    """Whether the loss tells all free numbers apart."""
    size = np.linalg.norm(slopes, axis=0)
    if not len(size) or not (size > 0.0).all():
        return not len(size)
    values = np.linalg.svd(slopes / size, compute_uv=False)
    return bool(slopes.shape[0] >= slopes.shape[1] and values[-1] > RANK * values[0])
