"""Autoregression with a constant, by least squares, its order chosen by BIC.

    y_t = c + f_1 y_{t-1} + ... + f_p y_{t-p} + e_t

p from 1 to min(12, n/4 - 1) by BIC, all orders compared on the same observations. Variance at step h:
s2 (1 + w_1^2 + ... + w_{h-1}^2), w the impulse responses, plus d_h' V d_h, V the covariance of the coefficients and
d_h the derivative of the forecast by them: the delta method (Luetkepohl 2005, 3.5). Student's t with the degrees of
freedom of s2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, FitError, Matrix, Prediction, Vector
from longwave.forecast.sound import ready, sound

NAME = "autoregression"
_MOST_LAGS = 12
_PER_LAG = 4
"""Observations for each coefficient that is estimated."""
_LEAST = 1e-300
"""So that the logarithm of no error at all is a number."""
_EXACT = 1e-12
"""An error variance below this part of the variance of the values is rounding."""


@dataclass(frozen=True, eq=False)
class AutoregressionFit:
    """coefficients: constant first, of values less `centre` in units of `size`; covariance: theirs; s2: error
    variance; degrees: observations less coefficients."""

    values: Vector
    centre: float
    size: float
    coefficients: Vector
    covariance: Matrix
    s2: float
    degrees: int
    label: Message

    @property
    def parameters(self) -> int:
        return len(self.coefficients)

    def ahead(self, horizon: int) -> Prediction:
        with np.errstate(all="ignore"):
            mean, slopes, weights = self._paths(horizon)
            variance = self.s2 * np.cumsum(weights**2) + np.einsum(
                "hi,ij,hj->h", slopes, self.covariance, slopes
            )
            said = Prediction(
                self.centre + self.size * mean, self.size * np.sqrt(variance), degrees=float(self.degrees)
            )
        return sound(said, self.values)

    def carried(self, values: Vector) -> AutoregressionFit:
        return AutoregressionFit(
            np.array(values, dtype=np.float64),
            self.centre,
            self.size,
            self.coefficients,
            self.covariance,
            self.s2,
            self.degrees,
            self.label,
        )

    def _paths(self, horizon: int) -> tuple[Vector, Matrix, Vector]:
        """Means; their derivatives by the coefficients, one row a step; impulse responses from step 0 on."""
        constant, lags = self.coefficients[0], self.coefficients[1:]
        p = len(lags)
        mean = np.concatenate([(self.values[-p:] - self.centre) / self.size, np.zeros(horizon)])
        slopes = np.zeros((p + horizon, p + 1))
        weights = np.concatenate([np.zeros(p), [1.0], np.zeros(horizon - 1)])
        for step in range(p, p + horizon):
            before = slice(step - p, step)
            mean[step] = constant + lags @ mean[before][::-1]
            slopes[step] = [1.0, *mean[before][::-1]] + lags @ slopes[before][::-1]
            if step > p:
                weights[step] = lags @ weights[before][::-1]
        return mean[p:], slopes[p:], weights[p:]


class Autoregression:
    fewest = 8
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> AutoregressionFit:
        run = ready(values, self.fewest)
        order = choose_order(run)
        return fit_order(run, order, say("methods.autoregression", order=order))


def choose_order(values: Vector) -> int:
    """The order of least BIC, all compared on the same observations."""
    most = min(_MOST_LAGS, len(values) // _PER_LAG - 1)
    centred, _, _ = _centred(values)
    found = []
    for order in range(1, most + 1):
        regressors, target = _regression(centred, order, most)
        errors = target - regressors @ np.linalg.lstsq(regressors, target, rcond=None)[0]
        n = len(target)
        found.append(n * np.log(max(float(errors @ errors) / n, _LEAST)) + (order + 1) * np.log(n))
    return int(np.argmin(found)) + 1


def fit_order(values: Vector, order: int, label: Message) -> AutoregressionFit:
    """Least squares with `order` lags. Raises FitError where they fit without error or cannot be told apart."""
    scaled, centre, size = _centred(values)
    regressors, target = _regression(scaled, order, order)
    degrees = len(target) - order - 1
    if degrees < 1 or np.linalg.matrix_rank(regressors) <= order:
        raise FitError("lags cannot be told apart on so few or so regular values")
    coefficients = np.asarray(np.linalg.lstsq(regressors, target, rcond=None)[0], dtype=np.float64)
    errors = target - regressors @ coefficients
    s2 = float(errors @ errors) / degrees
    if s2 <= _EXACT:
        raise FitError("an autoregression fits these values without error")
    covariance = np.asarray(s2 * np.linalg.inv(regressors.T @ regressors), dtype=np.float64)
    return AutoregressionFit(values, centre, size, coefficients, covariance, s2, degrees, label)


def _centred(values: Vector) -> tuple[Vector, float, float]:
    """Values less their mean, in units of their range, so that neither a shift nor a unit changes the fit."""
    centre, size = float(values.mean()), float(np.ptp(values))
    return (values - centre) / size, centre, size


def _regression(values: Vector, order: int, start: int) -> tuple[Matrix, Vector]:
    """Constant and lags, and what they explain, from position `start` on."""
    n = len(values)
    lags = [values[start - lag : n - lag] for lag in range(1, order + 1)]
    return np.column_stack([np.ones(n - start), *lags]), values[start:]


FORECAST_METHODS.register(NAME)(Autoregression())
