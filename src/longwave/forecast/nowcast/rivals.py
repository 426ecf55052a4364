"""What every nowcast must beat: an autoregression of order two of the target itself, and the mean of its past.

    AR(2): y_t = a + b1 y_{t-1} + b2 y_{t-2} + e_t by least squares; h steps ahead the spread is s (sum psi_j^2)^(1/2)
    mean:  y_t = m, spread s (1 + 1 / n)^(1/2)

Both see the target only, and are spared changes far out in estimation as the nowcast is: an easy rival proves nothing. An
autoregression that starts from changes far out is wider by what it moves when they are put at the mean (`outliers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FitError, Prediction, Vector
from longwave.forecast.nowcast.outliers import doubted, far_out
from longwave.forecast.nowcast.ragged import Ragged

_FEWEST = 8


@dataclass(frozen=True, eq=False)
class AutoregressionFit:
    """Constant and two lags; spread: standard deviation of the residuals; mean: stands in for a missing lag."""

    coefficients: Vector
    spread: float
    mean: float

    @property
    def label(self) -> Message:
        return say("nowcast.rival_ar2")

    def predict(self, data: Ragged, steps: int) -> Prediction:
        """A lag that is missing is taken as the mean."""
        said = self._said(data.target.changes, steps)
        calm = _calm(data)
        known = np.isfinite(data.target.changes[-2:])
        aside = bool((known & ~np.isfinite(calm[-2:])).any())
        return doubted(said, self._said(calm, steps).mean) if aside else said

    def _said(self, changes: Vector, steps: int) -> Prediction:
        constant, first, second = self.coefficients
        one, two = (value if np.isfinite(value) else self.mean for value in (changes[-1], changes[-2]))
        means, weights = [], [1.0, first]
        for _ in range(steps):
            one, two = float(constant + first * one + second * two), one
            means.append(one)
            weights.append(first * weights[-1] + second * weights[-2])
        return Prediction(np.array(means), self.spread * np.sqrt(np.cumsum(np.square(weights[:steps]))))


@dataclass(frozen=True, slots=True)
class AutoregressionRival:
    name: str = "ar2"

    def fit(self, data: Ragged, earlier: object | None = None) -> AutoregressionFit:
        """Raises FitError where too few figures stand in a row."""
        y = _calm(data)
        lagged = np.column_stack([y[2:], y[1:-1], y[:-2]])
        known = lagged[np.isfinite(lagged).all(axis=1)]
        if len(known) < _FEWEST:
            raise FitError("too few figures in a row for an autoregression")
        rows = np.column_stack([np.ones(len(known)), known[:, 1:]])
        coefficients = np.asarray(np.linalg.lstsq(rows, known[:, 0], rcond=None)[0], dtype=np.float64)
        rest = known[:, 0] - rows @ coefficients
        return AutoregressionFit(
            coefficients, float(np.sqrt(rest @ rest / (len(known) - 3))), float(known[:, 0].mean())
        )


@dataclass(frozen=True, eq=False)
class MeanFit:
    mean: float
    spread: float

    @property
    def label(self) -> Message:
        return say("nowcast.rival_mean")

    def predict(self, data: Ragged, steps: int) -> Prediction:
        return Prediction(np.full(steps, self.mean), np.full(steps, self.spread))


@dataclass(frozen=True, slots=True)
class MeanRival:
    name: str = "mean"

    def fit(self, data: Ragged, earlier: object | None = None) -> MeanFit:
        """Raises FitError where fewer than eight figures are known."""
        y = _calm(data)
        known = y[np.isfinite(y)]
        if len(known) < _FEWEST:
            raise FitError("too few figures for a mean")
        return MeanFit(float(known.mean()), float(known.std(ddof=1) * np.sqrt(1 + 1 / len(known))))


RIVALS = (AutoregressionRival(), MeanRival())


def _calm(data: Ragged) -> Vector:
    changes = data.target.changes
    return np.where(far_out(changes), np.nan, changes)
