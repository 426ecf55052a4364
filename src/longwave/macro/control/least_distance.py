"""The step of least squares under linear inequalities, with their multipliers: the dual active-set method.

    least |T p - t|^2,  A p >= b        with z = T p - t:   least |z|^2,  (A T^-1) z >= b - A T^-1 t

The point of least length that keeps all inequalities is found from the free optimum outwards (Goldfarb and Idnani 1983): the
most violated inequality is taken in, those whose multiplier would change its sign are let go, and the length grows with
every step, so that no set of inequalities comes twice. Where an inequality can neither be met nor another let go, there
is no point that keeps all of them. `least_violation` then tells by how much they must give way, by linear programming.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say

Vector = NDArray[np.float64]

DEPENDENT = 1e-24
"""The squared part of an inequality's normal, of length one, that must lie outside the span of those that bind already."""

ROUNDING = 16.0 * float(np.finfo(np.float64).eps)

FIRM = 1e-14
"""Multipliers' directions below this part of the largest are nought: rounding lets nobody go."""


@dataclass(frozen=True, eq=False)
class Kept:
    """step: [free]; multipliers: [inequalities], nought or more, the fall of |T p - t|^2 for each unit of room."""

    step: Vector
    multipliers: Vector


def least_distance(
    triangle: Vector, target: Vector, normals: Vector, edges: Vector, slack: Vector
) -> Kept | None:
    """The least of |triangle p - target|^2 where normals p >= edges; None where no p keeps all of them.

    triangle: [free, free], of full rank; normals: [inequalities, free]; slack: [inequalities], what each may miss.
    """
    free: Vector = np.asarray(np.linalg.solve(triangle, target), dtype=np.float64)
    if not len(edges) or bool((normals @ free >= edges - slack).all()):
        return Kept(free, np.zeros(len(edges)))
    turned = np.linalg.solve(triangle.T, normals.T).T
    length = np.linalg.norm(turned, axis=1)
    some = length > 0.0
    if bool((edges[~some] > slack[~some]).any()):
        return None
    unit = turned[some] / length[some, None]
    right = (edges - normals @ free)[some] / length[some]
    found = _nearest(unit, right, slack[some] / length[some])
    if found is None:
        return None
    point, weights = found
    multipliers = np.zeros(len(edges))
    multipliers[some] = 2.0 * weights / length[some]
    return Kept(free + np.linalg.solve(triangle, point), multipliers)


def _nearest(normals: Vector, edges: Vector, slack: Vector) -> tuple[Vector, Vector] | None:
    """(z, multipliers) of the least |z|^2 / 2 where normals z >= edges; normals of length one."""
    point, weight = np.zeros(normals.shape[1]), np.zeros(len(edges))
    binding: list[int] = []
    for _ in range(20 * (len(edges) + len(point)) + 100):
        missed = edges - normals @ point - slack
        missed[binding] = -np.inf
        new = int(np.argmax(missed))
        if missed[new] <= ROUNDING * float(np.linalg.norm(point)):
            return _settled(normals, edges, binding, weight, point)
        while True:
            along, drops = _directions(normals, binding, normals[new])
            room = float(along @ along)
            full = (edges[new] - normals[new] @ point) / room if room > DEPENDENT else np.inf
            leaving, until = _first_to_leave(weight[binding], drops)
            step = min(full, until)
            if not np.isfinite(step):
                return None
            weight[binding] -= step * drops
            weight[new] += step
            if np.isfinite(full):
                point = point + step * along
            if step == full:
                binding.append(new)
                break
            weight[binding[leaving]] = 0.0
            del binding[leaving]
    raise SolveError(say("control.many_bounds"), say("control.not_stationary_mend"))


def _directions(normals: Vector, binding: list[int], new: Vector) -> tuple[Vector, Vector]:
    """(the part of a normal outside the span of the binding ones, its coordinates in that span)"""
    if not binding:
        return new, np.zeros(0)
    basis, triangle = np.linalg.qr(normals[binding].T)
    inside = basis.T @ new
    along = new - basis @ inside
    along = along - basis @ (basis.T @ along)  # once more: what rounding left in the span
    return along, np.linalg.solve(triangle, inside)


def _first_to_leave(weights: Vector, drops: Vector) -> tuple[int, float]:
    """Which binding inequality's multiplier comes to nought first, and when."""
    falling = drops > FIRM * max(1.0, float(np.max(np.abs(drops), initial=0.0)))
    if not falling.any():
        return -1, np.inf
    when = np.full(len(drops), np.inf)
    when[falling] = np.maximum(weights[falling], 0.0) / drops[falling]
    return int(np.argmin(when)), float(np.min(when))


def _settled(
    normals: Vector, edges: Vector, binding: list[int], weight: Vector, point: Vector
) -> tuple[Vector, Vector]:
    """The same anew from the binding set alone, free of what many steps have rounded."""
    if not binding:
        return point, weight
    basis, triangle = np.linalg.qr(normals[binding].T)
    short = np.linalg.solve(triangle.T, edges[binding])
    fresh = np.zeros(len(edges))
    fresh[binding] = np.maximum(np.linalg.solve(triangle, short), 0.0)
    return basis @ short, fresh


def least_violation(
    normals: Vector, edges: Vector, size: Vector, low: Vector, high: Vector
) -> tuple[Vector, Vector]:
    """(step, violation): by how much inequalities must give way at least, low <= step <= high.

    The sum of the violations relative to `size` is least, so that few inequalities give way rather than all of them.
    """
    from scipy.optimize import linprog

    count, free = normals.shape
    reach = np.abs(normals).max(axis=0, initial=0.0)
    reach[reach == 0.0] = 1.0
    found = linprog(
        np.concatenate([np.zeros(free), np.ones(count)]),
        A_ub=np.hstack([-normals / reach / size[:, None], -np.eye(count)]),
        b_ub=-edges / size,
        bounds=[*zip(low * reach, high * reach, strict=True), *((0.0, None) for _ in range(count))],
        method="highs",
    )
    if found.x is None:
        raise SolveError(say("control.many_bounds"), say("control.not_stationary_mend"))
    step = np.clip(found.x[:free] / reach, low, high)
    return step, np.maximum(edges - normals @ step, 0.0)
