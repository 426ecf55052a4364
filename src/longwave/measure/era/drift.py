"""A second opinion by state space: the decay factor wanders freely, no curve is imposed.

    c_t = a + e^{x_t} + u_t,   x_t = x_{t-1} + ln lambda_t,   ln lambda_t = ln lambda_{t-1} + eta_t

eta normal, u AR(1). Given the two noise sizes, the persistence and the background a, the most likely path of x is
found by Gauss-Newton, its spread by the curvature there (Laplace), and each setting on a grid weighs with its Laplace
likelihood, so that the fan holds the doubt about the settings too. ln lambda is then a mixture of normals, and
P(lambda_t < 1) a mixture of normal probabilities. A random-walk ln lambda is a local linear trend in x
(Durbin and Koopman 2012, ch. 10-12 on non-linear observation).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_PERSISTENCE = (0.0, 0.3, 0.6)
_FLOORS = (0.0, 0.5, 1.0)
_STEPS = (0.004, 0.008, 0.016, 0.03, 0.06)
"""Yearly standard deviation of ln lambda: in twenty years it wanders by 0.02 to 0.3."""


@dataclass(frozen=True, eq=False)
class DecayPath:
    """table: index = year; columns decay, decay_low, decay_high (95 %), chance_below_one. Read it as the opinion of
    a smoother that knows the whole span, not as a test."""

    table: pd.DataFrame


def decay_path(years: NDArray[np.int64], values: Vector) -> DecayPath | None:
    """The path for yearly contributions (gaps allowed); None where they are not positive on average, since then
    there is no contribution whose decay could be told."""
    if values.mean() <= 0:
        return None
    span = np.arange(years[0], years[-1] + 1)
    weights, means, spreads = [], [], []
    low = min(float(np.quantile(values, 0.1)), float(values.mean()))
    for rho, floor, step in product(_PERSISTENCE, _FLOORS, _STEPS):
        found = _laplace(years, values, span, rho, min(floor * low, 0.9 * float(values.mean())), step)
        if found is not None:
            weights.append(found[0])
            means.append(found[1])
            spreads.append(found[2])
    if not weights:
        return None
    chance = np.exp(np.array(weights) - max(weights))
    return DecayPath(_mixture(span, chance / chance.sum(), np.array(means), np.array(spreads)))


def _laplace(
    years: NDArray[np.int64], values: Vector, span: NDArray[np.int64], rho: float, floor: float, step: float
) -> tuple[float, Vector, Vector] | None:
    """Log-likelihood, ln lambda and its spread at each year of `span` for one setting."""
    from scipy.linalg import cho_factor, cho_solve

    n = len(span)
    covariance = rho ** np.abs(np.subtract.outer(years, years))
    root = np.linalg.cholesky(covariance)
    pick = np.linalg.solve(root, (years[:, None] == span[None, :]).astype(float))
    target = np.linalg.solve(root, values - floor)
    bend = np.diff(np.eye(n), n=2, axis=0)
    prior = bend.T @ bend / step**2 + 1e-4 * np.eye(n)
    scale = float(np.std(values)) * 0.9
    x = np.full(n, np.log(max(float(values.mean()) - floor, 1e-6)))
    objective = np.inf
    for _ in range(60):
        level = np.exp(np.clip(x, -30, 30))
        jacobian = pick * level
        left = target - pick @ level
        hessian = jacobian.T @ jacobian / scale**2 + prior
        factor = cho_factor(hessian)
        move = cho_solve(factor, jacobian.T @ left / scale**2 - prior @ x)
        x = x + np.clip(move, -0.5, 0.5)
        scale = max(float(np.sqrt(np.mean(left**2))), 1e-12)
        now = float(left @ left) / scale**2 + float(x @ prior @ x) + 2 * len(values) * np.log(scale)
        if abs(objective - now) < 1e-6:
            break
        objective = now
    half = -0.5 * float(left @ left) / scale**2 - len(values) * np.log(scale) - np.log(np.diag(root)).sum()
    level_prior = 0.5 * np.linalg.slogdet(prior)[1] - 0.5 * float(x @ prior @ x)
    likelihood = half + level_prior - float(np.log(np.diag(factor[0])).sum())
    slope = np.diff(np.eye(n), axis=0)
    slope = np.vstack([slope[:1], slope])
    spread = np.sqrt(np.maximum(np.diag(slope @ cho_solve(factor, slope.T)), 0))
    return (likelihood, slope @ x, spread) if np.isfinite(likelihood) else None


def _mixture(span: NDArray[np.int64], weights: Vector, means: Vector, spreads: Vector) -> pd.DataFrame:
    from scipy.special import ndtr

    grid = np.linspace((means - 4 * spreads).min(), (means + 4 * spreads).max(), 800)
    spreads = np.maximum(spreads, 1e-9)
    below = np.array([weights @ ndtr((point - means) / spreads) for point in grid])
    bounds = [
        [float(np.interp(share, below[:, t], grid)) for t in range(len(span))]
        for share in (0.025, 0.5, 0.975)
    ]
    return pd.DataFrame(
        {
            "decay": np.exp(bounds[1]),
            "decay_low": np.exp(bounds[0]),
            "decay_high": np.exp(bounds[2]),
            "chance_below_one": weights @ ndtr(-means / spreads),
        },
        index=pd.Index(span, name="year"),
    )
