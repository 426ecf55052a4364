"""Productivity of a firm, a plant or an industry from its own books: an index of what comes out over an index of what
goes in.

Formulas in indices.py, chained from period to period. Items that are not on both sides of a link, or have no
quantity or no price above zero there, cannot be compared and are left out of that link, and the table says how much of
the value that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.period import Frequency, frequency_of
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.productivity.indices import FORMULAS, indices
from longwave.measure.spans import SpanStudy, halves, study
from longwave.measure.wording import pace, percents

NAME = "productivity_index"
SIDES = ("output", "input")
_RATE = "share a year"
COLUMNS = (
    Column("period", "period", say("productivity.column_period")),
    Column("side", "text", say("productivity.column_side")),
    Column("item", "text", say("productivity.column_item")),
    Column("quantity", "number", say("productivity.column_quantity")),
    Column("price", "number", say("productivity.column_price")),
)


@dataclass(frozen=True, eq=False)
class _Links:
    """Change from period to period: index = the later period; columns <side>_<formula>, matched_<side>."""

    table: pd.DataFrame
    refusals: tuple[Refusal, ...]


def measure_index(table: pd.DataFrame) -> Measurement:
    """Output, input and productivity indices of a table of items.

    table: period, side (``output`` or ``input``), item, quantity, price. Result: index = period (first = 1), columns
    output_*, input_*, productivity_* for the formulas tornqvist, fisher, laspeyres and paasche, chained, and
    matched_output, matched_input: the part of the value, in this and the period before, that could be compared.
    Estimates (yearly figures, at least ten links): productivity_growth of both halves and its change, by Fisher.
    """
    rows = table.assign(side=table["side"].str.casefold())
    if refusal := _unfit(rows):
        return Measurement(NAME, "productivity", "", pd.DataFrame(), refusals=(refusal,))
    periods = sorted(rows["period"].unique())
    links = _links(rows, periods)
    if links.refusals:
        return Measurement(NAME, "productivity", "", pd.DataFrame(), refusals=links.refusals)
    chained = _chained(links.table, periods[0])
    found, refusals = _study(links.table)
    return Measurement(
        NAME,
        "productivity",
        "",
        chained,
        units={
            name: "share of value" if name.startswith("matched") else f"index {periods[0]}=1"
            for name in chained.columns
        },
        estimates=found.estimates,
        findings=tuple(_findings(chained, found)),
        refusals=refusals + found.refusals,
    )


def _unfit(rows: pd.DataFrame) -> Refusal | None:
    """Why the table as a whole cannot be used."""
    if rows.empty:
        return Refusal(NAME, say("productivity.empty_table"))
    strange = rows.loc[~rows["side"].isin(SIDES), "side"]
    if len(strange):
        return Refusal(
            NAME, say("productivity.bad_side", text=str(strange.iloc[0])[:40], row=int(strange.index[0]) + 1)
        )
    lacking = [side for side in SIDES if not (rows["side"] == side).any()]
    if lacking:
        return Refusal(NAME, say(f"productivity.no_{lacking[0]}"))
    twice = rows.duplicated(["period", "side", "item"])
    if twice.any():
        row = rows[twice].iloc[0]
        return Refusal(NAME, say("productivity.item_twice", item=str(row["item"]), period=str(row["period"])))
    negative = rows[(rows["quantity"] < 0) | (rows["price"] < 0)]
    if len(negative):
        row = negative.iloc[0]
        return Refusal(
            NAME, say("productivity.negative_item", item=str(row["item"]), period=str(row["period"]))
        )
    if rows["period"].nunique() < 2:
        return Refusal(NAME, say("productivity.one_period"))
    return None


def _links(rows: pd.DataFrame, periods: list[str]) -> _Links:
    found: dict[str, dict[str, float]] = {}
    refusals: list[Refusal] = []
    usable = rows[(rows["quantity"] > 0) & (rows["price"] > 0)]
    books = {
        (str(period), str(side)): part.set_index("item")[["quantity", "price"]]
        for (period, side), part in usable.groupby(["period", "side"])
    }
    empty = pd.DataFrame({"quantity": [], "price": []}, dtype=float)
    for before, after in pairwise(periods):
        link: dict[str, float] = {}
        for side in SIDES:
            first, second = books.get((before, side), empty), books.get((after, side), empty)
            both = first.index.intersection(second.index)
            if both.empty:
                refusals.append(
                    Refusal(NAME, say(f"productivity.no_common_{side}", first=before, last=after))
                )
                continue
            q0, p0 = (first.loc[both, name].to_numpy(float) for name in ("quantity", "price"))
            q1, p1 = (second.loc[both, name].to_numpy(float) for name in ("quantity", "price"))
            link |= {f"{side}_{name}": value for name, value in indices(q0, q1, p0, p1).items()}
            whole = (first.prod(axis=1).sum() + second.prod(axis=1).sum()) or 1.0
            link[f"matched_{side}"] = float(p0 @ q0 + p1 @ q1) / float(whole)
        found[after] = link
    return _Links(pd.DataFrame.from_dict(found, orient="index"), tuple(refusals))


def _chained(links: pd.DataFrame, first: str) -> pd.DataFrame:
    index = pd.Index([first, *links.index], name="period", dtype=object)
    table = pd.DataFrame(index=index)
    for side in SIDES:
        for formula in FORMULAS:
            steps = links[f"{side}_{formula}"].to_numpy(float)
            table[f"{side}_{formula}"] = np.cumprod(np.concatenate([[1.0], steps]))
    for formula in FORMULAS:
        table[f"productivity_{formula}"] = table[f"output_{formula}"] / table[f"input_{formula}"]
    for side in SIDES:
        table[f"matched_{side}"] = links[f"matched_{side}"].reindex(index)
    return table


def _study(links: pd.DataFrame) -> tuple[SpanStudy, tuple[Refusal, ...]]:
    """Mean yearly growth by Fisher, where the periods are years without a gap."""
    periods = list(links.index)
    if frequency_of(periods[0]) is not Frequency.ANNUAL:
        return SpanStudy(), (Refusal("productivity_growth", say("productivity.not_years")),)
    years = np.array([int(period) for period in periods])
    ratio = (links["output_fisher"] / links["input_fisher"]).to_numpy(float)
    growth = pd.Series(np.log(ratio), index=years)
    if len(growth) < 10 or (np.diff(years) != 1).any():
        return SpanStudy(), (
            Refusal("productivity_growth", say("productivity.few_links", count=len(growth))),
        )
    return study(growth, "productivity_growth", _RATE, (), cut=halves), ()


def _findings(table: pd.DataFrame, found: SpanStudy) -> Iterator[Message]:
    first, last = str(table.index[0]), str(table.index[-1])
    end = table.iloc[-1]
    yield say(
        "productivity.index_moved",
        first=first,
        last=last,
        output=float(end["output_fisher"]),
        input=float(end["input_fisher"]),
        productivity=float(end["productivity_fisher"]),
    )
    four = [float(end[f"productivity_{formula}"]) for formula in FORMULAS]
    yield say("productivity.index_formulas", low=min(four), high=max(four))
    if found.last is not None:
        yield say("productivity.index_growth", pace=pace(found.last), interval=percents(found.last))
    matched = table[["matched_output", "matched_input"]].min().min()
    if matched < 0.999:
        yield say("productivity.index_matched", share=float(matched))


MEASURES.register(NAME)(TableMeasure(NAME, "productivity", COLUMNS, measure_index))
