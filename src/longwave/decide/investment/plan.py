"""What a firm says of an investment: openings with their lines, what these lines move with, capital, limits, options.

Amounts are in the plan's currency and unit; rates, shares and growth are fractions; years are calendar years. Every
field was checked by `read`; nothing here is a default that only the firm can know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Prices = Literal["nominal", "real"]

PRICE_DRIVERS = ("inflation", "gdp_deflator_inflation")
"""Drivers that are the general price level: not for plans in constant prices, and part of what a nominal rate pays
for."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A triangular distribution: least, most likely, most. All three equal: a known number."""

    low: float
    mode: float
    high: float

    @property
    def known(self) -> bool:
        return self.low == self.high

    def at(self, share: Vector) -> Vector:
        """Its quantiles at `share` (0 to 1)."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.mode)
        rise = (self.mode - self.low) / width
        left = self.low + np.sqrt(share * width * (self.mode - self.low))
        right = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share <= rise, left, right)


SURE = Spread(1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Follow:
    """A line moves by `elasticity` per cent where its driver moves by one."""

    driver: str
    elasticity: float


@dataclass(frozen=True, slots=True)
class Part:
    """A factor of a line: its planned amounts from the line's first year on, or one amount with growth beyond its
    drivers'.

    values: a planned amount a year; where it holds one only, `growth` leads it on and the drivers' reference path
    too.
    """

    values: tuple[float, ...]
    growth: float = 0.0
    rule: bool = False
    follows: tuple[Follow, ...] = ()
    spread: Spread = SURE


@dataclass(frozen=True, slots=True)
class Line:
    """A stream of money: the product of its parts, from `first` to `last`. kind: revenue and cost are before tax and
    positive; net is after tax, with its own sign."""

    name: str
    kind: Literal["revenue", "cost", "net"]
    first: int
    last: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Whether the firm may wait. kind: now (now or never), perpetual, deadline (until the year `until`). volatility:
    yearly, of the project's value; payout: the share of that value that waiting forgoes a year; risk_free: a rate in
    the plan's prices."""

    kind: Literal["now", "perpetual", "deadline"]
    until: int = 0
    volatility: float | None = None
    payout: float | None = None
    risk_free: float | None = None


@dataclass(frozen=True, slots=True)
class Depreciation:
    """How outlays are written off against tax: straight over `years`, declining at `rate`, at once, or not at all."""

    method: Literal["straight", "declining", "immediate", "none"] = "none"
    years: int = 1
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing in which to invest. outlays: year -> amount; operation: first year of the lines; exclusive: of all
    openings with the same word at most one; requires: name of an opening without which it cannot be; abandon: what it
    would fetch if it were stopped."""

    name: str
    outlays: Mapping[int, float]
    operation: int
    lifetime: int
    lines: tuple[Line, ...]
    outlay_spread: Spread = SURE
    salvage: Spread = Spread(0.0, 0.0, 0.0)
    depreciation: Depreciation = Depreciation()
    working_capital: float = 0.0
    option: Option | None = None
    direction: str = ""
    exclusive: str = ""
    requires: str = ""
    abandon: float | None = None

    @property
    def last(self) -> int:
        return self.operation + self.lifetime - 1

    @property
    def after_tax(self) -> bool:
        """Whether its flows are given net, so that nothing is known of invested capital and tax."""
        return any(line.kind == "net" for line in self.lines)


@dataclass(frozen=True, slots=True)
class OwnDriver:
    """A driver that the firm describes itself: yearly growth, and how much that growth varies from year to year."""

    name: str
    growth: Spread
    volatility: float


@dataclass(frozen=True, slots=True)
class OwnScenario:
    """What the firm wants to see: growth: driver -> year (0: every year) -> points of yearly growth added; level:
    driver -> year -> share by which it lies higher from that year on; lines: line -> factor. model, shock and moves:
    the same taken from a macro model's answer to a shock, driver -> the model's variable."""

    name: str
    growth: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    level: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    lines: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    shock: str = ""
    moves: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the firm will not bear; None: no limit. loss_probability: P(NPV < 0); tail_loss: mean loss of the worst
    twentieth of the draws; payback: years, undiscounted; share: of the budget in one opening; direction_share: in one
    direction."""

    loss_probability: float | None = None
    tail_loss: float | None = None
    payback: float | None = None
    share: float | None = None
    direction_share: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole file. start: the year to whose money everything is discounted. wacc: None where the firm gave none;
    inflation: a year, by which allowances on historic cost lose worth in a plan in constant prices."""

    name: str
    currency: str
    unit: str
    prices: Prices
    start: int
    openings: tuple[Opening, ...]
    area: str = ""
    wacc: Spread | None = None
    tax: float = 0.0
    losses: Literal["carried", "offset", "lost"] = "carried"
    drivers: tuple[OwnDriver, ...] = ()
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    scenarios: tuple[OwnScenario, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    era: bool = True
    limits: Limits = Limits()
    budget: float | None = None
    inflation: float | None = None

    @property
    def last(self) -> int:
        return max(max(each.last, max(each.outlays, default=0)) for each in self.openings)

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.start, self.last + 1))

    @property
    def followed(self) -> tuple[str, ...]:
        """Every driver that a line moves with, in order."""
        found = (
            follow.driver
            for opening in self.openings
            for line in opening.lines
            for part in line.parts
            for follow in part.follows
        )
        return tuple(dict.fromkeys(found))
