"""Random walk with drift: the last value plus the mean step. The yardstick that few methods beat far ahead.

Mean y_n + h d with d the mean difference; variance s2 h (1 + h / (n - 1)), s2 that of the differences
(Hyndman and Athanasopoulos 2021, 5.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.forecaster import FORECAST_METHODS, Prediction, Vector

NAME = "drift"


@dataclass(frozen=True, eq=False)
class DriftFit:
    """Last value, mean step and its spread."""

    last: float
    step: float
    spread: float
    steps: int

    parameters: int = 1

    @property
    def label(self) -> Message:
        return say("forecast.drift")

    def ahead(self, horizon: int) -> Prediction:
        ahead = np.arange(1.0, horizon + 1)
        return Prediction(
            self.last + ahead * self.step, self.spread * np.sqrt(ahead * (1 + ahead / self.steps))
        )

    def carried(self, values: Vector) -> DriftFit:
        return DriftFit(float(values[-1]), self.step, self.spread, self.steps)


class Drift:
    def fit(self, values: Vector, season: int, seed: int) -> DriftFit:
        steps = np.diff(values)
        return DriftFit(float(values[-1]), float(steps.mean()), float(steps.std(ddof=1)), len(steps))


FORECAST_METHODS.register(NAME)(Drift())
