"""CUSUM tests of a constant regression, beside the break tests: cumulated residuals that wander too far.

OLS-CUSUM (Ploberger and Kraemer 1992) by statsmodels; CUSUM of recursive residuals (Brown, Durbin and Evans 1975)
from statsmodels' recursive residuals, its statistic as strucchange (R) has it: the largest |W(t)|/(1 + 2t). Both take
the errors for uncorrelated: with persistent errors they reject far too often.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from longwave.measure.breaks.find import checked
from longwave.measure.breaks.segments import fit


def ols_cusum(y: Any, x: Any = None) -> tuple[float, float]:
    """Statistic and p-value of the OLS-CUSUM test; x (n, q): regressors, default a constant.

    Raises BadInput as `find_breaks` does.
    """
    from statsmodels.stats.diagnostic import breaks_cusumolsresid

    given = checked(y, x)
    rest = fit(given.x, given.y)[1]
    statistic, p_value, _ = breaks_cusumolsresid(rest, ddof=given.q)
    return float(statistic), float(p_value)


def recursive_cusum(y: Any, x: Any = None) -> tuple[float, bool]:
    """Statistic of the CUSUM of recursive residuals and whether it crosses the 5 % line, 0.948 (1 + 2t).

    x (n, q): regressors, default a constant. Raises BadInput as `find_breaks` does.
    """
    from statsmodels.regression.recursive_ls import RecursiveLS

    given = checked(y, x)
    residuals = np.asarray(RecursiveLS(given.y, given.x).fit().resid_recursive)[given.q :]
    count = len(residuals)
    path = np.cumsum(residuals) / (residuals.std(ddof=1) * np.sqrt(count))
    statistic = float(np.max(np.abs(path) / (1 + 2 * np.arange(1, count + 1) / count)))
    return statistic, statistic > 0.948
