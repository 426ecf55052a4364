"""ARIMA of given orders; as registered the founding article's ARIMA(1,1,1), with drift.

    phi(B) (1 - B)^d (y_t - c t) = theta(B) e_t,   exact maximum likelihood, stationary and invertible

by statsmodels: statsforecast's search often ends in a false optimum that is not invertible. Values go in less the first
one and in units of the spread of their steps, so that neither a shift nor a unit changes the fit. The sampling variance
of the drift is added as for the automatic orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.library import quietly
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction, Vector
from longwave.forecast.methods.auto_arima import add_drift_variance, written
from longwave.forecast.sound import ready, sound, step_spread

NAME = "arima"
_TO_SPARE = 4
"""Values beyond one for each difference and coefficient, so that a spread can be told."""


@dataclass(frozen=True)
class Form:
    """order: (p, d, q); seasonal: (P, D, Q, m), zeros where there is no season; trend: t for a drift, c for a mean, n
    for neither, as statsmodels calls them."""

    order: tuple[int, int, int]
    seasonal: tuple[int, int, int, int]
    trend: str

    def model(self, values: Vector, *, concentrated: bool) -> Any:
        from statsmodels.tsa.arima.model import ARIMA

        return quietly(
            ARIMA,
            values,
            order=self.order,
            seasonal_order=self.seasonal,
            trend=self.trend,
            concentrate_scale=concentrated,
        )


@dataclass(frozen=True, eq=False)
class ArimaFit:
    """estimates: coefficients in statsmodels' order, the error variance last, for values less `start` in units of
    `size`; fitted_to: how many values they were estimated from."""

    form: Form
    values: Vector
    start: float
    size: float
    estimates: Vector
    fitted_to: int

    @property
    def parameters(self) -> int:
        return len(self.estimates) - 1

    @property
    def label(self) -> Message:
        drifts = self.form.trend == "t"
        orders = written(self.form.order, self.form.seasonal)
        return say("methods.arima_drift" if drifts else "methods.arima", orders=orders)

    def ahead(self, horizon: int) -> Prediction:
        drifts = self.form.trend == "t"
        model = self.form.model((self.values - self.start) / self.size, concentrated=False)
        standing = quietly(model.filter, self.estimates)
        said = quietly(standing.get_forecast, max(horizon, self.fitted_to) if drifts else horizon)
        mean = np.asarray(said.predicted_mean, dtype=np.float64)
        plain = Prediction(
            self.start + self.size * mean, self.size * np.asarray(said.se_mean, dtype=np.float64)
        )
        if drifts:
            seasons = self.form.seasonal[3] if self.form.seasonal[1] else 1
            plain = add_drift_variance(plain, horizon, self.fitted_to, seasons)
        return sound(plain, self.values)

    def carried(self, values: Vector) -> ArimaFit:
        run = np.array(values, dtype=np.float64)
        return ArimaFit(self.form, run, self.start, self.size, self.estimates, self.fitted_to)


class Arima:
    """order: (p, d, q); seasonal: (P, D, Q) at the yearly lag, left out where there is one period a year; drift: a
    mean step, taken where d + D = 1 (with no difference a mean is estimated instead, with two neither).

    fewest: without the seasonal part.
    """

    several = False
    slow = False

    def __init__(
        self,
        order: tuple[int, int, int] = (1, 1, 1),
        seasonal: tuple[int, int, int] = (0, 0, 0),
        drift: bool = True,
    ) -> None:
        self.order = order
        self.seasonal = seasonal
        self.drift = drift
        self.fewest = sum(order) + 1 + _TO_SPARE

    def fit(self, values: Vector, season: int, seed: int) -> ArimaFit:
        seasonal = (*self.seasonal, season) if season > 1 and any(self.seasonal) else (0, 0, 0, 0)
        run = ready(values, self.fewest + season * sum(seasonal[:3]))
        start, size = float(run[0]), step_spread(run)
        differences = self.order[1] + seasonal[1]
        trend = ("c", "t" if self.drift else "n", "n")[min(differences, 2)]
        form = Form(self.order, seasonal, trend)
        model = form.model((run - start) / size, concentrated=True)
        free = bool(model.param_names)
        found = quietly(model.fit, cov_type="none") if free else quietly(model.filter, [])
        estimates = np.append(np.asarray(found.params, dtype=np.float64), float(found.scale))
        if not np.isfinite(estimates).all():
            raise FitError("the likelihood has no finite optimum")
        return ArimaFit(form, run, start, size, estimates, len(run))


FORECAST_METHODS.register(NAME)(Arima())
