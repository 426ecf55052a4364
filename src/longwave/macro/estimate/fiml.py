"""Full-information maximum likelihood of a model whose equations may have any form.

With F_t(y_t, theta) the errors of the m stochastic equations, identities beside them, and normal errors of covariance
Sigma (Koopmans, Rubin and Leipnik 1950; Amemiya 1977 for equations that are not linear),

    L = -T m/2 log(2 pi) - T/2 log|Sigma| - T m/2 + sum over t of log |det dF_t/dy_t|,    Sigma = U U'/T,

where Sigma is concentrated out: it is the covariance of the errors at the coefficients. The gradient is exact,

    dL/dtheta = -sum u_t' Sigma^-1 du_t/dtheta + sum trace(J_t^-1 dJ_t/dtheta).

Coefficients move in units of their doubt at the start (the Cholesky factor of the covariance of two-stage least squares),
so that neither the units of variables nor collinearity slow the search: BFGS from several starts, then Newton's method.
Covariances of the coefficients: from the Hessian of L (which equals theirs in the full Hessian with Sigma), from the
outer product of scores with Sigma profiled out, and the sandwich of both.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.macro.estimate.jacobian import Jacobian
from longwave.macro.estimate.restriction import Freedom
from longwave.macro.estimate.sampled import Sampled

Vector = NDArray[np.float64]
Falling = Callable[[Vector], tuple[float, Vector]]
MOST_NEWTON = 30
NO_SLOPE = 1e-16
"""Newton's predicted gain, in units of log-likelihood, below which a maximum counts as reached."""
FLAT = 1e-8
"""Share of the sharpest curvature (in units of doubt) below which the likelihood counts as flat."""


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The concentrated log-likelihood as a function of the coefficients."""

    sampled: Sampled
    jacobian: Jacobian
    identities: Jacobian | None = None
    """Of the identities alone, to the variables that they explain: it is taken off, which substitutes them out."""

    def value(self, theta: Vector) -> float:
        """L; -inf or NaN where an error, a determinant or the covariance has no value."""
        errors, _ = self.sampled.errors_and_slopes(theta)
        return self._value(errors, theta)

    def value_and_gradient(self, theta: Vector) -> tuple[float, Vector]:
        errors, slopes = self.sampled.errors_and_slopes(theta)
        return self._value(errors, theta), self._gradient(errors, slopes, theta)

    def gradient(self, theta: Vector) -> Vector:
        """dL/dtheta [coefficients]; complex where theta is."""
        errors, slopes = self.sampled.errors_and_slopes(theta)
        return self._gradient(errors, slopes, theta)

    def profiled_scores(self, theta: Vector) -> Vector:
        """Scores of each period [periods, coefficients], with what the estimated Sigma owes to that period.

        s_t = -u_t' S^-1 du_t + d log|det J_t| + sum over k of tr(S^-1 (u_t u_t' - S) S^-1 C_k), C_k the mean of
        u du/dtheta_k'. They add up to the gradient, and their outer product estimates the information about theta
        that is left when Sigma is not known.
        """
        errors, slopes = self.sampled.errors_and_slopes(theta)
        length = errors.shape[1]
        inverse = np.linalg.inv(errors @ errors.T / length)
        weighted = inverse @ errors
        direct = -np.einsum("it,itk->tk", weighted, slopes) + self._volume_scores(theta)
        mean = np.einsum("it,jtk->ijk", errors, slopes) / length
        mean = (mean + mean.transpose(1, 0, 2)) / 2.0
        through = np.einsum("it,jt,ijk->tk", weighted, weighted, mean) - np.einsum("ij,ijk->k", inverse, mean)
        return np.asarray(direct + through)

    def joint_scores(self, theta: Vector) -> Vector:
        """Scores of each period to the coefficients and, after them, to the lower triangle of Sigma."""
        errors, slopes = self.sampled.errors_and_slopes(theta)
        length = errors.shape[1]
        inverse = np.linalg.inv(errors @ errors.T / length)
        weighted = inverse @ errors
        direct = -np.einsum("it,itk->tk", weighted, slopes) + self._volume_scores(theta)
        rows, columns = np.tril_indices(len(errors))
        spread = weighted[rows] * weighted[columns] - inverse[rows, columns][:, None]
        return np.hstack([direct, (np.where(rows == columns, 0.5, 1.0)[:, None] * spread).T])

    def _value(self, errors: Vector, theta: Vector) -> float:
        count, length = errors.shape
        sign, logarithm = np.linalg.slogdet(errors @ errors.T / length)
        if not sign > 0:
            return math.nan
        volume = self._volume(self.jacobian, theta)
        if self.identities is not None:
            volume -= self._volume(self.identities, theta)
        return float(-0.5 * length * (count * (math.log(2.0 * math.pi) + 1.0) + logarithm) + volume)

    def _gradient(self, errors: Vector, slopes: Vector, theta: Vector) -> Vector:
        weighted = np.linalg.solve(errors @ errors.T / errors.shape[1], errors)
        inner = np.tensordot(weighted, slopes, axes=([0, 1], [0, 1]))
        return np.asarray(self._volume_scores(theta).sum(axis=0) - inner)

    def _volume(self, jacobian: Jacobian, theta: Vector) -> float:
        """The sum over periods of log|det J_t|."""
        logs = jacobian.log_determinant(theta)
        return jacobian.constant + float(logs.sum()) * (self.sampled.observations / len(logs))

    def _volume_scores(self, theta: Vector) -> Vector:
        found = self.jacobian.scores(theta)
        return found if self.identities is None else found - self.identities.scores(theta)


@dataclass(frozen=True, eq=False)
class Reached:
    """Where a search from one start ended: coefficients and L."""

    coefficients: Vector
    value: float


@dataclass(frozen=True, eq=False)
class Peak:
    """A top: coefficients, L, whether it is a maximum, the Hessian of L by free coefficients, and the directions
    (columns, of coefficients) in which L is flat."""

    coefficients: Vector
    value: float
    settled: bool
    hessian: Vector
    flat: Vector


def climb(likelihood: Likelihood, space: Freedom, start: Vector, units: Vector) -> Reached | None:
    """Where BFGS leads from a start; None where L has no value there.

    units: [free, free], moves of the free coefficients that are of the size of their doubt.
    """
    from scipy.optimize import minimize

    origin, moves = space.full(start[list(space.free)]), space.directions @ units
    falling = _falling(likelihood, origin, moves)
    nought = np.zeros(units.shape[1])
    if not math.isfinite(falling(nought)[0]):
        return None
    with np.errstate(all="ignore"):
        found = minimize(falling, nought, jac=True, method="BFGS", options={"gtol": 1e-5, "maxiter": 1000})
    return Reached(origin + moves @ found.x, -float(found.fun))


def summit(likelihood: Likelihood, space: Freedom, near: Vector, units: Vector) -> Peak:
    """The top beside a point, by Newton's method, and how L bends there."""
    moves = space.directions @ units
    falling = _falling(likelihood, near, moves)
    z, settled, hessian = _newton(falling, np.zeros(units.shape[1]))
    back = np.asarray(np.linalg.inv(units), dtype=np.float64)
    if not np.isfinite(hessian).all():
        return Peak(near, -falling(np.zeros(len(z)))[0], False, hessian, np.zeros((len(near), 0)))
    strength, directions = np.linalg.eigh(hessian)
    flat = moves @ directions[:, strength <= FLAT * max(float(strength.max(initial=0.0)), 1e-300)]
    return Peak(near + moves @ z, -falling(z)[0], settled, -(back.T @ hessian @ back), flat)


