"""Least squares of a system in a metric: one step where it is linear, damped Gauss-Newton steps where it is not.

Minimises g(b)' V^-1 g(b) subject to R b = r. Without instruments g stacks the errors of all equations and V is
Sigma (x) I: ordinary and generalised least squares (Zellner 1962). With instruments g stacks Q_i' u_i, Q_i an
orthonormal basis of equation i's instruments, and V has blocks sigma_ij Q_i' Q_j: two- and three-stage least squares
(Zellner and Theil 1962), for equations that are not linear those of Jorgenson and Laffont (1974), for instruments that
differ between equations the efficient form (Schmidt 1990). With the same instruments everywhere all forms are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.macro.estimate.restriction import Freedom
from longwave.macro.estimate.sampled import Sampled

Vector = NDArray[np.float64]
MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Metric:
    """bases: Q_i [observations, instruments of i], or none for least squares; root: inverse of the Cholesky factor of
    Sigma; whole: Cholesky factor of V where instruments differ between equations, else None."""

    bases: tuple[Vector, ...]
    root: Vector
    whole: Vector | None

    def moments(self, values: Vector) -> Vector:
        """g, or its partials: [equations, observations, ...] -> [moments, ...]."""
        if not self.bases:
            return values.reshape(-1, *values.shape[2:])
        return np.concatenate([basis.T @ each for basis, each in zip(self.bases, values, strict=True)])

    def whitened(self, values: Vector) -> Vector:
        """V^-1/2 g, or its partials."""
        if self.whole is not None:
            from scipy.linalg import solve_triangular

            return np.asarray(solve_triangular(self.whole, self.moments(values), lower=True))
        inner = values
        if self.bases:
            inner = np.stack([basis.T @ each for basis, each in zip(self.bases, values, strict=True)])
        flat = inner.reshape(len(inner), -1)
        return np.asarray((self.root @ flat).reshape(-1, *values.shape[2:]))


def metric(bases: Sequence[Vector], sigma: Vector) -> Metric:
    """The metric of an error covariance [equations, equations]. Raises LinAlgError where that is singular."""
    root = np.asarray(np.linalg.inv(_cholesky(sigma)), dtype=np.float64)
    same = all(each is bases[0] for each in bases)
    whole = None if same else _cholesky(moment_covariance(bases, sigma))
    return Metric(tuple(bases), root, whole)


def _cholesky(matrix: Vector) -> Vector:
    return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)


def moment_covariance(bases: Sequence[Vector], sigma: Vector) -> Vector:
    """V: blocks sigma_ij Q_i' Q_j."""
    rows = []
    for here, first in enumerate(bases):
        rows.append([sigma[here, there] * (first.T @ second) for there, second in enumerate(bases)])
    return np.block(rows)


@dataclass(frozen=True, eq=False)
class Fit:
    """coefficients; errors [equations, observations]; slopes: whitened partials by the free directions; distance:
    the least value of g' V^-1 g; settled: whether the steps came to rest."""

    coefficients: Vector
    errors: Vector
    slopes: Vector
    distance: float
    settled: bool


def minimise(sampled: Sampled, space: Freedom, way: Metric, start: Vector) -> Fit:
    """The coefficients of least distance. The start must give finite errors; the answer may be rank-deficient."""
    theta = space.full(start[list(space.free)])
    errors, slopes = sampled.errors_and_slopes(theta)
    white, steep = way.whitened(errors), way.whitened(slopes) @ space.directions
    if sampled.linear:
        theta = theta + space.directions @ _step(steep, white, 0.0)
        errors, _ = sampled.errors_and_slopes(theta)
        white = way.whitened(errors)
        return Fit(theta, errors, steep, float(white @ white), True)
    damping, free = 1e-4, list(space.free)
    for _ in range(MOST_STEPS):
        # errors are known to the rounding of their parts only: less than this cannot be gained
        floor = 1e-13 * float(np.linalg.norm(np.abs(steep) @ np.abs(theta[free])))
        step = _step(steep, white, 0.0)
        left, size = float(np.linalg.norm(steep @ step)), float(np.linalg.norm(white))
        if left <= max(1e-11 * size, floor):
            return Fit(theta, errors, steep, size**2, True)
        if damping > 0.0:
            step = _step(steep, white, damping)
        moved = _tried(sampled, way, theta + space.directions @ step, size**2)
        if moved is not None:
            theta, errors, white, slopes = moved
            steep = way.whitened(slopes) @ space.directions
            damping = damping / 10.0 if damping > 1e-9 else 0.0
        elif left <= 1e-6 * size:  # at rest but for rounding
            return Fit(theta, errors, steep, size**2, True)
        elif damping > 1e12:
            break
        else:
            damping = max(10.0 * damping, 1e-4)
    return Fit(theta, errors, steep, float(white @ white), False)


def _tried(
    sampled: Sampled, way: Metric, theta: Vector, level: float
) -> tuple[Vector, Vector, Vector, Vector] | None:
    """Coefficients, errors, whitened errors and slopes at a point, or None where it is no better than `level`."""
    errors, slopes = sampled.errors_and_slopes(theta)
    if not (np.isfinite(errors).all() and np.isfinite(slopes).all()):
        return None
    white = way.whitened(errors)
    return (theta, errors, white, slopes) if float(white @ white) <= level else None


def _step(steep: Vector, white: Vector, damping: float) -> Vector:
    """The damped least-squares step, columns brought to one length first so that units do not matter."""
    lengths = np.sqrt((steep * steep).sum(axis=0))
    lengths = np.where(lengths > 0.0, lengths, 1.0)
    scaled = steep / lengths
    if damping > 0.0:
        scaled = np.vstack([scaled, np.sqrt(damping) * np.eye(scaled.shape[1])])
        white = np.concatenate([white, np.zeros(scaled.shape[1])])
    return np.asarray(-np.linalg.lstsq(scaled, white, rcond=1e-12)[0] / lengths)


def flat_directions(slopes: Vector, names: Sequence[str], basis: Vector) -> tuple[str, ...]:
    """The coefficients that data cannot tell apart: those that move along directions in which no moment changes."""
    if not slopes.shape[1]:
        return ()
    lengths = np.sqrt((slopes * slopes).sum(axis=0))
    lengths = np.where(lengths > 0.0, lengths, 1.0)
    _, sizes, right = np.linalg.svd(slopes / lengths, full_matrices=len(slopes) < slopes.shape[1])
    sizes = np.concatenate([sizes, np.zeros(slopes.shape[1] - len(sizes))])
    flat = right[sizes <= 1e-9 * max(float(sizes[0]), 1e-300)]
    weight = np.zeros(len(names))
    for direction in flat:
        moved = np.abs(basis) @ (np.abs(direction) > 1e-4)
        weight += moved
    return tuple(name for name, each in zip(names, weight, strict=True) if each > 0.0)
