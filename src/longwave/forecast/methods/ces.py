"""Complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022), its form chosen by AICc, as statsforecast's
AutoCES does it: level and information potential, two states that feed each other.

    y_t = l_{t-1} + e_t
    l_t = l_{t-1} - (1 - a1) c_{t-1} + (a0 - a1) e_t
    c_t = l_{t-1} + (1 - a0) c_{t-1} + (a0 + a1) e_t

The library's bands do not widen: it disturbs the last states once and never again. The variance here is that of
the equations, s2 (1 + w_1^2 + ... + w_{h-1}^2), w_j being what an error of one does to the forecast j steps later. A season
of form S puts the lag m in place of 1 throughout; P adds a term s_t = s_{t-m} + b0 e_t; F a second pair of states at lag
m with weights b0 and b1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.library import quietly, unit_of
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction, Vector
from longwave.forecast.sound import ready, sound

NAME = "ces"
_RUNAWAY = 4.0
"""Errors twice as large as where the weights were fitted: these belong to another series."""


@dataclass(frozen=True, eq=False)
class CesFit:
    """state: statsforecast's record of the model standing at the last value, in units of `unit`."""

    state: Mapping[str, Any]
    values: Vector
    unit: float

    @property
    def parameters(self) -> int:
        return int(np.isfinite(list(self.state["par"].values())).sum())

    @property
    def label(self) -> Message:
        return say("methods.ces", form=str(self.state["seasontype"]))

    def ahead(self, horizon: int) -> Prediction:
        from statsforecast.ces import forecast_ces

        mean = np.asarray(quietly(forecast_ces, self.state, h=horizon)["mean"], dtype=np.float64)
        with np.errstate(all="ignore"):
            shares = np.concatenate([[1.0], responses(self.state, horizon) ** 2])[:horizon]
            sd = np.sqrt(self.state["sigma2"] * np.cumsum(shares))
        return sound(Prediction(self.unit * mean, self.unit * sd), self.values)

    def carried(self, values: Vector) -> CesFit:
        """Weights and form are kept; states and error variance are those of the longer run, begun as the library
        begins them. Weights need not be stable, and on values that they were not fitted to the states may then run away:
        that is no fit."""
        from statsforecast.ces import forward_ces

        run = np.array(values, dtype=np.float64)
        state = quietly(forward_ces, self.state, y=run / self.unit)
        if not state["sigma2"] <= _RUNAWAY * self.state["sigma2"]:
            raise FitError("the weights of the first part let the states of the rest run away")
        return CesFit(state, run, self.unit)


class Ces:
    fewest = 7
    several = False
    slow = True

    def fit(self, values: Vector, season: int, seed: int) -> CesFit:
        from statsforecast.ces import auto_ces

        run = ready(values, self.fewest)
        unit = unit_of(run)
        state = quietly(auto_ces, run / unit, m=season)
        if not np.isfinite(state["sigma2"]) or state["sigma2"] <= 0:
            raise FitError("no form of complex exponential smoothing leaves an error variance")
        return CesFit(state, run, unit)


def responses(state: Mapping[str, Any], horizon: int) -> Vector:
    """What an error of one does to the forecasts 1 to `horizon` steps later: the equations without further errors."""
    form, m = state["seasontype"], int(state["m"])
    a0, a1, b0, b1 = (float(state["par"][name]) for name in ("alpha_0", "alpha_1", "beta_0", "beta_1"))
    lag = m if form == "S" else 1
    level, potential, season, shadow = np.zeros((4, m + horizon + 1))
    said = np.zeros(m + horizon + 1)
    for now in range(m, m + horizon + 1):
        said[now] = level[now - lag] + season[now - m]
        error = 1.0 if now == m else 0.0
        level[now] = level[now - lag] - (1 - a1) * potential[now - lag] + (a0 - a1) * error
        potential[now] = level[now - lag] + (1 - a0) * potential[now - lag] + (a0 + a1) * error
        if form == "P":
            season[now] = season[now - m] + b0 * error
        elif form == "F":
            season[now] = season[now - m] - (1 - b1) * shadow[now - m] + (b0 - b1) * error
            shadow[now] = season[now - m] + (1 - b0) * shadow[now - m] + (b0 + b1) * error
    return said[m + 1 :]


FORECAST_METHODS.register(NAME)(Ces())
