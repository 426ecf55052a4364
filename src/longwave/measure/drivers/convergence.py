"""Do areas grow alike: dispersion over time (sigma), those behind growing faster (beta), and how many years behind.

    beta    (y_iT - y_i0) / T = a - (1 - exp(-s T)) / T  y_i0 + e,  s the speed, half-life ln 2 / s
            (Barro and Sala-i-Martin 1992); errors robust to unequal variances (HC3, MacKinnon and White 1985)
    sigma   the dispersion at the end less that at the start, on the same areas, by a paired jackknife, because the two
            dispersions are of the same areas and not independent (Carree and Klomp 1997 on Lichtenberg 1994)
    lag     time distance: how long after the leader the follower came to a level (Sicherl 1973; 2011), counted between the
            first published years at or above it

Beta without sigma is Galton's fallacy (Friedman 1992, Quah 1993): where places change by chance alone, those
behind grow faster on
average and nothing converges. So sigma decides, and beta is told with that warning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beta:
    """slope of the yearly change on the start; speed a year and half-life in years with the bounds that the slope's interval
    implies. half_life is None where the slope is not negative; half_life_high is None (no bound) where the
    interval of the slope
    holds zero."""

    slope: float
    slope_low: float
    slope_high: float
    speed: float | None
    half_life: float | None
    half_life_low: float | None
    half_life_high: float | None
    observations: int


def beta_convergence(start: ArrayLike, end: ArrayLike, years: float, level: float = 0.95) -> Beta:
    """The regression above. start, end: the same areas, in logarithms or logits.

    Raises ValueError for fewer than eight areas, unequal lengths, years that are not positive, or starts that do not vary.
    """
    from scipy.stats import t as student

    x, y = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    if len(x) != len(y) or len(x) < 8 or not years > 0:
        raise ValueError("eight or more areas with both dates, and a positive number of years, are needed")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("starts and ends must be finite numbers")
    if x.std() <= 1e-12 * max(1.0, float(np.abs(x).max())):
        raise ValueError("all areas start alike; there is nothing to catch up")
    design = np.column_stack([np.ones(len(x)), x])
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ design.T @ ((y - x) / years)
    resid = (y - x) / years - design @ b
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    meat = design.T * (resid / np.clip(1 - leverage, 1e-6, None)) ** 2 @ design
    error = float(np.sqrt((inverse @ meat @ inverse)[1, 1]))
    half = float(student.ppf(0.5 + level / 2, len(x) - 2)) * error
    slope = float(b[1])
    speeds = [_speed(one, years) for one in (slope, slope + half, slope - half)]
    lives = [None if one is None or one <= 0 else float(np.log(2) / one) for one in speeds]
    # The steepest slope gives the shortest half-life; at -1/T the whole gap is gone within the span.
    shortest = lives[2] if speeds[2] is not None else (0.0 if slope - half < 0 else None)
    return Beta(slope, slope - half, slope + half, speeds[0], lives[0], shortest, lives[1], len(x))


def _speed(slope: float, years: float) -> float | None:
    inside = 1 + slope * years
    return float(-np.log(inside) / years) if inside > 0 else None


@dataclass(frozen=True, slots=True)
class Sigma:
    """Dispersion of the same areas at two dates, their ratio less one, its interval, and the p-value of no change."""

    start: float
    end: float
    change: float
    low: float
    high: float
    p_value: float
    observations: int


def sigma_convergence(start: ArrayLike, end: ArrayLike, level: float = 0.95) -> Sigma:
    """Standard deviation at the end over that at the start, less one; negative where areas have grown alike.

    The interval is exp of ln(ratio) plus or minus Student's t times the paired jackknife's error; the p-value is of the
    Pitman-Morgan test that two variances of the same areas are equal (the correlation of sum and difference is zero).
    Raises ValueError for fewer than eight areas, unequal lengths, or no dispersion at either date.
    """
    from scipy.stats import t as student

    x, y = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    if len(x) != len(y) or len(x) < 8:
        raise ValueError("eight or more areas with both dates are needed")
    first, last = float(x.std(ddof=1)), float(y.std(ddof=1))
    if not (first > 0 and last > 0):
        raise ValueError("at one of the dates all areas are alike")
    n = len(x)
    left = np.array([_log_ratio(np.delete(x, k), np.delete(y, k)) for k in range(n)])
    error = float(np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))
    half = float(student.ppf(0.5 + level / 2, n - 1)) * error
    ratio = np.log(last / first)
    r = float(np.clip(np.corrcoef(x + y, y - x)[0, 1], -1 + 1e-12, 1 - 1e-12)) if np.ptp(y - x) > 0 else 0.0
    t = r * np.sqrt((n - 2) / (1 - r * r))
    p = float(2 * student.sf(abs(t), n - 2))
    low, high = (float(np.expm1(ratio + sign * half)) for sign in (-1, 1))
    return Sigma(first, last, last / first - 1, low, high, p, n)


def _log_ratio(x: Vector, y: Vector) -> float:
    return float(np.log(y.std(ddof=1) / x.std(ddof=1)))


@dataclass(frozen=True, slots=True)
class TimeDistance:
    """How many years before the follower the leader was at `level_reached`; negative where it came later.

    Both years are the first with a figure at or above the level; nothing is drawn between figures.
    """

    level_reached: float
    follower_year: int
    leader_year: int

    @property
    def years(self) -> int:
        return self.follower_year - self.leader_year


def time_distance(leader: pd.Series, follower: pd.Series, level: float) -> TimeDistance | None:
    """S-time-distance at a level: both series by year as whole numbers.

    None where one of them has not reached the level, or was there from its first figure on, so that when it got there is
    not known.
    """
    first, second = first_reached(follower, level), first_reached(leader, level)
    return None if first is None or second is None else TimeDistance(level, first, second)


def first_reached(values: pd.Series, level: float) -> int | None:
    """The first year whose figure is at or above a level; None when there is none, or when the data begin there."""
    known = values.dropna()
    above = np.flatnonzero(known.to_numpy(float) >= level)
    if len(above) == 0 or above[0] == 0:
        return None
    return int(known.index[above[0]])
