"""Bands that are as wide as the past says they should be.

A library's bands take the chosen model for true and its parameters for known, and are far too narrow on short series. Here
a band at level p and step h has the model's own half-width times two factors learned from rolling origins:

    half-width = own half-width x f(h, p) x w

- f(h, p), pooled: over all series of a frequency in a panel and all their origins, the p-quantile of |error| over the
  model's own half-width at p. Taken in part, 1 + (f - 1) N / (N + 30) with N series, and not at all below 30 series: a
  factor learned elsewhere does not transfer.
- w, the series' own: r is the 80 per cent quantile of its errors over its pooled half-widths at 80 per cent, at most four;
  shrunk by the number of origins K, w = 1 + (r - 1) K / (K + 10).

A series by itself has f = 1, and w never below one: little evidence may widen a band but not narrow it (`slow_growth` has
w = 1 then). A method that takes its model for true is then first set beside a rival (`interval.doubted`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.forecast.backtest import Trial
from longwave.forecast.method import Matrix, Prediction, Vector

ENOUGH_SERIES = 30
"""Series from which a pool says something of one more series like them."""

_POOL_SHRINK = 30
_OWN_SHRINK = 10
_MOST = 4.0
"""A single break in the past must not blow up every later band."""

BASE = 0.8
"""The level at which a series' own few errors are weighed; further out there are too few."""


@dataclass(frozen=True, eq=False)
class Ratios:
    """Errors of one series over the model's own half-widths: `at` has shape (trials, horizon, levels), NaN where there
    was no outcome."""

    at: Matrix
    levels: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Pool:
    """Factors learned from many series of one frequency: shape (horizon, levels); series: how many."""

    factors: Matrix
    levels: tuple[float, ...]
    series: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """factors: what half-widths are multiplied by, shape (horizon, levels); own: the series' part w; origins: how many
    it was tried at; pooled: series in the pool, 0 without one."""

    factors: Matrix
    levels: tuple[float, ...]
    own: float
    origins: int
    pooled: int = 0

    def quantile(self, said: Prediction, probability: float) -> Vector:
        """Calibrated quantiles, one a step: the model's own, moved away from the centre."""
        if probability == 0.5:
            return said.mean
        level = abs(2 * probability - 1)
        place = int(np.argmin(np.abs(np.array(self.levels) - level)))
        steps = len(said.mean)
        return np.asarray(said.mean + self.factors[:steps, place] * (said.quantile(probability) - said.mean))


def in_order(quantiles: Matrix) -> Matrix:
    """Quantiles of shape (shares, horizon) that do not cross: factors of two levels, learned from series of other shapes
    than this one's, might let them. Sorting brings none farther from the truth (Chernozhukov and others 2010)."""
    return np.sort(quantiles, axis=0)


def ratios(found: Sequence[Trial], horizon: int, levels: Sequence[float]) -> Ratios:
    """Errors of the trials over the model's own half-widths, on the side on which they fell; 80 per cent is always among
    the levels."""
    asked = tuple(sorted({*levels, BASE}))
    at = np.full((len(found), horizon, len(asked)), np.nan)
    for row, trial in enumerate(found):
        errors = trial.errors
        for place, level in enumerate(asked):
            at[row, : len(errors), place] = np.abs(errors) / _half_on_side(trial.said, level, errors)
    return Ratios(at, asked)


def _half_on_side(said: Prediction, level: float, errors: Vector) -> Vector:
    """Half-width above the centre where the outcome fell above it, below where below."""
    above = said.quantile(0.5 + level / 2) - said.mean
    below = said.mean - said.quantile(0.5 - level / 2)
    return np.maximum(np.where(errors >= 0, above, below), np.finfo(np.float64).tiny)


def learn_pool(many: Iterable[Ratios]) -> Pool | None:
    """The pooled factors; None with fewer series than a pool wants. Steps that too few series reached take the factors of
    the last one that enough did."""
    tried = [one for one in many if len(one.at)]
    return None if len(tried) < ENOUGH_SERIES else _pooled(tried, len(tried), ENOUGH_SERIES)


