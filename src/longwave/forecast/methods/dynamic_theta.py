"""Dynamic optimised theta (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016): the theta method with theta
estimated and the line through the data led on with each value; statsforecast's DynamicOptimizedTheta.

Mean and variance as in `theta`, the latter with the response of the line to each shock.
"""

from __future__ import annotations

from longwave.forecast.method import FORECAST_METHODS, Vector
from longwave.forecast.methods.theta import FEWEST, ThetaFit, fit_theta

NAME = "dynamic_theta"


class DynamicTheta:
    fewest = FEWEST
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> ThetaFit:
        return fit_theta(values, season, NAME, "DOTM")


FORECAST_METHODS.register(NAME)(DynamicTheta())
