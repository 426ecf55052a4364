"""The Lerner index: how far price stands above marginal cost. With the user's data only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from longwave.core.estimate import Estimate, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.competition.firms import complete, fault_of, left_out, refused
from longwave.measure.competition.resample import firm_bootstrap, weighted_quantile
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "lerner"
_FEW = 5


def lerner_index(price: ArrayLike, marginal_cost: ArrayLike) -> NDArray[np.float64]:
    """L = (p - mc) / p: 0 where price is marginal cost, below zero where sold under it, 1 where cost is nothing.

    A monopolist's L is one over the elasticity of demand. Reference: Lerner (1934), Review of Economic Studies 1.
    Raises ValueError for a price of zero or below, or a negative cost.
    """
    prices, costs = np.asarray(price, dtype=float), np.asarray(marginal_cost, dtype=float)
    if not (prices > 0).all() or not (costs >= 0).all():
        raise ValueError("prices lie above zero and costs not below it")
    return np.asarray((prices - costs) / prices, dtype=np.float64)


def measure_lerner(table: pd.DataFrame) -> Measurement:
    """Lerner index by firm and its means.

    table: firm, price, marginal_cost, optionally sales and period. Result's table: index = period (or ``all``),
    columns mean, median, weighted (by sales), firms. Estimates: those of the last period, with intervals by a bootstrap over
    firms.
    """
    rows = complete(table, ["firm", "price", "marginal_cost"])
    if "period" not in rows:
        rows["period"] = ""
    if "sales" in rows:
        rows = complete(rows, ["sales"])
    amounts = ("marginal_cost", "sales") if "sales" in rows else ("marginal_cost",)
    fault = fault_of(NAME, rows, ("firm", "period"), amounts, ("price",))
    if fault is not None:
        return refused(NAME, fault)
    rows["lerner"] = lerner_index(rows["price"], rows["marginal_cost"])
    result = pd.DataFrame([_row(str(period), part) for period, part in rows.groupby("period", sort=True)])
    last = rows[rows["period"] == rows["period"].max()]
    estimates = tuple(_estimates(last))
    return Measurement(
        NAME,
        "competition",
        "",
        result.set_index("period"),
        units={name: "firms" if name == "firms" else "share" for name in result.columns if name != "period"},
        estimates=estimates,
        findings=tuple(_findings(last, estimates)),
        refusals=left_out(NAME, table, rows),
    )


def _row(period: str, part: pd.DataFrame) -> dict[str, float | str]:
    found: dict[str, float | str] = {"period": period or "all"}
    found |= {name: value(np.ones(len(part))) for name, value in _statistics(part).items()}
    return found | {"firms": float(part["firm"].nunique())}


def _statistics(part: pd.DataFrame) -> dict[str, _Statistic]:
    index = part["lerner"].to_numpy(float)
    found = {
        "mean": _Statistic(index, np.ones(len(part))),
        "median": _Statistic(index, np.ones(len(part)), True),
    }
    if "sales" in part and part["sales"].sum() > 0:
        found["weighted"] = _Statistic(index, part["sales"].to_numpy(float))
    return found


class _Statistic:
    """A mean or median of the index under weights."""

    def __init__(
        self, index: NDArray[np.float64], weights: NDArray[np.float64], middle: bool = False
    ) -> None:
        self.index, self.weights, self.middle = index, weights, middle

    def __call__(self, counts: NDArray[np.float64]) -> float:
        weight = counts * self.weights
        if self.middle:
            return weighted_quantile(self.index, weight, 0.5)
        total = float(weight.sum())
        return float(weight @ self.index) / total if total > 0 else float(self.index.mean())


def _estimates(last: pd.DataFrame) -> Iterator[Estimate]:
    period = str(last["period"].iloc[0])
    count = int(last["firm"].nunique())
    sample = Sample(count, period, period)
    for name, statistic in _statistics(last).items():
        value = statistic(np.ones(len(last)))
        if count < _FEW:
            low, high, level, method = value, value, 1.0, say("competition.method_few_firms", count=count)
        else:
            low, high = firm_bootstrap(last["firm"].to_numpy(), statistic)
            low, high, level = min(low, value), max(high, value), 0.95
            method = say("competition.method_firm_bootstrap", count=count)
        yield Estimate(f"lerner_{name}", value, low, high, "share", method, sample, grade_of(count), level)


def _findings(last: pd.DataFrame, estimates: tuple[Estimate, ...]) -> Iterator[Message]:
    by_name = {one.name: one for one in estimates}
    main = by_name.get("lerner_weighted", by_name["lerner_mean"])
    yield say(
        "competition.lerner_level",
        kind=say("competition.weighted" if main.name == "lerner_weighted" else "competition.unweighted"),
        firms=main.sample.observations,
        value=main.value,
        interval=_interval(main),
    )
    below = int((last["lerner"] < 0).sum())
    if below:
        yield say("competition.lerner_below", count=below)


def _interval(one: Estimate) -> Message:
    if one.level == 1.0:
        return say("competition.no_interval", count=one.sample.observations)
    return say("competition.interval", low=one.low, high=one.high)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("price", "number", say("competition.column_price")),
            Column("marginal_cost", "number", say("competition.column_marginal_cost")),
            Column("sales", "number", say("competition.column_sales"), optional=True),
            Column("period", "period", say("competition.column_period"), optional=True),
        ),
        measure_lerner,
    )
)