def _pooled(tried: Sequence[Ratios], series: int, fewest: int) -> Pool:
    """The factors of these, taken in part as those of so many series; fewest: errors that a step wants."""
    levels = tried[0].levels
    stacked = np.concatenate([one.at for one in tried])
    trust = series / (series + _POOL_SHRINK)
    factors = np.ones(stacked.shape[1:])
    for step in range(len(factors)):
        seen = stacked[np.isfinite(stacked[:, step, 0]), step]
        if len(seen) < fewest:
            factors[step:] = factors[step - 1] if step else 1.0
            break
        learned = [_reached(seen[:, place], level) for place, level in enumerate(levels)]
        factors[step] = 1 + trust * (np.array(learned) - 1)
    return Pool(factors, levels, series)


def _reached(sizes: Vector, level: float) -> float:
    """The size that the next one stays below with that probability: of n, the ceil(level (n + 1))-th smallest."""
    place = min(int(np.ceil(level * (len(sizes) + 1))), len(sizes)) - 1
    return float(np.partition(sizes, place)[place])


def calibrate(own: Ratios, pool: Pool | None = None, *, alone: bool = True) -> Calibration:
    """Factors of one series from its own trials and, where there is one, the pool's; steps beyond the pool's take those of
    its last.

    alone: whether the series' own trials may widen its bands where there is no pool. Few long and overlapping horizons
    are mostly noise; a method made for them has its own say of its width. Raises UsageError for a pool of other levels.
    """
    horizon = own.at.shape[1]
    if pool is not None and pool.levels != own.levels:
        given, learned = (tuple(f"{level:g}" for level in each) for each in (own.levels, pool.levels))
        raise UsageError(
            say("ensemble.pool_levels", given=given, learned=learned), say("ensemble.pool_levels_mend")
        )
    steps = np.minimum(np.arange(horizon), len(pool.factors) - 1) if pool is not None else 0
    factors = np.ones((horizon, len(own.levels))) if pool is None else pool.factors[steps]
    base = own.levels.index(BASE)
    sizes = (own.at[:, :, base] / factors[:, base]).ravel()
    sizes = sizes[np.isfinite(sizes)]
    origins = len(own.at)
    ratio = min(float(np.quantile(sizes, BASE)), _MOST) if len(sizes) else 1.0
    widening = 1 + (ratio - 1) * origins / (origins + _OWN_SHRINK)
    if pool is None:
        widening = max(widening, 1.0) if alone else 1.0
    return Calibration(factors * widening, own.levels, widening, origins, 0 if pool is None else pool.series)


def coverage(
    found: Sequence[Trial], own: Ratios, pool: Pool | None, level: float, *, alone: bool = True
) -> float:
    """Share of outcomes inside the calibrated band, each origin's factors taken from the other origins, so that none
    judges itself."""
    held = inside(own, pool, alone=alone)[: len(found), :, own.levels.index(level)]
    return float(np.nanmean(held))


def inside(own: Ratios, pool: Pool | None, *, alone: bool = True) -> Matrix:
    """Whether each outcome was inside its calibrated band, each origin's factors taken from the other origins: 1 or 0,
    shape (trials, horizon, levels), NaN where there was no outcome."""
    held = np.full(own.at.shape, np.nan)
    for row, sizes in enumerate(own.at):
        others = Ratios(np.delete(own.at, row, axis=0), own.levels)
        factors = calibrate(others, pool, alone=alone).factors
        held[row] = np.where(np.isfinite(sizes), sizes <= factors, np.nan)
    return held


def panel_inside(many: Iterable[Ratios], *, alone: bool = True) -> Matrix:
    """Whether past outcomes of the series of a panel were inside bands that had not seen them: shape (all trials, horizon,
    levels), NaN where there was no outcome; no rows where no series was tried.

    The pool of each series is learned from the other half of the series (every second one) and trusted as that of all of
    them is; each origin's own factor is that of the series' other origins.
    """
    tried = [one for one in many if len(one.at)]
    if not tried:
        return np.empty((0, 0, 0))
    halves = tried[::2], tried[1::2]
    enough = len(tried) >= ENOUGH_SERIES
    pools = [_pooled(half, len(tried), ENOUGH_SERIES // 2) if enough else None for half in halves]
    return np.concatenate([inside(one, pools[1 - place % 2], alone=alone) for place, one in enumerate(tried)])


def raw_coverage(found: Sequence[Trial], level: float) -> float:
    """Share of outcomes inside the model's own band, before anything was widened."""
    inside = [np.abs(one.errors) <= _half_on_side(one.own, level, one.errors) for one in found]
    return float(np.concatenate(inside).mean())
