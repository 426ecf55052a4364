"""Mark-ups of price over marginal cost by the production approach. With the user's data only.

    mu_it = theta^V / alpha_it,   alpha_it = P^V V_it / P Q_it

theta^V: elasticity of output to the variable input; alpha: that input's cost over sales. A firm that minimises cost
sets mu so (Hall 1988; De Loecker and Warzynski 2012, American Economic Review 102). theta is given by the user, or is
the cost share: under constant returns the input's share of all costs, the middle one of an industry and period.

How firms are averaged decides the story: weighted by sales, large firms with high mark-ups count twice; weighted by
cost, the aggregate is the one that the economy's own cost and sales imply (Edmond, Midrigan and Xu 2023).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.competition.firms import complete, fault_of, left_out, refused
from longwave.measure.competition.resample import firm_bootstrap, weighted_quantile
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "markup"
_FEW = 5
_WIDE = {"p10": 0.10, "median": 0.5, "p90": 0.90}


def markup(elasticity: ArrayLike, sales: ArrayLike, variable_cost: ArrayLike) -> NDArray[np.float64]:
    """mu = theta x sales / variable cost; 1 is a price equal to marginal cost.

    Amounts in one unit of money. Raises ValueError where an elasticity, sales or a cost is not above zero.
    """
    theta, sold, spent = (np.asarray(one, dtype=float) for one in (elasticity, sales, variable_cost))
    if not ((theta > 0).all() and (sold > 0).all() and (spent > 0).all()):
        raise ValueError("elasticities, sales and costs must lie above zero")
    return np.asarray(theta * sold / spent, dtype=np.float64)


def sales_weighted(markups: ArrayLike, sales: ArrayLike) -> float:
    """sum sales_i mu_i / sum sales (De Loecker, Eeckhout and Unger 2020)."""
    weight = np.asarray(sales, dtype=float)
    return float(np.asarray(markups, dtype=float) @ weight / weight.sum())


def cost_weighted(markups: ArrayLike, costs: ArrayLike) -> float:
    """sum cost_i mu_i / sum cost: with one theta, theta x all sales / all variable cost. It is the sales-weighted
    harmonic mean, and never above the sales-weighted arithmetic one."""
    return sales_weighted(markups, costs)


def measure_markup(table: pd.DataFrame) -> Measurement:
    """Mark-ups by period.

    table: firm, sales, variable_cost and either elasticity or other_cost (all other costs, that of capital
    included); optionally period and industry. Result's table: index = period (or ``all``), columns sales_weighted,
    cost_weighted, p10, median, p90, firms. Estimates: those of the last period, with intervals by a bootstrap over firms
    that takes theta as known, and sales_weighted_change since the first period. Firm mark-ups are not returned.
    """
    if "elasticity" not in table and "other_cost" not in table:
        return refused(NAME, _no_elasticity())
    given = "elasticity" in table and bool(table["elasticity"].notna().any())
    needs = ["firm", "sales", "variable_cost", "elasticity" if given else "other_cost"]
    if needs[-1] not in table:
        return refused(NAME, _no_elasticity())
    rows = complete(table, needs)
    for column in ("period", "industry"):
        if column not in rows:
            rows[column] = ""
    positive = ("sales", "variable_cost", *(("elasticity",) if given else ()))
    fault = fault_of(NAME, rows, ("firm", "period"), () if given else ("other_cost",), positive)
    if fault is not None:
        return refused(NAME, fault)
    rows["theta"] = rows["elasticity"] if given else _cost_shares(rows)
    rows["markup"] = markup(rows["theta"], rows["sales"], rows["variable_cost"])
    result = pd.DataFrame([_row(str(period), part) for period, part in rows.groupby("period", sort=True)])
    estimates = tuple(_estimates(rows, given))
    return Measurement(
        NAME,
        "competition",
        "",
        result.set_index("period"),
        units={name: "firms" if name == "firms" else "ratio" for name in result.columns if name != "period"},
        estimates=estimates,
        findings=tuple(_findings(estimates, given)),
        refusals=left_out(NAME, table, rows),
    )


def _no_elasticity() -> Refusal:
    return Refusal(NAME, say("competition.no_elasticity"), say("competition.no_elasticity_mend"))


def _cost_shares(rows: pd.DataFrame) -> pd.Series:
    """The middle share of the variable input in all costs, by industry and period."""
    own = rows["variable_cost"] / (rows["variable_cost"] + rows["other_cost"])
    return own.groupby([rows["industry"], rows["period"]]).transform("median")


class _Aggregate:
    """One aggregate of the mark-ups of some rows, as a function of how often each counts."""

    def __init__(self, part: pd.DataFrame, name: str) -> None:
        self.markups = part["markup"].to_numpy(float)
        self.name = name
        base = {"sales_weighted": "sales", "cost_weighted": "variable_cost"}.get(name)
        self.weights = np.ones(len(part)) if base is None else part[base].to_numpy(float)

    def __call__(self, counts: NDArray[np.float64]) -> float:
        weight = counts * self.weights
        if self.name in _WIDE:
            return weighted_quantile(self.markups, weight, _WIDE[self.name])
        return float(weight @ self.markups / weight.sum())


_NAMES = ("sales_weighted", "cost_weighted", *_WIDE)


def _row(period: str, part: pd.DataFrame) -> dict[str, float | str]:
    ones = np.ones(len(part))
    found: dict[str, float | str] = {"period": period or "all"}
    return found | {name: _Aggregate(part, name)(ones) for name in _NAMES} | {"firms": float(len(part))}


def _estimates(rows: pd.DataFrame, given: bool) -> Iterator[Estimate]:
    periods = sorted(rows["period"].unique())
    last = rows[rows["period"] == periods[-1]]
    firms = int(last["firm"].nunique())
    method = say(
        "competition.method_markup_given" if given else "competition.method_markup_share", count=firms
    )
    sample = Sample(firms, str(periods[-1]), str(periods[-1]))
    for name in _NAMES:
        yield _bounded(f"markup_{name}", _Aggregate(last, name), last["firm"].to_numpy(), method, sample)
    if len(periods) > 1:
        pair = rows[rows["period"].isin([periods[0], periods[-1]])]
        late = (pair["period"] == periods[-1]).to_numpy()
        change = _Change(
            _Aggregate(pair[late], "sales_weighted"), _Aggregate(pair[~late], "sales_weighted"), late
        )
        span = Sample(int(pair["firm"].nunique()), str(periods[0]), str(periods[-1]))
        yield _bounded("markup_sales_weighted_change", change, pair["firm"].to_numpy(), method, span)


class _Change:
    """Aggregate of the last period less that of the first, the same firms drawn in both."""

    def __init__(self, later: _Aggregate, earlier: _Aggregate, late: NDArray[np.bool_]) -> None:
        self.later, self.earlier, self.late = later, earlier, late

    def __call__(self, counts: NDArray[np.float64]) -> float:
        after, before = counts[self.late], counts[~self.late]
        if after.sum() == 0 or before.sum() == 0:
            # A draw in which no firm of one of the periods came up says nothing of the change.
            return self(np.ones(len(counts)))
        return self.later(after) - self.earlier(before)


def _bounded(
    name: str,
    statistic: _Aggregate | _Change,
    firms: NDArray[np.generic],
    method: Message,
    sample: Sample,
) -> Estimate:
    value = statistic(np.ones(len(firms)))
    if sample.observations < _FEW:
        few = say("competition.method_few_firms", count=sample.observations)
        return Estimate(name, value, value, value, "ratio", few, sample, grade_of(sample.observations), 1.0)
    low, high = firm_bootstrap(firms, statistic)
    return Estimate(
        name, value, min(low, value), max(high, value), "ratio", method, sample, grade_of(sample.observations)
    )


def _findings(estimates: tuple[Estimate, ...], given: bool) -> Iterator[Message]:
    by_name = {one.name: one for one in estimates}
    sales, cost = by_name["markup_sales_weighted"], by_name["markup_cost_weighted"]
    yield say(
        "competition.markup_level",
        firms=sales.sample.observations,
        sales=sales.value,
        low=sales.low,
        high=sales.high,
        cost=cost.value,
        cost_low=cost.low,
        cost_high=cost.high,
        median=by_name["markup_median"].value,
        p10=by_name["markup_p10"].value,
        p90=by_name["markup_p90"].value,
    )
    change = by_name.get("markup_sales_weighted_change")
    if change is not None:
        sense = "unclear" if change.low <= 0 <= change.high else ("rises" if change.value > 0 else "falls")
        yield say(
            f"competition.markup_{sense}",
            value=change.value,
            low=change.low,
            high=change.high,
            first=change.sample.first,
            last=change.sample.last,
        )
    yield say("competition.markup_given" if given else "competition.markup_cost_share")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("sales", "number", say("competition.column_sales")),
            Column("variable_cost", "number", say("competition.column_variable_cost")),
            Column("other_cost", "number", say("competition.column_other_cost"), optional=True),
            Column("elasticity", "number", say("competition.column_elasticity"), optional=True),
            Column("industry", "text", say("competition.column_industry"), optional=True),
            Column("period", "period", say("competition.column_period"), optional=True),
        ),
        measure_markup,
    )
)