def _falling(likelihood: Likelihood, origin: Vector, moves: Vector) -> Falling:
    """-L and its gradient by z, coefficients being origin + moves z; infinite where L has no value."""

    def falling(z: Vector) -> tuple[float, Vector]:
        with np.errstate(all="ignore"):
            value, gradient = _guarded(likelihood, origin + moves @ z)
        if not (math.isfinite(value) and np.isfinite(gradient).all()):
            return math.inf, np.zeros(len(z))
        return -value, -(gradient @ moves)

    return falling


def _guarded(likelihood: Likelihood, theta: Vector) -> tuple[float, Vector]:
    try:
        return likelihood.value_and_gradient(theta)
    except np.linalg.LinAlgError:  # a singular covariance or Jacobian: not a place to be
        return math.nan, np.zeros_like(theta)


def _newton(falling: Falling, z: Vector) -> tuple[Vector, bool, Vector]:
    """Newton's method on -L from where BFGS stopped: the point, whether L is at rest there and bends down in every
    direction, and the Hessian of -L."""
    value, slope = falling(z)
    hessian, fresh = curvature(lambda at: falling(at)[1], z), True
    for _ in range(MOST_NEWTON):
        step = _newton_step(hessian, slope)
        if step is None:
            return z, False, hessian
        gain = float(-slope @ step) / 2.0
        if gain <= NO_SLOPE * max(1.0, abs(value)):
            return z, True, hessian if fresh else curvature(lambda at: falling(at)[1], z)
        share = 1.0
        trial, (lower, steeper) = z + step, falling(z + step)
        # at the top L can no longer be told apart from itself: there the gradient decides
        while not (lower < value or np.linalg.norm(steeper) < np.linalg.norm(slope)) or not math.isfinite(
            lower
        ):
            share /= 4.0
            if share < 1e-6:
                return z, gain <= 1e-9, curvature(lambda at: falling(at)[1], z)
            trial, (lower, steeper) = z + share * step, falling(z + share * step)
        fresh = bool(np.linalg.norm(steeper) > 1e-3 * np.linalg.norm(slope))
        z, value, slope = trial, lower, steeper
        if fresh:
            hessian = curvature(lambda at: falling(at)[1], z)
    return z, False, curvature(lambda at: falling(at)[1], z)


