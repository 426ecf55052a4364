"""The doubt about the model itself, for methods whose fan holds none.

Which model is right is not known. The variance of such a method is at least that of a mixture of it and a rival, a random
walk (with drift where there is one period a year, else on seasonally adjusted values), which has the weight q:

    (1 - q) v + q w + q (1 - q) (m - r)^2

with v and w the variances and m and r the means of the two. The weight is a half, less where the series itself speaks
against a random walk: with t the Dickey-Fuller ratio of the regression of a step on the level and the step before, from n
steps, the random walk is exp(-B) times as likely, by the Schwarz criterion, as a series that returns to a mean:

    B = n/2 log(1 + t^2 / (n - 3)) - log(n) / 2,   q = min(1/2, 1 / (1 + exp(B)))   where t < 0

Otherwise a long series that returns to its mean would get bands as of a walk. Few observations make the shape a Student t
with n - 1 - parameters degrees of freedom in place of the normal. References: Dickey and Fuller (1979); Schwarz (1978).
"""

from __future__ import annotations

import numpy as np

from longwave.forecast.method import AbstractFit, FitError, Prediction, Vector
from longwave.forecast.methods.drift import Drift
from longwave.forecast.methods.naive2 import Naive2, decompose, is_seasonal

_FEWEST_TO_TELL = 10
"""Below, a walk and a series that returns to its mean look alike."""


def doubted(fit: AbstractFit, values: Vector, season: int, horizon: int) -> Prediction:
    """The fit's own prediction where its distribution holds the doubt about the model, else the mixture's."""
    own = fit.ahead(horizon)
    if own.counts_doubt:
        return own
    target = values if values.ndim == 1 else values[:, 0]
    degrees = min(own.degrees, freedom(len(target), fit.parameters))
    try:
        rival = (Drift() if season == 1 else Naive2()).fit(target, season, 0).ahead(horizon)
    except FitError:
        return Prediction(own.mean, own.sd, degrees)
    weight = walk_weight(target, season)
    apart = weight * (1 - weight) * (own.mean - rival.mean) ** 2
    variance = (1 - weight) * own.sd**2 + weight * rival.sd**2 + apart
    return Prediction(own.mean, np.sqrt(np.maximum(variance, own.sd**2)), degrees)


def walk_weight(values: Vector, season: int) -> float:
    """Weight of the random walk beside a method: a half where the values do not speak against it."""
    run = decompose(values, season).taken_off(values) if is_seasonal(values, season) else values
    run = (run - run.mean()) / float(np.abs(run).max())
    steps = np.diff(run)
    count = len(steps) - 1
    if count < _FEWEST_TO_TELL:
        return 0.5
    levels, before, after = run[1:-1], steps[:-1], steps[1:]
    beside = np.column_stack([np.ones(count), before])
    level, step = (each - beside @ np.linalg.lstsq(beside, each, rcond=None)[0] for each in (levels, after))
    size = float(level @ level)
    if size <= np.finfo(np.float64).eps * count:
        return 0.5
    slope = float(level @ step) / size
    left = step - slope * level
    gained, error = slope**2 * size, float(left @ left)
    if slope >= 0 or error <= 0:
        return 0.5
    against = count / 2 * np.log1p(gained / error) - np.log(count) / 2
    return float(min(0.5, 1 / (1 + np.exp(min(against, 700.0)))))


def freedom(observations: int, parameters: int) -> float:
    """Degrees of freedom of the bands: at least three, so that the variance is finite."""
    return float(max(3, observations - 1 - parameters))
