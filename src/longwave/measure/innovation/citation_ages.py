"""Ages of citations when older ones cannot be seen.

A patent of year c can cite back only to the first year y0 that the table holds, so ages are cut off at c - y0: early
citing years look as if technology turned over quickly, and cycles seem to lengthen merely because the table does. Each
age is therefore taken as drawn from what can be seen (right-truncated likelihood; Lynden-Bell 1971, Kalbfleisch and
Lawless 1989):

    P(age = a | seen) = [F(a + 1) - F(a)] / F(limit + 1)

F is log-normal or Weibull with one shape for all citing years and a location for each. Hall, Jaffe and Trajtenberg (2001)
take citing-year and cited-year effects out instead, which wants every patent's citations; this wants only pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FAMILIES = ("log_normal", "weibull")
_SHAPES = np.exp(np.linspace(np.log(0.25), np.log(1.8), 21))
"""Scales of ln age that are thought possible."""
_PLACES = np.linspace(np.log(0.3), np.log(200.0), 180)


@dataclass(frozen=True, eq=False)
class Ages:
    """Fitted ages. family; shape: common scale of ln age; medians: (C,), corrected median of each citing year; seen: (C,),
    share of each year's citations that the table can show; loglikelihood."""

    family: str
    shape: float
    medians: Array
    seen: Array
    loglikelihood: float


def count_ages(ages: NDArray[np.int64], cohort: NDArray[np.int64], cohorts: int) -> Array:
    """How many citations of each age each cohort makes: (cohorts, oldest age + 1)."""
    counts = np.zeros((cohorts, int(ages.max()) + 1))
    np.add.at(counts, (cohort, ages), 1.0)
    return counts


def naive_medians(counts: Array) -> Array:
    """Median age of each cohort as it stands, ages spread evenly within their year."""
    total = counts.cumsum(axis=1)
    half = total[:, -1] / 2
    place = (total < half[:, None]).sum(axis=1)
    rows = np.arange(len(counts))
    before = np.where(place > 0, total[rows, np.maximum(place - 1, 0)], 0.0)
    return np.asarray(place + (half - before) / np.maximum(counts[rows, place], 1e-12))


def fit_ages(counts: Array, limits: NDArray[np.int64], family: str) -> Ages:
    """Likeliest shape and locations. counts: (C, A); limits: (C,), oldest age that can be seen. Raises ValueError for an
    unknown family or a cohort without citations."""
    if family not in FAMILIES:
        raise ValueError("the family is log_normal or weibull")
    if (counts.sum(axis=1) <= 0).any():
        raise ValueError("a citing year has no citations")
    best = (-np.inf, float(_SHAPES[0]), np.zeros(len(counts)))
    for shape in _SHAPES:
        likelihood = _likelihood(counts, limits, family, shape, _PLACES)
        top = likelihood.argmax(axis=1)
        total = float(likelihood.max(axis=1).sum())
        if total > best[0]:
            best = (total, float(shape), _peak(likelihood, top))
    total, shape, places = best
    quantile = float(np.log(np.log(2.0))) if family == "weibull" else 0.0
    seen = np.exp(
        np.array(
            [
                _log_cdf(family, np.log(limit + 1.0), place, shape)
                for limit, place in zip(limits, places, strict=True)
            ]
        )
    )
    return Ages(family, shape, np.exp(places + shape * quantile), seen, total)


def _likelihood(counts: Array, limits: NDArray[np.int64], family: str, shape: float, places: Array) -> Array:
    """Log likelihood of each cohort at each place: (C, P)."""
    edges = np.concatenate([[-np.inf], np.log(np.arange(1, counts.shape[1] + 1, dtype=float))])
    cdf = np.exp(_log_cdf(family, edges[None, :], places[:, None], shape))
    cells = np.log(np.maximum(np.diff(cdf, axis=1), 1e-300))
    seen = _log_cdf(family, np.log(limits + 1.0)[:, None], places[None, :], shape)
    return np.asarray(counts @ cells.T - counts.sum(axis=1)[:, None] * seen)


def _log_cdf(family: str, logs: Array | float, place: Array | float, shape: float) -> Array:
    from scipy.special import log_ndtr

    z = (np.asarray(logs) - place) / shape
    if family == "log_normal":
        return np.asarray(log_ndtr(z))
    with np.errstate(over="ignore", divide="ignore"):
        return np.asarray(np.log(-np.expm1(-np.exp(np.clip(z, -700.0, 700.0)))))


def _peak(likelihood: Array, top: NDArray[np.intp]) -> Array:
    """The peak between grid points by the parabola through three of them."""
    rows = np.arange(len(likelihood))
    inner = np.clip(top, 1, len(_PLACES) - 2)
    left, mid, right = (likelihood[rows, inner + shift] for shift in (-1, 0, 1))
    bend = left - 2 * mid + right
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(bend < 0, np.clip(0.5 * (left - right) / bend, -1, 1), 0.0)
    step = _PLACES[1] - _PLACES[0]
    return np.asarray(np.where(top == inner, _PLACES[inner] + step * shift, _PLACES[top]))
