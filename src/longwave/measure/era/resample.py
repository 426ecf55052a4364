"""Series made again from a fit: the parametric bootstrap, jointly over dimensions.

Noise structures are drawn by their restricted likelihood, not plugged in, because a short sample does not know
its persistence. Innovations are drawn by year, the same years for all series, so that what moves together in the
figures moves together in the draws; where a series lacks the year (or had a shock in it), one of its own others
stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.likelihood import Fit, Likelihood

Vector = NDArray[np.float64]


def made_again(
    likelihoods: Sequence[Likelihood],
    fits: Sequence[list[Fit]],
    draws: int,
    generator: np.random.Generator,
) -> list[Vector]:
    """For each series its `draws` artificial versions, (n, draws). fits: as `Likelihood.fits` gives them."""
    first = min(int(one.years[0]) for one in likelihoods)
    last = max(int(one.years[-1]) for one in likelihoods)
    pool = np.full((last - first + 1, len(likelihoods)), np.nan)
    for j, (likelihood, ranked) in enumerate(zip(likelihoods, fits, strict=True)):
        pool[likelihood.years - first, j] = _innovations(likelihood, ranked[0])
    rows = generator.integers(0, len(pool), size=(len(pool), draws))
    return [
        _series(likelihood, ranked, pool[:, j], rows[likelihood.years - first], generator)
        for j, (likelihood, ranked) in enumerate(zip(likelihoods, fits, strict=True))
    ]


def _innovations(likelihood: Likelihood, fit: Fit) -> Vector:
    """Whitened residuals with variance one; missing in the years of shocks, where the fit is exact."""
    left = fit.left.copy()
    left[likelihood.shocks.any(axis=1)] = np.nan
    spread = np.sqrt(np.nanmean((left - np.nanmean(left)) ** 2))
    return np.asarray((left - np.nanmean(left)) / max(spread, 1e-300))


def _series(
    likelihood: Likelihood,
    ranked: list[Fit],
    pool: Vector,
    rows: NDArray[np.int64],
    generator: np.random.Generator,
) -> Vector:
    drawn = pool[rows]
    gaps = np.isnan(drawn)
    own = pool[~np.isnan(pool)]
    drawn[gaps] = own[generator.integers(0, len(own), size=int(gaps.sum()))]
    chances = np.exp([fit.likelihood - ranked[0].likelihood for fit in ranked])
    choice = generator.choice(len(ranked), size=drawn.shape[1], p=chances / chances.sum())
    made = np.empty_like(drawn)
    for which in np.unique(choice):
        mine = choice == which
        fit = ranked[which]
        made[:, mine] = fit.mean[:, None] + fit.scale * (likelihood.roots[fit.structure] @ drawn[:, mine])
    return made
