"""Slow growth: the growth of a series has a mean that drifts slowly; the level is the sum of growth.

    g_t = y_t - y_{t-1} = mu_t + e_t,   mu_t = mu_{t-1} + h_t

The local level on first differences, ratio of drift to noise averaged over. The level h steps ahead has mean
y_n + h mu_n and variance

    s2 (h^2 P + h + r^2 h (h + 1) (2 h + 1) / 6),

P the variance of mu_n: near the end the third term, what growth may drift to, is what an average of the past leaves
out. Made for a logarithm (or a level) whose growth is uncertain in the long run, above all productivity: Edge, Laubach
and Williams (2007); Müller and Watson (2016). `docs/decisions/0018-slow-growth.md` gives reasons for the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, FitError, Vector
from longwave.forecast.methods.local_level import Grid, LevelFit, MixturePrediction, fit_level
from longwave.forecast.sound import ready

NAME = "slow_growth"

MOST_DRIFT = 0.6
"""Mean growth drifts in a year by less than this part of a year's noise, small ratios being likelier than large ones: even
odds beforehand are at 0.18, where a year's surprise of one point moves the believed mean by 0.16. At the end three years of
drift are as large as the noise of one; faster than that, growth is not slow."""

DISCOUNTS = (0.85, 0.9, 0.95, 1.0)
"""The variance of growth is remembered for seven years, ten, twenty or for ever: wars and depressions pass. The quickest
is what forecasters with quarterly data use, 0.96 a quarter (Koop and Korobilis 2013)."""


_ROUNDING = 1e-13
"""Growth that differs by less than this part of the level differs by its last digits only."""


@dataclass(frozen=True, eq=False)
class GrowthFit:
    """Growth as a local level, and the last value on which it builds."""

    last: float
    growth: LevelFit

    parameters: int = 2

    @property
    def label(self) -> Message:
        return say("long_run.slow_growth", ratio=self.growth.ratio)

    def ahead(self, horizon: int) -> MixturePrediction:
        summed = self.growth.summed(horizon)
        return MixturePrediction.of(
            summed.weights, summed.freedom, self.last + summed.centres, summed.spreads
        )

    def carried(self, values: Vector) -> GrowthFit:
        return GrowthFit(float(values[-1]), self.growth.carried(np.diff(values)))


class SlowGrowth:
    """most_drift: greatest ratio of drift to noise, both of a year; discounts: what part of the knowledge of the variance
    a year keeps."""

    fewest = 7
    several = False
    slow = False

    def __init__(self, most_drift: float = MOST_DRIFT, discounts: tuple[float, ...] = DISCOUNTS) -> None:
        self.most_drift = most_drift
        self.discounts = discounts

    def fit(self, values: Vector, season: int, seed: int) -> GrowthFit:
        run = ready(values, self.fewest)
        growth = np.diff(run)
        if np.ptp(growth) <= _ROUNDING * np.abs(run).max():
            raise FitError("growth does not vary")
        # The same model seen more often: drift over noise falls with the number of periods in a year, and what a
        # year keeps of the variance is kept in as many portions.
        kept = tuple(part ** (1 / season) for part in self.discounts)
        grid = Grid.falling(self.most_drift / season, kept)
        return GrowthFit(float(run[-1]), fit_level(growth, grid))


FORECAST_METHODS.register(NAME)(SlowGrowth())
