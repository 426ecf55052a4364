"""Random walk with drift: the last value plus the mean step. The yardstick that few methods beat far ahead.

Mean y_n + h d with d the mean difference; variance s2 h (1 + h / (n - 1)), s2 that of the differences
(Hyndman and Athanasopoulos 2021, 5.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, Prediction, Vector
from longwave.forecast.sound import ready, sound

NAME = "drift"


@dataclass(frozen=True, eq=False)
class DriftFit:
    """The run that ends in the last value; the mean of the `steps` steps that were fitted to, and its spread."""

    values: Vector
    step: float
    spread: float
    steps: int

    parameters: int = 1

    @property
    def label(self) -> Message:
        return say("forecast.drift")

    def ahead(self, horizon: int) -> Prediction:
        ahead = np.arange(1.0, horizon + 1)
        mean = self.values[-1] + ahead * self.step
        return sound(Prediction(mean, self.spread * np.sqrt(ahead * (1 + ahead / self.steps))), self.values)

    def carried(self, values: Vector) -> DriftFit:
        return DriftFit(np.array(values, dtype=np.float64), self.step, self.spread, self.steps)


class Drift:
    fewest = 3
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> DriftFit:
        run = ready(values, self.fewest)
        size = float(np.ptp(run))
        steps = np.diff(run / size)
        return DriftFit(run, size * float(steps.mean()), size * float(steps.std(ddof=1)), len(steps))


FORECAST_METHODS.register(NAME)(Drift())
