"""Better intervals for a break's date: all dates that a likelihood-ratio test does not reject.

Eo and Morley (2015) invert the likelihood ratio of the date; its limit law for uncorrelated errors has the 95 %
value 7.35 whatever the size of the break. In 40 to 70 persistent observations that value is too small, so here
the law is drawn anew for each date in question (a grid bootstrap, after Hansen 1999): the break at that date with
the coefficients estimated for it, and noise like that of the series. Neighbouring breaks are held at their
estimates. The set is told as its first and last date.
"""

from __future__ import annotations

import numpy as np

from longwave.measure.breaks.noise import noise_of
from longwave.measure.breaks.segments import BreakScan, Regression, fit

_HOPELESS = 80.0
"""A likelihood ratio beyond which a date is rejected without drawing."""

_CAUTIOUS = 0.75
"""Quantile of the persistence's weights: with the break placed where it fits best, residuals look less persistent
than the errors are, and the median would give sets that hold the date too seldom."""


def date_sets(
    given: Regression,
    ends: tuple[int, ...],
    shortest: int,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[tuple[int, int], ...]:
    """First and last number of observations that each old regime may hold."""
    cleared = given
    if given.p:
        coefficients = fit(given.design(ends), given.y)[0]
        cleared = Regression(given.y - given.z @ coefficients[-given.p :], given.x, given.z[:, :0])
    bounds = (0, *ends, given.n)
    found = []
    for place, end in enumerate(ends):
        start, stop = bounds[place], bounds[place + 2]
        low, high = _one_set(cleared.part(start, stop), end - start, shortest, level, draws, rng)
        found.append((start + low, start + high))
    return tuple(found)


def _one_set(
    part: Regression, end: int, shortest: int, level: float, draws: int, rng: np.random.Generator
) -> tuple[int, int]:
    base = part.design(())
    scan = BreakScan.of(base, part.x, 0, part.n, shortest)
    rest = fit(base, part.y)[1]
    scores = scan.scores(rest[:, None])[:, :, 0]
    gains = (scores**2).sum(axis=1)
    total, freedom = float(rest @ rest), part.n - 2 * part.q
    ratios = freedom * (gains.max() - gains) / max(total - gains.max(), 1e-300)
    design = part.design((end,))
    left = fit(design, part.y)[1]
    if left @ left <= 1e-20 * max(float(part.y @ part.y), 1e-300):
        return end, end
    series = noise_of(design, part.y, _CAUTIOUS).draw(draws, rng)
    series = fit(base, series)[1]
    drawn, totals = scan.scores(series), (series**2).sum(axis=0)
    kept = []
    for row in np.flatnonzero(ratios < _HOPELESS):
        # What the series would look like were the break at this date, with the coefficients estimated for it.
        step = scan.step(int(row), scan.inverse_root[row].T @ scores[row])
        there = ((drawn + scan.scores(step[:, None])) ** 2).sum(axis=1)
        top = there.max(axis=0)
        law = (top - there[row]) / np.maximum(totals + 2 * step @ series + step @ step - top, 1e-300)
        if ratios[row] <= freedom * np.quantile(law, level):
            kept.append(row)
    dates = [scan.ends[row] for row in kept] + [end]
    return min(dates), max(dates)
