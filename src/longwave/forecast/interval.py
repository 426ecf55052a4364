"""Bands that are as wide as the past says they should be.

Library bands are too narrow on short series: they take the chosen model for true and its parameters for
known. Three steps, none of which ever narrows a band:

1. Which model is right is not known either. The variance is at least that of an even mixture of the method
and a
   random walk with drift: (v + w) / 2 + (m - r)^2 / 4, with v and w the variances and m and r the means of
   the two.
2. Few observations: Student's t with n - 1 - parameters degrees of freedom takes the place of the normal.
3. Calibration: z are the errors of the back-test over their standard deviations (turned to normal ones), K
the
   number of origins, r the 80 per cent quantile of |z| over that of the normal, at most four. Half-widths are
   multiplied by 1 + (r - 1) K / (K + 10), never by less than one: few origins count little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longwave.forecast.forecaster import AbstractFit, Prediction, Vector
from longwave.forecast.methods.drift import Drift

_SHRINK = 10
_MOST = 4.0
"""A single break in the past must not blow up every later band."""

_QUANTILE = 0.8
_NORMAL = 1.2815515655446004


def spread(fit: AbstractFit, values: Vector, horizon: int) -> Prediction:
    """The method's mean, with the variance of step 1."""
    own = fit.ahead(horizon)
    rival = Drift().fit(values, 1, 0).ahead(horizon)
    mixed = (own.sd**2 + rival.sd**2) / 2 + (own.mean - rival.mean) ** 2 / 4
    return Prediction(own.mean, np.sqrt(np.maximum(own.sd**2, mixed)))


def freedom(observations: int, parameters: int) -> float:
    """Degrees of freedom of step 2, at least three so that a variance exists."""
    return float(max(observations - 1 - parameters, 3))


def standard_scores(errors: Vector, sd: Vector, degrees: float) -> Vector:
    """Absolute errors as those normal scores that are as rare."""
    from scipy.special import ndtri, stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(sd > 0, np.abs(errors) / sd, np.where(errors == 0, 0.0, np.inf))
    return np.asarray(-ndtri(np.maximum(stdtr(degrees, -ratio), 1e-300)), dtype=np.float64)


def widening(scores: Sequence[Vector]) -> float:
    """The factor of step 3 from the scores of each origin; 1 without origins."""
    if not scores:
        return 1.0
    ratio = min(float(np.quantile(np.concatenate(list(scores)), _QUANTILE)) / _NORMAL, _MOST)
    weight = len(scores) / (len(scores) + _SHRINK)
    return max(1.0, 1.0 + (ratio - 1.0) * weight)


def half_widths(sd: Vector, level: float, degrees: float, factor: float = 1.0) -> Vector:
    """Half-widths of the central band of that level."""
    from scipy.special import stdtrit

    return np.asarray(factor * sd * stdtrit(degrees, 0.5 + level / 2), dtype=np.float64)
