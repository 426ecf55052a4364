"""Ordinary least squares by statsmodels: b = (X'X)^-1 X'y, with classical, White and Newey-West standard errors.

Columns are scaled to length one before they are decomposed, so that units cost no digits. Classical standard errors
divide by n - k, or by n where asked. HC0-HC3: White (1980), MacKinnon and White (1985). HAC: Newey and West (1987) with
Bartlett weights and the automatic bandwidth of Newey and West (1994), times n / (n - k).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longwave.core.message import Message, say
from longwave.macro.estimate.solved import Divisor, Solved

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def ordinary(y: Vector, x: Matrix, covariance: str = "classical", divisor: Divisor | None = None) -> Solved:
    """Least squares of y [n] on x [n, k], whose columns are independent and fewer than n."""
    count, width = x.shape
    degrees = count - width if divisor != "n" else None
    if not width:
        return Solved(
            np.zeros(0), np.zeros((0, 0)), errors_in_words(covariance, divisor or "n-k", None), degrees
        )
    from statsmodels.regression.linear_model import OLS

    size = np.linalg.norm(x, axis=0)
    scaled = x / size
    plain = OLS(y, scaled).fit()
    lags = None
    if covariance == "classical":
        spread = np.asarray(plain.cov_params())
    elif covariance == "HAC":
        lags = bandwidth(scaled * plain.resid[:, None], scaled)
        fitted = OLS(y, scaled).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": divisor != "n"}
        )
        spread = np.asarray(fitted.cov_params())
    else:
        spread = np.asarray(OLS(y, scaled).fit(cov_type=covariance).cov_params())
    if divisor == "n" and covariance in ("classical", "HC1"):
        spread = spread * (count - width) / count
    return Solved(
        free=np.asarray(plain.params) / size,
        covariance=spread / np.outer(size, size),
        errors=errors_in_words(covariance, divisor or "n-k", lags),
        degrees=degrees,
    )


def bandwidth(scores: Matrix, regressors: Matrix) -> int:
    """The automatic bandwidth of Newey and West (1994) for Bartlett weights, from scores x_t e_t [n, k].

    The sum of the scores decides, without that of a constant, columns scaled to length one so that units do not
    matter. Where it is not defined (a handful of observations, scores of nought) their older rule 4 (n/100)^(2/9).
    """
    from linearmodels.iv.covariance import kernel_optimal_bandwidth

    varies = np.ptp(regressors, axis=0) > 0
    chosen = scores[:, varies] if varies.any() else scores
    try:
        return int(kernel_optimal_bandwidth(chosen.sum(axis=1)))
    except ValueError:
        return int(4 * (len(scores) / 100) ** (2 / 9))


def errors_in_words(covariance: str, divisor: Divisor, lags: int | None) -> Message:
    """What standard errors rest on, as a sentence."""
    if covariance == "HAC":
        return say("estimate.errors_hac", lags=lags if lags is not None else 0)
    if covariance == "classical":
        return say("estimate.errors_classical", divisor=divisor)
    return say("estimate.errors_robust", kind=covariance)
