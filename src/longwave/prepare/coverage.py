"""Coverage: from when to when each series has figures, so that a report can tell which ends first."""

from __future__ import annotations

import pandas as pd

from longwave.core.panel import Panel, Status
from longwave.core.period import Period

COLUMNS = ("source", "area", "variable", "item", "first", "last", "observations", "missing", "projections")


def coverage(panel: Panel) -> pd.DataFrame:
    """One row a series: source, area, variable, item, first, last, observations, missing, projections.

    first and last are the periods of the first and last figure (text), observations the figures between,
    missing the periods between without one, projections how many of the figures have status F. Series
    without a figure are left out.
    """
    frame = panel.frame[panel.frame["value"].notna()]
    if frame.empty:
        return pd.DataFrame({name: [] for name in COLUMNS})
    marked = frame.assign(projected=frame["status"] == str(Status.FORECAST))
    grouped = marked.groupby(["source", "area", "variable", "item"], sort=True)
    table = grouped.agg(
        first=("period", "min"),
        last=("period", "max"),
        observations=("period", "nunique"),
        projections=("projected", "sum"),
    ).reset_index()
    ordinals = {
        text: Period.parse(text).ordinal for text in pd.unique(table[["first", "last"]].to_numpy().ravel())
    }
    spans = table["last"].map(ordinals) - table["first"].map(ordinals) + 1
    return table.assign(missing=spans - table["observations"])[list(COLUMNS)]
