"""A forecast and its change in sentences; where a series belongs to no area, its own name stands in the area's place."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from longwave.core.forecast import Backtest, ForecastTable
from longwave.core.message import Message, Names
from longwave.forecast import revision_wording, wording
from longwave.forecast.revision import Revision
from longwave.workflows.past_errors import score_of
from longwave.workflows.series_name import placed, without_total

Name = Names | Message | str


def outlook(
    table: ForecastTable, history: pd.Series, name: Name, backtest: Backtest | None = None
) -> tuple[Message, ...]:
    """Where the forecast points, and what it did on the series' own past: as the back-test says, where there is one
    that ran the random walk with drift, else as the forecast's own trial says."""
    score = None if backtest is None else score_of(backtest)
    if score is not None and math.isfinite(score.relative_error):
        table = replace(table, backtest=score)
    name = without_total(name)
    return tuple(placed(one, table.area, name) for one in wording.sentences(table, history, name))


def changes(made: Revision, name: Name) -> tuple[Message, ...]:
    """What changed since an earlier forecast."""
    name = without_total(name)
    return tuple(placed(one, made.area, name) for one in revision_wording.sentences(made, name))
