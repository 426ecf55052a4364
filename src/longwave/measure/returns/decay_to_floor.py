"""Whether a return decays, and whether toward a floor: three shapes against each other, with noise that
persists.

    y_t = r* + (y_0 - r*) exp(-beta t) + u_t,   u an AR(1)

against a constant and against a straight line. The founding articles' return falls by a constant amount each
year, and so below zero within finite time; the exponential form does not. Neither is assumed: a constant has to
be rejected before anything is said to fall, and the line before a floor is spoken of. Decay rate and floor are
named only where the data bound them both.

A persistent series wanders, and a wandering series looks like a decaying one: the null distribution of each test
is therefore simulated, with persistence drawn from what the restricted likelihood of the null says about it,
rather than plugged in. `docs/measures/decay_of_returns.md` prints size and coverage.

All shapes are linear given (beta, rho), so that likelihoods over the whole grid, for the data and for all
simulated series at once, are matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

FEWEST = 30
"""Fewest yearly values: with fewer, a line and a decay cannot be told from each other nor from wandering."""

LEVEL = 0.05
_PERSISTENCE = np.append(np.arange(0, 95, 5) / 100.0, [0.95, 0.97, 0.98])
"""AR(1) persistence; beyond 0.98 the noise is a random walk, in which no floor can be seen."""
_RATES = 22
_DRAWS = 299


@dataclass(frozen=True, slots=True)
class ShapeTest:
    """A likelihood-ratio test with its simulated p-value."""

    statistic: float
    p_value: float

    @property
    def rejected(self) -> bool:
        return self.p_value <= LEVEL


@dataclass(frozen=True, slots=True)
class Bounded:
    """A value with its interval; an end is infinite where the grid's end is inside the interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class DecayFit:
    """What was found of a series of yearly returns.

    constant: test of no change at all against decay; line: test of a straight line against decay (None where the
    constant stands); start, floor, rate: estimates of the decay with bootstrap-calibrated profile intervals, None
    where they are not identified; fitted: the decay's path; persistence: restricted-likelihood mean under the
    constant; slope and line_zero: of the straight line, and the year in which it would fall below zero (None
    where it does not fall).
    """

    years: NDArray[np.int64]
    constant: ShapeTest
    line: ShapeTest | None
    identified: bool
    floor: Bounded | None
    rate: Bounded | None
    start: float
    falls: bool
    fitted: pd.Series
    persistence: float
    slope: float
    line_zero: float | None

    @property
    def half_life(self) -> Bounded | None:
        """Years in which half the way to the floor is gone: ln 2 / beta."""
        if self.rate is None:
            return None
        half = np.log(2)
        low = half / self.rate.high if self.rate.high > 0 else np.inf
        high = half / self.rate.low if self.rate.low > 0 else np.inf
        return Bounded(half / self.rate.value, low, high)


def decay_to_floor(values: pd.Series, *, draws: int = _DRAWS, seed: int = 20081) -> DecayFit:
    """Tests and fits the three shapes.

    values: index = year (unbroken), fractions a year. draws: simulated series for each null. Raises ValueError
    for fewer than 30 values, a gap, or values that do not vary. Reference: Davies (1987) on a parameter that is
    absent under the null; Andrews (1993) on the bias of persistence, met by drawing it.
    """
    years = values.index.to_numpy(np.int64)
    y = values.to_numpy(float)
    if len(y) < FEWEST:
        raise ValueError(f"at least {FEWEST} yearly values are needed")
    if (np.diff(years) != 1).any():
        raise ValueError("the years have a gap")
    if not np.isfinite(y).all() or np.ptp(y) <= 1e-9 * max(np.abs(y).max(), 1e-3):
        raise ValueError("the values do not vary")
    return _Shapes(len(y)).judge(years, y, draws, np.random.default_rng(seed))


