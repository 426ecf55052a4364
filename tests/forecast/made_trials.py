"""Trials with known properties, made for tests: a series, forecasters with a known spread, and what they said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from longwave.core.forecast import TRIAL_COLUMNS, Trials
from longwave.core.period import Period

SEVEN = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
NAMES = [f"{share:g}" for share in SEVEN]


def periods(first: str, count: int) -> list[str]:
    return [str(Period.parse(first) + place) for place in range(count)]


def walk(count: int, seed: int, start: float = 100.0) -> np.ndarray:
    return start + np.cumsum(np.random.default_rng(seed).standard_normal(count))


def trials_of(
    series: Mapping[str, pd.Series],
    methods: Mapping[str, float],
    *,
    first: int = 20,
    horizon: int = 3,
    season: int = 4,
    spread: float = 1.0,
) -> Trials:
    """At every origin from the `first` on: each method says the last value plus its own bias (methods: name -> bias),
    with the spread of a random walk times `spread`."""
    rows = []
    for name, values in series.items():
        numbers, written = values.to_numpy(), list(values.index)
        for known in range(first, len(numbers)):
            for method, off in methods.items():
                for step in range(1, min(horizon, len(numbers) - known) + 1):
                    mean = numbers[known - 1] + off
                    bands = mean + spread * np.sqrt(step) * norm.ppf(SEVEN)
                    place = known + step - 1
                    row = [name, method, written[known - 1], "", written[place], step, numbers[place], mean]
                    rows.append([*row, *bands])
    return Trials(pd.DataFrame(rows, columns=[*TRIAL_COLUMNS, *NAMES]), dict(series), season)


def one_series(count: int = 60, seed: int = 0, name: str = "a") -> dict[str, pd.Series]:
    return {name: pd.Series(walk(count, seed), index=periods("2000-Q1", count))}
