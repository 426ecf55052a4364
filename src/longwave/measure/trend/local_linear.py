"""The local linear trend: a level that drifts by a slope which itself drifts, and how sure it is that the
slope fell.

    y_t = mu_t + e_t,   mu_{t+1} = mu_t + beta_t + h_t,   beta_{t+1} = beta_t + z_t

Harvey (1989); Durbin and Koopman (2012). The maximum of the likelihood is found from many starts, because it often lies
where one variance is zero: the variance of z piles up there although the slope does drift (Stock and Watson 1998).
Plugged in, it would make every statement on the slope too sure. So the bands and probabilities are averaged over
the ratios of the variances on a grid, each weighed by its restricted likelihood; the scale is integrated out exactly.

Beforehand, the standard deviation of z relative to the noise is taken as evenly spread between 0 and `WIDEST_DRIFT`
divided by the number of years, and the shares of the noise as even over the standard deviations of e and h.
`docs/concepts/trend.md` prints how often the statements are right in simulations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from longwave.measure.intervals import Interval
from longwave.measure.trend.gaussian import (
    Array,
    Conditional,
    condition,
    mixture_bounds,
    restricted_likelihood,
)

FEWEST = 12
"""Fewest observations: three variances and two starting values want more figures than a mean does."""

WIDEST_DRIFT = 60.0
"""Largest standard deviation of the yearly step of the slope, relative to the noise, times the number of years."""

_DRIFTS = np.array([0.0, 0.5, 1, 1.5, 2, 3, 4, 5, 6.5, 8, 10, 13, 16, 20, 25, 31, 39, 49, WIDEST_DRIFT])
_NEGLIGIBLE = 1e-3
"""Nodes of less weight than this part of the heaviest one are left out."""
_ANGLES = np.linspace(0.0, np.pi / 2, 9)
"""Standard deviations of e and h are cos and sin of the angle: evenly spread on the quarter circle."""


@dataclass(frozen=True, eq=False)
class _Search:
    """What the search for the most likely variances starts from."""

    processes: _Processes
    scaled: Array
    ranked: Array
    unit: float


@dataclass(frozen=True, eq=False)
class Trend:
    """The trend of a yearly series.

    frame: index = year from the first to the last, missing years included; columns level, level_low, level_high,
    slope, slope_low, slope_high (the slope of a year is the drift from it to the next, a unit of y a year);
    variances and loglikelihood (exact diffuse, as statsmodels counts it) are searched for when first asked;
    coverage: what the bands aim at.
    """

    frame: pd.DataFrame
    observations: int
    coverage: float
    _posterior: Conditional
    _weights: Array
    _values: pd.Series
    _search: _Search

    @cached_property
    def variances(self) -> Mapping[str, float]:
        """Most likely variances ``irregular``, ``level``, ``slope``, searched when first asked for."""
        found = _most_likely(self._search.processes, self._search.scaled, self._search.ranked)
        return {name: value * self._search.unit**2 for name, value in found.items()}

    @cached_property
    def loglikelihood(self) -> float:
        """Exact diffuse log likelihood at the maximum, by the Kalman filter of statsmodels."""
        return float(state_space(self._values, "lltrend").loglike(list(self.variances.values())))

    @property
    def piled_up(self) -> bool:
        """Whether the most likely variance of the slope is zero: then only the averaged statements mean anything."""
        total = sum(self.variances.values())
        return self.variances["slope"] < 1e-8 * total

    def probability_slope_lower(self, later: int, earlier: int) -> float:
        """Probability that the slope of the later year is below that of the earlier one, given the data.

        From the joint distribution of both slopes (their errors are strongly alike), averaged over the variances; a
        half of the weight of a slope that does not drift at all counts as below. Raises ValueError for a year
        outside the frame.
        """
        from scipy.special import stdtr

        mean, spread = self._difference(later, earlier)
        shares = np.where(
            spread > 1e-9 * spread.max(),
            stdtr(self._posterior.freedom, -mean / np.maximum(spread, 1e-300)),
            0.5,
        )
        return float(self._weights @ shares)

    def slope_change(self, later: int, earlier: int, level: float = 0.95) -> Interval:
        """Slope of the later year less slope of the earlier one. Raises ValueError."""
        mean, spread = self._difference(later, earlier)
        low, high = mixture_bounds(
            self._weights, mean[:, None], spread[:, None], self._posterior.freedom, level
        )
        return Interval(float(self._weights @ mean), float(low[0]), float(high[0]), 0.0, level)

    def _difference(self, later: int, earlier: int) -> tuple[Array, Array]:
        years = self.frame.index
        if later not in years or earlier not in years or later == earlier:
            raise ValueError(f"{later} and {earlier} have to be two years from {years[0]} to {years[-1]}")
        first, second = (len(years) + one - int(years[0]) for one in (earlier, later))
        found = self._posterior
        cov = found.covariance
        variance = cov[:, first, first] + cov[:, second, second] - 2 * cov[:, first, second]
        return (
            found.mean[:, second] - found.mean[:, first],
            np.sqrt(found.scale * np.maximum(variance, 0.0)),
        )


def local_linear_trend(values: pd.Series, level: float = 0.95) -> Trend:
    """The local linear trend of a series indexed by whole years; years may be missing.

    level: coverage that the bands aim at. Raises ValueError where fewer than `FEWEST` years have a figure, years
    repeat, a figure is infinite, or the figures lie on a straight line.
    """
    known = values_of(values, FEWEST)
    years, y = known.index.to_numpy(np.int64), known.to_numpy(float)
    x = np.column_stack([np.ones(len(y)), years - years[0]]).astype(float)
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    left = y - x @ beta
    unit = float(np.sqrt((left**2).mean()))
    if unit <= 1e-9 * max(float(np.abs(y).max()), 1e-300):
        raise ValueError("the figures lie on a straight line: there is nothing to smooth")
    processes = _Processes(years)
    drifts = _DRIFTS / len(y)
    nodes = np.array([(angle, drift) for drift in drifts for angle in _ANGLES])
    likelihood = restricted(processes, left / unit, nodes)
    weights = np.exp(likelihood - likelihood.max()) * _prior(drifts)
    keep = weights > _NEGLIGIBLE * weights.max()
    weights = weights[keep] / weights[keep].sum()
    plain = processes.given(left / unit, nodes[keep])
    posterior = replace(plain, scale=plain.scale * unit**2, mean=plain.mean * unit)
    every = np.arange(years[0], years[-1] + 1)
    line = np.column_stack([np.ones(len(every)), every - years[0]]) @ beta
    posterior = replace(posterior, mean=posterior.mean + np.append(line, np.full(len(every), beta[1])))
    frame = _frame(every, posterior, weights, level)
    return Trend(
        frame,
        len(y),
        level,
        posterior,
        weights,
        known.reindex(every),
        _Search(processes, left / unit, nodes[np.argsort(-likelihood)], unit),
    )


def values_of(values: pd.Series, fewest: int) -> pd.Series:
    """The figures that are there, in order of years. Raises ValueError where they cannot carry a trend."""
    known = values.dropna().sort_index()
    if known.index.has_duplicates:
        raise ValueError("a year has two figures")
    if not np.isfinite(known.to_numpy(float)).all():
        raise ValueError("a figure is infinite")
    if len(known) < fewest:
        raise ValueError(f"{len(known)} years have a figure; {fewest} are needed")
    return known.astype(float)


def state_space(values: pd.Series, kind: str):  # type: ignore[no-untyped-def]
    """The statsmodels model of that kind with exact diffuse start, over all years of the series."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    return UnobservedComponents(values.to_numpy(float), kind, use_exact_diffuse=True)


