"""Local level: a level that drifts, seen through noise, with the ratio of drift to noise averaged over, not estimated.

    y_t = mu_t + e_t,   mu_t = mu_{t-1} + h_t,   sd(h) = r sd(e)

Harvey (1989); Durbin and Koopman (2012), chapter 2. The most likely r is often exactly zero although the level does
drift (Stock and Watson 1998), and plugged in it makes bands far too narrow. So r takes every value of a grid; given r
the Kalman filter with a diffuse level is exact, the variance is integrated out (a Student t), and what is said is the
mixture, each node weighed by its likelihood.

A noise variance that itself wanders is allowed for where `discounts` below one are given: each period keeps that part of
what is known of the variance (West and Harrison 1997, 10.8; Shephard 1994), and these too are averaged over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, FitError, Matrix, Prediction, Vector
from longwave.forecast.sound import ready

NAME = "local_level"

NODES = 49
"""Ratios on the grid: with twice as many, quantiles move by less than a hundredth of a standard deviation."""

_UNDISCOUNTED = 5
"""First steps whose variance is taken as one: before them a discount would leave nothing to stand on."""

_NEGLIGIBLE = 1e-6
"""Nodes of less weight than this part of the heaviest one are left out."""

_REGULAR = 1e-12
"""Values that reach over less than this part of their size are equal but for rounding."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Nodes of equal weight beforehand: variances of noise and drift (their sum is one), and what part of the
    knowledge of the scale a period keeps. Each of shape (nodes,)."""

    noise: Vector
    drift: Vector
    discount: Vector

    @classmethod
    def half_cauchy(cls, median: float, discounts: Sequence[float] = (1.0,)) -> Grid:
        """median: of the ratio sd(drift) / sd(noise) beforehand."""
        turn = _middles() * np.pi / 2
        return cls._of(np.arctan2(median * np.sin(turn), np.cos(turn)), discounts)

    @classmethod
    def falling(cls, most: float, discounts: Sequence[float] = (1.0,)) -> Grid:
        """Ratios from zero to `most`, with a density beforehand that falls evenly to nothing there."""
        return cls._of(np.arctan(most * (1 - np.sqrt(1 - _middles()))), discounts)

    @classmethod
    def _of(cls, angle: Vector, discounts: Sequence[float]) -> Grid:
        """angle: whose tangent is the ratio; each angle with each discount."""
        angles, kept = (part.ravel() for part in np.meshgrid(angle, np.asarray(discounts, dtype=np.float64)))
        return cls(np.cos(angles) ** 2, np.sin(angles) ** 2, kept)


def _middles() -> Vector:
    """Middles of even parts of the line from 0 to 1: as nodes they are twice as exact as its ends would be."""
    return (np.arange(NODES) + 0.5) / NODES


@dataclass(frozen=True, eq=False)
class State:
    """What each node knows after the last value; every array of shape (nodes,).

    level and its variance (in units of the squared scale); scale: the standard deviation that all is measured in; degrees:
    of freedom behind it; loglikelihood: of the differences, up to a constant that all nodes share.
    """

    level: Vector
    variance: Vector
    scale: Vector
    degrees: Vector
    loglikelihood: Vector


def filtered(values: Vector, grid: Grid) -> State:
    """The Kalman filter at every node at once, from a diffuse level. Raises FitError for values without variation."""
    from scipy.special import gammaln

    # In units of their reach and from the first value on: neither large numbers nor small ones lose digits.
    reach = float(np.ptp(values))
    if reach <= _REGULAR * float(np.abs(values).max()):
        raise FitError("the values do not vary")
    steps = (values - values[0]) / reach
    floor = _REGULAR**2 * float(np.diff(steps) @ np.diff(steps)) / len(steps)
    noise, drift, kept = grid.noise, grid.drift, grid.discount
    level, variance = np.zeros_like(noise), noise.copy()
    squares, degrees, logs, found = (np.zeros_like(noise) for _ in range(4))
    for count, value in enumerate(steps[1:], start=1):
        ahead = variance + drift
        spread = ahead + noise
        surprise = value - level
        if count <= _UNDISCOUNTED:
            squares = squares + surprise**2 / spread
            degrees = degrees + 1
            logs = logs + np.log(spread)
            if count == min(_UNDISCOUNTED, len(steps) - 1):
                squares = np.maximum(squares, floor)
                found = -0.5 * logs - 0.5 * degrees * np.log(squares)
        else:
            before, rest = kept * degrees, kept * squares
            share = surprise**2 / (spread * rest)
            found = found + gammaln((before + 1) / 2) - gammaln(before / 2)
            found -= 0.5 * np.log(spread * rest) + (before + 1) / 2 * np.log1p(share)
            squares, degrees = rest * (1 + share), before + 1
        gain = ahead / spread
        level = level + gain * surprise
        variance = gain * noise
    found -= (len(steps) - 1) * np.log(reach)
    return State(values[0] + reach * level, variance, reach * np.sqrt(squares / degrees), degrees, found)


@dataclass(frozen=True, eq=False, kw_only=True)
class MixturePrediction(Prediction):
    """A mixture of Student distributions. weights and freedom: shape (nodes,); centres and spreads: (nodes, steps)."""

    weights: Vector
    freedom: Vector
    centres: Matrix
    spreads: Matrix

    counts_doubt: ClassVar[bool] = True

    @classmethod
    def of(cls, weights: Vector, freedom: Vector, centres: Matrix, spreads: Matrix) -> MixturePrediction:
        """With the mixture's own mean and standard deviation; freedom must be above two."""
        mean = weights @ centres
        # Squared in units of the widest, so that very large and very small values stay numbers.
        apart = centres - mean
        unit = max(float(spreads.max()), float(np.abs(apart).max()))
        within = (spreads / unit) ** 2 * (freedom / (freedom - 2))[:, None]
        sd = unit * np.sqrt(weights @ (within + (apart / unit) ** 2))
        return cls(mean=mean, sd=sd, weights=weights, freedom=freedom, centres=centres, spreads=spreads)

    def below(self, values: Vector) -> Vector:
        """Probability that each step comes out at or below its value; shape (steps,)."""
        from scipy.special import stdtr

        return np.asarray(
            self.weights @ stdtr(self.freedom[:, None], (values - self.centres) / self.spreads),
            dtype=np.float64,
        )

    def quantile(self, probability: float) -> Vector:
        """Solves `below` = probability by Newton's steps, kept between bounds that close in."""
        from scipy.special import stdtrit

        each = self.centres + self.spreads * stdtrit(self.freedom, probability)[:, None]
        low, high = each.min(axis=0), each.max(axis=0)
        value = self.weights @ each
        for _ in range(_MOST_STEPS):
            gap = self.below(value) - probability
            low, high = np.where(gap < 0, value, low), np.where(gap < 0, high, value)
            # A mixture that is nearly flat where it stands would be left in one step; then the middle is taken.
            nearer = value - gap / np.maximum(self._density(value), np.finfo(float).tiny)
            nearer = np.where((nearer >= low) & (nearer <= high), nearer, (low + high) / 2)
            moved = np.abs(nearer - value)
            value = nearer
            if (moved <= _CLOSE * self.sd).all():
                break
        return np.asarray(value, dtype=np.float64)

    def _density(self, values: Vector) -> Vector:
        from scipy.special import gammaln

        freedom = self.freedom[:, None]
        at = (values - self.centres) / self.spreads
        height = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom * np.pi)
        density = np.exp(height - (freedom + 1) / 2 * np.log1p(at**2 / freedom)) / self.spreads
        return np.asarray(self.weights @ density, dtype=np.float64)


