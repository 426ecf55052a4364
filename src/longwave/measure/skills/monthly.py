"""Monthly figures of an area, by item: index = whole months since year 0, so that gaps stay gaps."""

from __future__ import annotations

import pandas as pd

from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, Period, frequency_of


def monthly(panel: Panel, area: str, variable: str) -> tuple[pd.DataFrame, str] | None:
    """A table of months down (as ordinals of `Period`) and items across, and the dataset it is from; None
    where there is nothing monthly.

    Of several publishers the one with most figures is taken. Raises DuplicateObservations when vintages
    overlap.
    """
    frame = panel.select(area=area, variable=variable).frame
    frame = frame[frame["value"].notna() & (frame["status"] != str(Status.FORECAST))]
    if frame.empty or frequency_of(str(frame["period"].iloc[0])) is not Frequency.MONTHLY:
        return None
    source = frame["source"].value_counts(sort=True).index[0]
    rows = Panel(frame[frame["source"] == source])
    columns = {item: rows.series(variable, item=item) for item in sorted(rows.frame["item"].unique())}
    table = pd.DataFrame(columns).sort_index()
    table.index = pd.Index([Period.parse(text).ordinal for text in table.index], dtype=int)
    return table, str(source)


def written(ordinal: int) -> str:
    """An ordinal month as a written period."""
    return str(Period(Frequency.MONTHLY, int(ordinal)))


def ordinal(text: str) -> int:
    """A written month as its ordinal."""
    return Period.parse(text).ordinal
