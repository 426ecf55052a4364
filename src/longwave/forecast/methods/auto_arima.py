"""ARIMA with its orders chosen by AICc (Hyndman and Khandakar 2008), as statsforecast does it.

statsforecast takes an estimated drift as known; its sampling variance is added here. The mean step over n
observations has the variance of a forecast n steps ahead over n^2, and counts h^2 times at step h: sd_n^2 (h / n)^2.
Where the differences are seasonal the drift is a mean over the m seasons too, and the variance 1/m of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.library import LibraryFit, fit_library
from longwave.forecast.method import FORECAST_METHODS, Prediction, Vector
from longwave.forecast.sound import ready

NAME = "auto_arima"
_MOST_DIFFERENCES = 1
"""Bands of a twice-differenced series grow with the power 1.5 of the horizon and soon say nothing."""


@dataclass(frozen=True, eq=False)
class ArimaFit:
    """A fitted ARIMA whose drift is uncertain; fitted_to: how many values the drift was estimated from."""

    inner: LibraryFit
    fitted_to: int

    @property
    def parameters(self) -> int:
        return self.inner.parameters

    @property
    def label(self) -> Message:
        return self.inner.label

    def ahead(self, horizon: int) -> Prediction:
        if "drift" not in self.inner.model.model_["coef"]:
            return self.inner.ahead(horizon)
        season, seasonal = self.inner.model.model_["arma"][4], self.inner.model.model_["arma"][6]
        said = self.inner.ahead(max(horizon, self.fitted_to))
        return add_drift_variance(said, horizon, self.fitted_to, season if seasonal else 1)

    def carried(self, values: Vector) -> ArimaFit:
        return ArimaFit(self.inner.carried(values), self.fitted_to)


class AutoArima:
    fewest = 8
    several = False
    slow = True

    def fit(self, values: Vector, season: int, seed: int) -> ArimaFit:
        from statsforecast.models import AutoARIMA

        run = ready(values, self.fewest)
        search = AutoARIMA(season_length=season, max_d=_MOST_DIFFERENCES)
        return ArimaFit(fit_library(search, run, orders, lambda model: len(model.model_["coef"])), len(run))


def add_drift_variance(said: Prediction, horizon: int, fitted_to: int, seasons: int) -> Prediction:
    """The first `horizon` steps with the variance of a drift that was estimated from `fitted_to` values over so many
    `seasons`; `said` takes it as known and reaches at least `fitted_to` steps."""
    uncertain = said.sd[fitted_to - 1] / np.sqrt(seasons)
    part = np.arange(1, horizon + 1) / fitted_to
    return Prediction(said.mean[:horizon], np.hypot(said.sd[:horizon], uncertain * part))


def orders(model: Any) -> Message:
    """The orders that were taken, in words."""
    p, q, seasonal_p, seasonal_q, season, d, seasonal_d = model.model_["arma"]
    text = written((p, d, q), (seasonal_p, seasonal_d, seasonal_q, season))
    return say("forecast.arima_drift" if "drift" in model.model_["coef"] else "forecast.arima", orders=text)


def written(order: tuple[int, int, int], seasonal: tuple[int, int, int, int]) -> str:
    """ARIMA(p,d,q)(P,D,Q)[m]; without the second half where it is empty."""
    p, d, q = order
    seasonal_p, seasonal_d, seasonal_q, season = seasonal
    text = f"ARIMA({p},{d},{q})"
    if seasonal_p or seasonal_d or seasonal_q:
        text += f"({seasonal_p},{seasonal_d},{seasonal_q})[{season}]"
    return text


FORECAST_METHODS.register(NAME)(AutoArima())
