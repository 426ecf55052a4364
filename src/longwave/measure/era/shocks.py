"""A shock is not a fade: years that stand apart from their neighbours get a term of their own, if a test says so.

A candidate shock is a window of one to four years with a free effect in each (a V, a U or any other shape). It
is tested as an addition to the best era-with-noise fit, so that an era's own bend is not taken for a shock: F with
as many degrees as years, first the named candidates (2008-09, 2020-22) each at one in a hundred, then every window
of the figures at one in a hundred over all of them together (Bonferroni). Found windows enter the background.

What lifts or lowers a level within four years and for good (in a contribution: a pulse) is no dummy but a rival
to the era: `shift_curves`. A turning point is dated only where the era describes the figures better than the best
such one-off shift does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.likelihood import Likelihood

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]

NAMED = ((2008, 2009), (2020, 2022))
LONGEST = 4
_SIZE = 0.01
_MOST = 3


@dataclass(frozen=True, slots=True)
class Shock:
    """A window of years with effects of its own; p_value: of the test that there are none, already multiplied by the
    number of windows looked at."""

    first: int
    last: int
    p_value: float

    def columns(self, years: Whole) -> Vector:
        """A dummy for each year of the window that the figures hold: (n, up to 4)."""
        inside = [year for year in range(self.first, self.last + 1) if year in years]
        return np.column_stack([years == year for year in inside]).astype(float)


def shock_columns(shocks: tuple[Shock, ...], years: Whole) -> Vector:
    """The columns of all shocks that fall into `years`: (n, d)."""
    parts = [one.columns(years) for one in shocks if ((years >= one.first) & (years <= one.last)).any()]
    if not parts:
        return np.zeros((len(years), 0))
    together = np.column_stack(parts)
    return np.asarray(
        together[:, sorted({int(np.argmax(column)): i for i, column in enumerate(together.T)}.values())]
    )


def find_shocks(
    years: Whole, values: Vector, curves: Vector, penalty: Vector, positive: bool
) -> tuple[tuple[Shock, ...], Likelihood]:
    """Windows whose years stand apart, strongest first, three at most and no more years than a sixth; and the
    likelihood that has them in its background."""
    found: tuple[Shock, ...] = ()
    likelihood = Likelihood(years, curves, penalty=penalty, positive=positive)
    while len(found) < _MOST:
        best = _strongest(likelihood, values, found)
        more = (*found, best) if best is not None else found
        columns = shock_columns(more, years)
        if best is None or columns.shape[1] > len(years) / 6:
            break
        found = more
        likelihood = Likelihood(years, curves, penalty=penalty, positive=positive, shocks=columns)
    return found, likelihood


def _strongest(likelihood: Likelihood, values: Vector, known: tuple[Shock, ...]) -> Shock | None:
    years = likelihood.years
    dummies, left, freedom = _freed(likelihood, values)
    windows = [
        np.flatnonzero((years >= start) & (years < start + length))
        for start in years
        for length in range(1, LONGEST + 1)
        if start + length - 1 <= years[-1]
    ]
    taken = {year for one in known for year in range(one.first, one.last + 1)}
    tried = [(window, 1.0 / len(windows)) for window in windows if not taken & set(years[window].tolist())]
    for first, last in NAMED:
        window = np.flatnonzero((years >= first) & (years <= last))
        if len(window) and not taken & set(years[window].tolist()):
            tried.append((window, 1.0))
    best: Shock | None = None
    for window, share in tried:
        p_value = _p_value(dummies[:, window], left, freedom) / share
        if p_value < _SIZE and (best is None or p_value < best.p_value):
            best = Shock(int(years[window[0]]), int(years[window[-1]]), min(p_value, 1.0))
    return best


def joint_shocks(likelihoods: Sequence[Likelihood], values: Sequence[Vector]) -> tuple[Shock, ...]:
    """Windows in which all series together stand apart although none need do so alone: the gains in log-likelihood
    added up over series (chi-squared), at one in a hundred over all windows; two at most."""
    from scipy.special import chdtrc

    first = min(int(one.years[0]) for one in likelihoods)
    last = max(int(one.years[-1]) for one in likelihoods)
    windows = [
        (start, start + length - 1)
        for start in range(first, last + 1)
        for length in range(1, LONGEST + 1)
        if start + length - 1 <= last
    ]
    parts = [_freed(one, y) for one, y in zip(likelihoods, values, strict=True)]
    ranked = []
    for begin, end in windows:
        gain, count = 0.0, 0
        for one, (dummies, left, freedom) in zip(likelihoods, parts, strict=True):
            apart = one.shocks.any(axis=1)
            inside = np.flatnonzero((one.years >= begin) & (one.years <= end) & ~apart)
            if len(inside) and freedom - len(inside) > 5:
                rest = left - dummies[:, inside] @ np.linalg.lstsq(dummies[:, inside], left, rcond=None)[0]
                # With few degrees of freedom n log(SSR0 / SSR1) is too large: freedom less the years' own.
                ratio = float(left @ left) / max(float(rest @ rest), 1e-300)
                gain += (freedom - len(inside)) * np.log(ratio)
                count += len(inside)
        if count:
            named = (begin, end) in NAMED
            ranked.append((float(chdtrc(count, gain)) * (1 if named else len(windows)), begin, end))
    found: list[Shock] = []
    for p_value, begin, end in sorted(ranked):
        if p_value >= _SIZE or len(found) == 2:
            break
        if all(end < other.first or begin > other.last for other in found):
            found.append(Shock(begin, end, p_value))
    return tuple(found)


def _freed(likelihood: Likelihood, values: Vector) -> tuple[Vector, Vector, int]:
    """Dummies of every year and the residual, whitened and freed of background and best era; degrees of freedom."""
    point = int(np.argmax(likelihood.profile(values[:, None])[0][:, 0]))
    fit = likelihood.fits(values, point)[0]
    inverse = likelihood.inverses[fit.structure]
    background = likelihood.design if fit.line else likelihood.design[:, :-1]
    design = np.column_stack([background, likelihood.shapes[:, point]])
    basis = np.linalg.qr(inverse @ design)[0]
    dummies = inverse - basis @ (basis.T @ inverse)
    return dummies, fit.left, len(values) - design.shape[1]


def _p_value(columns: Vector, left: Vector, freedom: int) -> float:
    from scipy.special import fdtrc

    count = columns.shape[1]
    if freedom - count < 5:
        return 1.0
    solved = np.linalg.lstsq(columns, left, rcond=None)[0]
    rest = left - columns @ solved
    gain = max(float(left @ left - rest @ rest), 0.0)
    statistic = gain / count / max(float(rest @ rest) / (freedom - count), 1e-300)
    return float(fdtrc(count, freedom - count, statistic))


def shift_windows(first: int, last: int) -> list[tuple[int, int]]:
    """(start, length) of every one-off shift that begins after `first` and is over by `last`."""
    return [
        (start, length)
        for start in range(first + 1, last + 1)
        for length in range(1, LONGEST + 1)
        if start + length - 1 <= last
    ]


def shift_curves(windows: list[tuple[int, int]], years: Whole, contribution: bool) -> Vector:
    """A level that moves evenly over the window and stays, or a contribution that differs within it: (n, windows)."""
    start = np.array([one[0] for one in windows], float)[None, :]
    length = np.array([one[1] for one in windows], float)[None, :]
    ramp = np.clip((years[:, None] - start + 1) / length, 0, 1)
    if contribution:
        return np.asarray((years[:, None] >= start) & (years[:, None] < start + length), float)
    return np.asarray(ramp)
