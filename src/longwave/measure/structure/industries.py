"""The industries of an area as one table: one publisher, one classification, nothing counted twice.

A panel may hold more than one division of the same economy (44 industries and 63, a total beside its parts). They
are never added up: one set is taken, the one with the most years that are complete, and of equals the one with more
industries; what is left out is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import DuplicateObservations
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, frequency_of
from longwave.measure.inputs import OBSERVED

FEWEST = 3
"""Fewest industries: with two, what one gains the other loses, and no structure is left to look at."""

_TOTALS = frozenset(
    {"total", "sum", "tot", "all", "_t", "tot_ind", "markt", "gdp", "b1gq"}
    | {"all_industries", "total_economy", "market_economy", "whole_economy"}
)
"""Names under which publishers give a total among its parts."""

_NEAR = 0.005
"""How near the sum of others an item must be, as a fraction, to be taken for their total: rounding, no more."""


@dataclass(frozen=True, eq=False)
class Industries:
    """Amounts by industry: table has years as whole numbers down, industries across, every cell filled.

    label: the name of the set within its publisher's figures, empty where there is only one; left_out: totals,
    and industries that lack years; dropped: years left out for a negative amount or a gap; observed: share of the
    figures that the publisher observed.
    """

    variable: str
    table: pd.DataFrame
    unit: str
    source: str
    label: str
    left_out: tuple[str, ...]
    dropped: tuple[int, ...]
    observed: float

    @property
    def count(self) -> int:
        return self.table.shape[1]


def read_industries(panel: Panel, area: str, variable: str) -> Industries | Refusal:
    """The industries of an area in one set; a Refusal where there are none, too few, or negative ones throughout.

    Raises DuplicateObservations where vintages overlap.
    """
    rows = panel.select(area=area, variable=variable).frame
    rows = rows[(rows["item"] != "") & rows["value"].notna() & (rows["status"] != str(Status.FORECAST))]
    if rows.empty:
        reason = say("structure.no_industries", what=_what(variable), area=area_names(area))
        return Refusal(variable, reason, say("structure.no_industries_mend", variable=variable))
    if frequency_of(str(rows["period"].iloc[0])) is not Frequency.ANNUAL:
        return Refusal(variable, say("structure.not_yearly", what=_what(variable)))
    sets = [one for one in _sets(rows, variable) if one.count >= FEWEST]
    if not sets:
        items = rows["item"].nunique()
        reason = say("structure.few_industries", count=items, fewest=FEWEST, area=area_names(area))
        return Refusal(variable, reason)
    best = max(sets, key=lambda one: (len(one.table), one.count, one.label, one.source))
    if len(best.table) == 0:
        return Refusal(
            variable, say("structure.no_whole_year", area=area_names(area)), say("measure.check_figures")
        )
    if len(best.dropped) > len(best.table) / 9:
        reason = say("structure.negative_years", count=len(best.dropped), area=area_names(area))
        return Refusal(variable, reason, say("measure.check_figures"))
    return best


def totals_among(table: pd.DataFrame) -> tuple[str, ...]:
    """Columns that are a total of others: by name, as the sum of all the rest, or as the sum of those whose code
    begins with theirs (C beside C10 and C11)."""
    named = [str(item) for item in table.columns if str(item).strip().casefold().replace(" ", "_") in _TOTALS]
    rest = table.drop(columns=named)
    while rest.shape[1] > FEWEST:
        summed = [item for item in rest if _is_sum(rest[item], rest.drop(columns=item))]
        if not summed:
            break
        named.append(str(summed[0]))
        rest = rest.drop(columns=summed[0])
    for item in list(rest):
        children = [other for other in rest if other != item and str(other).startswith(str(item))]
        if len(children) > 1 and _is_sum(rest[item], rest[children]):
            named.append(str(item))
            rest = rest.drop(columns=item)
    return tuple(named)


def _is_sum(whole: pd.Series, parts: pd.DataFrame) -> bool:
    both = pd.concat([whole.rename("whole"), parts.sum(axis=1, min_count=1).rename("sum")], axis=1).dropna()
    both = both[both["whole"] != 0]
    if len(both) < 1:
        return False
    off = (both["sum"] / both["whole"] - 1).abs()
    return bool((off < _NEAR).mean() >= 0.9)


def _sets(rows: pd.DataFrame, variable: str) -> Iterator[Industries]:
    labels = rows["item"].where(rows["item"].str.contains(":", regex=False), ":").str.partition(":")[0]
    for (source, label), part in rows.groupby([rows["source"], labels], sort=True, observed=True):
        if part.duplicated(["item", "period"]).any():
            raise DuplicateObservations(say("core.wide_overlaps"))
        wide = part.pivot(index="period", columns="item", values="value").sort_index()
        wide.index = wide.index.astype(int)
        totals = totals_among(wide)
        table, gone = _complete(wide.drop(columns=list(totals)))
        negative = (table < 0).any(axis=1) | (table.sum(axis=1) <= 0)
        yield Industries(
            variable,
            table[~negative],
            str(part["unit"].iloc[0]),
            str(source),
            str(label),
            (*totals, *gone),
            tuple(int(year) for year in table.index[negative]),
            float(part["status"].isin(OBSERVED).mean()),
        )


def _complete(wide: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The years in which every industry has a figure. While that loses more than half of the years, the industry
    with the fewest years goes: an industry that is never filled belongs to another in that publisher's figures."""
    gone: list[str] = []
    while wide.shape[1] > FEWEST and len(wide.dropna()) < len(wide) / 2:
        shortest = wide.notna().sum().sort_values(kind="stable").index[0]
        gone.append(str(shortest))
        wide = wide.drop(columns=shortest)
    return wide.dropna(), tuple(gone)


def shares_by_year(table: pd.DataFrame) -> pd.DataFrame:
    """Each year's amounts over their sum."""
    return table.div(table.sum(axis=1), axis=0)


def moves(shares: pd.DataFrame, years: int = 1) -> pd.DataFrame:
    """s_t - s_{t - years}, only where both years are there."""
    before = shares.copy()
    before.index = before.index + years
    return (shares - before).dropna()


def _what(variable: str) -> Message:
    return say(f"structure.name_{variable}")
