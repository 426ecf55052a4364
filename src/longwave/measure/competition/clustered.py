"""Least squares whose errors may be alike within a firm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

FEWEST_CLUSTERS = 10
"""Fewest firms: with fewer, clustered variances are far too small whatever correction is used."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients with their covariance and the degrees of freedom for Student's t (clusters less one)."""

    beta: Vector
    covariance: Vector
    freedom: int

    def interval(self, weights: Vector, level: float = 0.95) -> tuple[float, float, float]:
        """Value, low and high of a linear combination of the coefficients."""
        from scipy.special import stdtrit

        value = float(weights @ self.beta)
        half = float(stdtrit(self.freedom, 0.5 + level / 2)) * self.error(weights)
        return value, value - half, value + half

    def error(self, weights: Vector) -> float:
        return float(np.sqrt(max(0.0, float(weights @ self.covariance @ weights))))

    def p_value(self, weights: Vector) -> float:
        """Of the null that the combination is zero, two-sided."""
        from scipy.special import stdtr

        error = self.error(weights)
        if error == 0:
            return 0.0 if weights @ self.beta else 1.0
        return float(2 * stdtr(self.freedom, -abs(float(weights @ self.beta)) / error))


def clustered(y: Vector, x: NDArray[np.float64], clusters: NDArray[np.generic]) -> Fit:
    """Least squares of y on x with the CR3 (jackknife) cluster-robust covariance (Bell and McCaffrey 2002), which
    errs on the wide side where clusters are few.

    Raises ValueError for fewer than ten clusters, for regressors of less than full rank, and where leaving out one cluster
    makes them so.
    """
    names, place = np.unique(clusters, return_inverse=True)
    if len(names) < FEWEST_CLUSTERS:
        raise ValueError("clustered errors need at least ten firms")
    gram = x.T @ x
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("the regressors do not vary independently of each other")
    beta: Vector = np.asarray(np.linalg.solve(gram, x.T @ y), dtype=np.float64)
    moves = np.empty((len(names), x.shape[1]))
    for which in range(len(names)):
        own = place == which
        inner = gram - x[own].T @ x[own]
        roots = np.linalg.eigvalsh(inner)
        if roots[0] <= 1e-12 * roots[-1]:
            raise ValueError("a single firm carries a coefficient alone")
        # beta without a cluster, less beta: -(X'X - Xg'Xg)^-1 Xg'e_g
        moves[which] = np.linalg.solve(inner, x[own].T @ (y[own] - x[own] @ beta))
    covariance = (len(names) - 1) / len(names) * moves.T @ moves
    return Fit(beta, covariance, len(names) - 1)
