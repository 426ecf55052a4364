"""Regression whose errors resemble their neighbours: least-squares coefficients with intervals that average
over how persistent the errors may be, and beside them the HAC standard errors that articles print.

It carries the intervals of means (see `longwave.measure.intervals`) over to any regressors. The observations
fall into segments; in each y = X b + u with its own b and its own variance, and u follows an AR(1) whose
persistence rho all segments share. The restricted likelihood (Patterson and Thompson 1971) weighs each rho of
a grid; a linear combination of least-squares coefficients has variance s2(rho) w'R(rho)w, with R_ij =
rho^|t_i - t_j|, and the interval's bounds are quantiles of the mixture of Student distributions. Gaps in time
are allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.intervals import GROWTH_PERSISTENCE, LEVEL_PERSISTENCE, Interval

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_GRID: Vector = np.append(np.arange(-30, 100, 5) / 100.0, LEVEL_PERSISTENCE)
SPARE = 4
"""Fewest observations beyond the number of coefficients."""


@dataclass(frozen=True, eq=False)
class Segment:
    """Observations that share coefficients: times as whole numbers (increasing), y of shape (n,), x of (n,
    k)."""

    times: NDArray[np.int64]
    y: Vector
    x: Matrix

    def least_squares(self) -> Vector:
        """The coefficients, shape (k,). Raises ValueError where the regressors do not tell them apart."""
        if np.linalg.matrix_rank(self.x) < self.x.shape[1]:
            raise ValueError("the regressors are collinear")
        return np.asarray(np.linalg.lstsq(self.x, self.y, rcond=None)[0], dtype=np.float64)

    def residuals(self) -> Vector:
        return np.asarray(self.y - self.x @ self.least_squares(), dtype=np.float64)


class SegmentedRegression:
    """Least squares in each segment, and what the segments say together about the persistence of the
    errors."""

    def __init__(self, segments: Sequence[Segment], highest: float = LEVEL_PERSISTENCE) -> None:
        """highest: highest persistence allowed for.

        Raises ValueError for a segment with fewer than `SPARE` observations more than coefficients, with
        collinear regressors, or without any error left: the caller has to look first.
        """
        self.segments = tuple(segments)
        for each in self.segments:
            if len(each.y) < each.x.shape[1] + SPARE:
                raise ValueError("a segment has too few observations for its coefficients")
            if np.abs(each.residuals()).max() <= 1e-10 * max(1e-3, float(np.abs(each.y).max())):
                raise ValueError("a segment fits without any error, so that no interval can be given")
        self._grid = _GRID[highest >= _GRID]
        fits = np.array([[_fit(each, rho) for rho in self._grid] for each in self.segments])
        likelihood = fits[:, :, 0].sum(axis=0)
        weights = np.exp(likelihood - likelihood.max())
        self._weights: Vector = weights / weights.sum()
        self._variances: Vector = fits[:, :, 1]

    @property
    def persistence(self) -> float:
        """How alike neighbouring errors are, 0 not at all, 1 wholly."""
        return float(self._weights @ self._grid)

    def combination(self, wanted: Mapping[int, Vector], level: float = 0.95) -> Interval:
        """The sum over segments of c'b, with its interval. wanted: segment -> c, of shape (k,)."""
        value, spread, degrees = self._law(wanted)
        half = mixture_half_width(self._weights, spread, degrees, level)
        return Interval(value, value - half, value + half, self.persistence, level)

    def coefficient(self, which: int, place: int, level: float = 0.95) -> Interval:
        """One coefficient of one segment."""
        contrast = np.zeros(self.segments[which].x.shape[1])
        contrast[place] = 1.0
        return self.combination({which: contrast}, level)

    def two_sided(self, wanted: Mapping[int, Vector]) -> float:
        """The two-sided p-value of the combination being zero: one less the level whose interval just ends
        there."""
        from scipy.special import stdtr

        value, spread, degrees = self._law(wanted)
        return float(2 * self._weights @ stdtr(degrees, -abs(value) / spread))

    def _law(self, wanted: Mapping[int, Vector]) -> tuple[float, Vector, Vector]:
        """Value of a combination, and its spread and degrees of freedom (Welch and Satterthwaite) at each
        persistence."""
        value, parts, freedom = 0.0, [], []
        for which, contrast in wanted.items():
            each = self.segments[which]
            weights = np.linalg.pinv(each.x).T @ contrast
            value += float(weights @ each.y)
            parts.append(self._variances[which] * _spread(each.times, weights, self._grid))
            freedom.append(len(each.y) - each.x.shape[1])
        variance = np.array(parts)
        total = variance.sum(axis=0)
        degrees = total**2 / (variance**2 / np.array(freedom, dtype=float)[:, None]).sum(axis=0)
        return value, np.sqrt(total), degrees


