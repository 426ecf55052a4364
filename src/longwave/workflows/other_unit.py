"""The same figures in a larger unit, so that a page says 20.6 trillion and not 20,563,592 million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from longwave.core.forecast import Backtest, ForecastTable
from longwave.core.unit import Unit
from longwave.workflows.fan import median_of, quantiles

_SCALES = (1e12, 1e9, 1e6, 1.0)
_LONG = 1e4
"""A figure from here on wants a larger unit."""
_OWN_UNIT = ("rmse", "mae", "bias", "crps", "wis")


def shorter_unit(table: ForecastTable) -> tuple[float, str]:
    """What to divide the figures by, and the unit that they then have; 1 and the unit itself where nothing is
    gained or the unit has no larger one. Only money and counts have."""
    unit = Unit.parse(table.unit)
    sizes = median_of(table.frame).abs().dropna().to_numpy()
    size = float(np.median(sizes)) if len(sizes) else 0.0
    if unit.quantity not in {"money", "count"} or size < _LONG:
        return 1.0, table.unit
    scale = next(scale for scale in _SCALES if size * unit.scale >= scale)
    larger = replace(unit, scale=scale)
    if scale <= unit.scale or Unit.parse(str(larger)) != larger:
        return 1.0, table.unit
    return larger.factor_to(unit), str(larger)


def divided(frame: pd.DataFrame, by: float, *, but: Sequence[str] = ()) -> pd.DataFrame:
    """The table with its columns of numbers divided, except some and those that are true or false."""
    numeric = [
        name
        for name in frame.columns
        if name not in but and pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool
    ]
    return frame.assign(**{name: frame[name] / by for name in numeric})


def divided_table(table: ForecastTable, by: float, unit: str) -> ForecastTable:
    """The forecast in the larger unit."""
    raw = None if table.raw is None else divided(table.raw, by)
    return replace(table, frame=divided(table.frame, by), raw=raw, unit=unit)


def divided_backtest(backtest: Backtest, by: float) -> Backtest:
    """The back-test in the larger unit: trials, history and the scores that have the unit of the series."""
    trials = backtest.trials
    kept = {"outcome", "mean", *quantiles(trials.frame).values()}
    others = [name for name in trials.frame.columns if name not in kept]
    history = {name: series / by for name, series in trials.history.items()}
    return replace(
        backtest,
        trials=replace(trials, frame=divided(trials.frame, by, but=others), history=history),
        scores=_scores(backtest.scores, by),
        by_step=_scores(backtest.by_step, by),
    )


def _scores(scores: pd.DataFrame, by: float) -> pd.DataFrame:
    return divided(scores, by, but=[name for name in scores.columns if name not in _OWN_UNIT])
