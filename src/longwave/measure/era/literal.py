"""The articles' equations as they are written, and what they would do: for comparison, never for estimates.

`docs/concepts/articles.md` puts each beside its right form.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def shrinking_level(level: float, decay: float, years: int) -> Vector:
    """E_n = E_0 lambda^n for n = 0 ... years: sends the *level* of productivity to zero."""
    return np.asarray(level * decay ** np.arange(years + 1))


def delayed_root(decay: float) -> complex:
    """The leading root s of dE/dt = ln(lambda) E(t - 1): s = W(ln lambda), Lambert's W, principal branch.

    Its real part is the growth rate a year, its imaginary part the angular speed of the swings. Raises ValueError
    unless lambda > 0.
    """
    from scipy.special import lambertw

    if decay <= 0:
        raise ValueError("lambda must be positive")
    return complex(lambertw(math.log(decay)))


def swings_below() -> float:
    """lambda below which the delayed equation oscillates: ln lambda = -1/e, the branch point of W (.6922)."""
    return math.exp(-math.exp(-1))


def explodes_below() -> float:
    """lambda below which its swings grow: ln lambda = -pi / 2, where W is imaginary (.2079)."""
    return math.exp(-math.pi / 2)


def delayed_path(level: float, decay: float, years: int, steps: int = 1000) -> Vector:
    """dE/dt = ln(lambda) E(t - 1) with E = level before the start, at whole years 0 ... years (Euler, `steps` a
    year)."""
    rate = math.log(decay) / steps
    path = np.full((years + 1) * steps + 1, float(level))
    for i in range(steps, len(path) - 1):
        path[i + 1] = path[i] + rate * path[i - steps]
    return path[steps::steps]


def linear_return(first: float, slope: float, years: int) -> Vector:
    """ROI_t = ROI_0 - slope t: negative after ROI_0 / slope years, for however high a return."""
    return np.asarray(first - slope * np.arange(years + 1))


def decaying_return(first: float, floor: float, rate: float, years: int) -> Vector:
    """The right form: ROI_t - floor = (ROI_0 - floor) exp(-rate t)."""
    return np.asarray(floor + (first - floor) * np.exp(-rate * np.arange(years + 1)))


def cross_entropy(theta: Vector, features: Vector, labels: Vector) -> tuple[float, Vector]:
    """Loss -(1/N) sum (y ln p + (1 - y) ln(1 - p)) of p = 1 / (1 + exp(-x theta)) and its gradient
    (1/N) sum (p - y) x: without the factor p (1 - p), which is squared loss's."""
    p = 1 / (1 + np.exp(-(features @ theta)))
    loss = -float(np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p)))
    return loss, np.asarray(features.T @ (p - labels) / len(labels))


def gradient_step(theta: Vector, gradient: Vector, speed: float, shrink: float = 0.0) -> Vector:
    """theta - speed x gradient - shrink x theta: downhill."""
    return np.asarray(theta - speed * gradient - shrink * theta)
