"""The Boone indicator: how hard competition punishes a firm for being less efficient.

    ln pi_it = a_t + beta_t ln mc_it + u_it

beta is negative; the more negative, the more profit moves to efficient firms, the tougher competition. With the
user's data only. Reference: Boone (2008), Economic Journal 118.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.measure.competition.clustered import FEWEST_CLUSTERS, Fit, clustered
from longwave.measure.competition.firms import complete, fault_of, left_out, refused
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "boone"


def measure_boone(table: pd.DataFrame) -> Measurement:
    """Profit elasticity by period, and whether it has a trend.

    table: firm, profit, marginal_cost (average variable cost is the usual stand-in), optionally period. Result's
    table: index = period, columns boone with bounds, firms. Estimates: boone_<period> of the last period, boone_trend
    (change a period, where there are three or more). Test: boone_is_constant. Firms with a loss have no logarithm:
    they are left out and counted.
    """
    rows = complete(table, ["firm", "profit", "marginal_cost"])
    if "period" not in rows:
        rows["period"] = ""
    fault = fault_of(NAME, rows, ("firm", "period"), (), ("marginal_cost",))
    if fault is not None:
        return refused(NAME, fault)
    losing = int((rows["profit"] <= 0).sum())
    held = rows[rows["profit"] > 0]
    refusals = list(left_out(NAME, table, rows))
    yearly: list[dict[str, float | str]] = []
    for period, part in held.groupby("period", sort=True):
        one = _one_period(str(period), part)
        if isinstance(one, Refusal):
            refusals.append(one)
        else:
            yearly.append(one)
    if not yearly:
        return refused(NAME, *refusals, Refusal(NAME, say("competition.boone_nothing", losing=losing)))
    result = pd.DataFrame(yearly).set_index("period")
    pooled = held[held["period"].isin(result.index)]
    trend = _trend(pooled) if len(result) > 2 else None
    estimates = [_estimate(result, losing)] + ([] if trend is None else [_trend_estimate(trend, pooled)])
    return Measurement(
        NAME,
        "competition",
        "",
        result,
        units={**dict.fromkeys(("boone", "boone_low", "boone_high"), "elasticity"), "firms": "firms"},
        estimates=tuple(estimates),
        findings=tuple(_findings(result, trend, losing, len(rows))),
        refusals=tuple(refusals),
        tests=() if trend is None else (_test(trend, pooled),),
    )


def _one_period(period: str, part: pd.DataFrame) -> dict[str, float | str] | Refusal:
    label = f"boone {period}".strip()
    if part["firm"].nunique() < FEWEST_CLUSTERS:
        return Refusal(
            label, say("competition.few_firms", count=len(part), fewest=FEWEST_CLUSTERS, period=period)
        )
    cost = np.log(part["marginal_cost"].to_numpy(float))
    try:
        fit = clustered(
            np.log(part["profit"].to_numpy(float)),
            np.column_stack([np.ones(len(part)), cost]),
            part["firm"].to_numpy(),
        )
    except ValueError:
        return Refusal(label, say("competition.costs_alike", period=period))
    value, low, high = fit.interval(np.array([0.0, 1.0]))
    return {"period": period, "boone": value, "boone_low": low, "boone_high": high, "firms": float(len(part))}


def _trend(held: pd.DataFrame) -> Fit | None:
    """A slope that moves with time, and a constant for each period, errors alike within a firm."""
    periods = np.unique(held["period"])
    time = np.searchsorted(periods, held["period"]).astype(float)
    cost = np.log(held["marginal_cost"].to_numpy(float))
    dummies = (time[:, None] == np.arange(len(periods))[None, :]).astype(float)
    x = np.column_stack([cost, cost * (time - time.mean()), dummies])
    try:
        return clustered(np.log(held["profit"].to_numpy(float)), x, held["firm"].to_numpy())
    except ValueError:
        return None


_TREND = 1


def _weights(fit: Fit) -> np.ndarray:
    weights = np.zeros(len(fit.beta))
    weights[_TREND] = 1.0
    return weights


def _estimate(result: pd.DataFrame, losing: int) -> Estimate:
    last = result.iloc[-1]
    period, count = str(result.index[-1]), int(last["firms"])
    method = say("competition.method_boone", losing=losing)
    name = f"boone_{period}" if period else "boone"
    values = float(last["boone"]), float(last["boone_low"]), float(last["boone_high"])
    return Estimate(name, *values, "elasticity", method, Sample(count, period, period), grade_of(count))


def _trend_estimate(fit: Fit, held: pd.DataFrame) -> Estimate:
    value, low, high = fit.interval(_weights(fit))
    method = say("competition.method_boone_trend", firms=int(held["firm"].nunique()))
    return Estimate(
        "boone_trend",
        value,
        low,
        high,
        "elasticity a period",
        method,
        _sample(held),
        grade_of(held["firm"].nunique()),
    )


def _test(fit: Fit, held: pd.DataFrame) -> TestResult:
    weights = _weights(fit)
    p_value = fit.p_value(weights)
    error = fit.error(weights)
    return TestResult(
        "boone_is_constant",
        say("competition.null_boone"),
        float(fit.beta[_TREND] / error) if error > 0 else 0.0,
        p_value < 0.05,
        say("competition.method_boone_trend", firms=int(held["firm"].nunique())),
        _sample(held),
        p_value=p_value,
    )


def _sample(held: pd.DataFrame) -> Sample:
    return Sample(len(held), str(held["period"].min()), str(held["period"].max()))


def _findings(result: pd.DataFrame, trend: Fit | None, losing: int, rows: int) -> Iterator[Message]:
    last = result.iloc[-1]
    values = {
        "value": float(last["boone"]),
        "low": float(last["boone_low"]),
        "high": float(last["boone_high"]),
    }
    period = str(result.index[-1])
    when = say("competition.in_period", period=period) if period else say("measure.nothing")
    sign = "negative" if values["high"] < 0 else "positive" if values["low"] > 0 else "unclear"
    yield say(f"competition.boone_{sign}", when=when, **values)
    if trend is not None:
        value, low, high = trend.interval(_weights(trend))
        sense = "unclear" if low <= 0 <= high else ("tougher" if value < 0 else "softer")
        yield say(f"competition.boone_trend_{sense}", value=value, low=low, high=high)
    if losing:
        yield say("competition.boone_losses", losing=losing, rows=rows)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("profit", "number", say("competition.column_profit")),
            Column("marginal_cost", "number", say("competition.column_marginal_cost")),
            Column("period", "period", say("competition.column_period"), optional=True),
        ),
        measure_boone,
    )
)
