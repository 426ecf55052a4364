"""The loss that a book passes once in a thousand years: its exact distribution, not a simulation of it.

    P(L <= x) = integral over z of P(L <= x | z) phi(z) dz,   PD_i(z) = N((G(PD_i) - sqrt(R_i) z) / sqrt(1 - R_i))

Given the common factor z, names default independently (Vasicek 2002), so that the conditional distribution is a
convolution: of every outcome where names are few, on a grid of losses for the largest names where they are many, with
the many small ones normal around their conditional mean. A draw of the worst of a thousand years would rest on a
handful of draws, and another seed would give another figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longwave.decide.early_warning.capital import correlation

Vector = NDArray[np.float64]

_EXACT = 12
"""Names of which every outcome is counted."""
_LARGE, _SMALL = 80, 0.001
"""The largest names are counted one by one, but none below a thousandth of what is at risk."""
_GRID = 2000
_EDGE, _STEP = 8.0, 0.02
_HALVINGS = 60
_BLOCK = 2_000


def loss_quantile(at_risk: Vector, pd_now: Vector, level: float) -> float:
    """The quantile of one year's loss when names default one by one, tied by one common factor.

    at_risk: loss of each name in default; pd_now: its probability; both of shape (names,).
    """
    there = at_risk > 0
    at_risk, pd_now = np.asarray(at_risk[there], float), np.asarray(pd_now[there], float)
    if not len(at_risk):
        return 0.0
    order = np.argsort(-at_risk, kind="stable")
    at_risk, pd_now = at_risk[order], pd_now[order]
    factor, weights = _factor()
    if len(at_risk) <= _EXACT:
        return _of_outcomes(*_outcomes(at_risk, weights, _given(factor, pd_now)), level)
    large = int(min(_LARGE, np.sum(at_risk > _SMALL * at_risk.sum())))
    unit = float(at_risk.sum()) / _GRID
    grid = _on_grid(at_risk[:large] / unit, _given(factor, pd_now[:large]))
    if large == len(at_risk):
        steps = np.asarray(unit * np.arange(grid.shape[1]), float)
        return _of_outcomes(steps, np.asarray(weights @ grid, float), level)
    mean, variance = _moments(factor, at_risk[large:], pd_now[large:])
    # Within a step of the factor the mean moves on: its spread there counts as well.
    variance = variance + np.gradient(mean) ** 2 / 12
    return _of_mixture(unit, grid, weights, mean, np.sqrt(variance), level)


def _factor() -> tuple[Vector, Vector]:
    """Values of the common factor, and the chance of each."""
    from scipy.special import ndtr

    factor = np.arange(-_EDGE, _EDGE + _STEP / 2, _STEP)
    weights = ndtr(factor + _STEP / 2) - ndtr(factor - _STEP / 2)
    return factor, np.asarray(weights / weights.sum(), float)


def _given(factor: Vector, pd_now: Vector) -> Vector:
    """Default probabilities for values of the factor, shape (values, names)."""
    from scipy.special import ndtr, ndtri

    r = correlation(pd_now)
    return np.asarray(ndtr((ndtri(pd_now) - np.sqrt(r) * factor[:, None]) / np.sqrt(1 - r)), float)


def _moments(factor: Vector, at_risk: Vector, pd_now: Vector) -> tuple[Vector, Vector]:
    """Mean and variance of the loss of many names for values of the factor, by blocks of names."""
    mean, variance = np.zeros(len(factor)), np.zeros(len(factor))
    for start in range(0, len(at_risk), _BLOCK):
        part = slice(start, start + _BLOCK)
        odds = _given(factor, pd_now[part])
        mean += odds @ at_risk[part]
        variance += (odds * (1 - odds)) @ at_risk[part] ** 2
    return mean, variance


def _outcomes(at_risk: Vector, weights: Vector, chance: Vector) -> tuple[Vector, Vector]:
    """Every sum of losses, in rising order, with its probability."""
    sums, odds = np.zeros(1), np.ones((len(weights), 1))
    for loss, own in zip(at_risk, chance.T, strict=True):
        sums = np.concatenate([sums, sums + loss])
        odds = np.concatenate([odds * (1 - own[:, None]), odds * own[:, None]], axis=1)
    order = np.argsort(sums, kind="stable")
    return sums[order], np.asarray((weights @ odds)[order], float)


def _of_outcomes(sums: Vector, odds: Vector, level: float) -> float:
    """The least loss that is not passed with probability `level`."""
    return float(sums[min(int(np.searchsorted(np.cumsum(odds), level - 1e-12)), len(sums) - 1)])


def _on_grid(steps: Vector, chance: Vector) -> Vector:
    """Probabilities of losses on a grid, shape (values of the factor, grid). steps: each name's loss in steps of the
    grid; one that falls between two is parted among them, which keeps the mean."""
    width = int(np.ceil(steps).sum()) + 1
    found = np.zeros((len(chance), width))
    found[:, 0] = 1.0
    filled = 1
    for step, own in zip(steps, chance.T, strict=True):
        whole, part = int(step), step - int(step)
        before = found[:, :filled].copy()
        found[:, :filled] *= 1 - own[:, None]
        found[:, whole : whole + filled] += own[:, None] * (1 - part) * before
        if part > 0:
            found[:, whole + 1 : whole + 1 + filled] += own[:, None] * part * before
        filled += whole + (part > 0)
    return found


def _of_mixture(
    unit: float, grid: Vector, weights: Vector, mean: Vector, spread: Vector, level: float
) -> float:
    """The quantile of a loss on the grid plus a normal one, both given the factor."""
    from scipy.special import ndtr

    steps = unit * np.arange(grid.shape[1])
    spread = np.maximum(spread, 1e-9 * unit)
    low, high = 0.0, float(steps[-1] + mean.max() + 10 * spread.max())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = ndtr((middle - steps - mean[:, None]) / spread[:, None])
        if float(weights @ (grid * below).sum(axis=1)) < level:
            low = middle
        else:
            high = middle
        if high - low <= 1e-6 * high:
            break
    return (low + high) / 2