def _newton_step(hessian: Vector, slope: Vector) -> Vector | None:
    """-H^-1 g, flat directions left alone; None where H does not bend upwards."""
    if not np.isfinite(hessian).all():
        return None
    strength, directions = np.linalg.eigh(hessian)
    bound = FLAT * max(float(np.abs(strength).max(initial=0.0)), 1e-300)
    if strength.min(initial=math.inf) < -bound:
        return None
    safe = np.where(strength > bound, strength, math.inf)
    return np.asarray(-directions @ ((directions.T @ slope) / safe))


def curvature(gradient: Callable[[Vector], Vector], z: Vector, step: float = 1e-3) -> Vector:
    """The Hessian by fourth-order central differences of an exact gradient, made symmetric; [n, n].

    step: in units of z, which should be near the scale on which the function bends.
    """
    rows = np.zeros((len(z), len(z)))
    for place in range(len(z)):
        move = np.zeros(len(z))
        move[place] = step
        near = gradient(z + move) - gradient(z - move)
        far = gradient(z + 2.0 * move) - gradient(z - 2.0 * move)
        rows[place] = (8.0 * near - far) / (12.0 * step)
    return (rows + rows.T) / 2.0


@dataclass(frozen=True, eq=False)
class Covariances:
    """Of all coefficients [coefficients, coefficients]: from the Hessian; from the outer product of scores (Berndt,
    Hall, Hall and Hausman 1974), None where periods are too few for it; and the sandwich of Hessian and scores."""

    hessian: Vector
    outer: Vector | None
    sandwich: Vector


def covariances(likelihood: Likelihood, space: Freedom, peak: Peak) -> Covariances:
    """The covariances of the coefficients at a maximum.

    The outer product is that of the joint scores of coefficients and Sigma, as in Calzolari and Panattoni (1988); the
    sandwich takes the profiled scores, which are each period's influence on the coefficients.
    """
    bread = np.asarray(np.linalg.inv(-peak.hessian), dtype=np.float64)
    profiled = likelihood.profiled_scores(peak.coefficients) @ space.directions
    joint = likelihood.joint_scores(peak.coefficients)
    sigma = joint[:, len(peak.coefficients) :]
    joint = np.hstack([joint[:, : len(peak.coefficients)] @ space.directions, sigma])
    outer = None
    if len(joint) > joint.shape[1]:
        free = len(space.free)
        outer = space.covariance(np.asarray(np.linalg.inv(joint.T @ joint)[:free, :free], dtype=np.float64))
    return Covariances(
        space.covariance(bread), outer, space.covariance(bread @ (profiled.T @ profiled) @ bread)
    )
