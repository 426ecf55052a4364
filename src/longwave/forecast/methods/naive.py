"""Random walk: the last value holds, and each step adds the same variance.

Mean y_n; variance h s2, s2 the mean square of the steps (Hyndman and Athanasopoulos 2021, 5.2 and 5.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, Prediction, Vector
from longwave.forecast.sound import ready, sound

NAME = "naive"


@dataclass(frozen=True, eq=False)
class NaiveFit:
    """The run that ends in the last value, and the root mean square of the steps."""

    values: Vector
    spread: float

    parameters: int = 0

    @property
    def label(self) -> Message:
        return say("methods.naive")

    def ahead(self, horizon: int) -> Prediction:
        sd = self.spread * np.sqrt(np.arange(1.0, horizon + 1))
        return sound(Prediction(np.full(horizon, self.values[-1]), sd), self.values)

    def carried(self, values: Vector) -> NaiveFit:
        return NaiveFit(np.array(values, dtype=np.float64), self.spread)


class Naive:
    fewest = 3
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> NaiveFit:
        run = ready(values, self.fewest)
        return NaiveFit(run, root_mean_square(np.diff(run)))


def root_mean_square(errors: Vector) -> float:
    """Scaled first, so that squares of large numbers do not overflow."""
    size = float(np.abs(errors).max())
    return size * float(np.sqrt(np.mean((errors / size) ** 2))) if size > 0 else 0.0


FORECAST_METHODS.register(NAME)(Naive())