class _Processes:
    """Covariances of noise, wandering level and wandering slope, at the data and at every year."""

    def __init__(self, years: np.ndarray) -> None:
        every = np.arange(years[0], years[-1] + 1)
        at = (years - years[0]).astype(int)
        count = len(every)
        steps = np.tril(np.ones((count, count)), -1)
        slope = steps  # beta_t = sum of z_s, s < t
        level_of_slope = steps @ steps  # mu_t gathers beta_s, s < t
        self.noise = np.eye(len(years))
        full = np.block([[steps @ steps.T, np.zeros((count, count))], [np.zeros((count, count))] * 2])
        both = np.vstack([level_of_slope, slope])
        self.level_own, self.slope_own = full, both @ both.T
        self.level, self.slope = full[np.ix_(at, at)], self.slope_own[np.ix_(at, at)]
        self.level_cross, self.slope_cross = full[:, at], self.slope_own[:, at]
        self.x = np.column_stack([np.ones(len(years)), at]).astype(float)
        self.target_x = np.vstack(
            [
                np.column_stack([np.ones(count), np.arange(count)]),
                np.column_stack([np.zeros(count), np.ones(count)]),
            ]
        ).astype(float)

    def shares(self, nodes: Array) -> tuple[Array, Array, Array]:
        return np.cos(nodes[:, 0]) ** 2, np.sin(nodes[:, 0]) ** 2, nodes[:, 1] ** 2

    def covariance(self, nodes: Array) -> Array:
        noise, level, slope = (share[:, None, None] for share in self.shares(nodes))
        return np.asarray(noise * self.noise + level * self.level + slope * self.slope + 1e-9 * self.noise)

    def given(self, y: Array, nodes: Array) -> Conditional:
        _, level, slope = (share[:, None, None] for share in self.shares(nodes))
        return condition(
            y,
            self.x,
            self.covariance(nodes),
            self.target_x,
            level * self.level_cross + slope * self.slope_cross,
            level * self.level_own + slope * self.slope_own,
        )