class _Shapes:
    """The three shapes on n years, whitened for every persistence."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.time: Vector = np.arange(count, dtype=float)
        # Half-lives from two years to the whole span: a slower decay is a line to any eye, and a faster one is
        # over before it is seen.
        self.rates: Vector = np.log(2) / np.geomspace(2.0, float(count), _RATES)
        self.rhos: Vector = _PERSISTENCE

    @cached_property
    def _flat(self) -> Matrix:
        return np.ones((self.count, 1))

    @cached_property
    def _straight(self) -> Matrix:
        return np.column_stack([np.ones(self.count), self.time / self.count])

    def _bent(self, rate: float) -> Matrix:
        return np.column_stack([np.ones(self.count), np.exp(-rate * self.time)])

    def _white(self, values: Matrix, rho: float) -> Matrix:
        """Prais-Winsten: rows are made independent of each other with variance one."""
        out: Matrix = values.copy()
        out[1:] -= rho * values[:-1]
        out[0] *= np.sqrt(1 - rho**2)
        return out

    def _likelihood(self, shape: Matrix, ys: Matrix, rho: float) -> Vector:
        """Log likelihood with variance and coefficients concentrated out, of each column of ys."""
        left = self._left(shape, ys, rho)
        return np.asarray(-0.5 * self.count * np.log(left) + 0.5 * np.log(1 - rho**2))

    def _left(self, shape: Matrix, ys: Matrix, rho: float) -> Vector:
        basis, _ = np.linalg.qr(self._white(shape, rho))
        white = self._white(ys, rho)
        return np.asarray((white**2).sum(axis=0) - ((basis.T @ white) ** 2).sum(axis=0))

    def flat(self, ys: Matrix) -> Vector:
        return np.asarray(np.max([self._likelihood(self._flat, ys, rho) for rho in self.rhos], axis=0))

    def straight(self, ys: Matrix) -> Vector:
        return np.asarray(np.max([self._likelihood(self._straight, ys, rho) for rho in self.rhos], axis=0))

    def bent(self, ys: Matrix) -> Matrix:
        """Largest likelihood over rho for each rate: rates x columns."""
        return np.array(
            [
                np.max([self._likelihood(self._bent(rate), ys, rho) for rho in self.rhos], axis=0)
                for rate in self.rates
            ]
        )

    def weights(self, y: Vector, shape: Matrix) -> Vector:
        """What the restricted likelihood of a shape says about each persistence."""
        found = []
        freedom = self.count - shape.shape[1]
        for rho in self.rhos:
            x = self._white(shape, rho)
            _, information = np.linalg.slogdet(x.T @ x)
            left = float(self._left(shape, y[:, None], rho)[0])
            found.append(-0.5 * freedom * np.log(left) - 0.5 * information + 0.5 * np.log(1 - rho**2))
        weight = np.exp(np.array(found) - max(found))
        return np.asarray(weight / weight.sum())

    def simulate(self, y: Vector, shape: Matrix, draws: int, rng: np.random.Generator) -> Matrix:
        """Series of this shape with noise as persistent as the restricted likelihood allows: n x draws."""
        weight = self.weights(y, shape)
        chosen = rng.choice(len(self.rhos), size=draws, p=weight)
        rho = self.rhos[chosen]
        path = np.empty((self.count, draws))
        for which in np.unique(chosen):
            beta = self._coefficients(shape, y, self.rhos[which])
            path[:, chosen == which] = (shape @ beta)[:, None]
        left = np.array([self._left(shape, y[:, None], one)[0] for one in self.rhos])
        spread = np.sqrt(left / (self.count - shape.shape[1]))[chosen]
        noise = rng.standard_normal((self.count, draws))
        state = noise[0] / np.sqrt(1 - rho**2)
        path[0] += spread * state
        for step in range(1, self.count):
            state = rho * state + noise[step]
            path[step] += spread * state
        return path

    def _coefficients(self, shape: Matrix, y: Vector, rho: float) -> Vector:
        x, white = self._white(shape, rho), self._white(y[:, None], rho)[:, 0]
        return np.asarray(np.linalg.lstsq(x, white, rcond=None)[0])

    def judge(self, years: NDArray[np.int64], y: Vector, draws: int, rng: np.random.Generator) -> DecayFit:
        own = y[:, None]
        bent = self.bent(own)
        best = int(np.argmax(bent[:, 0]))
        rate = float(self.rates[best])
        rho = self._best_rho(self._bent(rate), y)
        floor, drop = self._coefficients(self._bent(rate), y, rho)
        level_weights = self.weights(y, self._flat)
        constant = self._against(self._flat, y, bent, draws, rng)
        line: ShapeTest | None = None
        bounds: tuple[Bounded, Bounded] | None = None
        if constant.rejected:
            line = self._against(self._straight, y, bent, draws, rng)
            if line.rejected:
                bounds = self._intervals(y, best, draws, rng)
        rho_line = self._best_rho(self._straight, y)
        at, slope = self._coefficients(self._straight, y, rho_line)
        slope = slope / self.count
        crossing = None if slope >= 0 or at <= 0 else float(years[0] - at / slope)
        return DecayFit(
            years,
            constant,
            line,
            bounds is not None,
            None if bounds is None else bounds[0],
            None if bounds is None else bounds[1],
            float(floor + drop),
            bool(drop > 0),
            pd.Series(self._bent(rate) @ np.array([floor, drop]), index=years),
            float(level_weights @ self.rhos),
            float(slope),
            crossing,
        )

    def _against(
        self, shape: Matrix, y: Vector, bent: Matrix, draws: int, rng: np.random.Generator
    ) -> ShapeTest:
        """Likelihood ratio of the best decay over a simpler shape, its null distribution simulated."""
        null = self.straight if shape.shape[1] == 2 else self.flat
        statistic = float(2 * (bent.max() - null(y[:, None])[0]))
        made = self.simulate(y, shape, draws, rng)
        simulated = 2 * (self.bent(made).max(axis=0) - null(made))
        return ShapeTest(statistic, float((1 + (simulated >= statistic).sum()) / (draws + 1)))

    def _best_rho(self, shape: Matrix, y: Vector) -> float:
        found = [self._likelihood(shape, y[:, None], rho)[0] for rho in self.rhos]
        return float(self.rhos[int(np.argmax(found))])

    def _intervals(
        self, y: Vector, best: int, draws: int, rng: np.random.Generator
    ) -> tuple[Bounded, Bounded] | None:
        """Profile-likelihood intervals of floor and rate, their threshold simulated at the fit; None where either
        runs off the grid, so that the data do not bound it."""
        rate = float(self.rates[best])
        floor = float(self._coefficients(self._bent(rate), y, self._best_rho(self._bent(rate), y))[0])
        # Dense near the estimate, far at the ends: floors beyond three times the range say that there is none.
        floors = floor + 3 * np.ptp(y) * np.linspace(-1, 1, 201) ** 3
        made = self.simulate(y, self._bent(rate), draws, rng)
        surface = self._surface(y[:, None], floors)[:, :, 0]
        of_floor = surface.max(axis=0)
        top = surface.max()
        truth = self._surface(made, np.array([floor]))
        # Every shape's own best floor is inside the concentrated likelihood, not on the coarse grid of floors.
        best_made = self.bent(made)
        need_floor = float(np.quantile(2 * (best_made.max(axis=0) - truth[:, 0].max(axis=0)), 1 - LEVEL))
        need_rate = float(np.quantile(2 * (best_made.max(axis=0) - best_made[best]), 1 - LEVEL))
        own = self.bent(y[:, None])[:, 0]
        in_floor = floors[2 * (max(top, own.max()) - of_floor) <= need_floor]
        in_rate = self.rates[2 * (own.max() - own) <= need_rate]
        if not len(in_floor) or in_floor[0] == floors[0] or in_floor[-1] == floors[-1]:
            return None
        if self.rates[-1] in in_rate or self.rates[0] in in_rate:
            return None
        step = np.sqrt(self.rates[0] / self.rates[1])
        return (
            Bounded(floor, float(min(in_floor[0], floor)), float(max(in_floor[-1], floor))),
            Bounded(rate, float(in_rate.min() / step), float(in_rate.max() * step)),
        )

    def _surface(self, ys: Matrix, floors: Vector) -> NDArray[np.float64]:
        """Likelihood over rates x floors x columns, best over rho: given rate and rho the sum of squares is a
        parabola in the floor."""
        out = np.full((len(self.rates), len(floors), ys.shape[1]), -np.inf)
        for place, rate in enumerate(self.rates):
            for rho in self.rhos:
                x, white = self._white(self._bent(rate), rho), self._white(ys, rho)
                basis, upper = np.linalg.qr(x[:, ::-1])
                inner = basis.T @ white
                # With the exponential first, the floor's coefficient is the last row alone.
                centre = inner[1] / upper[1, 1]
                least = (white**2).sum(axis=0) - (inner**2).sum(axis=0)
                left = least + (upper[1, 1] * (floors[:, None] - centre)) ** 2
                value = -0.5 * self.count * np.log(left) + 0.5 * np.log(1 - rho**2)
                np.maximum(out[place], value, out=out[place])
        return out
