"""Figures by industry of one area: a table of years and industries without totals, without double counting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, frequency_of
from longwave.measure.inputs import missing, name_of

TOTALS = frozenset(
    {"total", "tot", "sum", "all", "all industries", "all sectors", "total economy", "whole economy", "_t"}
)
"""Names under which publishers give the sum of the industries beside them."""
_SUM = 5e-4
"""An industry this close, as a part, to the sum of all others in every year is their total, whatever its name."""


@dataclass(frozen=True, eq=False)
class Industries:
    """Figures by industry. values: index = year, a column an industry; family: what stands before the colon where a
    publisher numbers several lists of industries; only one list is read."""

    variable: str
    values: pd.DataFrame
    unit: str
    source: str
    observed: float
    family: str = ""


def take_industries(
    panel: Panel, area: str, variable: str, family: str | None = None
) -> Industries | Refusal:
    """Yearly figures of a variable by industry, totals and forecasts left out; a Refusal where there are none.

    Where the industries come in several lists (``44Ind:1`` and ``63Ind:1``) only one is read, since they overlap:
    `family`, or else the one that goes back furthest.
    """
    frame = panel.select(area=area, variable=variable).frame
    frame = frame[frame["value"].notna() & (frame["item"] != "") & (frame["status"] != str(Status.FORECAST))]
    if frame.empty:
        return missing(variable, area)
    if frequency_of(str(frame["period"].iloc[0])) is not Frequency.ANNUAL:
        return Refusal(
            variable, say("measure.not_yearly", name=name_of(variable)), say("measure.not_yearly_mend")
        )
    lists = frame["item"].str.partition(":")[0].where(frame["item"].str.contains(":", regex=False), "")
    first = frame.groupby(lists)["period"].min().sort_values(kind="stable")
    chosen = str(first.index[0]) if family is None else family
    part = frame[(lists == chosen).to_numpy()]
    if part.empty:
        return missing(variable, area)
    if part.duplicated(["item", "period"]).any():
        return Refusal(variable, say("productivity.industry_twice", name=name_of(variable)))
    wide = part.pivot(index="period", columns="item", values="value").sort_index()
    wide.index = wide.index.astype(int)
    wide = without_totals(wide)
    if wide.shape[1] < 2:
        return Refusal(variable, say("productivity.one_industry", name=name_of(variable)))
    seen = part["status"].isin([str(Status.NORMAL), str(Status.BREAK), str(Status.PROVISIONAL)])
    return Industries(
        variable,
        wide.rename_axis(index="year", columns=None),
        str(part["unit"].iloc[0]),
        str(part["source"].iloc[0]),
        float(seen.mean()),
        chosen,
    )


def without_totals(wide: pd.DataFrame) -> pd.DataFrame:
    """The table without columns that hold the sum of the others, known by name or by adding up."""
    named = [column for column in wide.columns if str(column).strip().casefold() in TOTALS]
    rest = wide.drop(columns=named)
    if rest.shape[1] < 3 or named:
        return rest
    whole = rest.dropna()
    if whole.empty:
        return rest
    total = whole.sum(axis=1)
    for column in whole.columns:
        others = total - whole[column]
        if np.allclose(whole[column], others, rtol=_SUM, atol=0.0):
            return rest.drop(columns=column)
    return rest
