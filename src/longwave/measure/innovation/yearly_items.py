"""Shares by item of an area, year by year: technologies in use, patents by field."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, frequency_of
from longwave.core.unit import Unit


def yearly_items(panel: Panel, area: str, variable: str) -> tuple[dict[str, pd.Series], str, tuple[str, ...]]:
    """Figures of every named item by year, the unit they share (empty where they do not), and the sources.

    Shares are given as fractions; publishers' forecasts, missing values and series that are not yearly are left out.
    """
    frame = panel.select(area=area, variable=variable).frame
    frame = frame[(frame["item"] != "") & frame["value"].notna() & (frame["status"] != str(Status.FORECAST))]
    yearly = [frequency_of(str(period)) is Frequency.ANNUAL for period in frame["period"]]
    frame = frame[np.array(yearly, dtype=bool)]
    found: dict[str, pd.Series] = {}
    for (item, source), rows in frame.groupby(["item", "source"], sort=True):
        name = str(item)
        if name in found and len(found[name]) >= len(rows):
            continue
        unit = Unit.parse(str(rows["unit"].iloc[0]))
        factor = unit.scale if unit.quantity == "share" else 1.0
        values = pd.Series(
            rows["value"].to_numpy(float) * factor, index=rows["period"].astype(int), name=str(source)
        )
        found[name] = values[~values.index.duplicated()].sort_index()
    units = {str(one) for one in frame["unit"].unique()}
    return found, units.pop() if len(units) == 1 else "", tuple(sorted(frame["source"].unique()))
