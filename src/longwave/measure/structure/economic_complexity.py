"""Economic complexity of a table of one's own: places ordered by what they make.

With the user's data only. The index is normalised within the table: read `complexity` for the trap, which is also
said with every result.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.structure.complexity import (
    CannotRank,
    Complexity,
    complexity,
    fitness,
    revealed_advantage,
)

NAME = "economic_complexity"
_DRAWS = 400
"""Bootstrap draws for the bounds: their 2.5 % quantile is known to about a percentage point."""


def measure_complexity(table: pd.DataFrame) -> Measurement:
    """Complexity of a table with columns place, product, value, and optionally period (one only).

    Table: index = place, columns eci with its bounds, diversity, fitness. Estimates: ``eci_of_<place>`` with an
    interval by the bootstrap over products. Refused for
    negative amounts, a pair twice, several periods, and tables that are too small or fall apart.
    """
    rows = table[table["value"].notna() & (table["place"] != "") & (table["product"] != "")]
    refusal = _unusable(rows)
    if refusal is not None:
        return Measurement(NAME, "structure", "", pd.DataFrame(), refusals=(refusal,))
    amounts = rows.pivot(index="place", columns="product", values="value").fillna(0.0)
    makes, left = _advantages(amounts)
    try:
        found = complexity(makes.to_numpy())
    except CannotRank as fault:
        return Measurement(NAME, "structure", "", pd.DataFrame(), refusals=(_told(fault, makes),))
    low, high = _bounds(makes.to_numpy(), found)
    second, _ = fitness(makes.to_numpy())
    result = pd.DataFrame(
        {"eci": found.eci, "eci_low": low, "eci_high": high, "diversity": found.diversity, "fitness": second},
        index=pd.Index(makes.index.astype(str), name="place", dtype=object),
    ).sort_values("eci", ascending=False, kind="stable")
    return Measurement(
        NAME,
        "structure",
        "",
        result,
        units={
            "eci": "standard deviations",
            "eci_low": "standard deviations",
            "eci_high": "standard deviations",
            "diversity": "products",
            "fitness": "index",
        },
        estimates=tuple(_estimates(result, makes.shape[1])),
        findings=tuple(_findings(result, left)),
    )


def _unusable(rows: pd.DataFrame) -> Refusal | None:
    if rows.empty:
        return Refusal(NAME, say("structure.table_empty"))
    if "period" in rows and rows["period"].nunique() > 1:
        return Refusal(NAME, say("structure.complexity_periods", count=int(rows["period"].nunique())))
    twice = rows[rows.duplicated(["place", "product"])]
    if len(twice):
        words = {"place": str(twice.iloc[0]["place"]), "product": str(twice.iloc[0]["product"])}
        return Refusal(NAME, say("structure.complexity_twice", **words), say("measure.check_figures"))
    negative = rows[rows["value"] < 0]
    if len(negative):
        words = {"place": str(negative.iloc[0]["place"]), "product": str(negative.iloc[0]["product"])}
        return Refusal(NAME, say("structure.complexity_negative", **words), say("measure.check_figures"))
    return None


def _advantages(amounts: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Who makes what with an advantage, without places and products that have none; and the places left out."""
    held = amounts.loc[amounts.sum(axis=1) > 0, amounts.sum(axis=0) > 0]
    makes = held
    if held.size:
        makes = pd.DataFrame(
            (revealed_advantage(held.to_numpy(float)) >= 1).astype(float),
            index=held.index,
            columns=held.columns,
        )
    while makes.size and ((makes.sum(axis=1) == 0).any() or (makes.sum(axis=0) == 0).any()):
        makes = makes.loc[makes.sum(axis=1) > 0, makes.sum(axis=0) > 0]
    return makes, tuple(str(place) for place in amounts.index if place not in makes.index)


def _bounds(makes: NDArray[np.float64], whole: Complexity) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds of each place's index by the Bayesian bootstrap over products (Rubin 1981): every product keeps some
    weight, so that no place is ever left with nothing."""
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS):
        try:
            other = complexity(makes, rng.exponential(size=makes.shape[1])).eci
        except CannotRank:
            continue
        drawn.append(other if float(other @ whole.eci) >= 0 else -other)
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    return np.minimum(low, whole.eci), np.maximum(high, whole.eci)


def _told(fault: CannotRank, makes: pd.DataFrame) -> Refusal:
    if fault.fault == "split":
        return Refusal(NAME, say("structure.complexity_split"), say("structure.complexity_split_mend"))
    if fault.fault == "tied":
        return Refusal(NAME, say("structure.complexity_tied"))
    return Refusal(NAME, say("structure.complexity_small", places=makes.shape[0], products=makes.shape[1]))


def _estimates(result: pd.DataFrame, products: int) -> Iterator[Estimate]:
    method = say("structure.method_complexity", count=products)
    for place, row in result.iterrows():
        yield Estimate(
            f"eci_of_{place}",
            float(row["eci"]),
            float(row["eci_low"]),
            float(row["eci_high"]),
            "standard deviations",
            method,
            Sample(products, "", ""),
            grade_of(min(products, len(result))),
        )


def _findings(result: pd.DataFrame, left: tuple[str, ...]) -> Iterator[Message]:
    yield say(
        "structure.complexity_top",
        count=len(result),
        first=tuple(str(one) for one in result.index[:3]),
        last=tuple(str(one) for one in result.index[::-1][:3]),
    )
    yield say("structure.complexity_trap")
    ranks = result[["eci", "fitness"]].rank()
    yield say("structure.complexity_fitness", rank=float(ranks["eci"].corr(ranks["fitness"])))
    if left:
        yield say("structure.complexity_left", items=left[:10])


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "structure",
        (
            Column("place", "text", say("structure.column_place")),
            Column("product", "text", say("structure.column_product")),
            Column("value", "number", say("structure.column_made")),
            Column("period", "period", say("structure.column_period"), optional=True),
        ),
        measure_complexity,
    )
)
