"""Rigidity as a test: does the structure of an economy change more slowly than it did?

H0: the speed is constant. Against it: dv/dt = -kappa v, v_t = v_0 exp(-kappa t), with v the norm of absolute values
(the share of the whole that changes industry in a year). kappa is minus the least-squares slope of ln v on time; its
interval allows neighbouring years to be alike (`measure.intervals`). kappa < 0 is a structure that changes faster
and faster.

**Noise looks like change.** Shares that only shake give a positive yearly speed for ever, and a floor of noise under
a falling speed flattens it: kappa comes out too near zero. So the test rests on the speed that lasts, over moves of
five years, in which noise weighs a fifth (yearly speed is an upper bound of lasting change, this one a lower bound:
moves that are taken back within five years count for nothing). And what noise is left is taken out: noise that
reverses itself in the next year is estimated from the shares (`noise_of`), the expected speed under it is simulated,
and kappa is read back through the curve that this gives (indirect inference; Gourieroux, Monfort and Renault 1993).

**A simplex ends somewhere.** Shares that move one way at a constant speed run out, as agriculture's has: part of any
slowing is arithmetic. The speed in log-ratio coordinates, which have no end, stands beside it as a second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.measure.intervals import FEWEST, Interval, Noise, Stretch
from longwave.measure.structure.industries import moves

Vector = NDArray[np.float64]

SHORTEST = FEWEST + 5
"""Fewest yearly speeds for a decay: with under ten, a slope in logarithms says nothing."""

LASTING = 5
"""Years over which a move must stand to count as lasting."""

_DRAWS = 500
_ALL_NOISE = 0.9
"""Share of the measured speed from which on the noise, itself estimated, may as well be all of it."""

_STEEPEST = 0.5
"""Highest decay looked for, a year: a half-life of 17 months. Beyond it the correction has no upper bound."""


@dataclass(frozen=True, slots=True)
class Decay:
    """kappa a year with its interval (value is the fall of ln v a year), the p-value of kappa = 0 (two-sided), and
    how many years without any move entered as half the smallest move."""

    kappa: Interval
    p_value: float
    unmoved: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """kappa with the speed that noise alone makes taken out; low or high is infinite where noise leaves it without
    a bound; floor: the speed that noise alone would show; share: floor over the mean measured speed."""

    kappa: float
    low: float
    high: float
    floor: float
    share: float


def speed(shares: pd.DataFrame, years: int = 1) -> pd.Series:
    """v_t = 1/2 sum |s_i,t - s_i,t-k| / k by year: the share of the whole that changes industry in a year.

    shares: rows (years as whole numbers) that add up to one.
    """
    return pd.Series(moves(shares, years).abs().sum(axis=1) / (2 * years), dtype=float)


def decay(speeds: pd.Series, level: float = 0.95) -> Decay:
    """kappa of v_t = v_0 exp(-kappa t) with its interval and p-value.

    speeds: by year (whole numbers), not negative. Raises ValueError for fewer than ten, for a tenth or more without
    any move, and where the speed never varies.
    """
    values = speeds.to_numpy(float)
    unmoved = int((values == 0).sum())
    if len(values) < SHORTEST:
        raise ValueError("a decay of speed needs at least ten yearly moves")
    if unmoved * 10 > len(values):
        raise ValueError("in a tenth of the years or more nothing moved: the figures are rounded or repeated")
    if (values < 0).any() or not np.isfinite(values).all():
        raise ValueError("a speed is finite and not negative")
    logs = np.log(np.where(values > 0, values, values[values > 0].min() / 2))
    stretch = Stretch(speeds.index.to_numpy(np.int64), logs, line=True)
    if stretch.constant:
        raise ValueError("the speed does not vary")
    noise = Noise([stretch])
    slope = noise.slope(0, level)
    kappa = Interval(-slope.value, -slope.high, -slope.low, slope.persistence, level)
    return Decay(kappa, _p_value(noise, slope.value), unmoved)


def noise_of(shares: pd.DataFrame) -> Vector:
    """Standard deviation of the noise in each share that reverses itself in the next year:
    sqrt(max(0, c_2 - c_1)), c_k = mean ds_t ds_{t+k}.

    White noise e gives c_1 = -var e and c_2 = 0; moves that last give both alike. It misses noise that lasts several
    years and counts genuine moves that are taken back as noise.
    """
    change = moves(shares)
    return np.asarray(np.sqrt(np.maximum(0.0, _product(change, 2) - _product(change, 1))), dtype=np.float64)


def _product(change: pd.DataFrame, years: int) -> Vector:
    later = change.copy()
    later.index = later.index - years
    both = change.index.intersection(later.index)
    if both.empty:
        return np.zeros(change.shape[1])
    return np.asarray((change.loc[both] * later.loc[both]).mean(axis=0), dtype=np.float64)


def corrected(
    shares: pd.DataFrame, measured: Interval, years: int = LASTING, seed: int = 0
) -> Corrected | None:
    """The decay of speed over `years` that, with the estimated noise on top, would be measured as `measured`; None
    where the noise alone would make all of the measured speed.

    The genuine move of a year is taken along the direction of the whole period's change; the noise is normal,
    independent between years, and adds up to nothing over the shares.
    """
    change = moves(shares, years)
    noise = noise_of(shares)
    mean = float(change.abs().sum(axis=1).mean() / 2)
    curve = _Curve(change, noise, seed)
    floor = float(curve.speeds[0])
    if floor >= _ALL_NOISE * mean:
        return None
    when = change.index.to_numpy(float)
    grid = np.linspace(-_STEEPEST, _STEEPEST, 101)
    seen = np.array([curve.measured(kappa, when, mean) for kappa in grid])
    # What is measured rises with what is true until noise is all that is left; beyond that nothing can be read back.
    rising = _rising(seen)
    return Corrected(
        _back(measured.value, seen, grid, rising),
        _back(measured.low, seen, grid, rising),
        _back(measured.high, seen, grid, rising),
        floor / years,
        floor / mean,
    )


class _Curve:
    """Mean speed and mean log speed as they would be measured, by true speed."""

    def __init__(self, change: pd.DataFrame, noise: Vector, seed: int) -> None:
        direction = change.sum(axis=0).to_numpy(float)
        size = np.abs(direction).sum() / 2
        direction = direction / size if size > 0 else np.zeros(len(noise))
        rng = np.random.default_rng(seed)
        shake = rng.normal(size=(_DRAWS, len(noise))) * noise * np.sqrt(2.0)
        shake = shake - shake.mean(axis=1, keepdims=True)
        top = 20 * float(change.abs().sum(axis=1).max() / 2)
        self.true: Vector = np.concatenate([[0.0], np.geomspace(top * 1e-4, top, 60)])
        made = [np.abs(value * direction + shake).sum(axis=1) / 2 for value in self.true]
        self.speeds: Vector = np.array([one.mean() for one in made])
        self.logs: Vector = np.array([np.log(np.maximum(one, 1e-12)).mean() for one in made])

    def measured(self, kappa: float, years: Vector, mean: float) -> float:
        """The decay that would be measured on average where the true one is kappa and the mean measured speed is
        `mean`."""
        time = years - years.mean()
        shape = np.exp(-kappa * time)
        low, high = 0.0, float(self.true[-1]) / float(shape.max())
        for _ in range(50):
            middle = (low + high) / 2
            if np.interp(middle * shape, self.true, self.speeds).mean() < mean:
                low = middle
            else:
                high = middle
        logs = np.interp(high * shape, self.true, self.logs)
        return float(-(time @ logs) / (time @ time))


def _rising(seen: Vector) -> tuple[int, int]:
    """Places on the grid, around its middle, between which the curve rises."""
    middle = len(seen) // 2
    up = np.diff(seen) > 0
    above = middle + int(np.argmin(np.append(up[middle:], False)))
    below = middle - int(np.argmin(np.append(up[:middle][::-1], False)))
    return below, above


def _back(value: float, seen: Vector, grid: Vector, rising: tuple[int, int]) -> float:
    below, above = rising
    if value <= seen[below]:
        return -np.inf
    if value >= seen[above]:
        return np.inf
    return float(np.interp(value, seen[below : above + 1], grid[below : above + 1]))


def _p_value(noise: Noise, slope: float) -> float:
    """One minus the level at which the interval of the slope first holds zero."""
    low, high = 0.0, 1.0 - 1e-6
    for _ in range(14):
        middle = (low + high) / 2
        if noise.slope(0, middle).high - slope < abs(slope):
            low = middle
        else:
            high = middle
    return 1.0 - low


def log_ratio_speed(shares: pd.DataFrame, years: int = LASTING) -> pd.Series:
    """|z_t - z_{t-k}| / k in isometric log-ratio coordinates, zeros replaced (`simplex.without_zeros`): how far ratios
    move a year, small industries counting as much as large ones. Raises ValueError where zeros are too many."""
    from longwave.measure.structure.simplex import log_ratios, without_zeros

    values = log_ratios(without_zeros(shares.to_numpy(float)))
    change = moves(pd.DataFrame(values, index=shares.index), years)
    return pd.Series(np.sqrt((change**2).sum(axis=1)) / years, dtype=float)
