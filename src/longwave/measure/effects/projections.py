"""Local projections: how the level of output answers, year after year, to a surprise in a state (Jordà 2005).

    y_{i,t+h} - y_{i,t-1} = a_i + f_t + b_h x_{i,t-1} + controls + e,      h = 0, ..., 8

The surprise is what x_{t-1} has beyond its own two lags and two lags of growth, the latest in the same year as x: nothing
that happens within the year is credited to x. Country effects bias such a response toward nothing, the more the longer the
horizon is beside the sample: in simulations the answer after eight years came out a sixth too small with 60 years and 40 %
with 28, and worse with the level of output among the controls. So the level is left out and the half-panel jackknife is
taken (Mei, Sheng and Shi 2023), which leaves 0 to 15 %. Lag augmentation lets errors of
neighbouring horizons overlap without any further correction (Montiel Olea and Plagborg-Møller 2021); the variance is
clustered by country throughout. Bands are pointwise, and joint (sup-t, Montiel Olea and Plagborg-Møller 2019): the whole
response lies within the joint band with the stated coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.measure.effects.within import Codes, Fit, Matrix, Sample, fit, jackknifed, tidy

HORIZONS = 8
_DRAWS = 20_000
_FEWEST_YEARS = 12
_FEWEST_COUNTRIES = 8


@dataclass(frozen=True, eq=False)
class Response:
    """The answer to a surprise of one standard deviation.

    table: index h = 0..8; response, response_low, response_high (pointwise), joint_low, joint_high (sup-t): log points
    of the outcome; surprise: that standard deviation, in the unit of x; first, last: years of the sample at h = 0.
    """

    table: pd.DataFrame
    surprise: float
    clusters: int
    years: int
    observations: int
    first: int
    last: int
    level: float = 0.95


def local_projection(
    outcome: pd.DataFrame, state: pd.DataFrame, *, horizons: int = HORIZONS, level: float = 0.95
) -> Response | None:
    """The response of `outcome` (a logarithm) to `state`; both year by country, years as whole numbers without holes
    in the index (missing values are fine).

    None where fewer than 8 countries or 12 years are left, or the state has no surprises of its own.
    """
    from scipy.stats import t as student

    years = np.arange(
        min(outcome.index.min(), state.index.min()), max(outcome.index.max(), state.index.max()) + 1
    )
    areas = outcome.columns.intersection(state.columns)
    y = outcome.reindex(index=years, columns=areas)
    x = state.reindex(index=years, columns=areas)
    growth = y.diff()
    right = [x.shift(1), x.shift(2), x.shift(3), growth.shift(1), growth.shift(2)]
    regressors = np.stack([frame.to_numpy(float) for frame in right], axis=-1).reshape(-1, len(right))
    times = np.repeat(years, len(areas)).astype(np.int64)
    units = np.tile(np.arange(len(areas)), len(years)).astype(np.int64)
    values: list[float] = []
    parts = []
    first: tuple[Fit, Sample] | None = None
    for h in range(horizons + 1):
        gain = (y.shift(-h) - y.shift(1)).to_numpy(float).ravel()
        sample = tidy(gain, regressors, units, times)
        if sample.clusters < _FEWEST_COUNTRIES or sample.periods < _FEWEST_YEARS:
            return None
        found = jackknifed(sample)
        if found is None:
            return None
        first = first or (found, sample)
        scattered = np.zeros(len(areas))
        scattered[found.labels] = found.influence[:, 0] * np.sqrt(found.variance[0, 0]) / _norm(found)
        values.append(float(found.b[0]))
        parts.append(scattered)
    if first is None:
        return None
    base, sample = first
    surprise = _surprise(sample.x, sample.units, sample.times)
    joint = np.array(parts)
    covariance = joint @ joint.T
    spread = np.sqrt(np.diag(covariance))
    freedom = base.clusters - 1
    point = float(student.ppf(0.5 + level / 2, freedom))
    every = max(sup_t(covariance, freedom, level), point)
    b = np.array(values)
    table = pd.DataFrame(
        {
            "response": b,
            "response_low": b - point * spread,
            "response_high": b + point * spread,
            "joint_low": b - every * spread,
            "joint_high": b + every * spread,
        },
        index=pd.RangeIndex(horizons + 1, name="years_after"),
    )
    return Response(
        table * surprise,
        surprise,
        base.clusters,
        sample.periods,
        len(sample.y),
        int(sample.times.min()),
        int(sample.times.max()),
        level,
    )


def sup_t(covariance: Matrix, freedom: int, level: float = 0.95, seed: int = 0) -> float:
    """The multiple of the standard errors within which all coordinates lie together: the `level` quantile of the
    largest |t| of a multivariate Student vector with that correlation."""
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    rng = np.random.default_rng(seed)
    draws = rng.standard_normal((_DRAWS, len(spread))) @ root.T
    draws /= np.sqrt(rng.chisquare(freedom, _DRAWS) / freedom)[:, None]
    return float(np.quantile(np.abs(draws).max(axis=1), level))


def _norm(found: Fit) -> float:
    return float(np.sqrt((found.influence[:, 0] ** 2).sum()))


def _surprise(x: Matrix, units: Codes, times: Codes) -> float:
    """Standard deviation of the first regressor once the others, countries and years are taken out."""
    left = fit(tidy(x[:, 0], x[:, 1:], units, times))
    return float(np.sqrt((left.resid**2).mean()))
