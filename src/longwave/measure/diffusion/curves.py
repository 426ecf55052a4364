"""One diffusion curve and what can honestly be said of it: level, speed and the date at which it bends.

A saturating curve can be laid through any rising figures, and while the bend still lies ahead the fit invents one:
where the truth is ten years away, an unguarded fit names a date two years before the last figure. Therefore:

- errors are autoregressive; the most likely curve is found from a grid of starts;
- intervals are those of the profile likelihood, its threshold taken from a parametric bootstrap of the same model
  (Davison and Hinkley 1997, section 4.4), never below the chi-squared one;
- the guard: the bend is dated only where "it lies at or after the last figure" is rejected at 2.5 per cent, the null
  distribution being simulated at the most likely curve for which it is true. Otherwise there is neither level
  nor date, but the year before which the bend does not lie;
- the level is given only where its interval is bounded.

`docs/concepts/diffusion.md` prints coverage, and how many curves are dated although their bend lies ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.dating import DatingState
from longwave.measure.diffusion.fitting import (
    RHO,
    Fits,
    Frame,
    fit,
    fit_thoroughly,
    frame_of,
    simulate,
    steps_of,
)
from longwave.measure.diffusion.least_squares import Array
from longwave.measure.diffusion.shapes import BEND, CURVES, EXTRA, LEVEL, SPEED, Family, curve
from longwave.measure.trend.gaussian import restricted_likelihood

__all__ = ["CURVES", "CurveFit", "fit_curve"]

FEWEST = 8
"""Fewest figures: three parameters, and persistence and size of the errors."""
GUARD = 0.025
"""Size of the test that the bend lies ahead."""
WANDERING = 0.95
"""Persistence of the errors from which on the figures wander about the curve rather than follow it."""
_FAR = np.log(20.0)
"""A level that may be twenty times the highest figure is not bounded by the data."""
_CHI2 = 3.841458820694124
"""95 per cent point of chi-squared with one degree of freedom."""


@dataclass(frozen=True, eq=False)
class CurveFit:
    """A fitted curve in the units of the data.

    family: its name; level: K; speed: r a year; bend: t*, a year with its fraction; extra: Bass's p / q or Richards'
    v, else None; intervals: ``level``, ``speed``, ``bend`` -> (low, high), infinite where there is no bound, empty
    where no bootstrap was asked for; state: PASSED, NOT_BEFORE (bend may lie ahead) or NOT_DATABLE (it has none,
    or lies before the data, or was not tested); not_before: first year in which the bend may lie; probability_ahead:
    p-value of the null that it lies at or after the last figure; persistence: of the errors; aicc: Akaike's criterion
    corrected for few figures (inf where there are too few); fitted: by year, each from the first to the last.
    """

    family: str
    level: float
    speed: float
    bend: float | None
    extra: float | None
    intervals: Mapping[str, tuple[float, float]]
    state: DatingState
    not_before: float | None
    probability_ahead: float | None
    persistence: float
    loglikelihood: float
    aicc: float
    fitted: pd.Series
    observations: int
    capped: bool

    @property
    def wanders(self) -> bool:
        """Whether the figures wander about the curve like a random walk: then it describes nothing."""
        return self.persistence >= WANDERING

    @property
    def level_known(self) -> bool:
        """Whether the level may be told: the bend has passed and the interval is bounded on both sides."""
        return self.state is DatingState.PASSED and bool(np.isfinite(self.intervals["level"]).all())

    @property
    def takeover(self) -> float:
        """Years from a tenth to nine tenths of the level; nan for a curve without a level."""
        if self.family == "exponential":
            return float("nan")
        z = np.linspace(-60.0, 60.0, 240_001)
        share = CURVES[self.family].shape(z[None], _extra_back(self.family, self.extra))[0][0]
        return float((z[np.argmax(share >= 0.9)] - z[np.argmax(share >= 0.1)]) / self.speed)

    def at(self, years: Array) -> Array:
        """The curve at any years."""
        family = CURVES[self.family]
        start = 0.0 if self.bend is None else self.bend
        z = self.speed * (np.asarray(years, dtype=float) - start)
        share = family.shape(z[None], _extra_back(self.family, self.extra))[0][0]
        return np.asarray(self.level * share)


def fit_curve(
    values: pd.Series,
    family: str = "logistic",
    *,
    ceiling: float | None = None,
    most: float = np.inf,
    draws: int = 299,
    seed: int = 20,
    speed: bool = True,
) -> CurveFit:
    """Fits a curve of that family to figures by year, with bootstrap intervals and the guard.

    values: index = whole years, gaps allowed; ceiling: the level where it is known beforehand; most: the highest
    level possible (1 for a share); draws: bootstrap samples, 0 for the fit alone; speed: whether r
    is to have an interval, too. Raises KeyError for an unknown
    family, ValueError where figures are too few, infinite, nowhere above zero, above `most`, constant, or fall
    rather than rise. (Whether a figure may be negative is for the caller to say: survey noise can make it so.)
    """
    chosen = CURVES[family]
    known, unit = rising(values, most, ceiling)
    years, y = known.index.to_numpy(np.int64), known.to_numpy(float)[None] / unit
    frame = frame_of(years, most / unit)
    held = {} if ceiling is None else {LEVEL: np.array([np.log(ceiling / unit)])}
    # A fit without intervals is for comparing many: there the grid of starts alone has to do.
    best = (fit_thoroughly if draws else fit)(chosen, frame, y, held)
    told = _Told(chosen, frame, y, best, held, draws, seed, speed)
    span, first = float(years[-1] - years[0]), float(years[0])
    theta = best.theta[0]
    intervals, state, bound, ahead = told.judged()
    bend = None if chosen.name == "exponential" else first + span * theta[BEND]
    every = np.arange(years[0], years[-1] + 1)
    shown = curve(chosen, best.theta, (every - years[0]) / span)[0][0] * unit
    parameters = chosen.parameters - len(held) + 2
    likelihood = float(best.likelihood[0]) - len(known) * np.log(unit)
    if chosen.name == "exponential":
        # t* is the year 0 in this form, so that the level is what the curve has at the last figure.
        bend = float(years[-1])
    return CurveFit(
        family,
        float(np.exp(theta[LEVEL])) * unit,
        float(np.exp(theta[SPEED])) / span,
        bend,
        _extra_out(chosen, float(theta[EXTRA])),
        {name: _to_units(name, interval, unit, span, first) for name, interval in intervals.items()},
        state,
        None if bound is None else first + span * bound,
        ahead,
        float(best.rho[0]),
        likelihood,
        criterion(likelihood, parameters, len(known)),
        pd.Series(shown, index=pd.Index(every, name="year")),
        len(known),
        bool(np.isclose(np.exp(theta[LEVEL]), frame.most, rtol=1e-6)),
    )


def rising(values: pd.Series, most: float = np.inf, ceiling: float | None = None) -> tuple[pd.Series, float]:
    """The figures that are there in order of years, and their highest one. Raises ValueError as `fit_curve` does."""
    known = values.dropna().sort_index().astype(float)
    if known.index.has_duplicates:
        raise ValueError("a year has two figures")
    if len(known) < FEWEST:
        raise ValueError(f"{len(known)} years have a figure; {FEWEST} are needed")
    y = known.to_numpy()
    if not np.isfinite(y).all() or y.max() <= 0:
        raise ValueError("a figure is infinite, or none is above zero")
    limit = min(most, np.inf if ceiling is None else most)
    if (y > limit * (1 + 1e-9)).any():
        raise ValueError("a figure is above the highest level possible")
    if ceiling is not None and not 0 < ceiling <= most:
        raise ValueError("the ceiling has to be above zero and within the highest level possible")
    if np.ptp(y) <= 1e-9 * max(float(y.max()), 1e-300):
        raise ValueError("all figures are equal")
    years = known.index.to_numpy(float)
    if np.corrcoef(years, y)[0, 1] <= 0:
        raise ValueError("the figures fall rather than rise")
    return known, float(y.max())


def criterion(likelihood: float, parameters: int, count: int) -> float:
    """Akaike's criterion with Hurvich and Tsai's (1989) correction; infinite where figures are too few for it."""
    if count - parameters - 1 <= 0:
        return float("inf")
    return -2 * likelihood + 2 * parameters * count / (count - parameters - 1)


class _Told:
    """Intervals and guard of one fitted curve, in the units of the frame."""

    def __init__(
        self,
        family: Family,
        frame: Frame,
        y: Array,
        best: Fits,
        held: dict[int, Array],
        draws: int,
        seed: int,
        speed: bool,
    ) -> None:
        self.family, self.frame, self.y, self.best, self.held = family, frame, y, best, held
        self.draws, self.seed, self.speed, self.steps = draws, seed, speed, steps_of(frame)

    def judged(self) -> tuple[dict[str, tuple[float, float]], DatingState, float | None, float | None]:
        """Intervals, state, first possible place of the bend, p-value of the bend ahead."""
        if not self.draws:
            return {}, DatingState.NOT_DATABLE, None, None
        samples = self._samples(self.best, self.seed)
        refit = self._fit(samples)
        names = {"speed": SPEED} if self.speed else {}
        if LEVEL not in self.held:
            names["level"] = LEVEL
        if self.family.name != "exponential":
            names["bend"] = BEND
        intervals = {name: self._interval(which, samples, refit) for name, which in names.items()}
        if LEVEL in self.held:
            level = float(self.held[LEVEL][0])
            intervals["level"] = (level, level)
        if not self.family.bends:
            return intervals, DatingState.NOT_DATABLE, None, None
        low, high = intervals["bend"]
        ahead = self._ahead() if high < 1.0 else 1.0
        if self.best.rho[0] >= WANDERING:
            return intervals, DatingState.NOT_DATABLE, None, ahead
        if ahead > GUARD:
            return intervals, DatingState.NOT_BEFORE, max(low, -self.frame.reach), ahead
        if self.best.theta[0, BEND] < 0 or low < -0.5:
            # A curve seen only after its bend does not say where that was.
            return intervals, DatingState.NOT_DATABLE, None, ahead
        return intervals, DatingState.PASSED, None, ahead

    def _fit(self, samples: Array, held: dict[int, Array] | None = None) -> Fits:
        fixed = {which: np.full(len(samples), value[0]) for which, value in self.held.items()}
        return fit(self.family, self.frame, samples, {**fixed, **(held or {})})

    def _samples(self, found: Fits, seed: int) -> Array:
        """Bootstrap samples from a fit. Few figures estimate persistence too low, and plugged in it makes intervals too
        narrow: each sample draws its own from the restricted likelihood of the curve made linear, and its size of the
        errors with it."""
        theta, times = found.theta, self.frame.times
        fixed = set(self.held) | ({EXTRA} if not self.family.extras else set())
        fixed |= {BEND} if self.family.name == "exponential" else set()
        free = [which for which in (LEVEL, SPEED, BEND, EXTRA) if which not in fixed]
        design = curve(self.family, theta, times)[1][0][:, free]
        basis, sizes, _ = np.linalg.svd(
            design / np.maximum(np.abs(design).max(axis=0), 1e-300), full_matrices=False
        )
        basis = basis[:, sizes > 1e-6 * sizes[0]]
        place = np.concatenate([[0], np.cumsum(self.steps)])
        lag = np.abs(place[:, None] - place[None, :])
        cov = np.sign(RHO)[:, None, None] ** lag * np.abs(RHO)[:, None, None] ** lag
        left = self.y[0] - found.fitted[0]
        likelihood, scale, _, _ = restricted_likelihood(left, basis, cov)
        weights = np.exp(likelihood - likelihood.max())
        rng = np.random.default_rng(seed)
        drawn = rng.choice(len(RHO), self.draws, p=weights / weights.sum())
        freedom = len(left) - basis.shape[1]
        sigma = np.sqrt(scale[drawn] * freedom / rng.chisquare(freedom, self.draws))
        return simulate(found.fitted[0], RHO[drawn], sigma, self.steps, rng)

    def _interval(self, which: int, samples: Array, refit: Fits) -> tuple[float, float]:
        centre = float(self.best.theta[0, which])
        at_truth = self._fit(samples, {which: np.full(len(samples), centre)})
        ratio = 2 * (refit.likelihood - at_truth.likelihood)
        limit = max(float(np.quantile(ratio, 0.95)), _CHI2)
        grid = self._grid(which, centre, refit.theta[:, which])
        likelihood = self._fit(np.repeat(self.y, len(grid), axis=0), {which: grid}).likelihood
        drop = 2 * (max(float(self.best.likelihood[0]), float(likelihood.max())) - likelihood) - limit
        low, high = _crossings(grid, drop, centre)
        # A level that cannot pass the highest possible one is bounded by it.
        top = np.log(self.frame.most) if which == LEVEL else np.inf
        return low, min(high, top)

    def _grid(self, which: int, centre: float, drawn: Array) -> Array:
        spread = float(np.clip(np.subtract(*np.quantile(drawn, [0.84, 0.16])) / 2, 1e-4, 1.0))
        near = centre + spread * np.linspace(-7, 7, 71)
        low, high = self.frame.limits
        if which == BEND:
            far = np.linspace(low[BEND], high[BEND], 71)
        elif which == LEVEL:
            far = np.linspace(min(centre, 0.0) - 1.0, _FAR, 41)
        else:
            far = np.linspace(max(centre - 4, low[SPEED]), min(centre + 4, high[SPEED]), 41)
        grid = np.unique(np.concatenate([near, far, [centre]]))
        return np.asarray(grid[(grid >= low[which]) & (grid <= high[which])])

    def _ahead(self) -> float:
        """p-value of the null that the bend lies at or after the last figure, by a bootstrap at the most likely curve of
        that kind."""
        places = np.linspace(1.0, self.frame.limits[1][BEND], 31)
        tried = self._fit(np.repeat(self.y, len(places), axis=0), {BEND: places})
        top = int(np.argmax(tried.likelihood))
        null = Fits(*(part[top : top + 1] for part in _parts(tried)))
        observed = 2 * float(self.best.likelihood[0] - null.likelihood[0])
        samples = self._samples(null, self.seed + 1)
        free = self._fit(samples).likelihood
        bound = self._fit(samples, {BEND: np.full(len(samples), places[top])}).likelihood
        return float((1 + (2 * (free - bound) >= observed).sum()) / (1 + len(samples)))


def _parts(fits: Fits) -> tuple[Array, ...]:
    return fits.theta, fits.rho, fits.sigma, fits.likelihood, fits.fitted


def _crossings(grid: Array, drop: Array, centre: float) -> tuple[float, float]:
    """Outermost places where the drop passes zero, by straight lines between grid points; infinite where it never does."""
    inside = np.flatnonzero(drop <= 0)
    if not len(inside):
        return centre, centre
    first, last = int(inside[0]), int(inside[-1])
    low = -np.inf if first == 0 else float(np.interp(0.0, drop[[first, first - 1]], grid[[first, first - 1]]))
    high = (
        np.inf
        if last == len(grid) - 1
        else float(np.interp(0.0, drop[[last, last + 1]], grid[[last, last + 1]]))
    )
    return min(low, centre), max(high, centre)


def _to_units(
    name: str, interval: tuple[float, float], unit: float, span: float, first: float
) -> tuple[float, float]:
    low, high = interval
    if name == "bend":
        return first + span * low, first + span * high
    factor = unit if name == "level" else 1 / span
    return float(np.exp(low)) * factor, float(np.exp(high)) * factor


def _extra_out(family: Family, value: float) -> float | None:
    if family.name == "bass":
        return float(1 / (1 + np.exp(-value)))
    return float(np.exp(value)) if family.name == "richards" else None


def _extra_back(name: str, extra: float | None) -> Array:
    if extra is None:
        return np.zeros((1, 1))
    return np.array([[np.log(extra / (1 - extra)) if name == "bass" else np.log(extra)]])
