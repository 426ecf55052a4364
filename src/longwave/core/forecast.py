"""A forecast as a table: when it was made, how far ahead, the mean and the quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.core.estimate import Sample
from longwave.core.message import Message


@dataclass(frozen=True, eq=False)
class ForecastTable:
    """Forecasts of one series made at one origin.

    origin: last period known; frame: index = written period ahead, columns ``mean`` and quantiles named by their
    probability as text (``0.05``, ``0.1``, ``0.5``, ...), not decreasing from left to right; method: how made;
    backtest: what the same method did on this series' own past (see `BacktestScore`), or None when too short.
    """

    variable: str
    area: str
    origin: str
    unit: str
    frame: pd.DataFrame
    method: Message
    sample: Sample
    backtest: BacktestScore | None = None

    @property
    def horizon(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, slots=True)
class BacktestScore:
    """How a method did on a series' own past, from rolling origins.

    forecasts: how many forecast points were compared with what came; coverage: nominal level -> share of outcomes
    inside; mase: mean absolute error over that of a random walk with drift at the same origins (below 1 is better).
    """

    origins: int
    forecasts: int
    coverage: dict[float, float]
    relative_error: float
