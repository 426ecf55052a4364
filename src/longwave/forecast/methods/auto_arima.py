"""ARIMA with its orders chosen by AICc (Hyndman and Khandakar 2008), as statsforecast does it.

statsforecast takes an estimated drift as known; its sampling variance is added here: the mean step over n
observations has variance sd_H^2 / (H n), where sd_H^2 / H is what each step far ahead adds to the forecast
variance, and it counts h^2 times at step h.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.forecaster import FORECAST_METHODS, FitError, Prediction, Vector

NAME = "auto_arima"
_MOST_DIFFERENCES = 1
"""Bands of a twice-differenced series grow with the power 1.5 of the horizon and soon say nothing."""

_LEVEL = 80
_Z = 1.2815515655446004
"""Normal quantile of the 80 per cent interval from which the standard deviation is read back."""


@dataclass(frozen=True, eq=False)
class ArimaFit:
    """A fitted statsforecast model with the numbers that it stands on."""

    model: Any
    values: Vector
    fresh: bool = True

    @property
    def parameters(self) -> int:
        return len(self.model.model_["coef"])

    @property
    def label(self) -> Message:
        p, q, seasonal_p, seasonal_q, season, d, seasonal_d = self.model.model_["arma"]
        text = f"ARIMA({p},{d},{q})"
        if seasonal_p or seasonal_q or seasonal_d:
            text += f"({seasonal_p},{seasonal_d},{seasonal_q})[{season}]"
        return say("forecast.arima_drift" if self._drifts else "forecast.arima", orders=text)

    def ahead(self, horizon: int) -> Prediction:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # optimiser chatter; what matters is whether the numbers are finite
            found = (
                self.model.predict(h=horizon, level=[_LEVEL])
                if self.fresh
                else self.model.forward(y=self.values, h=horizon, level=[_LEVEL])
            )
        mean = np.asarray(found["mean"], dtype=np.float64)
        sd = (np.asarray(found[f"hi-{_LEVEL}"], dtype=np.float64) - mean) / _Z
        if self._drifts:
            steps = np.arange(1, horizon + 1)
            sd = np.sqrt(sd**2 + sd[-1] ** 2 / horizon * steps**2 / len(self.values))
        return Prediction(mean, sd)

    def carried(self, values: Vector) -> ArimaFit:
        return ArimaFit(self.model, values, fresh=False)

    @property
    def _drifts(self) -> bool:
        return "drift" in self.model.model_["coef"]


class AutoArima:
    def fit(self, values: Vector, season: int, seed: int) -> ArimaFit:
        from statsforecast.models import AutoARIMA

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # orders that fail are tried and dropped by the search
            try:
                search = AutoARIMA(season_length=season, max_d=_MOST_DIFFERENCES)
                model = search.fit(np.array(values, dtype=np.float64))
            except (ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError) as error:
                raise FitError(str(error)) from error
        return ArimaFit(model, values)


FORECAST_METHODS.register(NAME)(AutoArima())
