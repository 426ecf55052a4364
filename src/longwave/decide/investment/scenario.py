"""A scenario: where it is from, and what it does to the drivers' paths and to lines; each kept apart from the others.

Scenarios are laid over the same draws, so that two of them differ by what they say and not by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from longwave.core.message import Message, Names, say
from longwave.decide.investment.drivers import Matrix, Paths
from longwave.decide.investment.plan import OwnScenario, Plan, Vector


@dataclass(frozen=True, eq=False)
class Fading:
    """Trend growth that dies down: its contribution p a year becomes p lambda^k in year k. contribution: p (log
    growth a year); log_decay and spread: mean and standard deviation of ln lambda; chance: what the state-space model
    gives for lambda < 1. Drawn given lambda < 1."""

    contribution: float
    log_decay: float
    spread: float
    chance: float

    @property
    def range(self) -> tuple[float, float]:
        """Between which factors a year 95 of 100 draws lie, all of them below 1."""
        low, high = self._at(np.array([0.025, 0.975]))
        return float(low), float(high)

    def _at(self, share: Vector) -> Vector:
        """Quantiles of the factor a year, given that it is below 1. share: 0 to 1."""
        from scipy.special import ndtr, ndtri

        spread = max(self.spread, 1e-6)
        below = share * ndtr(-self.log_decay / spread)
        found = np.exp(self.log_decay + spread * ndtri(np.maximum(below, 1e-12)))
        return np.asarray(found, dtype=float)

    def loss(self, count: int, years: int, generator: np.random.Generator) -> Matrix:
        """Logarithm by which output lies lower, draws by years."""
        decay = self._at(generator.random(count))
        steps = np.arange(years, dtype=float)
        yearly = self.contribution * (decay[:, None] ** steps - 1)
        yearly[:, 0] = 0.0
        return np.asarray(np.cumsum(yearly, axis=1), dtype=float)


@dataclass(frozen=True, eq=False)
class Scenario:
    """key: the word that weights use; shifts: driver -> logarithm added to the index by year; lines: line -> factor;
    fading: with the drivers that it slows."""

    key: str
    name: Message | Names
    origin: Message
    shifts: Mapping[str, Vector] = field(default_factory=dict)
    lines: Mapping[str, float] = field(default_factory=dict)
    fading: Fading | None = None
    faded: tuple[str, ...] = ()

    def laid_over(self, paths: Paths, seed: int) -> Paths:
        """The paths under this scenario. seed: of the draws of the decay."""
        logs = {
            name: values + self.shifts[name] if name in self.shifts else values
            for name, values in paths.logs.items()
        }
        if self.fading is not None and self.faded:
            count = len(logs[self.faded[0]])
            loss = self.fading.loss(count, len(paths.years), np.random.default_rng([seed, 7]))
            logs |= {name: logs[name] + loss for name in self.faded}
        return Paths(paths.years, logs, paths.reference)


def own_scenario(plan: Plan, told: OwnScenario, shifts: Mapping[str, Vector] | None = None) -> Scenario:
    """A scenario of the user's. shifts: those that a macro model's answer makes, computed elsewhere."""
    years = np.array(plan.years)
    found: dict[str, Vector] = {name: np.array(values) for name, values in (shifts or {}).items()}
    for driver, by_year in told.growth.items():
        added = np.array([by_year.get(int(each), by_year.get(0, 0.0)) for each in years])
        added[0] = 0.0
        found[driver] = found.get(driver, np.zeros(len(years))) + np.cumsum(np.log1p(added.clip(-0.99)))
    for driver, by_year in told.level.items():
        steps = {0: by_year[0]} if set(by_year) == {0} else by_year
        held = np.zeros(len(years))
        for since in sorted(steps):
            held[years >= since] = np.log1p(steps[since])
        found[driver] = found.get(driver, np.zeros(len(years))) + held
    origin = (
        say("investment.origin_model", model=told.model, shock=told.shock)
        if told.model
        else say("investment.origin_user")
    )
    return Scenario(told.name, Names(told.name), origin, found, told.lines)
