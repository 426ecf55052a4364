"""The F statistics of Bai and Perron: 0 against k breaks, and l against l + 1.

F(k) = (n - (k+1)q - p)/(n k) d'R'(R V R')^-1 R d, with d the coefficients of all regimes, R d their differences
from regime to regime, V their covariance. As in the published tables it is q times an F statistic. The dates
are those of the least sum of squares, where F with equal variances is largest (Bai and Perron 1998, 2003).

Covariances, all named options: ``iid``, ``heteroskedastic`` (White 1980), ``hac`` (see `longrun`). errors: one
law of the errors for all regimes (``common``) or one each (``by_regime``); regressors: one second moment
(``common``, iid without z only) or one each (``by_regime``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from longwave.measure.breaks.longrun import long_run_covariance
from longwave.measure.breaks.partition import Partition, best_break
from longwave.measure.breaks.segments import Matrix, Regression, Vector, fit

COVARIANCES = ("iid", "heteroskedastic", "hac")
LAWS = ("by_regime", "common")

HIGHEST = 1e12
"""A statistic is cut here: beyond it is rounding."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed about errors and regressors; the defaults are those of Bai and Perron (2003), section 6."""

    covariance: str = "hac"
    errors: str = "by_regime"
    regressors: str = "by_regime"
    prewhiten: bool = True


def f_statistic(given: Regression, ends: tuple[int, ...], assumed: Assumptions) -> float:
    """F of 0 against len(ends) breaks at the given dates, scaled by q; `HIGHEST` where hardly any noise is left."""
    coefficients, rest = fit(given.design(ends), given.y)
    breaks, q = len(ends), given.q
    if rest @ rest <= 1e-24 * max(float(given.y @ given.y), 1e-300):
        return HIGHEST
    covariance = coefficient_covariance(given, ends, rest, assumed)
    step = np.kron(np.eye(breaks, breaks + 1, 1) - np.eye(breaks, breaks + 1), np.eye(q))
    change = step @ coefficients[: q * (breaks + 1)]
    try:
        wald = change @ np.linalg.solve(step @ covariance @ step.T, change)
    except np.linalg.LinAlgError:  # two neighbouring regimes without any noise
        return HIGHEST
    freedom = given.n - (breaks + 1) * q - given.p
    return min(float(freedom / (given.n * breaks) * wald), HIGHEST)


def coefficient_covariance(
    given: Regression, ends: tuple[int, ...], rest: Vector, assumed: Assumptions
) -> Matrix:
    """Covariance of the coefficients of x, regime after regime ((m+1)q square)."""
    reg = given.design(ends)[:, : given.q * (len(ends) + 1)]
    if given.p:
        reg = fit(given.z, reg)[1]
    bread = np.linalg.inv(reg.T @ reg)
    return np.asarray(bread @ _score_covariance(given, ends, reg, rest, assumed) @ bread, dtype=np.float64)


def _score_covariance(
    given: Regression, ends: tuple[int, ...], reg: Matrix, rest: Vector, assumed: Assumptions
) -> Matrix:
    bounds = (0, *ends, given.n)
    pieces = [slice(start, stop) for start, stop in pairwise(bounds)]
    if assumed.covariance == "heteroskedastic":
        return np.asarray((reg * (rest**2)[:, None]).T @ reg, dtype=np.float64)
    if assumed.covariance == "hac":
        if given.p:
            return given.n * long_run_covariance(reg * rest[:, None], assumed.prewhiten)
        scores = given.x * rest[:, None]
        shared = long_run_covariance(scores, assumed.prewhiten) if assumed.errors == "common" else None
        return _blocks(
            [
                (piece.stop - piece.start)
                * (long_run_covariance(scores[piece], assumed.prewhiten) if shared is None else shared)
                for piece in pieces
            ]
        )
    variances = np.array([(rest[piece] ** 2).mean() for piece in pieces])
    if assumed.errors == "common":
        variances[:] = (rest**2).mean()
    if given.p:
        weight = np.repeat(variances, np.diff(bounds))
        return np.asarray((reg * weight[:, None]).T @ reg, dtype=np.float64)
    moments = [given.x[piece].T @ given.x[piece] for piece in pieces]
    if assumed.regressors == "common":
        # V = s2 (lambda kron X'X)^-1: each regime's own moments, once as bread on either side, are replaced.
        whole = given.x.T @ given.x
        shares = np.diff(bounds) / given.n
        moments = [
            own @ np.linalg.inv(share * whole) @ own for own, share in zip(moments, shares, strict=True)
        ]
    return _blocks([variance * own for variance, own in zip(variances, moments, strict=True)])


def _blocks(squares: list[Matrix]) -> Matrix:
    q = len(squares[0])
    whole = np.zeros((q * len(squares), q * len(squares)))
    for place, square in enumerate(squares):
        whole[place * q : (place + 1) * q, place * q : (place + 1) * q] = square
    return whole


def next_break(
    given: Regression, partition: Partition, shortest: int, assumed: Assumptions
) -> tuple[float, int | None]:
    """sup-F(l+1 | l): the largest F of one break more within a regime of the partition, and the number of
    observations up to it; (0, None) where no regime has room for two stretches."""
    bounds = (0, *partition.ends, given.n)
    found: tuple[float, int | None] = (0.0, None)
    for start, stop in pairwise(bounds):
        if stop - start < 2 * shortest:
            continue
        part = given.part(start, stop)
        end = best_break(part, (), 0, part.n, shortest)
        statistic = f_statistic(part, (end,), assumed)
        if statistic > found[0]:
            found = (statistic, start + end)
    return found
