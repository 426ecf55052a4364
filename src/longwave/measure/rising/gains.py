"""What gains on the rest: yearly growth of shares in two windows of ten years, by rules that are fixed
beforehand, and what of it is beyond chance.

With amounts x_i and their total X, an item's share is s_i = x_i / X and its gain in a year is the change of
ln s_i: its own growth less that of the total. An item passes the *rules* where its mean gain is above zero in
the last ten years and in the ten before, each also without its best year, so that no single leap made it. Of
items whose shares only wander, one in `CHANCE` passes them all the same; so each item has the interval of its
mean gain over both windows (`longwave.measure.intervals`, which allows for neighbouring years that resemble
each other), and those are *beyond chance* that the procedure of Benjamini and Hochberg (1995) picks out of
all items by their one-sided p-values.

Shares wander much like a random walk; changes from year to year, not a line through levels, carry an interval
that holds then as well (`benchmarks/rising_gains.py`). It is wide, and should be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.measure.intervals import Interval, Noise, Stretch
from longwave.measure.skills.discovery import FALSE_RATE, false_discovery
from longwave.measure.skills.regression import mean_regression

WINDOW = 10
"""Years of each window: the last ten and the ten before, as in the other measures."""

CHANCE = 0.09
"""Share of items without any drift that pass the rules, for changes that are independent and normal;
simulated in `benchmarks/rising_gains.py`."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One item: its shares (fractions) in the year before the windows and in the last year; its mean gain a
    year in each window, over both, and the later less the earlier; the smaller of the two windows' means once
    the best year of each is left out; and the one-sided p-value of the mean over both, 1 where it is not
    above zero."""

    item: str
    share_then: float
    share_now: float
    earlier: Interval
    later: Interval
    whole: Interval
    change: Interval
    without_best: float
    p_value: float

    @property
    def passes(self) -> bool:
        """Whether it gained in both windows, also without the best year of each."""
        return self.without_best > 0


@dataclass(frozen=True, eq=False)
class Gains:
    """All items that could be measured, those beyond chance, and those that could not be measured.

    years: the year before the earlier window, the last year of the earlier one, and the last year.
    """

    measured: tuple[Gain, ...]
    beyond_chance: frozenset[str]
    years: tuple[int, int, int]
    passed_over: tuple[str, ...] = ()

    def passing(self) -> list[Gain]:
        """Those that pass the rules, the surest first."""
        return sorted((one for one in self.measured if one.passes), key=lambda one: (one.p_value, one.item))


def share_gains(shares: pd.DataFrame, rate: float = FALSE_RATE) -> Gains | None:
    """Gains of items in the last two windows of years.

    shares: index = years as whole numbers, columns = items, fractions; an item with a gap, a share that is
    not above zero or no variation in the windows is passed over. rate: the false discovery rate. None where
    the last 21 years are not all there.
    """
    if shares.empty:
        return None
    last = int(shares.index.max())
    years = list(range(last - 2 * WINDOW, last + 1))
    if not set(years) <= set(shares.index):
        return None
    recent = shares.loc[years]
    found = {str(item): _gain(str(item), recent[item].to_numpy(float)) for item in recent.columns}
    measured = tuple(one for one in found.values() if one is not None)
    chosen = false_discovery([one.p_value for one in measured], rate)
    return Gains(
        measured,
        frozenset(one.item for one, keep in zip(measured, chosen, strict=True) if keep),
        (years[0], last - WINDOW, last),
        tuple(item for item, one in found.items() if one is None),
    )


def worst_without_best(changes: NDArray[np.float64]) -> float:
    """The smaller of the two windows' mean changes once the largest change of each is left out. changes: (2 x
    WINDOW,)."""
    return min(
        float((part.sum() - part.max()) / (len(part) - 1)) for part in (changes[:WINDOW], changes[WINDOW:])
    )


def _gain(item: str, values: NDArray[np.float64]) -> Gain | None:
    if not (values > 0).all():
        return None
    changes = np.diff(np.log(values))
    places = np.arange(2 * WINDOW, dtype=np.int64)
    halves = [
        Stretch(places[:WINDOW], changes[:WINDOW]),
        Stretch(places[WINDOW:], changes[WINDOW:]),
    ]
    both = Stretch(places, changes)
    if both.constant or any(each.constant for each in halves):
        return None
    parts, whole = Noise(halves), mean_regression(changes)
    mean = whole.coefficient(0, 0)
    return Gain(
        item,
        float(values[0]),
        float(values[-1]),
        parts.mean(0),
        parts.mean(1),
        mean,
        parts.difference(1, 0),
        worst_without_best(changes),
        # What lost on the whole is not to be picked, whatever its exact p-value.
        whole.two_sided({0: np.ones(1)}) / 2 if mean.value > 0 else 1.0,
    )
