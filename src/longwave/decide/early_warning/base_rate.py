"""The base rate: how often a crisis begins at all, without which no probability of one can be read.

    rate = crises begun / country-years in which one could begin

The interval takes the number of starts for Poisson (Garwood 1936), with its variance widened for waves: the spread of
the yearly counts over their mean, where that is above one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.decide.early_warning.crises import CrisisTable

LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class BaseRate:
    """yearly: chance that a crisis begins in a country in a year, with interval; window: chance that one begins in the
    years of the horizon; crowding: by how much the yearly counts vary more than by chance."""

    yearly: float
    low: float
    high: float
    crises: int
    country_years: int
    crowding: float

    def over(self, years: int) -> float:
        """The chance of at least one start in so many years."""
        return 1.0 - (1.0 - self.yearly) ** years


def base_rate(areas: pd.Series, years: pd.Series, crises: CrisisTable) -> BaseRate:
    """The rate among the observations that are no part of a crisis under way.

    areas, years: of the observations, on one index; only years of which the list speaks are counted, each area and
    year once. Raises NotEnoughData where none is left.
    """
    from scipy.stats import chi2

    pairs = pd.DataFrame({"area": areas, "year": years}).drop_duplicates()
    pairs = pairs[pairs["year"].between(crises.first, crises.last)]
    busy = {(each.area, year) for each in crises.crises for year in range(each.start + 1, each.last + 1)}
    keys = list(zip(pairs["area"], pairs["year"], strict=True))
    free = pairs[np.array([key not in busy for key in keys], bool)]
    starts = {(each.area, each.start) for each in crises.crises}
    begun = np.array([key in starts for key in zip(free["area"], free["year"], strict=True)], bool)
    if not len(free):
        raise NotEnoughData(say("early_warning.no_base_rate"))
    counts = pd.Series(begun.astype(int), index=free["year"].to_numpy()).groupby(level=0).sum()
    mean = float(counts.mean())
    crowding = max(1.0, float(counts.var(ddof=1)) / mean) if mean > 0 and len(counts) > 1 else 1.0
    number, at_risk = int(begun.sum()), len(free)
    tail = (1 - LEVEL) / 2
    # A quasi-Poisson interval: so many events as the crowding leaves independent of each other.
    effective = number / crowding
    low = chi2.ppf(tail, 2 * effective) / 2 * crowding / at_risk if number else 0.0
    high = chi2.ppf(1 - tail, 2 * (effective + 1)) / 2 * crowding / at_risk
    return BaseRate(number / at_risk, float(low), float(min(high, 1.0)), number, at_risk, crowding)
