"""Capital for a loan by the one-factor model with one common risk: the Basel formula for corporate exposures.

    K = LGD * [N((G(PD) + sqrt(R) G(0.999)) / sqrt(1 - R)) - PD] * (1 + (M - 2.5) b) / (1 - 1.5 b)
    R = 0.12 w + 0.24 (1 - w),  w = (1 - exp(-50 PD)) / (1 - exp(-50)),  b = (0.11852 - 0.05478 ln PD)^2

Vasicek (2002); Gordy (2003); Basel Committee (2005), "An Explanatory Note on the Basel II IRB Risk Weight Functions";
(2006), paragraph 272 and Annex 5. Risk weight = 12.5 K. It assumes so many small loans that none of them matters,
and one common factor: a concentrated book needs more.
"""

from __future__ import annotations

import numpy as np

CONFIDENCE = 0.999
FLOOR = 0.0005
"""The lowest default probability that Basel III lets a bank use for a firm (0.05 %)."""
MATURITY = 2.5


def correlation(pd: np.ndarray) -> np.ndarray:
    """The asset correlation R of corporate exposures, 0.12 to 0.24. pd: default probabilities, any shape."""
    weight = (1 - np.exp(-50 * np.asarray(pd, float))) / (1 - np.exp(-50))
    return np.asarray(0.12 * weight + 0.24 * (1 - weight))


def stressed_pd(pd: np.ndarray, confidence: float = CONFIDENCE) -> np.ndarray:
    """The default probability given the common factor at its `confidence` quantile (Vasicek)."""
    from scipy.stats import norm

    p = np.asarray(pd, float)
    r = correlation(p)
    return np.asarray(norm.cdf((norm.ppf(p) + np.sqrt(r) * norm.ppf(confidence)) / np.sqrt(1 - r)))


def capital(
    pd: np.ndarray, lgd: np.ndarray, maturity: np.ndarray | float = MATURITY, floor: float = FLOOR
) -> np.ndarray:
    """Capital for each unit lent, beyond the loss expected.

    pd, lgd: fractions, one shape; maturity: years, counted as one at least and five at most; floor: the lowest pd
    counted. Nought for a borrower in default (pd 1), whose loss is no risk any more.
    """
    p = np.maximum(np.asarray(pd, float), floor)
    sure = p >= 1
    p = np.where(sure, 0.5, p)
    years = np.clip(np.asarray(maturity, float), 1.0, 5.0)
    b = (0.11852 - 0.05478 * np.log(p)) ** 2
    loss = np.asarray(lgd, float) * (stressed_pd(p) - p)
    return np.asarray(np.where(sure, 0.0, loss * (1 + (years - 2.5) * b) / (1 - 1.5 * b)))


def risk_weight(
    pd: np.ndarray, lgd: np.ndarray, maturity: np.ndarray | float = MATURITY, floor: float = FLOOR
) -> np.ndarray:
    """Risk-weighted assets for each unit lent: 12.5 times the capital."""
    return 12.5 * capital(pd, lgd, maturity, floor)
