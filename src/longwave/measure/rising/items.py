"""Amounts by item (industry, field) of an area as one table of years, from one publisher's one list of items.

A publisher may bring several lists side by side (44 industries and 63), whose items are headed by the list's
name and a colon, and a total among the items. The finest list is taken and named; a total is set apart, never
counted in.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, frequency_of
from longwave.measure.inputs import OBSERVED, missing, name_of

TOTALS = frozenset({"", "total", "tot", "sum", "all", "total economy", "all industries"})
"""How publishers call the whole, in small letters."""

FEWEST = 3
"""Fewest items: with two, one's gain is nothing but the other's loss."""


@dataclass(frozen=True, eq=False)
class Items:
    """values: index = years as whole numbers, columns = items; total: the published whole by year, or None;
    listed: the name of the list where there are several, else empty; source: dataset id; observed: share of
    figures that the publisher observed."""

    values: pd.DataFrame
    total: pd.Series | None
    listed: str
    source: str
    observed: float

    @property
    def shares(self) -> pd.DataFrame:
        """Each item's share of the published total, or of the items' sum in years in which all of them are
        there."""
        if self.total is not None:
            whole = self.total.reindex(self.values.index)
        else:
            whole = self.values.sum(axis=1, min_count=self.values.shape[1])
        return self.values.div(whole.where(whole > 0), axis=0)


def take_items(panel: Panel, area: str, variable: str) -> Items | Refusal:
    """The yearly figures of a variable by item; a Refusal where there are fewer than three items.

    Where several publishers have items, the one whose finest list has most items is taken. Publishers'
    forecasts are left out. Raises DuplicateObservations when vintages overlap.
    """
    frame = panel.select(area=area, variable=variable).frame
    frame = frame[frame["value"].notna() & (frame["status"] != str(Status.FORECAST))]
    if frame.empty:
        return missing(variable, area)
    if frequency_of(str(frame["period"].iloc[0])) is not Frequency.ANNUAL:
        return Refusal(
            variable, say("measure.not_yearly", name=name_of(variable)), say("measure.not_yearly_mend")
        )
    whole = frame["item"].str.strip().str.lower().isin(TOTALS)
    parts = frame[~whole]
    lists = parts["item"].map(_list_of)
    counts = parts.groupby([parts["source"], lists])["item"].nunique()
    if counts.empty or counts.max() < FEWEST:
        reason = say(
            "rising.few_items", name=name_of(variable), count=int(counts.max()) if len(counts) else 0
        )
        return Refusal(variable, reason, say("rising.few_items_mend", fewest=FEWEST))
    source, listed = max(counts.index, key=lambda key: (counts[key], key))
    chosen = parts[(parts["source"] == source) & (lists == listed)]
    values = _wide(Panel(chosen), variable)
    total = frame[whole & (frame["source"] == source)]
    # Two names of one whole ("" and Total) would be two totals: the first one by name is enough.
    total = total[total["item"] == total["item"].min()] if len(total) else total
    named = listed if counts[source].size > 1 else ""
    observed = float(chosen["status"].isin(OBSERVED).mean())
    published = None if total.empty else _wide(Panel(total), variable).iloc[:, 0]
    return Items(values, published, named, str(source), observed)


def _list_of(item: str) -> str:
    head, colon, _ = item.partition(":")
    return head if colon else ""


def _wide(panel: Panel, variable: str) -> pd.DataFrame:
    columns = {
        item: panel.select(item=item).series(variable, item=item)
        for item in sorted(panel.frame["item"].unique())
    }
    table = pd.DataFrame(columns).sort_index()
    table.index = table.index.astype(int)
    return table
