"""Two waves that overlap: does a second curve beside the first describe a series better than noise would?

With the first wave at its best and in the background, the best second curve of the grid is looked up. Two waves are
told only where (i) the likelihood ratio of two against one exceeds that of 95 in a hundred artificial series made
from the one-wave fit and searched in the same way, (ii) BIC prefers them, three terms being paid for, and (iii) the
two turning dates lie at least fifteen years apart and within the figures. References: Schwarz (1978); Bergeaud, Cette and
Lecat (2016) on the two waves of the twentieth century.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.dimension import Prepared
from longwave.measure.era.grid import Grid
from longwave.measure.era.likelihood import Likelihood
from longwave.measure.era.resample import made_again

Vector = NDArray[np.float64]

APART = 15
_SIZE = 0.05


@dataclass(frozen=True, slots=True)
class Waves:
    """earlier, later: turning dates of two waves; statistic: LR of two against one; p_value by the bootstrap; gain: fall
    of BIC; two: whether two waves are told."""

    earlier: int
    later: int
    statistic: float
    p_value: float
    gain: float
    two: bool
    earlier_point: int


def two_waves(one: Prepared, grid: Grid, draws: int, generator: np.random.Generator) -> Waves:
    """Two waves against one in a contribution or a state."""
    values = one.readings.values
    base = one.likelihood
    points = base.profile(values[:, None])[0][:, 0]
    first = int(np.argmax(points))
    beside = Likelihood(
        base.years,
        base.shapes,
        penalty=base.penalty,
        positive=base.positive,
        shocks=base.shocks,
        beside=base.shapes[:, [first]],
    )
    both, single = beside.profile(values[:, None])
    second = int(np.argmax(both[:, 0]))
    statistic = 2 * (float(both[second, 0]) - float(single[0]))
    made = made_again([base], [base.fits(values, first)], draws, generator)[0]
    drawn, alone = beside.profile(made)
    p_value = float((1 + np.sum(2 * (drawn.max(axis=0) - alone) >= statistic)) / (1 + draws))
    gain = statistic - 3 * np.log(len(values))
    dates = {which: int(grid.dates[grid.date_of[which]]) for which in (first, second)}
    apart = abs(dates[first] - dates[second]) >= APART
    years = one.readings.years
    inside = all(years[0] <= date <= years[-1] for date in dates.values())
    earlier = first if dates[first] <= dates[second] else second
    return Waves(
        min(dates.values()),
        max(dates.values()),
        statistic,
        p_value,
        float(gain),
        bool(p_value <= _SIZE and gain > 0 and apart and inside),
        earlier,
    )
