"""The scale on which a series is forecast, so that no band leaves the values that the series can take.

Rule: a share (its unit says so) with every value strictly between 0 and 1 goes on the logit scale; a series
of positive amounts (money, counts, indices, unstated units) goes on the logarithm; growth rates, anything
with zero or negative values, and shares that touch their bounds stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from longwave.core.message import Message, say
from longwave.core.unit import Unit
from longwave.forecast.forecaster import Vector

Kind = Literal["level", "log", "logit"]


@dataclass(frozen=True, slots=True)
class Scale:
    """kind: the transformation; low and high: what values are cut to where the level scale could leave them;
    fallback: said aloud where the natural scale was not possible."""

    kind: Kind
    low: float = -np.inf
    high: float = np.inf
    fallback: bool = False

    def forward(self, values: Vector) -> Vector:
        if self.kind == "log":
            return np.log(values)
        if self.kind == "logit":
            return np.log(values / (1 - values))
        return values

    def backward(self, values: Vector) -> Vector:
        if self.kind == "log":
            with np.errstate(over="ignore"):
                return np.exp(values)
        if self.kind == "logit":
            return 1 / (1 + np.exp(-np.clip(values, -700, 700)))
        return np.clip(values, self.low, self.high)

    @property
    def said(self) -> Message:
        return say(f"forecast.scale_{self.kind}{'_fallback' if self.fallback else ''}")


def choose_scale(values: Vector, unit: str) -> Scale:
    """The scale for these values in that unit."""
    known = Unit.parse(unit)
    if known.quantity == "share" or unit.startswith("share of"):
        full = 1 / known.scale if known.quantity == "share" else 1.0
        if full == 1.0 and values.min() > 0 and values.max() < 1:
            return Scale("logit")
        if values.min() >= 0 and values.max() <= full:
            return Scale("level", 0.0, full, fallback=True)
        return Scale("level")
    if known.quantity == "growth" or unit.endswith(" a year"):
        return Scale("level")
    if values.min() > 0:
        return Scale("log")
    return Scale("level", fallback=True)
