"""An autoregression of growth: AR(1) in the steps of seasonally adjusted values, the economist's workhorse.

    g_t = y_t - y_{t-1},   g_t - d = phi (g_{t-1} - d) + e_t

by least squares, phi held within 0.98. The level h steps ahead has variance s2 (c_0^2 + ... + c_{h-1}^2), with
c_j = 1 + phi + ... + phi^j, and that of the estimated drift, s2 h^2 / ((1 - phi)^2 n). Two coefficients are all that a short
series can carry; on such series a fixed small model does as well as a searched one. Seasons are taken off and put back as
in `naive2`. With `log` the steps are those of logarithms: growth in per cent; the centre is then the median, and sd half
the distance between the quantiles that lie a standard deviation to either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction, Vector
from longwave.forecast.methods.naive2 import NO_SEASONS, Seasons, decompose, is_seasonal
from longwave.forecast.sound import ready, sound

NAME = "growth_autoregression"
_STRONGEST = 0.98
"""Nearer to one, the drift cannot be told from the last step."""

_FARTHEST_LOG = 50.0
"""A logarithm beyond this is no forecast of anything."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The equation of the steps: drift, phi, variance of e, and how many steps it was estimated from."""

    drift: float
    phi: float
    variance: float
    steps: int

    def ahead(self, last: float, step: float, horizon: int) -> Prediction:
        """The level after `last`, whose last step was `step`."""
        ahead = np.arange(1.0, horizon + 1)
        powers = self.phi ** np.arange(horizon)
        reach = np.cumsum(powers)
        mean = last + self.drift * ahead + (step - self.drift) * self.phi * reach
        shocks = self.variance * np.cumsum(reach**2)
        doubt = self.variance * ahead**2 / ((1 - self.phi) ** 2 * self.steps)
        return Prediction(mean, np.sqrt(shocks + doubt))


def estimate(steps: Vector) -> Growth:
    """Least squares of each step on the one before; at least four steps."""
    before, after = steps[:-1], steps[1:]
    centred = before - before.mean()
    size = float(centred @ centred)
    phi = float(centred @ after) / size if size > 0 else 0.0
    phi = min(max(phi, -_STRONGEST), _STRONGEST)
    drift = float(after.mean() - phi * before.mean()) / (1 - phi)
    errors = after - drift - phi * (before - drift)
    return Growth(drift, phi, float(errors @ errors) / max(len(after) - 2, 1), len(steps))


@dataclass(frozen=True, eq=False)
class GrowthFit:
    """The equation, the run, and its seasons."""

    growth: Growth
    values: Vector
    seasons: Seasons
    log: bool

    @property
    def parameters(self) -> int:
        return 2 + len(self.seasons.pattern) - 1

    @property
    def label(self) -> Message:
        seasonal = len(self.seasons.pattern) > 1
        return say(f"ensemble.growth{'_log' if self.log else ''}{'_adjusted' if seasonal else ''}")

    def ahead(self, horizon: int) -> Prediction:
        run = _adjusted(self.values, self.seasons, self.log)
        said = self.growth.ahead(float(run[-1]), float(run[-1] - run[-2]), horizon)
        if self.log:
            said = _from_log(said)
        return sound(self.seasons.put_back(said, len(self.values)), self.values)

    def carried(self, values: Vector) -> GrowthFit:
        run = np.array(values, dtype=np.float64)
        if self.log and run.min() <= 0:
            raise FitError("a logarithm wants values above zero")
        return GrowthFit(self.growth, run, self.seasons, self.log)


class GrowthAutoregression:
    """log: growth in per cent; wants values above zero."""

    fewest = 6
    several = False
    slow = False

    def __init__(self, log: bool = False) -> None:
        self.log = log

    def fit(self, values: Vector, season: int, seed: int) -> GrowthFit:
        run = ready(values, self.fewest)
        if self.log and run.min() <= 0:
            raise FitError("a logarithm wants values above zero")
        seasons = decompose(run, season) if is_seasonal(run, season) else NO_SEASONS
        if self.log and not seasons.multiplicative and len(seasons.pattern) > 1:
            raise FitError("the seasons of this series allow no logarithm")
        return GrowthFit(estimate(np.diff(_adjusted(run, seasons, self.log))), run, seasons, self.log)


def _adjusted(values: Vector, seasons: Seasons, log: bool) -> Vector:
    adjusted = seasons.taken_off(values) if len(seasons.pattern) > 1 else values
    return np.log(adjusted) if log else adjusted


def _from_log(said: Prediction) -> Prediction:
    if np.abs(said.mean).max() > _FARTHEST_LOG or said.sd.max() > _FARTHEST_LOG:
        raise FitError("the growth of the past, led on, leaves every bound")
    middle = np.exp(said.mean)
    return Prediction(middle, middle * np.sinh(said.sd))


FORECAST_METHODS.register(NAME)(GrowthAutoregression())
