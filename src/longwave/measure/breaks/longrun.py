"""The long-run covariance of a regression's scores: quadratic spectral kernel, automatic bandwidth, prewhitening.

Andrews (1991), Andrews and Monahan (1992), in the form of Bai and Perron (2003): scores v_t = x_t u_t; a first-order
vector autoregression without constant is taken out (prewhitening), the kernel's bandwidth is
1.3221 (a T)^(1/5) with a from univariate AR(1) fits of equal weight, the sum is divided by T - q and coloured again.
"""

from __future__ import annotations

import numpy as np

from longwave.measure.breaks.segments import Matrix, Vector

_MOST_PERSISTENT = 0.97
"""Autoregressive roots are held below this, as Andrews and Monahan advise: at 1 the variance has no end."""


def long_run_covariance(scores: Matrix, prewhiten: bool = True) -> Matrix:
    """The long-run covariance matrix (q, q) of scores (T, q), in the square of their unit."""
    if not prewhiten or len(scores) < 3:
        return _kernel_sum(scores)
    slopes = np.linalg.lstsq(scores[:-1], scores[1:], rcond=None)[0].T
    u, singular, v = np.linalg.svd(slopes)
    slopes = (u * np.minimum(singular, _MOST_PERSISTENT)) @ v
    inner = _kernel_sum(scores[1:] - scores[:-1] @ slopes.T)
    colour = np.linalg.inv(np.eye(len(slopes)) - slopes)
    return np.asarray(colour @ inner @ colour.T, dtype=np.float64)


def bandwidth(scores: Matrix) -> float:
    """Andrews's automatic bandwidth of the quadratic spectral kernel, in periods."""
    before, after = scores[:-1], scores[1:]
    scale = (before**2).sum(axis=0)
    if (scale == 0).any() or len(scores) < 3:
        return 0.0
    slope = np.clip((before * after).sum(axis=0) / scale, -_MOST_PERSISTENT, _MOST_PERSISTENT)
    power = (((after - slope * before) ** 2).mean(axis=0)) ** 2
    below = (power / (1 - slope) ** 4).sum()
    if below == 0:
        return 0.0
    ratio = (4 * slope**2 * power / (1 - slope) ** 8).sum() / below
    return float(1.3221 * (ratio * len(scores)) ** 0.2)


def quadratic_spectral(lag: Vector) -> Vector:
    """The kernel's weight at lag / bandwidth, which must not be 0."""
    angle = 6 * np.pi * lag / 5
    return np.asarray(3 * (np.sin(angle) / angle - np.cos(angle)) / angle**2, dtype=np.float64)


def _kernel_sum(scores: Matrix) -> Matrix:
    count, q = scores.shape
    width = bandwidth(scores)
    total = scores.T @ scores
    if width > 0:
        weights = quadratic_spectral(np.arange(1, count) / width)
        # All lags at once through the matrix of weights by distance; n is a regime's length, so it stays small.
        distance = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
        total = scores.T @ np.append(1.0, weights)[distance] @ scores
    return np.asarray(total / max(count - q, 1), dtype=np.float64)
