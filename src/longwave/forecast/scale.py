"""The scale on which a series is forecast, so that no band leaves the values that the series can take.

Rule, by what the unit says:

    a part of a stated whole, strictly between 0 and the whole   logit(y / whole)
    an amount (money, count, index, unit not stated), positive   log(y)
    a rate of change, a balance, percent of nothing stated       y

The scale of a share does not depend on whether it is written as a fraction or in per cent. Where the natural scale is not
possible (zeros, negative values, values at a bound, jumps of a whole order of magnitude) the values stay as they are, which
is said, and bands are cut where the values cannot go. Trade, debt and credit are given as shares of GDP and may exceed it:
above three quarters of GDP the whole is no longer taken for a bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from longwave.core.message import Message, say
from longwave.core.unit import Unit
from longwave.forecast.method import Vector

Kind = Literal["level", "log", "logit"]

_WILD = 1.0
"""Standard deviation of log steps above which a logarithm does harm: the mean of a lognormal walk is then more than
exp(h / 2) times its median after h steps."""

_NO_BOUND = frozenset({"GDP", "GNI", "GNP"})
_NEAR = 0.75

_NO_AMOUNT = re.compile(
    r"chang|growth|balance|deviation|difference|percentage points?|\bpp\b|\bnet\b|celsius|z-score|a year$"
    r"|增长|增速|同比|环比|百分点|差额|净",
    re.I,
)
"""Words of a unit by which a series that happens to be positive may turn negative."""


@dataclass(frozen=True, slots=True)
class Scale:
    """kind: the transformation; low and high: what values are cut to where the level scale could leave them;
    fallback: said aloud where the natural scale was not possible; wild: it was not because of jumps; full: the whole of
    which a share is a part, in the share's unit."""

    kind: Kind
    low: float = -np.inf
    high: float = np.inf
    fallback: bool = False
    wild: bool = False
    full: float = 1.0

    def forward(self, values: Vector) -> Vector:
        if self.kind == "log":
            return np.log(values)
        if self.kind == "logit":
            return np.log(values / (self.full - values))
        return values

    def backward(self, values: Vector) -> Vector:
        if self.kind == "log":
            with np.errstate(over="ignore"):
                return np.exp(values)
        if self.kind == "logit":
            return self.full / (1 + np.exp(-np.clip(values, -700, 700)))
        return np.clip(values, self.low, self.high)

    @property
    def said(self) -> Message:
        if self.wild:
            return say("frames.scale_wild")
        return say(f"forecast.scale_{self.kind}{'_fallback' if self.fallback else ''}")


def choose_scale(values: Vector, unit: str) -> Scale:
    """The scale for these values in that unit. values: finite, one at least."""
    known = Unit.parse(unit)
    if known.quantity == "share" or unit.startswith("share of"):
        return _of_share(values, known)
    if known.quantity == "growth" or (known.quantity == "unstated" and _NO_AMOUNT.search(unit)):
        return Scale("level")
    if values.min() > 0 and not _wild(values):
        return Scale("log")
    low = 0.0 if values.min() > 0 or (values.min() == 0 and known.quantity in _AMOUNTS) else -np.inf
    return Scale("level", low, fallback=True, wild=bool(values.min() > 0))


def _of_share(values: Vector, known: Unit) -> Scale:
    full = 1 / known.scale if known.quantity == "share" else 1.0
    low, high = float(values.min()), float(values.max())
    if (
        not known.of and full > 1
    ):  # percent of nothing stated: an interest rate as well as an unemployment rate
        return Scale("level")
    if low < 0 or high > full:
        return Scale("level")
    if known.of in _NO_BOUND and high > _NEAR * full:
        return Scale("level", 0.0, fallback=low == 0)
    if low > 0 and high < full:
        return Scale("logit", full=full)
    return Scale("level", 0.0, full, fallback=True)


def _wild(values: Vector) -> bool:
    return len(values) > 2 and float(np.std(np.diff(np.log(values)))) > _WILD


def method_scale(values: Vector, unit: str, *, log: bool | None) -> Scale:
    """The scale on which a method sees the values: the natural one, unless it wants none of the logarithm (`log` False), or
    leaves the choice open (None) and the unit does not say that these are amounts; then the values stay as they are.
    Shares strictly within their bounds go on the logit whatever the method.

    Amounts of a stated unit that have never been negative get no band below zero; a series whose unit is not stated may
    be a rate, and is not cut.
    """
    natural, amount = choose_scale(values, unit), is_amount(unit)
    if log is False and amount and natural.kind == "level":
        return Scale("level", natural.low)
    if log or (log is None and amount) or natural.kind != "log":
        return natural
    return Scale("level", low=0.0 if amount else -np.inf)


def is_amount(unit: str) -> bool:
    """Whether the unit says that these are amounts: money, counts, an index, or one of these per something."""
    above, per, _ = unit.partition(" per ")
    if per and not _NO_AMOUNT.search(unit):
        return Unit.parse(above).quantity in _AMOUNTS
    return Unit.parse(unit).quantity in _AMOUNTS


_AMOUNTS = frozenset({"money", "count", "index"})
