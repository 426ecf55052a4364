"""A forecast as a table, and what the same method did on the past: tables that rooms hand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.estimate import Refusal, Sample, TestResult
from longwave.core.message import Message


@dataclass(frozen=True, eq=False)
class ForecastTable:
    """Forecasts of one series made at one origin.

    origin: last period known; frame: index = written period ahead, columns ``mean`` and quantiles named by their
    probability as text (``0.05``, ``0.1``, ``0.5``, ...), not decreasing from left to right; raw: the same columns
    as the model itself says them, before calibration; method: how made, in words; made_by: the catalogue's name
    of the method or profile; backtest: what the same method did on this series' own past, or None when too
    short; as_of: the figures are those known on that date (empty: the newest).
    """

    variable: str
    area: str
    origin: str
    unit: str
    frame: pd.DataFrame
    method: Message
    sample: Sample
    backtest: BacktestScore | None = None
    raw: pd.DataFrame | None = None
    made_by: str = ""
    as_of: str = ""
    sources: tuple[str, ...] = ()

    @property
    def horizon(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, slots=True)
class BacktestScore:
    """How a method did on a series' own past, from rolling origins, in short.

    forecasts: how many forecast points were compared with what came; coverage: nominal level -> share of outcomes
    inside; relative_error: mean absolute error over that of a random walk with drift at the same origins (below 1 is
    better).
    """

    origins: int
    forecasts: int
    coverage: dict[float, float]
    relative_error: float


TRIAL_COLUMNS = ("unique_id", "method", "origin", "vintage", "period", "step", "outcome", "mean")
"""Columns of a table of trials, before the quantile columns (``0.1``, ``0.5``, ... as text)."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What methods said at earlier origins, and what came: one row a series, method, origin and step.

    frame: TRIAL_COLUMNS, then one column a quantile; origin and period are written periods; vintage is the date as
    of which the figures behind the forecast were known (empty: the newest figures); outcome is what came.
    history: for each unique_id the series itself (index = written period), for scale-free scores; season: periods
    in a year; notes: what a reader should know of how they were made.
    """

    frame: pd.DataFrame
    history: Mapping[str, pd.Series]
    season: int
    notes: tuple[Message, ...] = ()

    @property
    def methods(self) -> list[str]:
        return list(dict.fromkeys(self.frame["method"]))

    def of(self, method: str) -> pd.DataFrame:
        return self.frame[self.frame["method"] == method]


@dataclass(frozen=True, eq=False)
class Backtest:
    """A full back-test of one series: the chosen method, and beside it the naive forecast and an AR(2).

    method: the one judged (a name in `trials.methods`); scores: one row a method, one column a score (rmse, mae, mase,
    smape, owa, msis, crps, wis, coverage_80, ...; NaN where not defined); by_step: one row a (method, step) with rmse,
    mae, coverage; pit: counts of the judged method's probability integral transforms in ten even bins; tests:
    Diebold-Mariano against each rival, Mincer-Zarnowitz; notes: what a reader should know.
    """

    method: str
    trials: Trials
    scores: pd.DataFrame
    by_step: pd.DataFrame
    pit: pd.Series
    tests: tuple[TestResult, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, eq=False)
class ForecastScenario:
    """A named path beside the forecast: index = written period ahead. Given by the user; never made up here."""

    name: Message | str
    values: pd.Series
    note: Message | None = field(default=None)
