"""The confidence set of the turning date: a profile likelihood ratio, calibrated by the bootstrap at several dates.

For each candidate date d the ratio LR(d) = 2 (max l - max over curves dated d of l) says how much worse the figures
are described when the date is forced. Its distribution is not chi-squared on forty or seventy years, and differs
from date to date; so at several dates (nodes) artificial series are made from the fit forced there, and LR(d) of
each gives the critical value that `level` of them stay below (the grid bootstrap, Hansen 1999). The set of all
dates whose LR lies below is the interval; in between nodes the critical value is interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.grid import Grid
from longwave.measure.era.likelihood import Likelihood
from longwave.measure.era.resample import made_again

Vector = NDArray[np.float64]

_TWO_FOR_ONE = 5.99 / 3.84


@dataclass(frozen=True, eq=False)
class Draws:
    """What the artificial series gave at one node: LR of the node's own date, best point of each draw, and each
    series' coefficient (series, draws)."""

    date: int
    point: int
    ratios: Vector
    best: NDArray[np.int64]
    coefficients: Vector


@dataclass(frozen=True, eq=False)
class DateSet:
    """The dates that the figures do not rule out.

    points: log-likelihood of every candidate (summed over series); ratios: LR by candidate date; critical: what LR
    must exceed for a date to be ruled out; best: the best candidate; low, high: positions of the first and last
    date of the set, in grid.dates; nodes: the artificial series.
    """

    grid: Grid
    points: Vector
    ratios: Vector
    critical: Vector
    best: int
    low: int
    high: int
    nodes: tuple[Draws, ...]

    @property
    def date(self) -> int:
        return int(self.grid.dates[self.grid.date_of[self.best]])

    @property
    def centre(self) -> Draws:
        """The artificial series made at the best date."""
        return next(one for one in self.nodes if one.date == self.grid.date_of[self.best])

    @property
    def open_low(self) -> bool:
        """Whether the set reaches to before the figures."""
        return self.first < self.grid.first

    @property
    def first(self) -> int:
        return int(self.grid.dates[self.low])

    @property
    def last(self) -> int:
        return int(self.grid.dates[self.high])

    @property
    def kept(self) -> NDArray[np.bool_]:
        """The curves that the figures do not rule out: (points,). A curve has a duration beside its date, so that the
        critical value of the date is raised as chi-squared's from one to two degrees of freedom (5.99 / 3.84)."""
        ratio = 2 * (self.points[self.best] - self.points)
        return np.asarray(ratio <= _TWO_FOR_ONE * self.critical[self.grid.date_of])


def ratios_by_date(grid: Grid, points: NDArray[np.floating]) -> Vector:
    """LR of each date: (dates, ...) from log-likelihoods (points, ...)."""
    cube = points.reshape(-1, len(grid.dates), *points.shape[1:])
    profile = cube.max(axis=0)
    return np.asarray(2 * (profile.max(axis=0) - profile), float)


def date_set(
    grid: Grid,
    likelihoods: Sequence[Likelihood],
    values: Sequence[Vector],
    draws: int,
    generator: np.random.Generator,
    level: float = 0.95,
) -> DateSet:
    """The set for series that share one date; draws: artificial series over all nodes together."""
    points = np.asarray(
        sum(
            one.profile(y[:, None])[0][:, 0].astype(float) for one, y in zip(likelihoods, values, strict=True)
        )
    )
    ratios = ratios_by_date(grid, points)
    centre = int(np.argmin(ratios))
    where = _nodes(ratios, centre)
    each = max(draws // len(where), 20)
    nodes = tuple(_node(grid, likelihoods, values, points, index, each, generator) for index in where)
    critical = _critical(len(grid.dates), where, nodes, level)
    inside = np.flatnonzero(ratios <= np.maximum(critical, 1e-9))
    return DateSet(
        grid, points, ratios, critical, int(np.argmax(points)), int(inside[0]), int(inside[-1]), nodes
    )


def _nodes(ratios: Vector, centre: int) -> list[int]:
    """Where to calibrate: at the best date and about where LR crosses 3 and 7 on either side."""
    found = {centre}
    for level in (3.0, 7.0):
        inside = np.flatnonzero(ratios <= level)
        found |= {int(inside[0]), int(inside[-1])}
    return sorted(found)


def _node(
    grid: Grid,
    likelihoods: Sequence[Likelihood],
    values: Sequence[Vector],
    points: Vector,
    index: int,
    draws: int,
    generator: np.random.Generator,
) -> Draws:
    there = np.flatnonzero(grid.date_of == index)
    point = int(there[np.argmax(points[there])])
    fits = [one.fits(y, point) for one, y in zip(likelihoods, values, strict=True)]
    made = made_again(likelihoods, fits, draws, generator)
    profiles = [one.profile(y)[0] for one, y in zip(likelihoods, made, strict=True)]
    total = profiles[0].copy()
    for profile in profiles[1:]:
        total += profile
    cube = total.reshape(-1, len(grid.dates), draws)
    top = total.max(axis=0)
    forced = cube[:, index].max(axis=0)
    best = np.argmax(total, axis=0)
    coefficients = [
        one.coefficients(y, best, fit[0]) for one, y, fit in zip(likelihoods, made, fits, strict=True)
    ]
    return Draws(
        index,
        point,
        2 * (top - forced).astype(float),
        best,
        np.array(coefficients),
    )


def own_dates(grid: Grid, profiles: Sequence[NDArray[np.floating]]) -> Vector:
    """Best log-likelihood when each series has its own date on a common curve: (...) from (points, ...) each."""
    parts = [one.reshape(-1, len(grid.dates), *one.shape[1:]).max(axis=1) for one in profiles]
    return np.asarray(np.max(np.sum(parts, axis=0), axis=0), float)


def _critical(size: int, where: list[int], nodes: Sequence[Draws], level: float) -> Vector:
    """Quantile of LR at each node, its neighbours' draws counting half; straight lines between."""
    found = []
    for i, node in enumerate(nodes):
        near = [nodes[k].ratios for k in (i - 1, i + 1) if 0 <= k < len(nodes)]
        ratios = np.concatenate([node.ratios, *near])
        weights = np.concatenate([np.ones(len(node.ratios)), *[np.full(len(one), 0.5) for one in near]])
        order = np.argsort(ratios)
        share = np.cumsum(weights[order]) / weights.sum()
        place = min(int(np.searchsorted(share, level)), len(ratios) - 1)
        found.append(float(np.asarray(ratios)[order][place]))
    return np.asarray(np.interp(np.arange(size), where, found))
