"""Seasonal random walk: each season repeats its last value.

Mean y_{n+h-m(k+1)}, k = floor((h-1)/m); variance s2 (k + 1), s2 the mean square of the differences over m periods
(Hyndman and Athanasopoulos 2021, 5.2 and 5.5). With one period a year it is the random walk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, Prediction, Vector
from longwave.forecast.methods.naive import root_mean_square
from longwave.forecast.sound import ready, sound

NAME = "seasonal_naive"


@dataclass(frozen=True, eq=False)
class SeasonalNaiveFit:
    """The run that ends in the last year, and the root mean square of the yearly differences."""

    values: Vector
    season: int
    spread: float

    parameters: int = 0

    @property
    def label(self) -> Message:
        return say("methods.seasonal_naive" if self.season > 1 else "methods.naive")

    def ahead(self, horizon: int) -> Prediction:
        steps = np.arange(horizon)
        sd = self.spread * np.sqrt(1.0 + steps // self.season)
        return sound(Prediction(self.values[-self.season :][steps % self.season], sd), self.values)

    def carried(self, values: Vector) -> SeasonalNaiveFit:
        return SeasonalNaiveFit(np.array(values, dtype=np.float64), self.season, self.spread)


class SeasonalNaive:
    """fewest: of yearly values; with m periods a year at least m + 3 are needed, so that three differences tell the
    spread."""

    fewest = 4
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> SeasonalNaiveFit:
        run = ready(values, season + 3)
        return SeasonalNaiveFit(run, season, root_mean_square(run[season:] - run[:-season]))


FORECAST_METHODS.register(NAME)(SeasonalNaive())
