"""What an indicator is asked: does a crisis begin some years from now? And which years it is not asked of.

An observation of year t is 1 where a crisis of its area begins in t + first .. t + last, 0 where none does, and left
out where the question has no fair answer: during a crisis (and after it, while it is not over), in the years
between the window and the crisis, and where the list of crises does not speak of the whole window (Bussiere and
Fratzscher 2006 on the post-crisis bias).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.decide.early_warning.crises import CrisisTable, Wave


@dataclass(frozen=True, slots=True)
class Horizon:
    """Years ahead in which a crisis is to begin, both ends counted."""

    first: int = 1
    last: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError("a horizon runs from one year ahead or more to no fewer")


def label(areas: pd.Series, years: pd.Series, crises: CrisisTable, horizon: Horizon) -> pd.Series:
    """1, 0 or NaN (not asked) for each observation.

    areas, years: of the observations, on one index.
    """
    year = years.to_numpy(int)
    code = areas.to_numpy(object)
    before = np.zeros(len(year), bool)
    unfair = (year + horizon.last > crises.last) | (year + horizon.first < crises.first)
    for each in crises.crises:
        rows = code == each.area
        ahead = each.start - year
        before |= rows & (ahead >= horizon.first) & (ahead <= horizon.last)
        unfair |= rows & (year >= each.start) & (year <= each.last)
        unfair |= rows & (ahead > 0) & (ahead < horizon.first)
    return pd.Series(np.where(unfair, np.nan, before.astype(float)), index=areas.index)


def label_wave(areas: pd.Series, year: int, crises: CrisisTable, wave: Wave) -> pd.Series:
    """1, 0 or NaN for observations of one year before a wave: did a crisis of the wave come to the area?

    Areas in an earlier crisis that is not over are left out.
    """
    hit = {each.area for each in crises.crises if wave.first <= each.start <= wave.last}
    busy = {each.area for each in crises.crises if each.start <= year <= each.last}
    values = [np.nan if area in busy else float(area in hit) for area in areas]
    return pd.Series(values, index=areas.index, dtype=float)


def cluster_of(years: pd.Series, found: Sequence[Wave], horizon: Horizon) -> pd.Series:
    """The wave that each observation looks ahead to: the next one that its window can still meet; the number of waves
    where none follows. What happens in one wave happens together, so that these are the draws there are."""
    ends = np.array([each.last for each in found])
    places = [int(np.searchsorted(ends, year + horizon.first)) for year in years]
    return pd.Series(places, index=years.index, dtype=int)
