"""Naive2, the yardstick of the M4 competition: a random walk on seasonally adjusted values (Makridakis, Spiliotis
and Assimakopoulos 2020, appendix; the competition's published code).

Seasonal if n >= 3m and |r_m| > 1.645 sqrt((1 + 2 (r_1^2 + ... + r_{m-1}^2)) / n), r the autocorrelations: a test at
90 per cent. Then classical multiplicative decomposition: centred moving average over a year, mean ratio to it by
season, factors brought to a mean of one. Mean (y_n / s_n) s_{n+h}; variance h s2 s_{n+h}^2, s2 the mean square of the
adjusted steps. Where a value is not positive, or a factor is below a hundredth, the decomposition is additive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, Prediction, Vector
from longwave.forecast.methods.naive import root_mean_square
from longwave.forecast.sound import ready, sound

NAME = "naive2"
_CRITICAL = 1.645
_LEAST_YEARS = 3
_LEAST_FACTOR = 0.01
"""Adjusting by a smaller factor would blow one season's noise up a hundredfold."""


@dataclass(frozen=True, eq=False)
class Seasons:
    """pattern: one number for each period of the year, beginning with that of the first value."""

    pattern: Vector
    multiplicative: bool

    def at(self, start: int, count: int) -> Vector:
        """The numbers for `count` periods from position `start` of the run on."""
        return self.pattern[np.arange(start, start + count) % len(self.pattern)]

    def taken_off(self, values: Vector) -> Vector:
        usual = self.at(0, len(values))
        return values / usual if self.multiplicative else values - usual

    def put_back(self, said: Prediction, start: int) -> Prediction:
        usual = self.at(start, len(said.mean))
        if self.multiplicative:
            return Prediction(said.mean * usual, said.sd * usual)
        return Prediction(said.mean + usual, said.sd)


NO_SEASONS = Seasons(np.zeros(1), multiplicative=False)


@dataclass(frozen=True, eq=False)
class Naive2Fit:
    """The run, its seasons, and the root mean square of the adjusted steps."""

    values: Vector
    seasons: Seasons
    spread: float

    @property
    def parameters(self) -> int:
        return len(self.seasons.pattern) - 1

    @property
    def label(self) -> Message:
        if not self.parameters:
            return say("methods.naive2")
        kind = "multiplicative" if self.seasons.multiplicative else "additive"
        return say(f"methods.naive2_{kind}")

    def ahead(self, horizon: int) -> Prediction:
        last = self.seasons.taken_off(self.values)[-1]
        adjusted = Prediction(np.full(horizon, last), self.spread * np.sqrt(np.arange(1.0, horizon + 1)))
        return sound(self.seasons.put_back(adjusted, len(self.values)), self.values)

    def carried(self, values: Vector) -> Naive2Fit:
        return Naive2Fit(np.array(values, dtype=np.float64), self.seasons, self.spread)


class Naive2:
    fewest = 3
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> Naive2Fit:
        run = ready(values, self.fewest)
        seasons = decompose(run, season) if is_seasonal(run, season) else NO_SEASONS
        return Naive2Fit(run, seasons, root_mean_square(np.diff(seasons.taken_off(run))))


def is_seasonal(values: Vector, season: int, least_years: int = _LEAST_YEARS) -> bool:
    """The competition's test at 90 per cent; False for fewer than `least_years`."""
    if season == 1 or len(values) < least_years * season:
        return False
    centred = values / np.abs(values).max()
    centred = centred - centred.mean()
    lags = range(1, season + 1)
    correlations = np.array([centred[lag:] @ centred[:-lag] for lag in lags]) / (centred @ centred)
    limit = _CRITICAL * np.sqrt((1 + 2 * np.sum(correlations[:-1] ** 2)) / len(values))
    return bool(abs(correlations[-1]) > limit)


def decompose(values: Vector, season: int) -> Seasons:
    """Classical decomposition, multiplicative where the values allow it; at least two years."""
    if values.min() > 0:
        factors = _pattern(values, season, multiplicative=True)
        if factors.min() >= _LEAST_FACTOR:
            return Seasons(factors, multiplicative=True)
    return Seasons(_pattern(values, season, multiplicative=False), multiplicative=False)


def _pattern(values: Vector, season: int, *, multiplicative: bool) -> Vector:
    weights = np.ones(season) if season % 2 else np.array([0.5, *np.ones(season - 1), 0.5])
    trend = np.convolve(values, weights / season, mode="valid")
    start = len(weights) // 2
    inner = values[start : start + len(trend)]
    parts = inner / trend if multiplicative else inner - trend
    place = np.arange(start, start + len(trend)) % season
    means = np.bincount(place, parts, season) / np.bincount(place, minlength=season)
    return np.asarray(means / means.mean() if multiplicative else means - means.mean(), dtype=np.float64)


FORECAST_METHODS.register(NAME)(Naive2())
