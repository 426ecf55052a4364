"""What a forecast method is: it is fitted to a run of numbers, and then says a distribution for each step ahead.

Methods see numbers only, on the scale that `scale` chose; calendars, units and calibration are the house's
business. A method is one file in `methods/` that ends with ``FORECAST_METHODS.register(NAME)(...)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.core.catalogue import Catalogue
from longwave.core.message import Message

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prediction:
    """mean and sd: one number a step ahead, the centre and the standard deviation of the forecast error as the
    method sees it; degrees: of Student's t that gives the shape of the distribution (normal by default).

    A method whose distribution has another shape subclasses this and gives its own `quantile`.
    """

    mean: Vector
    sd: Vector
    degrees: float = np.inf

    counts_doubt: ClassVar[bool] = False
    """Whether the distribution holds the doubt about the model itself, as an average over models does. Others take
    their model for true, and `calibration` sets a rival beside them."""

    def quantile(self, probability: float) -> Vector:
        """Quantiles of the method's own distribution, one a step, before any calibration."""
        from scipy.special import ndtri, stdtrit

        if np.isinf(self.degrees):
            return np.asarray(self.mean + self.sd * ndtri(probability), dtype=np.float64)
        return np.asarray(self.mean + self.sd * stdtrit(self.degrees, probability), dtype=np.float64)

    @property
    def finite(self) -> bool:
        """Whether every number is one, so that it may be shown."""
        return bool(np.isfinite(self.mean).all() and np.isfinite(self.sd).all())


class AbstractFit(Protocol):
    """A method fitted to one series (the first column, where it was given several).

    label: the fitted form in words; parameters: how many were estimated.
    """

    @property
    def label(self) -> Message: ...

    @property
    def parameters(self) -> int: ...

    def ahead(self, horizon: int) -> Prediction:
        """The forecast for steps 1 to `horizon`."""
        ...

    def carried(self, values: Vector) -> AbstractFit:
        """The same fitted parameters on a longer run of the same series (or columns)."""
        ...


class AbstractMethod(Protocol):
    """A way to fit. Deterministic for a given seed.

    fewest: least number of observations that it can be fitted to; several: whether it takes columns beside the
    series to be forecast; slow: whether a back-test carries its first fit to later origins instead of fitting anew.
    """

    @property
    def fewest(self) -> int: ...

    @property
    def several(self) -> bool: ...

    @property
    def slow(self) -> bool: ...

    def fit(self, values: Vector, season: int, seed: int) -> AbstractFit:
        """Fits to finite numbers, the oldest first: shape (n,), or (n, k) where `several`, the first column being the
        one to forecast; season: periods in a year. Raises FitError."""
        ...


class FitError(Exception):
    """The method found no usable fit; the caller falls back and says so."""


def led_on(
    method: AbstractMethod, before: AbstractFit | None, values: Vector, season: int, seed: int
) -> AbstractFit:
    """The fit at a later origin: a slow method's earlier one carried, any other, or one that cannot be carried, anew.

    Raises FitError.
    """
    if before is None or not method.slow:
        return method.fit(values, season, seed)
    try:
        return before.carried(values)
    except FitError:
        return method.fit(values, season, seed)


FORECAST_METHODS: Catalogue[AbstractMethod] = Catalogue(
    "forecast_method", rooms=("longwave.forecast.methods",)
)
