"""The local level: figures that are a wandering level plus noise.

    y_t = mu_t + e_t,   mu_{t+1} = mu_t + h_t

Harvey (1989), chapter 2. The two variances by maximum likelihood with an exact diffuse start (Durbin and Koopman 2012,
chapter 5): the usual approximate diffuse start of statsmodels gives other numbers, and which ones depends on the
optimiser.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.measure.trend.gaussian import restricted_likelihood
from longwave.measure.trend.local_linear import state_space, values_of

FEWEST = 8
"""Fewest observations: two variances and a starting value."""


@dataclass(frozen=True, eq=False)
class LocalLevel:
    """frame: index = year, columns level, level_low, level_high (given the variances, all years used);
    irregular, level: the two variances; loglikelihood: exact diffuse, as statsmodels counts it."""

    frame: pd.DataFrame
    irregular: float
    level: float
    loglikelihood: float


def local_level(values: pd.Series, coverage: float = 0.95) -> LocalLevel:
    """The local level model of a series indexed by whole years; years may be missing.

    The bands hold the variances at their most likely values. Raises ValueError where fewer than `FEWEST` years have a
    figure, years repeat, a figure is infinite, or all are equal.
    """
    from scipy.optimize import minimize_scalar
    from scipy.stats import norm

    known = values_of(values, FEWEST)
    years, y = known.index.to_numpy(np.int64), known.to_numpy(float)
    unit = float(y.std())
    if unit <= 1e-9 * max(float(np.abs(y).max()), 1e-300):
        raise ValueError("all figures are equal: there is nothing to smooth")
    ones, noise = np.ones((len(y), 1)), np.eye(len(y))
    since = years - years[0]
    wander = np.minimum(since[:, None], since[None, :]).astype(float)
    scaled = (y - y.mean()) / unit

    def fit(angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cos, sin = (part[:, None, None] for part in (np.cos(angles) ** 2, np.sin(angles) ** 2))
        likelihood, scale, _, _ = restricted_likelihood(
            scaled, ones, cos * noise + sin * wander + 1e-12 * noise
        )
        return likelihood, scale

    grid = np.linspace(0.0, np.pi / 2, 41)
    best = int(np.argmax(fit(grid)[0]))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    angle = minimize_scalar(
        lambda one: -float(fit(np.array([one]))[0][0]),
        bounds=around,
        method="bounded",
        options={"xatol": 1e-10},
    ).x
    scale = float(fit(np.array([angle]))[1][0]) * unit**2
    variances = (scale * np.cos(angle) ** 2, scale * np.sin(angle) ** 2)
    every = pd.RangeIndex(years[0], years[-1] + 1, name="year")
    found = state_space(known.reindex(every), "llevel").smooth(list(variances))
    centre = found.smoothed_state[0]
    half = float(norm.ppf(0.5 + coverage / 2)) * np.sqrt(np.maximum(found.smoothed_state_cov[0, 0], 0.0))
    frame = pd.DataFrame(
        {"level": centre, "level_low": centre - half, "level_high": centre + half}, index=every
    )
    return LocalLevel(frame, float(variances[0]), float(variances[1]), float(found.llf))
