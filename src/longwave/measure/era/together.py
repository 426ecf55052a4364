"""May the dimensions be pooled? Two tests: one date for all, and noise that does not move together.

One date: LR of own dates against one date on a common curve, against 199 artificial series from the pooled fit. Independent
noise: the Lagrange multiplier of Breusch and Pagan (1980), sum over pairs of T_ij r_ij^2 of the innovations at the
pooled fit, with its null distribution by shuffling each series' years (499 times). Pooled results are used only where
neither is rejected; the joint bootstrap would keep the intervals honest under common noise, but not the gain. Where
no era is found there is no date to share, and the tests are said nothing of.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.dates import DateSet, own_dates
from longwave.measure.era.grid import Grid
from longwave.measure.era.likelihood import Likelihood
from longwave.measure.era.resample import made_again

Vector = NDArray[np.float64]

SHUFFLES = 499
DRAWS = 199


def one_date(
    pooled: DateSet,
    likelihoods: Sequence[Likelihood],
    values: Sequence[Vector],
    generator: np.random.Generator,
) -> tuple[float, float]:
    """LR of own dates against one, and its bootstrap p-value."""
    ratio = float(_gain(pooled.grid, likelihoods, [one[:, None] for one in values])[0])
    fits = [one.fits(y, pooled.best) for one, y in zip(likelihoods, values, strict=True)]
    drawn = _gain(pooled.grid, likelihoods, made_again(likelihoods, fits, DRAWS, generator))
    return ratio, float((1 + np.sum(drawn >= ratio)) / (1 + DRAWS))


def _gain(grid: Grid, likelihoods: Sequence[Likelihood], values: Sequence[Vector]) -> Vector:
    """LR of own dates against one in each draw: (draws) from values (n, draws) of each series."""
    profiles: list[NDArray[np.floating]] = [
        one.profile(y)[0] for one, y in zip(likelihoods, values, strict=True)
    ]
    return np.asarray(2 * (own_dates(grid, profiles) - np.sum(profiles, axis=0).max(axis=0)), float)


def independent_noise(
    likelihoods: Sequence[Likelihood],
    values: Sequence[Vector],
    point: int,
    generator: np.random.Generator,
) -> tuple[float, float]:
    """Breusch-Pagan LM of the innovations at `point`, and its p-value by shuffling."""
    first = min(int(one.years[0]) for one in likelihoods)
    last = max(int(one.years[-1]) for one in likelihoods)
    table = np.full((last - first + 1, len(likelihoods)), np.nan)
    for j, (one, y) in enumerate(zip(likelihoods, values, strict=True)):
        left = one.fits(y, point)[0].left
        apart = one.shocks.any(axis=1)
        table[one.years[~apart] - first, j] = left[~apart]
    observed = _multiplier(table)
    shuffled = table.copy()
    count = 0
    for _ in range(SHUFFLES):
        for j in range(table.shape[1]):
            there = ~np.isnan(table[:, j])
            shuffled[there, j] = generator.permutation(table[there, j])
        count += _multiplier(shuffled) >= observed
    return observed, float((1 + count) / (1 + SHUFFLES))


def _multiplier(table: Vector) -> float:
    there = ~np.isnan(table)
    filled = np.where(there, table, 0.0)
    counts = there.T.astype(float) @ there
    cross = filled.T @ filled
    squares = (filled**2).T @ there
    correlation = cross / np.sqrt(np.maximum(squares * squares.T, 1e-300))
    upper = np.triu_indices(table.shape[1], 1)
    return float((np.where(counts >= 10, counts, 0.0) * correlation**2)[upper].sum())
