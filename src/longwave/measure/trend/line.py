"""A straight line through figures whose noise persists: slope and interval with the persistence averaged over.

    y_t = a + b x_t + u_t,   u an AR(1), from white noise to a random walk

For a level that wanders (a price, a logarithm of a cost) ordinary least squares gives intervals that are much too narrow.
For each persistence on a grid up to `RANDOM_WALK` the slope is the generalised least squares one; its restricted
likelihood weighs it, the scale is integrated out, and the bounds are quantiles of the mixture of Student distributions.
With persistence one this is the regression of differences on differences (Lafond and others 2018 for learning curves).
"""

from __future__ import annotations

import numpy as np

from longwave.measure.intervals import Interval
from longwave.measure.trend.gaussian import Array, mixture_bounds, restricted_likelihood

RANDOM_WALK = 0.999
"""Persistence that stands for a random walk: the intercept takes up the rest."""

_GRID = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, RANDOM_WALK])
_BEFOREHAND = 6.0
"""Weight of a random walk beforehand, that of each other persistence being one: costs and counts often are one, and few
years cannot tell it from a persistence of 0.8."""
FEWEST = 6
"""Fewest observations: four degrees of freedom."""


def persistent_line(times: np.ndarray, x: Array, y: Array, level: float = 0.95) -> Interval:
    """Slope of y on x with its interval; `persistence` of the result is the mean over the grid.

    times: when each was seen, whole numbers in order, gaps allowed; x, y: (n,). Raises ValueError where fewer than
    `FEWEST` are given, times do not rise, x does not vary, or the figures lie on a line.
    """
    if len(y) < FEWEST:
        raise ValueError(f"{len(y)} observations; {FEWEST} are needed")
    if (np.diff(times) <= 0).any():
        raise ValueError("times have to rise")
    centred = x - x.mean()
    if np.abs(centred).max() <= 1e-12 * max(1.0, float(np.abs(x).max())):
        raise ValueError("x does not vary")
    unit_x, unit_y = float(centred.std()), float(y.std())
    design = np.column_stack([np.ones(len(y)), centred / unit_x])
    scaled = (y - y.mean()) / (unit_y or 1.0)
    left = scaled - design @ np.linalg.lstsq(design, scaled, rcond=None)[0]
    if np.abs(left).max() <= 1e-9:
        raise ValueError("the figures lie on a straight line")
    lag = np.abs(times[:, None] - times[None, :])
    cov = _GRID[:, None, None] ** lag
    likelihood, scale, beta, inverse = restricted_likelihood(scaled, design, cov)
    wx = inverse @ design
    spread = np.sqrt(scale * np.linalg.inv(np.swapaxes(wx, 1, 2) @ wx)[:, 1, 1])
    weights = np.exp(likelihood - likelihood.max()) * np.where(_GRID == RANDOM_WALK, _BEFOREHAND, 1.0)
    weights /= weights.sum()
    low, high = mixture_bounds(weights, beta[:, 1:], spread[:, None], len(y) - 2, level)
    ratio = unit_y / unit_x
    return Interval(
        float(weights @ beta[:, 1]) * ratio,
        float(low[0]) * ratio,
        float(high[0]) * ratio,
        float(weights @ _GRID),
        level,
    )
