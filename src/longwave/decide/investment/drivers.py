"""Paths of what a plan's lines move with, drawn so that years hang together and drivers keep their correlation.

A forecast gives quantiles for each year; a path needs one number that ties the years. For an amount (output, prices
as an index) the rank of a path is a random walk whose variance grows as the forecast's own spread does: rank z_t =
x_t / s_t, x_t = x_{t-1} + sqrt(s_t^2 - s_{t-1}^2) e_t. For a yearly rate (inflation) it is z_t = rho z_{t-1} + sqrt(1
- rho^2) e_t with the rho of its past. Each year's distribution is then the forecast's exactly; the tie between years
is this rule's. The e_t of several drivers are drawn together with the correlation of their past or the user's.

A path is told as the logarithm of an index that is 1 in the plan's first year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.message import Message, Names, say
from longwave.decide.investment.door import fault
from longwave.decide.investment.plan import OwnDriver, Vector

Matrix = NDArray[np.float64]

_SMALLEST = 1e-9
_FEWEST = 15
"""Common years below which a correlation of two drivers' past is not taken."""


@dataclass(frozen=True, eq=False)
class Fan:
    """A driver from a forecast. quantiles: index = every year of the plan, columns = probabilities (rising), in the
    series' own unit, amounts above zero or yearly rates as fractions; kind: amount or rate; persistence: rho of a
    rate; origin: a sentence."""

    name: str
    kind: str
    quantiles: pd.DataFrame
    persistence: float
    origin: Message
    past: pd.Series
    title: Message | Names | None = None


@dataclass(frozen=True, eq=False)
class Paths:
    """Drawn paths. logs: driver -> draws by years, logarithm of the index; reference: driver -> the median path."""

    years: tuple[int, ...]
    logs: Mapping[str, Matrix]
    reference: Mapping[str, Vector]


def draw_paths(
    years: Sequence[int],
    fans: Sequence[Fan],
    own: Sequence[OwnDriver],
    correlation: Matrix,
    draws: int,
    generator: np.random.Generator,
) -> Paths:
    """Paths of all drivers, fans first. correlation: of the drivers in that order. Raises BadInput where it cannot be
    one."""
    root = _root(correlation)
    count = len(fans) + len(own)
    noise = (
        generator.standard_normal((draws, len(years), count)) @ root.T
        if count
        else np.zeros((draws, len(years), 0))
    )
    logs: dict[str, Matrix] = {}
    for place, fan in enumerate(fans):
        logs[fan.name] = fan_logs(fan, _ranks(fan, noise[:, :, place]))
    for place, driver in enumerate(own, start=len(fans)):
        growth = driver.growth.at(generator.random(draws))
        logs[driver.name] = own_logs(driver, growth, noise[:, :, place])
    return Paths(tuple(years), logs, reference_of(years, fans, own))


def reference_of(years: Sequence[int], fans: Sequence[Fan], own: Sequence[OwnDriver]) -> dict[str, Vector]:
    """The median path of each driver, which a plan's figures are taken to stand for."""
    found = {fan.name: fan_logs(fan, np.zeros((1, len(years))))[0] for fan in fans}
    steps = np.arange(len(years), dtype=float)
    return found | {each.name: steps * np.log1p(float(each.growth.at(np.array([0.5]))[0])) for each in own}


def at_share(
    years: Sequence[int], fans: Sequence[Fan], own: Sequence[OwnDriver], shares: Mapping[str, Vector]
) -> dict[str, Matrix]:
    """Paths that hold one rank all the way, for asking what a driver matters: shares: driver -> ranks (0 to 1)."""
    from scipy.special import ndtri

    found = {}
    for fan in fans:
        ranks = np.repeat(ndtri(shares[fan.name])[:, None], len(years), axis=1)
        found[fan.name] = fan_logs(fan, ranks)
    steps = np.arange(len(years), dtype=float)
    for each in own:
        share = shares[each.name]
        drift = np.log1p(each.growth.at(share))[:, None] * steps
        found[each.name] = drift + each.volatility * np.sqrt(steps) * ndtri(share)[:, None]
    return found


