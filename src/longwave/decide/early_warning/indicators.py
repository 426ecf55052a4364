"""Indicators of one country from its credit ratio, each of its time: level, three-year change, gap.

level_t,  change_t = level_t - level_{t-3},  log_change_t = ln(level_t / level_{t-3})
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.decide.early_warning.credit_gap import credit_gap

SPAN = 3
"""Years of a change: a boom's usual length (Schularick and Taylor 2012 use five, Alessi and Detken three)."""
NAMES = ("gap", "level", "change", "log_change")


def last_of_year(series: pd.Series) -> pd.Series:
    """The last figure of each year, indexed by the year as a number; a series of years stays as it is."""
    known = series.dropna().sort_index()
    years = pd.Index([int(str(each)[:4]) for each in known.index], name="year")
    return pd.Series(known.to_numpy(float), index=years).groupby(level=0).last()


def indicators_of(ratio: pd.Series) -> pd.DataFrame:
    """Indicators by year.

    ratio: per cent of GDP by written period. Returns columns level, change, log_change and gap, index years; the gap
    is null where the figures allow none.
    """
    level = last_of_year(ratio)
    if not len(level):
        return pd.DataFrame(columns=list(NAMES), dtype=float)
    whole = level.reindex(range(int(level.index[0]), int(level.index[-1]) + 1))
    before = whole.shift(SPAN)
    positive = (whole > 0) & (before > 0)
    frame = pd.DataFrame(
        {
            "level": whole,
            "change": whole - before,
            "log_change": np.log((whole / before).where(positive)),
            "gap": np.nan,
        }
    )
    try:
        frame["gap"] = last_of_year(credit_gap(ratio).frame["gap"]).reindex(frame.index)
    except NotEnoughData:
        return frame
    return frame


def stacked(ratios: pd.DataFrame) -> pd.DataFrame:
    """Indicators of every area: columns area, year and the indicators, one row an area and year with a level.

    ratios: one column an area, by written period.
    """
    frames = [
        indicators_of(ratios[area]).rename_axis("year").reset_index().assign(area=str(area))
        for area in ratios
    ]
    filled = [each for each in frames if len(each)]
    if not filled:
        return pd.DataFrame({"area": pd.Series(dtype=object), "year": pd.Series(dtype=int), **_EMPTY})
    rows = pd.concat(filled, ignore_index=True)
    return rows.dropna(subset=["level"]).reset_index(drop=True)


_EMPTY = {name: pd.Series(dtype=float) for name in NAMES}
