"""Persistence of leaders: who is on top, and for how long. With the user's data only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.competition.firms import as_it_is, complete, fault_of, left_out, refused
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.structure.movement import absolute_movement
from longwave.measure.structure.persistence import Mobility, shorrocks_interval, transitions

NAME = "leader_persistence"
TOP = 4
"""How many firms are called leaders: the four of the four-firm ratio."""

CLASSES = 4


def measure_leaders(table: pd.DataFrame) -> Measurement:
    """How firmly leaders stay.

    table: firm, period, sales. Result's table: index = the later period, columns top_survival (share of the four
    largest that are among them still), rank_correlation (Spearman, firms there at both dates), turnover (1/2 sum of
    changes of market shares, a firm that is not there having none), first_stays (1 or 0). Estimates: means of
    top_survival and turnover over the periods, and shorrocks_mobility between quarters of rank. Refused with
    one period or fewer than five firms.
    """
    rows = complete(table, ["firm", "period", "sales"])
    fault = fault_of(NAME, rows, ("firm", "period"), ("sales",))
    if fault is not None:
        return refused(NAME, fault)
    wide = rows.pivot(index="firm", columns="period", values="sales").sort_index(axis=1)
    wide = wide.loc[:, wide.sum() > 0].fillna(0.0)
    if wide.shape[1] < 2:
        return refused(NAME, Refusal(NAME, say("competition.one_period")))
    if (wide > 0).sum().min() <= TOP:
        count = int((wide > 0).sum().min())
        return refused(NAME, Refusal(NAME, say("competition.few_leaders", count=count, fewest=TOP + 1)))
    result = pd.DataFrame([_pair(wide, before, after) for before, after in pairwise(wide.columns)]).set_index(
        "period"
    )
    mobility = _mobility(wide)
    refusals = left_out(NAME, table, rows)
    if mobility is None:
        refusals += (Refusal("shorrocks_mobility", say("competition.no_mobility", fewest=2 * CLASSES)),)
    return Measurement(
        NAME,
        "competition",
        "",
        result,
        units=dict.fromkeys(result.columns, "share") | {"rank_correlation": "index"},
        estimates=tuple(_estimates(wide, result, mobility)),
        findings=tuple(_findings(wide, result, mobility)),
        refusals=refusals,
    )


def top(sales: pd.Series, count: int = TOP) -> list[str]:
    """The largest firms by sales, those of equal sales in the order of their names."""
    ordered = sales.sort_index().sort_values(ascending=False, kind="stable")
    return [str(one) for one in ordered.index[:count]]


def _pair(wide: pd.DataFrame, before: str, after: str) -> dict[str, float | str]:
    first, second = wide[before], wide[after]
    was, now = top(first), top(second)
    both = wide[(first > 0) & (second > 0)]
    ranks = both[[before, after]].rank()
    varied = len(both) > 2 and (ranks.nunique() > 1).all()
    return {
        "period": str(after),
        "top_survival": len(set(was) & set(now)) / TOP,
        "first_stays": float(was[0] == now[0]),
        "rank_correlation": float(ranks[before].corr(ranks[after])) if varied else np.nan,
        "turnover": absolute_movement(first, second),
    }


def _mobility(wide: pd.DataFrame) -> Mobility | None:
    """Mobility between quarters of rank among firms that are there at both dates."""
    counts = np.zeros((CLASSES, CLASSES))
    for before, after in pairwise(wide.columns):
        both = wide[(wide[before] > 0) & (wide[after] > 0)]
        if len(both) >= 2 * CLASSES:
            counts += transitions(_quarter(both[before]), _quarter(both[after]), CLASSES)
    if (counts.sum(axis=1) == 0).any():
        return None
    return shorrocks_interval(counts)


def _quarter(sales: pd.Series) -> NDArray[np.int64]:
    ranks = sales.rank(method="first").to_numpy(float)
    return np.asarray(np.minimum((ranks - 1) * CLASSES // len(sales), CLASSES - 1), dtype=np.int64)


def _estimates(wide: pd.DataFrame, result: pd.DataFrame, mobility: Mobility | None) -> Iterator[Estimate]:
    sample = Sample(len(result), str(wide.columns[0]), str(wide.columns[-1]))
    for name in ("top_survival", "turnover"):
        yield as_it_is(
            f"{name}_mean", float(result[name].mean()), "share", say("competition.method_all_firms"), sample
        )
    if mobility is not None:
        moves = int(mobility.counts.sum())
        yield Estimate(
            "shorrocks_mobility",
            mobility.value,
            mobility.low,
            mobility.high,
            "index",
            say("competition.method_mobility", count=moves),
            Sample(moves, sample.first, sample.last),
            grade_of(moves),
            mobility.level,
        )


def _findings(wide: pd.DataFrame, result: pd.DataFrame, mobility: Mobility | None) -> Iterator[Message]:
    first, last = str(wide.columns[0]), str(wide.columns[-1])
    stayed = len(set(top(wide[first])) & set(top(wide[last])))
    yield say(
        "competition.leaders",
        first=first,
        last=last,
        stayed=stayed,
        top=TOP,
        survival=float(result["top_survival"].mean()),
        turnover=float(result["turnover"].mean()),
        leader=top(wide[last])[0],
    )
    if mobility is not None:
        yield say("competition.leaders_mobility", value=mobility.value, low=mobility.low, high=mobility.high)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("period", "period", say("competition.column_period")),
            Column("sales", "number", say("competition.column_sales")),
        ),
        measure_leaders,
    )
)
