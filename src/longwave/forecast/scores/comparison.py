"""Is one forecast better than another, and is a forecast right on average: tests that hold in few forecasts.

Diebold and Mariano (1995): d_t = loss of A − loss of B at origin t; t = mean d / sqrt(V / n), V the long-run variance
of d. Null: both lose as much on average. Forecasts h steps ahead overlap, so that d is correlated up to lag h − 1.

    rectangular  V = γ_0 + 2 Σ_{k<h} γ_k, times (n + 1 − 2h + h(h−1)/n)/n, t with n − 1 degrees
                 (Harvey, Leybourne and Newbold 1997; Bartlett's weights where this V is not positive)
    bartlett     the same with weights 1 − k/h
    cosine       V = the mean of the squares of the first ν cosine weights of d, t with ν degrees (Müller 2004;
                 Lazarus, Lewis, Stock and Watson 2018: ν = ⌊0.4 n^(2/3)⌋); here ν = ⌊0.7 n / h⌋ where that is more,
                 since d that is correlated up to lag h − 1 has a flat spectrum below the frequency 1/h

One step ahead the first two are one and hold their size; further ahead they reject a true null in 6 to 15 of 100
short samples at a nominal 5, the third in 4 to 6 (`benchmarks/forecast/diebold_mariano.py`). So: the first at h = 1,
the third beyond.

Mincer and Zarnowitz (1969): outcome = a + b forecast + error. Null: a = 0 and b = 1. The variance of the moments is
taken under the null, where the errors are outcome − forecast; with residuals instead (the usual Wald test, also
here, by name) a true null is rejected in 10 to 55 of 100 short samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import say
from longwave.forecast.method import Matrix, Vector
from longwave.forecast.scores.arrays import vectors

Variance = Literal["rectangular", "bartlett", "cosine"]

FEWEST_DIFFERENCES = 8
FEWEST_OVERLAPPING = 12
"""Below, the cosine variance may have a single degree of freedom, and nothing would ever be rejected."""

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class DieboldMariano:
    """statistic: below 0 A lost less; degrees: of Student's t; difference: mean loss of A less that of B."""

    statistic: float
    p_value: float
    degrees: int
    difference: float
    observations: int
    horizon: int
    variance: Variance


@dataclass(frozen=True, slots=True)
class MincerZarnowitz:
    """statistic: chi-squared with `degrees`; slope None where the forecast did not vary and only a = 0 is tested."""

    statistic: float
    p_value: float
    degrees: int
    intercept: float
    slope: float | None
    observations: int


def diebold_mariano(
    loss_a: ArrayLike, loss_b: ArrayLike, *, horizon: int = 1, variance: Variance | None = None
) -> DieboldMariano:
    """Tests equal expected loss of two forecasts of the same things, in the order of time.

    loss_a, loss_b: (n,), e.g. squared errors; horizon: to how many neighbouring losses one error reaches, the steps
    ahead when every period is an origin; variance: None for the house's choice. Raises BadInput (arrays, horizon),
    NotEnoughData (n below 8, below 12 for the cosine variance, at most twice the horizon otherwise; or losses whose
    difference never varies).
    """
    first, second = vectors(loss_a=loss_a, loss_b=loss_b)
    if horizon < 1:
        raise BadInput(say("scores.bad_horizon", horizon=horizon))
    kind: Variance = variance or ("rectangular" if horizon == 1 else "cosine")
    fewest = FEWEST_OVERLAPPING if kind == "cosine" else max(FEWEST_DIFFERENCES, 2 * horizon)
    if len(first) < fewest:
        raise NotEnoughData(say("scores.few", count=len(first), fewest=fewest), say("scores.few_mend"))
    difference = first - second
    if difference.std() <= _NOTHING * max(float(np.abs(first).max()), float(np.abs(second).max())):
        raise NotEnoughData(say("scores.no_difference"), say("scores.no_difference_mend"))
    return _tested(difference, horizon, kind)


