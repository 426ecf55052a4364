"""The record of a method on one series: what it would have said with its bands at earlier origins, beside the naive
forecast, an AR(2), Naive2 and the random walk with drift.

Each forecast is made as today's is: scale chosen, fitted, calibrated on what lay before it. So a band is judged that
was learned from its own past only. Point errors are those of the distribution's mean; on a logarithmic scale it lies
above the median, which CRPS, WIS and the bands judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.forecast import Backtest
from longwave.forecast.evaluate import evaluate
from longwave.forecast.forecast import LEVELS, forecast
from longwave.forecast.method import FitError, Vector
from longwave.forecast.real_time import Forecaster, real_time_trials

RIVALS = ("naive", "ar2")
BESIDE = (*RIVALS, "naive2", "drift")
ORIGINS = 16
"""Origins tried, spread evenly: enough for a test one step ahead, few enough to wait for."""

FEWEST = 20
"""Observations before the first origin, so that the bands themselves have a past to be calibrated on."""


def record(
    series: pd.Series,
    *,
    unit: str,
    horizon: int,
    method: str,
    vintages: Mapping[str, pd.Series] | None = None,
    unique_id: str = "series",
    seed: int = 0,
    companions: Mapping[str, pd.Series] | None = None,
    step: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Back-test of one series (index = written period) with the method and its rivals.

    vintages: day -> the series as it stood then; origins before the first of them, or all with one or none, are cut from
    the figures at hand, and a note says so. Releases of another base are linked where their figures are above zero.
    companions: series that the method takes beside this one, known as they are now, so that with them the releases are
    not gone through. step: told after each forecast how many there have been, and how many there are to be about. Raises
    NotEnoughData where no origin has an outcome.
    """
    releases = dict(vintages or {"": series})
    if companions:
        releases = {max(releases): series}
    names = tuple(dict.fromkeys((method, *BESIDE)))
    told = _Steps(step, len(names) * max(1, min(ORIGINS, len(series) - FEWEST)))
    methods = {
        name: _forecaster(name, unit, seed, companions if name == method else None, told) for name in names
    }
    trials = real_time_trials(
        releases,
        methods,
        horizon,
        unique_id=unique_id,
        link=None,
        fewest=FEWEST,
        most=ORIGINS,
    )
    return evaluate(trials, method, RIVALS)


class _Steps:
    """Counts the forecasts made."""

    def __init__(self, step: Callable[[int, int], None] | None, total: int) -> None:
        self._step, self._total, self._done = step, total, 0

    def next(self) -> None:
        self._done += 1
        if self._step is not None:
            self._step(min(self._done, self._total), self._total)


def _forecaster(
    method: str, unit: str, seed: int, companions: Mapping[str, pd.Series] | None, told: _Steps
) -> Forecaster:
    def said(series: pd.Series, horizon: int) -> tuple[Vector, pd.DataFrame]:
        told.next()
        made = forecast(
            series,
            variable="",
            area="",
            unit=unit,
            horizon=horizon,
            method=method,
            levels=LEVELS,
            seed=seed,
            companions=None if companions is None else _known(companions, str(series.index[-1])),
        )
        if isinstance(made, Refusal):
            raise FitError(made.reason.text())
        quantiles = made.frame.drop(columns="mean").reset_index(drop=True)
        return np.asarray(made.frame["mean"], dtype=np.float64), quantiles

    return said


def _known(companions: Mapping[str, pd.Series], origin: str) -> dict[str, pd.Series]:
    """The companions up to the origin."""
    return {name: one[[str(text) <= origin for text in one.index]] for name, one in companions.items()}