def restricted(processes: _Processes, y: Array, nodes: Array) -> Array:
    """Restricted log likelihood of each node."""
    return restricted_likelihood(y, processes.x, processes.covariance(nodes))[0]


def _prior(drifts: Array) -> Array:
    """Weights of the nodes beforehand: even in the standard deviation of the drift (trapezoids) and in the angle."""
    edges = np.concatenate([[drifts[0]], (drifts[1:] + drifts[:-1]) / 2, [drifts[-1]]])
    angle = np.ones(len(_ANGLES))
    angle[[0, -1]] = 0.5
    return np.outer(np.diff(edges), angle).ravel()


def _most_likely(processes: _Processes, y: Array, ranked: Array) -> dict[str, float]:
    """Maximum likelihood from the two best nodes of the grid and from two plain starts."""
    from scipy.optimize import minimize

    def loss(point: Array) -> float:
        return -float(restricted(processes, y, point[None, :])[0])

    starts = [*ranked[:2], np.array([0.2, 0.05]), np.array([1.3, 0.3])]
    found = [
        minimize(loss, start + 0.01, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-7})
        for start in starts
    ]
    best = min(found, key=lambda one: float(one.fun)).x[None, :]
    scale = float(restricted_likelihood(y, processes.x, processes.covariance(best))[1][0])
    shares = [scale * float(share[0]) for share in processes.shares(best)]
    return dict(zip(("irregular", "level", "slope"), shares, strict=True))


def _frame(every: np.ndarray, posterior: Conditional, weights: Array, level: float) -> pd.DataFrame:
    spread = np.sqrt(
        posterior.scale[:, None] * np.maximum(np.diagonal(posterior.covariance, axis1=1, axis2=2), 0.0)
    )
    low, high = mixture_bounds(weights, posterior.mean, spread, posterior.freedom, level)
    centre = weights @ posterior.mean
    count = len(every)
    return pd.DataFrame(
        {
            "level": centre[:count],
            "level_low": low[:count],
            "level_high": high[:count],
            "slope": centre[count:],
            "slope_low": low[count:],
            "slope_high": high[count:],
        },
        index=pd.Index(every, name="year"),
    )
