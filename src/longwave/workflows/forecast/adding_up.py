"""Forecasts of parts and their total that add up."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.forecast.reconcile import joint_errors, reconcile
from longwave.workflows.forecast.make import Made


def add_up(made: Made, total: str) -> Made:
    """The same forecasts, reconciled: `total` is the sum of all the other series.

    By the errors that the separate forecasts made together at earlier origins (MinT), so `made` has back-tests. Where the
    history does not add up, or too few origins are shared, the forecasts stay as they were and a refusal says why.
    Raises UsageError (no such series, or nothing beside it).
    """
    parts = [key for key in made.tables if key != total]
    if total not in made.tables or not parts:
        raise UsageError(
            say("workflows.no_total", name=total, ids=tuple(list(made.tables)[:8])),
            say("workflows.no_total_mend"),
        )
    trials = pd.concat([found.trials.frame for found in made.backtests.values()]) if made.backtests else None
    errors = None if trials is None else joint_errors(trials, made.options.method)
    found = reconcile(
        {key: table.frame for key, table in made.tables.items()}, {total: parts}, made.histories, errors
    )
    if isinstance(found, Refusal):
        return replace(made, refusals=(*made.refusals, found))
    tables = {key: replace(table, frame=found.frames[key]) for key, table in made.tables.items()}
    gap = float(found.gaps[total].abs().max())
    said = say("workflows.added_up", total=total, parts=len(parts), gap=gap)
    return replace(made, tables=tables, notes=(*made.notes, said, *found.notes))
