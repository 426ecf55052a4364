"""Step 3: missing figures are left missing, or filled by a stated rule with a flag and with the doubt of the
filling.

Whatever the rule, a filled figure is a guess: each comes with a standard error, which the rank intervals carry
through. No rule is the default.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.scorecard.indicators import Matrix, Vector

_NEIGHBOURS = 5
_ROUNDS = 60
_SETTLED = 1e-4
"""In standard deviations: what is filled is a guess with an error hundreds of times that."""


@dataclass(frozen=True, eq=False)
class Filled:
    """values with what was filled, errors of the filled cells (0 elsewhere), and which cells were filled."""

    values: Matrix
    errors: Matrix
    flags: NDArray[np.bool_]


def by_none(values: Matrix) -> Filled:
    """Nothing is filled; the aggregation leaves missing cells out and scales the other weights."""
    return Filled(values.copy(), np.zeros_like(values), np.zeros(values.shape, bool))


def by_mean(values: Matrix, groups: Vector | None = None) -> Filled:
    """The mean of the unit's group (of all units where none is given or where the group has no figure); error:
    the group's standard deviation. groups: a number a unit. (Handbook, unconditional mean imputation.)"""
    flags = np.isnan(values)
    filled, errors = values.copy(), np.zeros_like(values)
    labels = np.zeros(len(values)) if groups is None else groups
    for row, column in zip(*np.nonzero(flags), strict=True):
        same = values[labels == labels[row], column]
        same = same[~np.isnan(same)]
        if len(same) < 2:
            same = values[~np.isnan(values[:, column]), column]
        filled[row, column] = same.mean()
        errors[row, column] = same.std(ddof=1) if len(same) > 1 else 0.0
    return Filled(filled, errors, flags)


def by_neighbours(values: Matrix, count: int = _NEIGHBOURS) -> Filled:
    """The mean of the `count` nearest units that have the figure; distance: root mean square over standardised
    indicators that both have; error: their standard deviation. Falls back on the mean of all where no unit
    shares an indicator."""
    flags = np.isnan(values)
    filled, errors = values.copy(), np.zeros_like(values)
    spread = np.nanstd(values, axis=0)
    scaled = (values - np.nanmean(values, axis=0)) / np.where(spread > 0, spread, 1.0)
    for row in np.flatnonzero(flags.any(axis=1)):
        gaps = scaled - scaled[row]
        shared = (~np.isnan(gaps)).sum(axis=1)
        squares = np.nansum(gaps**2, axis=1)
        distance = np.where(shared > 0, np.sqrt(squares / np.maximum(shared, 1)), np.inf)
        distance[row] = np.inf
        for column in np.flatnonzero(flags[row]):
            near = np.flatnonzero(~flags[:, column] & np.isfinite(distance))
            chosen = near[np.argsort(distance[near], kind="stable")][:count]
            pool = values[chosen, column] if len(chosen) else values[~flags[:, column], column]
            filled[row, column] = pool.mean()
            errors[row, column] = pool.std(ddof=1) if len(pool) > 1 else np.nanstd(values[:, column])
    return Filled(filled, errors, flags)


def by_likelihood(values: Matrix) -> Filled:
    """Conditional mean under a multivariate normal fitted by the EM algorithm; error: conditional standard
    deviation. A small ridge keeps the covariance regular where indicators outnumber units. Reference: Little and
    Rubin (2002), chapter 11."""
    flags = np.isnan(values)
    if not flags.any():
        return by_none(values)
    centre, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    scaled = (values - centre) / np.where(spread > 0, spread, 1.0)
    filled = np.where(flags, 0.0, scaled)
    mean, covariance = filled.mean(axis=0), np.cov(filled.T, bias=True) + 0.05 * np.eye(values.shape[1])
    doubt = np.zeros_like(values)
    for _ in range(_ROUNDS):
        extra = np.zeros_like(covariance)
        before = filled.copy()
        for row in np.flatnonzero(flags.any(axis=1)):
            gone, here = flags[row], ~flags[row]
            if not here.any():
                filled[row], doubt[row] = mean, np.sqrt(np.diag(covariance))
                extra += covariance
                continue
            link = np.linalg.solve(covariance[np.ix_(here, here)], covariance[np.ix_(here, gone)])
            filled[row, gone] = mean[gone] + (scaled[row, here] - mean[here]) @ link
            left = covariance[np.ix_(gone, gone)] - covariance[np.ix_(gone, here)] @ link
            doubt[row, gone] = np.sqrt(np.maximum(np.diag(left), 0.0))
            extra[np.ix_(gone, gone)] += left
        mean = filled.mean(axis=0)
        away = filled - mean
        covariance = (away.T @ away + extra) / len(values) + 0.05 * np.eye(values.shape[1])
        if np.abs(filled - before).max() < _SETTLED:
            break
    scale = np.where(spread > 0, spread, 1.0)
    return Filled(
        np.where(flags, filled * scale + centre, values), np.where(flags, doubt * scale, 0.0), flags
    )


IMPUTATIONS: dict[str, Callable[[Matrix], Filled]] = {
    "none": by_none,
    "mean": by_mean,
    "neighbours": by_neighbours,
    "likelihood": by_likelihood,
}
