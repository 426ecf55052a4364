"""Methods that statsforecast keeps, behind the house's interface: one fit, one look ahead, parameters carried on.

statsforecast gives bands, not standard deviations; `LibraryFit` reads these back from the 80 per cent band, which is
normal for ARIMA, the one kind of model taken whole. Where the library's bands are drawn at random or wrong, a method
takes its point forecasts only and has the spread from the model's own equations: see `methods/ets.py`, `theta.py`
and `ces.py`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Message
from longwave.forecast.method import FitError, Prediction, Vector
from longwave.forecast.sound import sound

_LEVEL = 80
_Z = 1.2815515655446004
"""Normal quantile of the band from which the standard deviation is read back."""

_ORDINARY = (1e-3, 1e6)
"""Mean sizes that go to the library as they are. Its searches have absolute bounds, steps and tolerances, so that
values far from one, e.g. of 1e12, are brought to unit size first."""

_FAILURES = (
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    np.linalg.LinAlgError,
)
"""What a model says of numbers that it cannot take; statsforecast has no exception of its own."""


@dataclass(frozen=True, eq=False)
class LibraryFit:
    """A fitted statsforecast model with the numbers that it stands on.

    unit: what the values are divided by before the model sees them; fresh: whether `values` are those it was fitted
    to; `named` puts the fitted form into words.
    """

    model: Any
    values: Vector
    named: Callable[[Any], Message]
    parameters: int
    unit: float = 1.0
    fresh: bool = True

    @property
    def label(self) -> Message:
        return self.named(self.model)

    def ahead(self, horizon: int) -> Prediction:
        if self.fresh:
            found = quietly(self.model.predict, h=horizon, level=[_LEVEL])
        else:
            found = quietly(self.model.forward, y=self.values / self.unit, h=horizon, level=[_LEVEL])
        mean = np.asarray(found["mean"], dtype=np.float64)
        sd = (np.asarray(found[f"hi-{_LEVEL}"], dtype=np.float64) - mean) / _Z
        return sound(Prediction(self.unit * mean, self.unit * sd), self.values)

    def carried(self, values: Vector) -> LibraryFit:
        run = np.array(values, dtype=np.float64)
        return LibraryFit(self.model, run, self.named, self.parameters, self.unit, fresh=False)


def fit_library(
    model: Any, values: Vector, named: Callable[[Any], Message], parameters: Callable[[Any], int]
) -> LibraryFit:
    """Fits a statsforecast model. Raises FitError when it finds no usable fit."""
    run = np.array(values, dtype=np.float64)
    unit = unit_of(run)
    fitted = quietly(model.fit, run / unit)
    return LibraryFit(fitted, run, named, parameters(fitted), unit)


def unit_of(values: Vector) -> float:
    """What to divide values by before the library sees them: 1 for ordinary sizes, the mean size for others."""
    size = float(np.mean(np.abs(values)))
    return size if size > 0 and not _ORDINARY[0] <= size <= _ORDINARY[1] else 1.0


def quietly(call: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What the call gives. Optimisers chatter; what matters is whether they end in finite numbers, and that is looked at.

    Raises FitError for what the library says of numbers that it cannot take, its bare `Exception` included.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return call(*given, **named)
        except _FAILURES as error:
            raise FitError(str(error)) from error
        except Exception as error:
            if type(error) is not Exception:
                raise
            raise FitError(str(error)) from error
