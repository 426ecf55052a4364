"""Autoregression of order two, by least squares: the yardstick beside every forecast and nowcast of growth.

Formula and spread as in `autoregression`.
"""

from __future__ import annotations

from longwave.core.message import say
from longwave.forecast.method import FORECAST_METHODS, Vector
from longwave.forecast.methods.autoregression import AutoregressionFit, fit_order
from longwave.forecast.sound import ready

NAME = "ar2"
_ORDER = 2


class Ar2:
    fewest = 8
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> AutoregressionFit:
        return fit_order(ready(values, self.fewest), _ORDER, say("methods.ar2"))


FORECAST_METHODS.register(NAME)(Ar2())
