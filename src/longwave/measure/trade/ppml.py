"""Poisson pseudo-maximum likelihood with absorbed effects: what moves trade flows, zeros kept.

    E[y | x] = mu = exp(x b + d),   d a sum of effects (exporter-time, importer-time, pair)
    IRLS:  z = ln mu + (y - mu) / mu,   least squares of z on x and the effects with weights mu, until the deviance rests

Santos Silva and Tenreyro (2006): consistent where only the mean is right, and needs no logarithm of a flow. Each step is
linearmodels' `AbsorbingLS`, so that thousands of effects are never columns. At rest its clustered covariance is the
pseudo-likelihood's sandwich; the small-sample factor G/(G-1) (n-1)/(n-K) counts in K no effects that lie within clusters
(as ppmlhdfe and fixest do).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_STEPS = 200
_AT_REST = 1e-11
"""Relative change of the deviance below which a step changes nothing that is told."""
_PRECISE: dict[str, Any] = {"atol": 1e-12, "btol": 1e-12}
"""LSMR's tolerances: the effects are solved for far closer than any figure is told."""


@dataclass(frozen=True, eq=False)
class PoissonFit:
    """b (k,), covariance (k, k) clustered; mu (n,) fitted flows; deviance; clusters; steps; converged."""

    b: Vector
    covariance: Matrix
    mu: Vector
    deviance: float
    clusters: int
    steps: int
    converged: bool

    @property
    def errors(self) -> Vector:
        return np.sqrt(np.diag(self.covariance))


def ppml(y: Vector, x: Matrix, effects: tuple[Codes, ...], clusters: Codes) -> PoissonFit:
    """The fit. y (n,): flows, none below zero, some above; x (n, k): regressors that the effects do not absorb; effects:
    group codes (n,) each; clusters (n,): codes within which errors may be alike. Nothing is checked here: separated rows
    and absorbed regressors have to be gone (`longwave.measure.trade.separation`).
    """
    groups = pd.DataFrame({str(which): pd.Categorical(codes) for which, codes in enumerate(effects)})
    mu = (y + y.mean()) / 2
    eta, last, now, steps = np.log(mu), np.inf, np.inf, 0
    converged = False
    while steps < MOST_STEPS and not converged:
        steps += 1
        z = eta + (y - mu) / mu
        eta = z - _step(z, x, groups, mu, clusters).resids.to_numpy(float).ravel()
        mu = np.exp(np.clip(eta, -300.0, 300.0))
        now = deviance(y, mu)
        converged = abs(last - now) <= _AT_REST * max(now, 1e-8 * y.sum())
        last = now
    z = eta + (y - mu) / mu
    final = _step(z, x, groups, mu, clusters)
    spread = np.asarray(final.cov, dtype=float) * _small_sample(x.shape[1], effects, clusters)
    count = len(np.unique(clusters))
    return PoissonFit(final.params.to_numpy(float), spread, mu, now, count, steps, converged)


def deviance(y: Vector, mu: Vector) -> float:
    """Twice the Poisson log-likelihood's distance from a perfect fit."""
    there = y > 0
    return float(2 * ((y[there] * np.log(y[there] / mu[there])).sum() - (y - mu).sum()))


def left_after(columns: Matrix, effects: tuple[Codes, ...]) -> Matrix:
    """What is left of each column once the effects are taken out, shape (n, k)."""
    from linearmodels.iv.absorbing import AbsorbingLS

    groups = pd.DataFrame({str(which): pd.Categorical(codes) for which, codes in enumerate(effects)})
    left = [
        AbsorbingLS(column, absorb=groups)
        .fit(method="lsmr", absorb_options=_PRECISE)
        .resids.to_numpy(float)
        .ravel()
        for column in columns.T
    ]
    return np.column_stack(left)


def _step(z: Vector, x: Matrix, groups: pd.DataFrame, weights: Vector, clusters: Codes) -> Any:
    from linearmodels.iv.absorbing import AbsorbingLS

    # Weights far below the others would be lost in rounding; such rows are fitted at zero either way.
    floor = np.maximum(weights, 1e-12 * weights.max())
    model = AbsorbingLS(z, x, absorb=groups, weights=floor)
    return model.fit(
        method="lsmr", absorb_options=_PRECISE, cov_type="clustered", clusters=clusters, debiased=False
    )


def _small_sample(k: int, effects: tuple[Codes, ...], clusters: Codes) -> float:
    n, count = len(clusters), len(np.unique(clusters))
    counted = [len(np.unique(codes)) for codes in effects if not _within(codes, clusters)]
    parameters = k + sum(counted) - max(len(counted) - 1, 0)
    return count / (count - 1) * (n - 1) / max(n - parameters, 1)


def _within(codes: Codes, clusters: Codes) -> bool:
    """Whether each group lies within one cluster."""
    pairs = np.unique(np.column_stack([codes, clusters]), axis=0)
    return len(pairs) == len(np.unique(codes))
