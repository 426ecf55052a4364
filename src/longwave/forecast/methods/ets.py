"""Exponential smoothing in state-space form, its error, trend and season chosen by AICc (Hyndman, Koehler, Ord and
Snyder 2008), as statsforecast's AutoETS does it.

Means are the library's. Variances are the book's (table 6.1 and 6.2), computed here because the library's are wrong
for several forms (seasonal terms count from the first step; the trend is lost in the weights of one form, later seasons
in another) and drawn at random for others. With c_j = alpha + beta (phi + ... + phi^j) + gamma [j a multiple of m]:
additive errors s2 (1 + c_1^2 + ... + c_{h-1}^2); relative errors (1 + s2) v_h - mean_h^2 with
v_h = mean_h^2 + s2 sum_j c_j^2 v_{h-j}. With a multiplicative season the same holds of the values without it, where
each c_j v_{h-j}^{1/2} gains gamma mean_h at multiples of m: exact within the first year, to first order in s2 after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.library import quietly, unit_of
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction, Vector
from longwave.forecast.sound import ready, sound

NAME = "ets"


@dataclass(frozen=True, eq=False)
class EtsFit:
    """state: statsforecast's record of the model standing at the last value, in units of `unit`."""

    state: dict[str, Any]
    values: Vector
    unit: float
    form: str
    parameters: int

    @property
    def label(self) -> Message:
        return say("methods.ets", form=self.form)

    def ahead(self, horizon: int) -> Prediction:
        from statsforecast.ets import forecast_ets

        mean = np.asarray(quietly(forecast_ets, self.state, h=horizon)["mean"], dtype=np.float64)
        with np.errstate(all="ignore"):
            sd = np.sqrt(variance(self.state, mean))
        return sound(Prediction(self.unit * mean, self.unit * sd), self.values)

    def carried(self, values: Vector) -> EtsFit:
        """Smoothing weights and starting states are kept; the states are led on through the longer run, over which
        the error variance is taken anew."""
        from statsforecast.ets import forward_ets

        run = np.array(values, dtype=np.float64)
        state = quietly(forward_ets, self.state, y=run / self.unit)
        return EtsFit(state, run, self.unit, self.form, self.parameters)


class Ets:
    """model: error, trend and season as statsforecast writes them, Z for what is to be chosen."""

    fewest = 7
    several = False
    slow = True

    def __init__(self, model: str = "ZZZ") -> None:
        self.model = model

    def fit(self, values: Vector, season: int, seed: int) -> EtsFit:
        from statsforecast.ets import ets_f

        run = ready(values, self.fewest)
        unit = unit_of(run)
        state = quietly(ets_f, run / unit, m=season, model=self.model)
        if not np.isfinite(state["sigma2"]) or state["sigma2"] <= 0:
            raise FitError("no form of exponential smoothing leaves an error variance")
        return EtsFit(state, run, unit, state["method"], int(state["n_params"]) - 1)


def variance(state: dict[str, Any], mean: Vector) -> Vector:
    """Forecast variance at each step of `mean`, for additive trends and any error and season."""
    error, trend, season, damped = state["components"]
    alpha, beta, gamma, phi = (float(number) for number in state["par"][:4])
    s2, m = float(state["sigma2"]), int(state["m"])
    steps = np.arange(1, len(mean) + 1)
    weights = np.full(len(mean), alpha)
    if trend == "A":
        weights += beta * np.cumsum((phi if damped == "D" else 1.0) ** steps)
    if season == "A":
        weights += gamma * (steps % m == 0)
    if error == "A":
        return np.asarray(s2 * (1 + np.concatenate([[0.0], np.cumsum(weights[:-1] ** 2)])), dtype=np.float64)
    usual = state["states"][-1][-m:][::-1][(steps - 1) % m] if season == "M" else np.ones(len(mean))
    again = gamma * (steps % m == 0) if season == "M" else np.zeros(len(mean))
    plain = mean / usual
    second = plain**2
    for step in range(1, len(mean)):
        moved = weights[:step] * np.sqrt(second[:step][::-1]) + again[:step] * abs(plain[step])
        second[step] += s2 * (moved @ moved)
    return np.asarray(usual**2 * ((1 + s2) * second - plain**2), dtype=np.float64)


FORECAST_METHODS.register(NAME)(Ets())