def _tested(difference: Vector, horizon: int, kind: Variance) -> DieboldMariano:
    from scipy.special import stdtr

    count, mean = len(difference), float(difference.mean())
    if kind == "cosine":
        degrees = max(int(0.4 * count ** (2 / 3)), int(0.7 * count / horizon))
        statistic = mean / np.sqrt(_cosine_variance(difference, degrees) / count)
    else:
        degrees = count - 1
        correction = (count + 1 - 2 * horizon + horizon * (horizon - 1) / count) / count
        variance = _kernel_variance(difference, horizon - 1, kind)
        statistic = mean * np.sqrt(correction) / np.sqrt(variance / count)
    p_value = float(2 * stdtr(degrees, -abs(statistic)))
    return DieboldMariano(float(statistic), p_value, degrees, mean, count, horizon, kind)


def _kernel_variance(difference: Vector, lags: int, kind: Variance) -> float:
    centred = difference - difference.mean()
    covariances = [
        float(centred[lag:] @ centred[: len(centred) - lag]) / len(centred) for lag in range(lags + 1)
    ]
    plain = covariances[0] + 2 * sum(covariances[1:])
    if kind == "rectangular" and plain > _NOTHING * covariances[0]:
        return plain
    return covariances[0] + 2 * sum((1 - lag / (lags + 1)) * covariances[lag] for lag in range(1, lags + 1))


def _cosine_variance(difference: Vector, weights: int) -> float:
    count = len(difference)
    places = (np.arange(count) + 0.5) / count
    waves = np.sqrt(2 / count) * np.cos(np.pi * np.outer(np.arange(1, weights + 1), places))
    return float(((waves @ difference) ** 2).mean())


def mincer_zarnowitz(
    outcome: ArrayLike, forecast: ArrayLike, *, lags: int = 0, under_null: bool = True
) -> MincerZarnowitz:
    """Tests that outcomes follow the forecasts one for one, in the order of time.

    outcome and forecast (n,): for series that wander, both as changes from the last value known at the origin;
    lags: up to which neighbouring errors are correlated (h − 1), with Bartlett's weights; under_null: False for the
    Wald test of a regression with that HAC variance, which rejects too often. A forecast that never varies is
    tested for bias alone. Raises BadInput, NotEnoughData (n below 8, errors that are all 0).
    """
    from scipy.special import chdtrc

    came, said = vectors(outcome=outcome, forecast=forecast)
    if len(came) < FEWEST_DIFFERENCES:
        raise NotEnoughData(
            say("scores.few", count=len(came), fewest=FEWEST_DIFFERENCES), say("scores.few_mend")
        )
    if np.abs(came - said).max() <= _NOTHING * np.abs(came).max():
        raise NotEnoughData(say("scores.no_difference"), say("scores.no_difference_mend"))
    varies = said.std() > 1e-9 * max(float(np.abs(said).max()), float(came.std()))
    intercept, slope = _line(came, said) if varies else (float((came - said).mean()), None)
    columns = np.ones((len(said), 2 if varies else 1))
    if varies:
        columns[:, 1] = (said - said.mean()) / said.std()
    line = intercept + (1.0 if slope is None else slope) * said
    away = columns.T @ (came - said)
    spread = _bartlett(columns * (came - (said if under_null else line))[:, None], lags)
    if np.linalg.matrix_rank(spread) < len(away):
        raise NotEnoughData(say("scores.no_difference"), say("scores.no_difference_mend"))
    statistic = float(away @ np.linalg.solve(spread, away))
    p_value = float(chdtrc(len(away), statistic))
    return MincerZarnowitz(statistic, p_value, len(away), intercept, slope, len(came))


def _line(came: Vector, said: Vector) -> tuple[float, float]:
    """Intercept and slope of outcomes on forecasts by least squares."""
    centred = said - said.mean()
    slope = float(centred @ came / (centred @ centred))
    return float(came.mean() - slope * said.mean()), slope


def _bartlett(moments: Matrix, lags: int) -> Matrix:
    """n times the long-run variance of the moments (n, m), not centred: their mean is 0 under the null."""
    total = moments.T @ moments
    for lag in range(1, lags + 1):
        shifted = moments[lag:].T @ moments[:-lag]
        total += (1 - lag / (lags + 1)) * (shifted + shifted.T)
    return np.asarray(total, dtype=np.float64)
