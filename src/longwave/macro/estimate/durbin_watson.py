"""Durbin and Watson's d = sum (e_t - e_{t-1})^2 / sum e_t^2 with its bounds, and the case between them.

The law of d under the null depends on the regressors, but lies between those of two others that depend only on n and k
(Durbin and Watson 1950): ratios of quadratic forms in normal errors with the n - k smallest (lower bound) and largest (upper
bound) of the values 2 (1 - cos(pi j / n)), j = 1 ... n - 1. Below the lower bound errors are taken for correlated, above
the upper one not, between them the bounds cannot say. Critical values are computed here for any n and k by Imhof's (1961)
integral, so that no table ends; the 5 per cent points are those of Savin and White (1977). They hold for an equation with
a constant and without the explained variable's own lags.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longwave.core.estimate import Sample, TestResult
from longwave.core.message import Message, say

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

LEVEL = 0.05


def durbin_watson(errors: Vector, slopes: Matrix, sample: Sample, *, own_lag: bool) -> TestResult | Message:
    """The test against positive correlation, or negative where d is above two; a sentence where it does not hold."""
    count, width = slopes.shape
    if own_lag:
        return say("estimate.durbin_watson_own_lag")
    scaled = slopes / np.linalg.norm(slopes, axis=0)
    one = np.full(count, 1 / np.sqrt(count))
    if np.linalg.norm(one - scaled @ np.linalg.lstsq(scaled, one, rcond=None)[0]) > 1e-8:
        return say("estimate.durbin_watson_no_constant")
    if count - width < 3:
        return say("estimate.few_to_test", left=count - width)
    statistic = float(np.square(np.diff(errors)).sum() / np.square(errors).sum())
    low, high = bounds(count, width)
    shown = statistic if statistic <= 2.0 else 4.0 - statistic
    verdict = "below" if shown < low else "between" if shown < high else "above"
    words = {
        "below": say("estimate.durbin_watson_below"),
        "between": say("estimate.durbin_watson_between"),
        "above": say("estimate.durbin_watson_above"),
    }[verdict]
    method = say("estimate.durbin_watson", low=low, high=high, verdict=words)
    null = say("estimate.null_no_first_order") if statistic <= 2.0 else say("estimate.null_no_negative")
    critical = low if statistic <= 2.0 else 4.0 - low
    return TestResult("durbin_watson", null, statistic, shown < low, method, sample, critical=critical)


@lru_cache(maxsize=256)
def bounds(count: int, width: int, level: float = LEVEL) -> tuple[float, float]:
    """Lower and upper critical value for n observations and k coefficients, the constant among them."""
    values = 2.0 * (1.0 - np.cos(np.pi * np.arange(1, count) / count))
    return _critical(values[: count - width], level), _critical(values[width - 1 :], level)


def _critical(values: Vector, level: float) -> float:
    from scipy.optimize import brentq

    return float(
        brentq(lambda d: _chance(values - d) - level, values[0] + 1e-9, float(values.mean()), xtol=1e-8)
    )


def _chance(weights: Vector) -> float:
    """P(sum of weights times squares of normals < 0) by Imhof's integral."""
    from scipy.integrate import quad

    weights = weights / np.abs(weights).max()

    def part(power: float) -> float:
        u = np.exp(power)
        angle = 0.5 * np.arctan(weights * u).sum()
        return float(np.sin(angle) * np.exp(-0.25 * np.log1p(np.square(weights * u)).sum()))

    # over the logarithm of u the integrand is one smooth hump: e^power on the left, e^(-m power / 2) on the right
    reach = 60.0 / len(weights) + 5.0
    found = sum(
        quad(part, low, high, limit=200, epsabs=1e-11)[0] for low, high in ((-26.0, 0.0), (0.0, reach))
    )
    return float(np.clip(0.5 - found / np.pi, 0.0, 1.0))
