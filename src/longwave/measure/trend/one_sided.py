"""The one-sided Hodrick-Prescott filter: the trend of each period from that period and those before it only.

    y_t = mu_t + e_t,   mu_{t+1} = mu_t + beta_t,   beta_{t+1} = beta_t + z_t,   var e / var z = smoothness

The two-sided filter (Hodrick and Prescott 1997) uses the future, so what it says of the past could not be known then;
what the Kalman filter says at t is exactly the last point of the two-sided filter run on the data up to t (Stock and
Watson 1999; Drehmann and Yetman 2018). It smooths and dates nothing; Hamilton (2018) lists what it can feign.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.measure.trend.local_linear import state_space

ANNUAL, QUARTERLY, CREDIT = 6.25, 1600.0, 400_000.0
"""Smoothness for yearly data (Ravn and Uhlig 2002), for quarterly data, and for quarterly credit gaps (Basel)."""


def one_sided_trend(values: pd.Series, smoothness: float) -> pd.DataFrame:
    """Trend and gap in real time.

    values: evenly spaced, in order; missing ones are carried by the last slope. Returns columns trend and gap in the
    unit of the values; null until three figures are there, before which any line fits. Raises ValueError where the
    smoothness is not positive, a figure is infinite, or fewer than three are there.
    """
    y = values.to_numpy(float)
    if not smoothness > 0:
        raise ValueError("the smoothness has to be above zero")
    if np.isinf(y).any():
        raise ValueError("a figure is infinite")
    there = np.cumsum(np.isfinite(y))
    if not len(y) or there[-1] < 3:
        raise ValueError("the filter needs three figures")
    # The first two figures only start the filter; what comes before the first figure is no trend of anything.
    first = int(np.argmax(there > 0))
    unit = float(np.nanmax(np.abs(y))) or 1.0
    filtered = state_space(pd.Series(y[first:] / unit), "strend").filter([1.0, 1.0 / smoothness])
    trend = np.full(len(y), np.nan)
    trend[first:] = filtered.filtered_state[0] * unit
    trend[there < 3] = np.nan
    return pd.DataFrame({"trend": trend, "gap": y - trend}, index=values.index)
