"""A yearly series as fixed terms plus a sum of independent Gaussian processes, in closed form.

    y = X b + u,   u ~ N(0, s2 * V),   V = sum over processes of (share of that process) * (its covariance)

b is not known beforehand at all (diffuse), so the likelihood is the restricted one (Harville 1977), which is the exact
diffuse likelihood of the state-space form up to a constant. What the processes did, given the data, is linear in y:
the best linear unbiased prediction. Missing years are simply rows that are not there. Several weightings of the
processes are computed at once, because the trend is averaged over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Conditional:
    """What the data say under each of G weightings of the processes.

    log_likelihood: shape (G,), restricted, s2 integrated out with prior 1/s2; scale: (G,), the restricted estimate of
    s2; mean: (G, m), means of the m targets; covariance: (G, m, m), divided by s2. Conditional on a weighting, a linear
    combination of the targets is Student-distributed with `freedom` degrees of freedom.
    """

    log_likelihood: Array
    scale: Array
    mean: Array
    covariance: Array
    freedom: int


def restricted_likelihood(y: Array, x: Array, cov: Array) -> tuple[Array, Array, Array, Array]:
    """Restricted log likelihood of y under each covariance, with the scale concentrated or integrated out.

    y: (n,); x: (n, k); cov: (G, n, n). Returns log likelihood (G,) up to a constant, scale (G,), fixed terms (G, k) and
    the inverse Cholesky factors (G, n, n). Raises numpy.linalg.LinAlgError where a covariance is not positive definite.
    """
    inverse = np.linalg.inv(np.linalg.cholesky(cov))
    wx, wy = inverse @ x, inverse @ y
    information = np.swapaxes(wx, 1, 2) @ wx
    beta = np.linalg.solve(information, (np.swapaxes(wx, 1, 2) @ wy[..., None]))[..., 0]
    rest = ((wy - (wx @ beta[..., None])[..., 0]) ** 2).sum(axis=1)
    freedom = len(y) - x.shape[1]
    log_det = -2.0 * np.log(np.diagonal(inverse, axis1=1, axis2=2)).sum(axis=1)
    _, log_info = np.linalg.slogdet(information)
    likelihood: Array = np.asarray(-0.5 * (log_det + log_info + freedom * np.log(rest)))
    return likelihood, np.asarray(rest / freedom), np.asarray(beta), np.asarray(inverse)


def condition(y: Array, x: Array, cov: Array, target_x: Array, cross: Array, own: Array) -> Conditional:
    """Means and covariances of targets that share the fixed terms and the processes with y.

    target_x: (m, k), the targets' fixed terms; cross: (G, m, n), covariance of targets and data; own: (G, m, m),
    covariance of the targets among themselves; all divided by s2. Raises numpy.linalg.LinAlgError.
    """
    likelihood, scale, beta, inverse = restricted_likelihood(y, x, cov)
    wx, wy = inverse @ x, inverse @ y
    weighted = cross @ np.swapaxes(inverse, 1, 2)
    left = wy - (wx @ beta[..., None])[..., 0]
    mean = target_x @ beta[..., None] + weighted @ left[..., None]
    slack = target_x - weighted @ wx
    information = np.swapaxes(wx, 1, 2) @ wx
    covariance = (
        own
        - weighted @ np.swapaxes(weighted, 1, 2)
        + slack @ np.linalg.solve(information, np.swapaxes(slack, 1, 2))
    )
    return Conditional(likelihood, scale, mean[..., 0], covariance, len(y) - x.shape[1])


def mixture_bounds(
    weights: Array, centre: Array, spread: Array, freedom: int, level: float
) -> tuple[Array, Array]:
    """Equal-tailed bounds of mixtures of Student distributions, by bisection.

    weights: (G,); centre, spread: (G, m). Returns low and high, each (m,).
    """
    from scipy.special import stdtr, stdtrit

    reach = float(stdtrit(freedom, 0.5 + level / 2)) * 1.5
    found = []
    for wanted in (0.5 - level / 2, 0.5 + level / 2):
        low = (centre - reach * spread).min(axis=0)
        high = (centre + reach * spread).max(axis=0)
        for _ in range(22):
            middle = (low + high) / 2
            below = weights @ stdtr(freedom, (middle - centre) / np.maximum(spread, 1e-300)) < wanted
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found.append((low + high) / 2)
    return found[0], found[1]
