"""What a forecast method is: it is fitted to a run of numbers, and then says a mean and a spread for each
step ahead.

Methods see numbers only, on the scale that `scale` chose; calendars, units and bands are the house's
business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.core.catalogue import Catalogue
from longwave.core.message import Message

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prediction:
    """mean and sd: one number a step ahead, the standard deviation of the forecast error as the method sees
    it."""

    mean: Vector
    sd: Vector


class AbstractFit(Protocol):
    """A method fitted to one series. label: the fitted form in words; parameters: how many were estimated."""

    @property
    def label(self) -> Message: ...

    @property
    def parameters(self) -> int: ...

    def ahead(self, horizon: int) -> Prediction:
        """The forecast for steps 1 to `horizon`."""
        ...

    def carried(self, values: Vector) -> AbstractFit:
        """The same fitted parameters on a longer run of the same series."""
        ...


class AbstractMethod(Protocol):
    """A way to fit. Deterministic for a given seed."""

    def fit(self, values: Vector, season: int, seed: int) -> AbstractFit:
        """Fits to at least eight finite numbers; season: periods in a year. Raises FitError."""
        ...


class FitError(Exception):
    """The method found no usable fit; the caller falls back and says so."""


FORECAST_METHODS: Catalogue[AbstractMethod] = Catalogue(
    "forecast_method",
    rooms=("longwave.forecast.methods.auto_arima", "longwave.forecast.methods.drift"),
)
