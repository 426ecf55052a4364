"""Whether an equation's coefficients change: at a date one names (Chow 1960), or at one nobody knows (sup-F, Andrews 1993).

F at a date: the errors of separate regressions before and after, against one regression. Where one side has too few
observations for a regression of its own, Chow's second (predictive) test: whether the few fit the many.
sup-F: the largest F over all dates that leave 15 per cent of the sample (and one observation more than coefficients) on
either side. Its p-value is drawn, not tabled: the same statistic from normal errors on the very regressors of the equation
(the fixed-regressor bootstrap of Hansen 2000), 999 draws of a fixed seed, so that it holds for short samples and
trending regressors too; with lagged explained variables it is an approximation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longwave.core.estimate import Sample, TestResult
from longwave.core.message import Message, say
from longwave.core.period import Period

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

TRIM = 0.15
DRAWS = 999
SEED = 20_261_122
LEVEL = 0.05


def chow(errors: Vector, slopes: Matrix, sample: Sample, before: int, date: str) -> TestResult | Message:
    """Chow's test with `before` observations before the date; a sentence where there are none on one side."""
    from scipy import stats

    count, width = slopes.shape
    after = count - before
    if min(before, after) < 1:
        return say("estimate.outside_sample", date=date, first=sample.first, last=sample.last)
    whole = _rest(errors, slopes)
    if min(before, after) > width:
        split = _rest(errors[:before], slopes[:before]) + _rest(errors[before:], slopes[before:])
        added, left, key = width, count - 2 * width, "estimate.chow"
    elif max(before, after) > width:
        keep = slice(None, before) if before >= after else slice(before, None)
        split = _rest(errors[keep], slopes[keep])
        added, left, key = min(before, after), max(before, after) - width, "estimate.chow_predictive"
    else:
        return say("estimate.few_to_test", left=max(before, after) - width)
    if split <= 0.0:
        return say("estimate.perfect_fit")
    statistic = (whole - split) / added / (split / left)
    p_value = float(stats.f.sf(statistic, added, left))
    null = say("estimate.null_no_change", date=date)
    method = (
        say("estimate.chow_predictive", added=added, left=left)
        if "predictive" in key
        else say("estimate.chow", added=added, left=left)
    )
    return TestResult("chow", null, statistic, p_value < LEVEL, method, sample, p_value)


def _rest(errors: Vector, slopes: Matrix) -> float:
    """What a regression leaves of the errors."""
    scaled = slopes / np.maximum(np.linalg.norm(slopes, axis=0), np.finfo(float).tiny)
    basis, strength, _ = np.linalg.svd(scaled, full_matrices=False)
    basis = basis[:, strength > 1e-12 * strength[0]]
    rest = errors - basis @ (basis.T @ errors)
    return float(rest @ rest)


def sup_f(errors: Vector, slopes: Matrix, sample: Sample, periods: Sequence[Period]) -> TestResult | Message:
    """The largest F over all dates, its p-value drawn on the same regressors; the method names the date."""
    count, width = slopes.shape
    ends = max(int(np.ceil(TRIM * count)), width + 1)
    dates = range(ends, count - ends + 1)
    if len(dates) < 1 or count - 2 * width < 1:
        return say("estimate.few_to_test", left=count - 2 * width)
    basis = np.linalg.qr(slopes / np.linalg.norm(slopes, axis=0))[0]
    draws = np.random.default_rng(SEED).standard_normal((count, DRAWS))
    largest, places = _largest(np.column_stack([errors, draws]), basis, dates)
    drawn = largest[1:]
    statistic, place = float(largest[0]), int(places[0])
    p_value = (1 + int((drawn >= statistic).sum())) / (DRAWS + 1)
    method = say("estimate.sup_f", date=str(periods[dates[place]]), trim=ends, draws=DRAWS)
    null = say("estimate.null_no_change_ever")
    return TestResult("sup_f", null, statistic, p_value < LEVEL, method, sample, p_value)


def _largest(errors: Matrix, basis: Matrix, dates: range) -> tuple[Vector, NDArray[np.intp]]:
    """The largest F over the dates and its place, for each column of errors [n, draws].

    With Q the orthonormal basis [n, k] of the regressors, r what it leaves of the errors, A = Q'Q and s = Q'r of the rows
    before a date, splitting the sample there gains s'(A - A A)^-1 s: sums that grow row by row.
    """
    count, width = basis.shape
    rest = errors - basis @ (basis.T @ errors)
    whole = np.square(rest).sum(axis=0)
    values = np.zeros((len(dates), errors.shape[1]))
    sums = basis[: dates[0]].T @ rest[: dates[0]]
    for row, date in enumerate(dates):
        if row:
            sums += np.outer(basis[date - 1], rest[date - 1])
        share, directions = np.linalg.eigh(basis[:date].T @ basis[:date])
        weight = share * (1.0 - share)
        kept = weight > 1e-10
        if kept.any():
            gain = (np.square(directions[:, kept].T @ sums) / weight[kept][:, None]).sum(axis=0)
            values[row] = gain / kept.sum() / ((whole - gain) / (count - width - kept.sum()))
    return values.max(axis=0), values.argmax(axis=0)