_MOST_STEPS = 100
_CLOSE = 1e-10
"""Quantiles are solved to this part of a standard deviation."""


@dataclass(frozen=True, eq=False)
class LevelFit:
    """Weights of the nodes, and where each of them stands."""

    grid: Grid
    weights: Vector
    state: State

    parameters: int = 2

    @property
    def label(self) -> Message:
        return say("long_run.local_level", ratio=self.ratio)

    @property
    def ratio(self) -> float:
        """Median of sd(drift) / sd(noise) given the values; infinite where the level is all there is."""
        order = np.argsort(self.grid.drift)
        node = order[np.searchsorted(np.cumsum(self.weights[order]), 0.5)]
        noise = float(self.grid.noise[node])
        return float(np.sqrt(self.grid.drift[node] / noise)) if noise > 0 else float("inf")

    def ahead(self, horizon: int) -> MixturePrediction:
        """Level of each node, for ever; variance: of the level, of its drift until then, and of the noise."""
        steps = np.arange(1.0, horizon + 1)
        state = self.state
        variance = state.variance[:, None] + self.grid.drift[:, None] * steps + self.grid.noise[:, None]
        return self._mixture(np.tile(state.level[:, None], horizon), variance)

    def summed(self, horizon: int) -> MixturePrediction:
        """The sum of the next 1, 2, ... `horizon` values.

        Mean h mu; variance h^2 P for the level, h for the noise, and h (h + 1) (2 h + 1) / 6 for a drift that each
        later value carries on.
        """
        steps = np.arange(1.0, horizon + 1)
        state = self.state
        variance = (
            state.variance[:, None] * steps**2
            + self.grid.drift[:, None] * steps * (steps + 1) * (2 * steps + 1) / 6
            + self.grid.noise[:, None] * steps
        )
        return self._mixture(state.level[:, None] * steps, variance)

    def _mixture(self, centres: Matrix, variance: Matrix) -> MixturePrediction:
        heavy = self.weights > _NEGLIGIBLE * self.weights.max()
        weights = self.weights[heavy] / self.weights[heavy].sum()
        spreads = self.state.scale[heavy, None] * np.sqrt(variance[heavy])
        return MixturePrediction.of(weights, self.state.degrees[heavy], centres[heavy], spreads)

    def carried(self, values: Vector) -> LevelFit:
        """The same weights on a longer run; level and variance are those of that run."""
        return LevelFit(self.grid, self.weights, filtered(values, self.grid))


def fit_level(values: Vector, grid: Grid) -> LevelFit:
    """Weighs every node by its likelihood. Raises FitError."""
    state = filtered(values, grid)
    weights = np.exp(state.loglikelihood - state.loglikelihood.max())
    return LevelFit(grid, weights / weights.sum(), state)


class LocalLevel:
    """The values as they are. Beforehand drift and noise are as likely to be the larger one."""

    fewest = 6
    several = False
    slow = False

    def fit(self, values: Vector, season: int, seed: int) -> LevelFit:
        return fit_level(ready(values, self.fewest), Grid.half_cauchy(1.0))


FORECAST_METHODS.register(NAME)(LocalLevel())
