"""Artificial series with a known answer, for the tests of the era model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.measure.era.series import EraSeries


def logistic(years: int, date: int, duration: float = 22.0) -> np.ndarray:
    return 1 / (1 + np.exp(-2 * np.log(9) / duration * (np.arange(years) - date)))


def noise(years: int, persistence: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    e = rng.normal(size=years + 50)
    u = np.zeros(years + 50)
    for t in range(1, years + 50):
        u[t] = persistence * u[t - 1] + np.sqrt(1 - persistence**2) * e[t]
    return u[50:]


def state(
    years: int, date: int, size: float = 20.0, *, persistence: float = 0.3, seed: int = 0, first: int = 1950
) -> EraSeries:
    values = size * logistic(years, date) + noise(years, persistence, seed)
    return EraSeries(pd.Series(values, index=np.arange(first, first + years)), "state", ("made",))


def contribution(
    years: int, date: int, size: float = 6.0, *, persistence: float = 0.3, seed: int = 0, first: int = 1950
) -> EraSeries:
    m = logistic(years, date)
    values = size * 4 * m * (1 - m) + noise(years, persistence, seed)
    return EraSeries(pd.Series(values, index=np.arange(first, first + years)), "contribution", ("made",))