def mean_regression(values: Vector, highest: float = GROWTH_PERSISTENCE) -> SegmentedRegression:
    """The regression of neighbouring values on a constant, whose coefficient is their mean: the same interval
    as `longwave.measure.intervals` gives, with its p-value. Raises ValueError as `SegmentedRegression`
    does."""
    times = np.arange(len(values), dtype=np.int64)
    return SegmentedRegression([Segment(times, values, np.ones((len(values), 1)))], highest)


def hac_covariance(x: Matrix, residuals: Vector) -> Matrix:
    """Heteroskedasticity- and autocorrelation-consistent covariance of least-squares coefficients, shape (k,
    k).

    Quadratic spectral kernel, bandwidth by AR(1) plug-in over the moments x_t e_t (the constant left out of
    the weighing where there are other regressors), with the factor n/(n - k). Reference: Andrews (1991),
    equations 6.2 and 6.4. x: (n, k); residuals: (n,).
    """
    n, k = x.shape
    moments = x * residuals[:, None]
    weighed = moments[:, 1:] if k > 1 else moments
    width = _andrews_bandwidth(weighed)
    meat = moments.T @ moments
    for lag in range(1, n):
        cross = moments[lag:].T @ moments[:-lag]
        meat += quadratic_spectral(lag / width) * (cross + cross.T)
    bread = np.linalg.inv(x.T @ x)
    return np.asarray(bread @ meat @ bread * n / (n - k), dtype=np.float64)


def quadratic_spectral(at: float) -> float:
    """The quadratic spectral kernel at x > 0 (Andrews 1991, equation 2.7)."""
    angle = 6 * np.pi * at / 5
    return float(25 / (12 * np.pi**2 * at**2) * (np.sin(angle) / angle - np.cos(angle)))


def _andrews_bandwidth(moments: Matrix) -> float:
    n = len(moments)
    above, below = 0.0, 0.0
    for series in moments.T:
        before, after = series[:-1], series[1:]
        rho = float(np.clip(before @ after / max(before @ before, 1e-300), -0.97, 0.97))
        variance = float(((after - rho * before) ** 2).mean())
        above += 4 * rho**2 * variance**2 / (1 - rho) ** 8
        below += variance**2 / (1 - rho) ** 4
    return float(max(1.3221 * (above / max(below, 1e-300) * n) ** 0.2, 1e-6))


def mixture_half_width(weights: Vector, spread: Vector, degrees: Vector, level: float) -> float:
    """Half-width h with P(|value| <= h) = level under a mixture of Student distributions, by bisection."""
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


def _powers(rho: float, gaps: NDArray[np.int64]) -> Vector:
    return np.asarray(np.sign(rho) ** gaps * np.abs(rho) ** gaps, dtype=np.float64)


def _whitened(times: NDArray[np.int64], values: Matrix, rho: float) -> tuple[Matrix, float]:
    """Values freed of their AR(1) correlation, and half the log determinant of the correlation matrix."""
    if rho == 0:
        return values, 0.0
    link = _powers(rho, np.diff(times))
    scale = np.sqrt(1 - link**2)
    white = values.copy()
    white[1:] = (values[1:] - link[:, None] * values[:-1]) / scale[:, None]
    return white, float(np.log(scale).sum())


def _fit(segment: Segment, rho: float) -> tuple[float, float]:
    """Restricted log likelihood and variance of one segment at one persistence."""
    both, half_determinant = _whitened(segment.times, np.column_stack([segment.x, segment.y]), rho)
    x, y = both[:, :-1], both[:, -1]
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = float(((y - x @ beta) ** 2).sum())
    freedom = len(y) - x.shape[1]
    log_information = float(np.linalg.slogdet(x.T @ x)[1])
    return -half_determinant - 0.5 * (log_information + freedom * np.log(rest)), rest / freedom


def _spread(times: NDArray[np.int64], weights: Vector, grid: Vector) -> Vector:
    """w'R(rho)w for every rho of the grid."""
    lags = np.abs(times[:, None] - times[None, :])
    out = np.empty(len(grid))
    for place, rho in enumerate(grid):
        matrix = np.eye(len(times)) if rho == 0 else _powers(float(rho), lags)
        out[place] = weights @ matrix @ weights
    return out