def _ranks(fan: Fan, noise: Matrix) -> Matrix:
    """Standard normal ranks by year, tied as the driver's kind asks."""
    if fan.kind == "rate":
        rho = fan.persistence
        ranks = np.empty_like(noise)
        ranks[:, 0] = noise[:, 0]
        for year in range(1, noise.shape[1]):
            ranks[:, year] = rho * ranks[:, year - 1] + np.sqrt(1 - rho**2) * noise[:, year]
        return ranks
    spread = np.maximum.accumulate(_spreads(fan))
    steps = np.sqrt(np.maximum(np.diff(spread**2, prepend=0.0), 0.0))
    walk = np.cumsum(noise * steps, axis=1)
    return np.where(spread > _SMALLEST, walk / np.maximum(spread, _SMALLEST), 0.0)


def _spreads(fan: Fan) -> Vector:
    """Standard deviation of the logarithm that each year's middle eight tenths imply."""
    values = np.log(np.maximum(fan.quantiles.to_numpy(), _SMALLEST))
    scores = _scores(fan)
    inner = np.abs(scores) <= 1.3
    low, high = np.flatnonzero(inner)[[0, -1]]
    width = scores[high] - scores[low]
    return np.maximum(values[:, high] - values[:, low], 0.0) / width if width > 0 else np.zeros(len(values))


def _scores(fan: Fan) -> Vector:
    from scipy.special import ndtri

    return np.asarray(ndtri(fan.quantiles.columns.to_numpy(dtype=float)), dtype=float)


def fan_logs(fan: Fan, ranks: Matrix) -> Matrix:
    """The logarithm of the index for normal ranks by year; between two quantiles and beyond the last, straight in the
    rank."""
    scores = _scores(fan)
    table = fan.quantiles.to_numpy()
    if fan.kind == "amount":
        table = np.log(np.maximum(table, _SMALLEST))
    drawn = np.stack(
        [_straight(ranks[:, year], scores, table[year]) for year in range(table.shape[0])], axis=1
    )
    if fan.kind == "amount":
        return drawn - drawn[:, :1]
    yearly = np.log1p(np.maximum(drawn, -0.9))
    yearly[:, 0] = 0.0
    return np.cumsum(yearly, axis=1)


def _straight(ranks: Vector, scores: Vector, values: Vector) -> Vector:
    place = np.clip(np.searchsorted(scores, ranks) - 1, 0, len(scores) - 2)
    slope = (values[place + 1] - values[place]) / (scores[place + 1] - scores[place])
    return np.asarray(values[place] + slope * (ranks - scores[place]), dtype=float)


def own_logs(driver: OwnDriver, growth: Vector, noise: Matrix) -> Matrix:
    """Growth of each draw, with yearly noise around it."""
    yearly = np.log1p(growth)[:, None] + driver.volatility * noise
    yearly[:, 0] = 0.0
    return np.asarray(np.cumsum(yearly, axis=1), dtype=float)


def correlation_of(
    fans: Sequence[Fan], own: Sequence[OwnDriver], given: Mapping[tuple[str, str], float]
) -> tuple[Matrix, tuple[Message, ...]]:
    """The correlation of the drivers' yearly news: the user's, else that of the past of two forecast series over
    their common years (growth of amounts, change of rates), else none; with a sentence for each pair that was
    measured."""
    names = [fan.name for fan in fans] + [each.name for each in own]
    news = {fan.name: _news(fan) for fan in fans}
    found, said = np.eye(len(names)), []
    for place, first in enumerate(names):
        for other in range(place):
            second = names[other]
            pair = (min(first, second), max(first, second))
            value = given.get(pair)
            if value is None and first in news and second in news:
                both = pd.concat([news[first], news[second]], axis=1, join="inner").dropna()
                if len(both) >= _FEWEST and (both.std() > 0).all():
                    value = float(np.corrcoef(both.to_numpy().T)[0, 1])
                    said.append(
                        say(
                            "investment.correlation",
                            first=pair[0],
                            second=pair[1],
                            value=value,
                            years=len(both),
                        )
                    )
            if value is not None:
                found[place, other] = found[other, place] = value
    return found, tuple(said)


def _news(fan: Fan) -> pd.Series:
    past = fan.past.astype(float)
    return past.diff() if fan.kind == "rate" else pd.Series(np.log(past.where(past > 0))).diff()


def _root(correlation: Matrix) -> Matrix:
    """A square root; a correlation that no numbers can have is told, not bent."""
    if not len(correlation):
        return correlation
    values, vectors = np.linalg.eigh(correlation)
    if values.min() < -1e-9:
        raise _impossible()
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)), dtype=float)


def _impossible() -> BadInput:
    return fault("correlations")
