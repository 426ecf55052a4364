"""How sure a mean is when neighbouring years resemble each other.

The mean of n growth rates is less sure than n independent ones would make it, because a good year tends to
follow a good year. The usual cure, the Newey-West variance, covers 75 to 92 per cent where it says 95 on the
15 to 70 years that economic history grants. So the persistence is not plugged in: it is averaged over.

Model: the values fall into stretches (eras, decades); in each, y = X b + u with its own b and its own
variance, and u follows an AR(1) whose persistence rho all stretches share. For each rho on a grid, the
restricted likelihood (Patterson and Thompson 1971; all stretches together) weighs rho, and a linear
combination w'y has variance sum over stretches of s2(rho) w'R(rho)w with R_ij = rho^|t_i - t_j|. The
interval's bounds are quantiles of the mixture of Student distributions. Gaps in the years are allowed.
`docs/concepts/evidence.md` prints the coverage that simulations gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

FEWEST = 5
"""Fewest observations in a stretch: with fewer, the variance has under four degrees of freedom."""

GROWTH_PERSISTENCE = 0.9
"""Highest persistence thought possible of growth rates and of rates that return to a mean. Short samples
cannot rule out more, and were it allowed, ten years would say nothing about any mean."""

LEVEL_PERSISTENCE = 0.975
"""The same for levels that wander, such as a rate of return."""

_GRID = np.append(np.arange(-30, 100, 5) / 100.0, LEVEL_PERSISTENCE)
"""Persistence from -0.3 (macroeconomic growth is seldom more negative), evenly weighted beforehand."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Observations that share a mean (or a line): years as whole numbers, values, and whether a line is
    fitted."""

    years: NDArray[np.int64]
    values: Vector
    line: bool = False

    def design(self) -> NDArray[np.float64]:
        columns = [np.ones(len(self.values))]
        if self.line:
            columns.append(self.years - self.years.mean())
        return np.column_stack(columns)

    @property
    def constant(self) -> bool:
        """Whether nothing is left to vary once the mean or the line is taken out (rounding apart)."""
        x = self.design()
        left = self.values - x @ np.linalg.lstsq(x, self.values, rcond=None)[0]
        return bool(np.abs(left).max() <= 1e-9 * max(1e-3, np.abs(self.values).max()))


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its bounds; persistence: how alike neighbouring years are, 0 not at all, 1 wholly."""

    value: float
    low: float
    high: float
    persistence: float
    level: float = 0.95


class Noise:
    """What the stretches say together about their noise: the weight of each persistence, and each one's
    variance."""

    def __init__(self, stretches: Sequence[Stretch], highest: float = GROWTH_PERSISTENCE) -> None:
        """highest: highest persistence allowed for. Raises ValueError for a stretch that is too short or does
        not vary: the caller has to look first.
        """
        for stretch in stretches:
            if len(stretch.values) < FEWEST + stretch.line or stretch.constant:
                raise ValueError("a stretch must vary and hold at least five observations")
        self.stretches = tuple(stretches)
        self._grid: Vector = np.array([rho for rho in _GRID if rho <= highest])
        fits = [[_fit(stretch, rho) for rho in self._grid] for stretch in self.stretches]
        likelihood = np.array([[fit[0] for fit in row] for row in fits]).sum(axis=0)
        weights = np.exp(likelihood - likelihood.max())
        self._weights: Vector = weights / weights.sum()
        self._variances: Vector = np.array([[fit[1] for fit in row] for row in fits])

    @property
    def persistence(self) -> float:
        return float(self._weights @ self._grid)

    def mean(self, which: int, level: float = 0.95) -> Interval:
        """The plain mean of one stretch."""
        return self._interval({which: _mean_weights(self.stretches[which])}, level)

    def difference(self, later: int, earlier: int, level: float = 0.95) -> Interval:
        """Mean of the later stretch less mean of the earlier one, taken as independent of each other."""
        weights = {
            later: _mean_weights(self.stretches[later]),
            earlier: -_mean_weights(self.stretches[earlier]),
        }
        return self._interval(weights, level)

    def slope(self, which: int, level: float = 0.95) -> Interval:
        """Least-squares slope per year of a stretch with a line."""
        time = self.stretches[which].design()[:, 1]
        return self._interval({which: time / (time @ time)}, level)

    def _interval(self, weights: dict[int, Vector], level: float) -> Interval:
        value = sum(float(w @ self.stretches[which].values) for which, w in weights.items())
        parts = np.array([self._variance(which, w) for which, w in weights.items()])
        freedom = np.array(
            [len(self.stretches[which].values) - 1 - self.stretches[which].line for which in weights]
        )
        spread = parts.sum(axis=0)
        # Welch and Satterthwaite: a sum of two estimated variances has about this many degrees of freedom.
        degrees = spread**2 / (parts**2 / freedom[:, None]).sum(axis=0)
        half = _half_width(self._weights, np.sqrt(spread), degrees, level)
        return Interval(value, value - half, value + half, self.persistence, level)

    def _variance(self, which: int, weights: Vector) -> Vector:
        lag = _lags(self.stretches[which].years)
        inner = np.array([weights @ _correlation(rho, lag) @ weights for rho in self._grid])
        return np.asarray(self._variances[which] * inner, dtype=np.float64)


def _mean_weights(stretch: Stretch) -> Vector:
    return np.full(len(stretch.values), 1.0 / len(stretch.values))


def _lags(years: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.abs(years[:, None] - years[None, :]), dtype=np.int64)


def _correlation(rho: float, lag: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(lag == 0, 1.0, np.sign(rho) ** lag * np.abs(rho) ** lag)


def _fit(stretch: Stretch, rho: float) -> tuple[float, float]:
    """Restricted log likelihood and variance of one stretch at one persistence."""
    x, y = stretch.design(), stretch.values
    root = np.linalg.cholesky(_correlation(rho, _lags(stretch.years)))
    x, y = np.linalg.solve(root, x), np.linalg.solve(root, y)
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    rest = float(((y - x @ beta) ** 2).sum())
    freedom = len(y) - x.shape[1]
    _, log_information = np.linalg.slogdet(x.T @ x)
    log_determinant = 2.0 * np.log(np.diag(root)).sum()
    return float(-0.5 * (log_determinant + log_information + freedom * np.log(rest))), rest / freedom


def _half_width(weights: Vector, spread: Vector, degrees: Vector, level: float) -> float:
    """Half-width h with P(|value| <= h) = level under the mixture of Student distributions, by bisection."""
    from scipy.special import stdtr, stdtrit

    wanted = 0.5 + level / 2
    low, high = 0.0, float((spread * stdtrit(degrees, wanted)).max())
    for _ in range(60):
        middle = (low + high) / 2
        if weights @ stdtr(degrees, middle / spread) < wanted:
            low = middle
        else:
            high = middle
    return high
