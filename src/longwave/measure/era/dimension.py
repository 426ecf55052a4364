"""What the model finds for one group of series under one date: a single dimension, or several pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Sample
from longwave.core.message import Message
from longwave.measure.era.dates import DateSet, date_set
from longwave.measure.era.family import Chance
from longwave.measure.era.grid import Grid
from longwave.measure.era.likelihood import Likelihood
from longwave.measure.era.series import Readings
from longwave.measure.era.shocks import Shock, shift_curves, shift_windows
from longwave.measure.era.turning import Evidence, averaged_date, dating, weights_of_families

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A series ready for the grid: its figures, the shocks found in it, its likelihood, and its log-likelihood
    without an era."""

    readings: Readings
    shocks: tuple[Shock, ...]
    likelihood: Likelihood
    alone: float


@dataclass(frozen=True, eq=False)
class Found:
    """names of the series under one date; dates: the confidence set; families: Akaike weight, date and duration of
    each; statistic of "there is no era here" and its chance; dating: the answer; shift: the best one-off shift's first
    and last year, margin: by how much log-likelihood the era beats it."""

    names: tuple[str, ...]
    dates: DateSet
    families: dict[str, tuple[float, int, float]]
    date: int
    statistic: float
    chance: Chance
    margin: float
    shift: tuple[int, int]
    dating: Dating
    sample: Sample

    @property
    def p_value(self) -> float:
        """Of "there is no era here", adjusted for the dimensions looked at: what decides."""
        return self.chance.adjusted

    @property
    def passed(self) -> bool:
        return self.dating.state is DatingState.PASSED

    @property
    def duration(self) -> float:
        """Years from one tenth to nine tenths, averaged over families."""
        return sum(weight * duration for weight, _, duration in self.families.values())

    def maturity(self, years: NDArray[np.int64]) -> tuple[Vector, Vector, Vector]:
        """m at `years`, averaged over families, with the lowest and highest that the set of dates leaves."""
        every = self.dates.grid.maturities(years)[:, self.dates.kept]
        middle = self._averaged(self.dates.grid.maturities(years))
        return middle, np.minimum(every.min(axis=1), middle), np.maximum(every.max(axis=1), middle)

    def decay(self, year: int) -> tuple[float, float, float]:
        """lambda in `year`: averaged over families, lowest and highest that the set leaves."""
        every = self.dates.grid.log_decays(np.array([year]))
        kept = every[0, self.dates.kept]
        middle = float(self._averaged(every)[0])
        return (
            float(np.exp(middle)),
            float(np.exp(min(kept.min(), middle))),
            float(np.exp(max(kept.max(), middle))),
        )

    def _averaged(self, curves: Vector) -> Vector:
        """The best curve of each family, averaged by the families' weights: (years)."""
        shapes = self.dates.grid.shapes
        size = len(self.dates.points) // len(shapes)
        total = np.zeros(len(curves))
        for family, (weight, _, _) in self.families.items():
            points = np.concatenate(
                [np.arange(i * size, (i + 1) * size) for i, one in enumerate(shapes) if one.family == family]
            )
            total += weight * curves[:, points[np.argmax(self.dates.points[points])]]
        return total


def find(
    group: Sequence[Prepared],
    grid: Grid,
    statistic: float,
    chance: Chance,
    name: str,
    method: Message,
    draws: int,
    generator: np.random.Generator,
) -> Found:
    """Dates and answer for series under one date. statistic, chance: of the test that there is no era."""
    likelihoods = [one.likelihood for one in group]
    values = [one.readings.values for one in group]
    dates = date_set(grid, likelihoods, values, draws, generator)
    margin, shift = _against_shift(group, float(dates.points[dates.best]))
    first = max(min(int(one.readings.years[0]) for one in group), grid.first)
    last = max(int(one.readings.years[-1]) for one in group)
    count = sum(len(one.readings.years) for one in group)
    sample = Sample(count // len(group), f"{first:04d}", f"{last:04d}")
    families = weights_of_families(dates, count, 3 * len(group))
    date = averaged_date(dates, families)
    duration = sum(weight * years for weight, _, years in families.values())
    answer = dating(
        name,
        dates,
        date,
        Evidence(chance, margin, shift, first, last, duration),
        sample,
        method,
        min(one.readings.observed for one in group),
        tuple(dict.fromkeys(source for one in group for source in one.readings.sources)),
    )
    return Found(
        tuple(one.readings.name for one in group),
        dates,
        families,
        date,
        statistic,
        chance,
        margin,
        shift,
        answer,
        sample,
    )


def _against_shift(group: Sequence[Prepared], era: float) -> tuple[float, tuple[int, int]]:
    """By how much log-likelihood the era beats the best one-off shift that all series share, and its years."""
    windows = shift_windows(
        min(int(one.readings.years[0]) for one in group), max(int(one.readings.years[-1]) for one in group)
    )
    total = np.zeros(len(windows))
    for one in group:
        curves = shift_curves(windows, one.readings.years, one.readings.contribution)
        rival = Likelihood(
            one.readings.years, curves, shocks=one.likelihood.shocks, beside=one.likelihood.beside
        )
        total += rival.profile(one.readings.values[:, None])[0][:, 0]
    best = int(np.argmax(total))
    start, length = windows[best]
    return era - float(total[best]), (start, start + length - 1)
