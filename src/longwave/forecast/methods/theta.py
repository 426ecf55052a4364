"""The theta method (Assimakopoulos and Nikolopoulos 2000): half a straight line through the data, half a line that
bends twice as much as they do, smoothed exponentially; statsforecast's fit of its state-space form (Fiorucci,
Pellegrini, Louzada, Petropoulos and Koehler 2016).

Mean_{n+h} = l + (1 - 1/theta) (A (1-a)^{n+h-1} + B (1 - (1-a)^{n+h}) / a), theta = 2; A and B of the least squares line.
Quarterly and monthly values of two years or more are first adjusted by classical decomposition where autocorrelation
at the yearly lag is significant (90 per cent), as the library does.

The library's search begins at half the first value and stops at an absolute tolerance; on logarithms it often stops
where it began. So it is given values less a start near the first one, in thousandths of the spread of their steps.

The library draws its bands from 200 random paths and, where there are seasons, from errors on the wrong scale. As the
model is linear in its errors, the variance is exact here: one-step errors (the first three left out, as the library
does) times the squared responses to each shock, times the squared seasonal factor. For theta that is
s2 (1 + (h-1) a^2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.library import quietly
from longwave.forecast.method import FORECAST_METHODS, Matrix, Prediction, Vector
from longwave.forecast.methods.naive2 import NO_SEASONS, Seasons, decompose, is_seasonal
from longwave.forecast.sound import ready, sound, step_spread

NAME = "theta"
FEWEST = 6
_BURNT = 3
"""Errors before the line through the data has settled."""
_ERRORS_AHEAD = 3
"""The library's `nmse`; it does not touch the parameters."""


_DISTANCE = 4.0
"""Spreads of a step between the first value and the zero of the search, so that it begins two spreads away."""
_RESOLUTION = 1000.0
"""Parts into which the spread of a step is divided; finer changes no forecast by a thousandth of it."""
_LEAST_YEARS = 2


@dataclass(frozen=True, eq=False)
class ThetaFit:
    """state: statsforecast's record of the model standing at the last seasonally adjusted value, less `start` and in
    units of `size`; dynamic: whether the line through the data goes on being estimated."""

    state: Mapping[str, Any]
    values: Vector
    seasons: Seasons
    start: float
    size: float
    name: str
    dynamic: bool

    @property
    def parameters(self) -> int:
        """Start, smoothing weight, and slope or theta; seasonal numbers but one."""
        return 3 + len(self.seasons.pattern) - 1

    @property
    def label(self) -> Message:
        key = f"methods.{self.name}{'_seasonal' if len(self.seasons.pattern) > 1 else ''}"
        return say(key, theta=float(self.state["par"]["theta"])) if self.dynamic else say(key)

    def ahead(self, horizon: int) -> Prediction:
        from statsforecast.theta import forecast_theta

        mean = np.asarray(quietly(forecast_theta, self.state, h=horizon)["mean"], dtype=np.float64)
        errors = self.state["residuals"][_BURNT:]
        spread = np.sqrt(errors @ errors / (len(errors) - 1))
        with np.errstate(all="ignore"):
            sd = spread * np.sqrt((responses(self.state, horizon, self.dynamic) ** 2).sum(axis=1))
        adjusted = Prediction(self.start + self.size * mean, self.size * sd)
        return sound(self.seasons.put_back(adjusted, len(self.values)), self.values)

    def carried(self, values: Vector) -> ThetaFit:
        """Start, smoothing weight, theta and seasons are kept; the level, the line and the error variance are those of
        the longer run."""
        run = np.array(values, dtype=np.float64)
        adjusted = (self.seasons.taken_off(run) - self.start) / self.size
        state = _stand(adjusted, self.state["modeltype"], self.state["par"])
        return ThetaFit(state, run, self.seasons, self.start, self.size, self.name, self.dynamic)


class Theta:
    fewest = FEWEST
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> ThetaFit:
        return fit_theta(values, season, NAME, "STM")


def fit_theta(values: Vector, season: int, name: str, kind: str) -> ThetaFit:
    """kind: STM for theta, DOTM for dynamic optimised theta, as the library calls them. Raises FitError."""
    run = ready(values, FEWEST)
    seasons = decompose(run, season) if is_seasonal(run, season, _LEAST_YEARS) else NO_SEASONS
    adjusted = seasons.taken_off(run)
    spread = step_spread(adjusted)
    start, size = float(adjusted[0] - _DISTANCE * spread), spread / _RESOLUTION
    state = _stand((adjusted - start) / size, kind, _FREE)
    return ThetaFit(state, run, seasons, start, size, name, kind.startswith("D"))


def responses(state: Mapping[str, Any], horizon: int, dynamic: bool) -> Matrix:
    """What a shock of one at step j (column) does to the value at step i (row), both from 1 to `horizon`."""
    n, theta, alpha = int(state["n"]), float(state["par"]["theta"]), float(state["par"]["alpha"])
    rows = np.zeros((horizon, horizon))
    level, mean, start, slope = np.zeros((4, horizon))
    for step in range(horizon):
        i = n + step
        line = start * (1 - alpha) ** i + slope * (1 - (1 - alpha) ** (i + 1)) / alpha
        rows[step] = level + ((1 - 1 / theta) * line if dynamic else 0.0)
        rows[step, step] += 1
        level = alpha * rows[step] + (1 - alpha) * level
        mean = (i * mean + rows[step]) / (i + 1)
        slope = ((i - 1) * slope + 6 * (rows[step] - mean) / (i + 1)) / (i + 2)
        start = mean - slope * (i + 2) / 2
    return rows


_FREE = {"initial_smoothed": np.nan, "alpha": np.nan, "theta": np.nan}
"""What the library takes for: to be estimated."""


def _stand(adjusted: Vector, kind: str, par: Mapping[str, float]) -> Mapping[str, Any]:
    """The model with these parameters, led through these values."""
    from statsforecast.theta import thetamodel

    state: Mapping[str, Any] = quietly(thetamodel, adjusted, 1, kind, nmse=_ERRORS_AHEAD, **par)
    return state


FORECAST_METHODS.register(NAME)(Theta())
