"""Structure of a table of one's own: how concentrated it is in each period, and how far it moved since the one before.

With the user's data only. Every index is computed from the items given, taken as the whole; only mobility between
size classes, which speaks of chances, has an interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.structure.concentration import (
    entropy,
    equal_number,
    gini,
    herfindahl,
    normalised_entropy,
    normalised_gini,
    normalised_herfindahl,
)
from longwave.measure.structure.movement import absolute_movement, churn, lilien, moore_angle
from longwave.measure.structure.persistence import Mobility, shorrocks_interval, transitions

NAME = "structure_indices"
CLASSES = 4
"""Size classes for mobility: quarters of the items."""

_LEVELS = {
    "herfindahl": herfindahl,
    "herfindahl_normalised": normalised_herfindahl,
    "equal_number": equal_number,
    "entropy": entropy,
    "entropy_normalised": normalised_entropy,
    "gini": gini,
    "gini_normalised": normalised_gini,
}
_UNITS = dict.fromkeys([*_LEVELS, "nav", "lilien", "lilien_mean_weights", "churn"], "share") | {
    "equal_number": "number",
    "entropy": "nats",
    "moore": "degrees",
}


def measure_indices(table: pd.DataFrame) -> Measurement:
    """Indices of a table with columns period, item, value.

    Table: one row a period, columns herfindahl, equal_number, entropy, gini (and normalised ones), and from the second
    period on nav, lilien, lilien_mean_weights, moore, churn. Estimates: each index of the last period, and
    shorrocks_mobility over all neighbouring periods. Refused for negative amounts, an item twice in a period, a
    single item, and a period that adds up to zero.
    """
    rows = table[table["value"].notna() & (table["item"] != "")]
    refusal = _unusable(rows)
    if refusal is not None:
        return Measurement(NAME, "structure", "", pd.DataFrame(), refusals=(refusal,))
    wide = rows.pivot(index="period", columns="item", values="value").sort_index()
    found, refusals = _indices(wide)
    if len(table) > len(rows) or wide.isna().any(axis=None):
        refusals.append(Refusal(NAME, say("structure.table_missing", count=len(table) - len(rows))))
    mobility = _mobility(wide)
    if mobility is None and len(wide) > 1:
        refusals.append(Refusal("shorrocks_mobility", say("structure.no_mobility", fewest=2 * CLASSES)))
    if len(wide) < 2:
        refusals.append(Refusal("nav", say("structure.one_period")))
    return Measurement(
        NAME,
        "structure",
        "",
        found,
        units={name: _UNITS[str(name)] for name in found.columns},
        estimates=tuple(_estimates(wide, found, mobility)),
        findings=tuple(_findings(wide, found, mobility)),
        refusals=tuple(refusals),
    )


def _unusable(rows: pd.DataFrame) -> Refusal | None:
    if rows.empty:
        return Refusal(NAME, say("structure.table_empty"))
    negative = rows[rows["value"] < 0]
    if len(negative):
        first = negative.iloc[0]
        words = {"item": str(first["item"]), "period": str(first["period"])}
        return Refusal(NAME, say("structure.table_negative", **words), say("measure.check_figures"))
    twice = rows[rows.duplicated(["period", "item"])]
    if len(twice):
        first = twice.iloc[0]
        words = {"item": str(first["item"]), "period": str(first["period"])}
        return Refusal(NAME, say("structure.table_twice", **words), say("measure.check_figures"))
    if rows["item"].nunique() < 2:
        return Refusal(NAME, say("structure.table_one_item"))
    sums = rows.groupby("period")["value"].sum()
    if (sums <= 0).any():
        period = str(sums[sums <= 0].index[0])
        return Refusal(NAME, say("structure.table_zero", period=period), say("structure.table_zero_mend"))
    return None


def _indices(wide: pd.DataFrame) -> tuple[pd.DataFrame, list[Refusal]]:
    found = pd.DataFrame(index=pd.Index(wide.index.astype(str), name="period", dtype=object))
    refusals: list[Refusal] = []
    levels: dict[str, dict[str, float]] = {name: {} for name in _LEVELS}
    for period in wide.index:
        held = wide.loc[period].dropna().to_numpy(float)
        for name, index in _LEVELS.items():
            if len(held) > 1 or name in {"herfindahl", "equal_number", "entropy", "gini"}:
                levels[name][str(period)] = index(held)
    moved: dict[str, dict[str, float]] = {
        name: {} for name in ("nav", "moore", "churn", "lilien", "lilien_mean_weights")
    }
    for before, after in pairwise(wide.index):
        both = wide.loc[[before, after]].dropna(axis=1).to_numpy(float)
        if both.shape[1] < 2 or (both.sum(axis=1) <= 0).any():
            continue
        moved["nav"][str(after)] = absolute_movement(both[0], both[1])
        moved["moore"][str(after)] = moore_angle(both[0], both[1])
        came = wide.loc[[before, after]].fillna(0.0).to_numpy(float)
        moved["churn"][str(after)] = churn(*came)
        try:
            moved["lilien"][str(after)] = lilien(both[0], both[1])
            moved["lilien_mean_weights"][str(after)] = lilien(both[0], both[1], weights="mean")
        except ValueError:
            refusals.append(Refusal("lilien", say("structure.no_lilien", period=str(after))))
    for name, values in (levels | moved).items():
        if values:
            found[name] = pd.Series(values, dtype=float)
    return found, refusals


def _mobility(wide: pd.DataFrame) -> Mobility | None:
    counts = np.zeros((CLASSES, CLASSES))
    for before, after in pairwise(wide.index):
        both = wide.loc[[before, after]].dropna(axis=1)
        if both.shape[1] < 2 * CLASSES:
            continue
        counts += transitions(_classes(both.iloc[0]), _classes(both.iloc[1]), CLASSES)
    if (counts.sum(axis=1) == 0).any():
        return None
    return shorrocks_interval(counts)


def _classes(values: pd.Series) -> np.ndarray:
    """The quarter in which each item's rank falls, 0 the smallest; ties in the order of the items."""
    ranks = values.rank(method="first").to_numpy(float)
    return np.asarray(np.minimum((ranks - 1) * CLASSES // len(values), CLASSES - 1), dtype=int)


def _estimates(wide: pd.DataFrame, found: pd.DataFrame, mobility: Mobility | None) -> Iterator[Estimate]:
    last = str(wide.index[-1])
    count = int(wide.iloc[-1].notna().sum())
    for name, value in found.iloc[-1].dropna().items():
        sample = Sample(count, last if name in _LEVELS else str(wide.index[-2]), last)
        number = float(value)
        yield Estimate(
            str(name),
            number,
            number,
            number,
            _UNITS[str(name)],
            say("structure.method_whole"),
            sample,
            grade_of(count),
            1.0,
        )
    if mobility is not None:
        moves = int(mobility.counts.sum())
        yield Estimate(
            "shorrocks_mobility",
            mobility.value,
            mobility.low,
            mobility.high,
            "index",
            say("structure.method_shorrocks", classes=CLASSES, count=moves),
            Sample(moves, str(wide.index[0]), last),
            grade_of(moves),
            mobility.level,
        )


def _findings(wide: pd.DataFrame, found: pd.DataFrame, mobility: Mobility | None) -> Iterator[Message]:
    last, count = found.iloc[-1], int(wide.iloc[-1].notna().sum())
    yield say(
        "structure.index_level",
        period=str(found.index[-1]),
        count=count,
        number=float(last["equal_number"]),
        herfindahl=float(last["herfindahl"]),
        gini=float(last["gini"]),
        entropy=float(last["entropy"]),
        most=float(np.log(count)),
    )
    if "nav" in found and np.isfinite(last["nav"]):
        yield say(
            "structure.index_moved",
            before=str(found.index[-2]),
            period=str(found.index[-1]),
            nav=float(last["nav"]),
            moore=float(last["moore"]),
            churn=float(last["churn"]),
        )
    if mobility is not None:
        yield say("structure.index_mobility", value=mobility.value, low=mobility.low, high=mobility.high)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "structure",
        (
            Column("period", "period", say("structure.column_period")),
            Column("item", "text", say("structure.column_item")),
            Column("value", "number", say("structure.column_value")),
        ),
        measure_indices,
    )
)
