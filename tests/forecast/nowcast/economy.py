"""A small made economy: one monthly factor behind quarterly output and monthly indicators with ragged edges."""

import numpy as np
import pandas as pd

from longwave.core.period import span

MONTHS = span("1998-01", "2019-12")
QUARTERS = span("1998-Q1", "2019-Q4")


def factor(seed: int, count: int = len(MONTHS)) -> np.ndarray:
    shocks = np.random.default_rng(seed).normal(size=count)
    path = np.zeros(count)
    for month in range(1, count):
        path[month] = 0.7 * path[month - 1] + shocks[month]
    return path


def economy(
    seed: int = 1, series: int = 5, noise: float = 0.6, ends: tuple[str, ...] = ("2019-12", "2019-11")
) -> tuple[pd.Series, dict[str, pd.Series]]:
    """Quarterly output up to 2019-Q3 (a level of about 100 that grows), indicators as levels up to these months."""
    random = np.random.default_rng(1000 + seed)
    path = factor(seed)
    monthly = 100 * np.exp(np.cumsum(0.002 + 0.003 * (path + noise * random.normal(size=len(path)))))
    output = pd.Series(monthly.reshape(-1, 3).mean(axis=1), index=QUARTERS, name="output")
    found = {}
    for place in range(series):
        growth = 0.001 + 0.004 * (path + noise * random.normal(size=len(path)))
        levels = pd.Series(50 * np.exp(np.cumsum(growth)), index=MONTHS)
        found[f"x{place}"] = levels[: ends[place % len(ends)]]
    return output[:"2019-Q3"], found


def truth(seed: int = 1, noise: float = 0.6) -> float:
    """Log growth of output in 2019-Q4 in that economy."""
    path = factor(seed)
    random = np.random.default_rng(1000 + seed)
    monthly = np.exp(np.cumsum(0.002 + 0.003 * (path + noise * random.normal(size=len(path)))))
    quarterly = monthly.reshape(-1, 3).mean(axis=1)
    return float(np.log(quarterly[-1] / quarterly[-2]))
