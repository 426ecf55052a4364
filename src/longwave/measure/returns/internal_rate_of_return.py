"""Internal rate of return of a project from its cash flows: every rate that there is, or the word that there is
none.

A project's rate is no economy's return on capital, and no firm's return on invested capital. Where the flows
change sign more than once there can be several rates; then none of them is given as the project's, and the net
present value and the modified rate are told instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import LongwaveError
from longwave.core.estimate import Estimate, Grade, Refusal, Sample
from longwave.core.message import Message, say
from longwave.core.period import Period, frequency_of
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.returns.cash_flows import (
    LONGEST,
    internal_rates,
    modified_rate,
    net_present_value,
    payback,
    rate_range,
    sign_changes,
)

NAME = "internal_rate_of_return"
_STEPS = {"A": 1, "Q": 4, "M": 12}
_MOST_TOLD = 8
"""Projects whose findings are told one by one; the table holds them all."""

COLUMNS = (
    Column("period", "period", say("returns.column_period")),
    Column("cash_flow", "number", say("returns.column_cash_flow")),
    Column("project", "text", say("returns.column_project"), optional=True),
    Column("cost_of_capital", "number", say("returns.column_cost_of_capital"), optional=True),
    Column("cash_flow_low", "number", say("returns.column_cash_flow_low"), optional=True),
    Column("cash_flow_high", "number", say("returns.column_cash_flow_high"), optional=True),
)


@dataclass(frozen=True, eq=False)
class Project:
    """A project's flows without a gap; a year has `steps` of them. cost: yearly cost of capital, None where the
    table gives none; low and high: bounds of each flow, None where none are given."""

    name: str
    periods: tuple[str, ...]
    flows: tuple[float, ...]
    steps: int
    cost: float | None
    low: tuple[float, ...] | None
    high: tuple[float, ...] | None

    def yearly(self, rate: float) -> float:
        return float((1 + rate) ** self.steps - 1)

    @property
    def cost_a_period(self) -> float | None:
        return None if self.cost is None else float((1 + self.cost) ** (1 / self.steps) - 1)


def measure_internal_rate(table: pd.DataFrame) -> Measurement:
    """Internal rates of the projects of a table.

    Table, one row a project: internal_rate (share a year; missing where there is none or more than one),
    number_of_rates, sign_changes, lowest_rate and highest_rate, net_present_value (unit of the flows; at the cost
    of capital), modified_rate, payback and discounted_payback (years). Estimates: internal_rate_of_return or
    internal_rate_of_return_<number of the project>, and net_present_value where bounds of the flows are given.
    """
    projects: list[Project] = []
    refusals: list[Refusal] = []
    for name, rows in _by_project(table):
        one = _project(name, rows)
        (projects if isinstance(one, Project) else refusals).append(one)  # type: ignore[arg-type]
    if not projects:
        return Measurement(NAME, "returns", "", pd.DataFrame(), refusals=tuple(refusals))
    lines = {one.name: _row(one) for one in projects}
    estimates: list[Estimate] = []
    findings: list[Message] = []
    for place, one in enumerate(projects):
        suffix = "" if len(projects) == 1 else f"_{place + 1}"
        rates = internal_rates(one.flows)
        if len(rates) == 1:
            estimates.append(_estimate(one, rates[0], suffix))
        else:
            refusals.append(_no_single_rate(one, rates))
        if place < _MOST_TOLD:
            findings.extend(_findings(one, rates))
    if len(projects) > _MOST_TOLD:
        findings.append(say("returns.more_projects", count=len(projects) - _MOST_TOLD))
    told = pd.DataFrame.from_dict(lines, orient="index").rename_axis("project")
    units = dict.fromkeys(("internal_rate", "lowest_rate", "highest_rate", "modified_rate"), "share a year")
    units |= {
        "payback": "years",
        "discounted_payback": "years",
        "net_present_value": "unit of the cash flows",
    }
    return Measurement(
        NAME,
        "returns",
        "",
        told,
        units=units,
        estimates=tuple(estimates),
        findings=tuple(findings),
        refusals=tuple(refusals),
    )


def _by_project(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    if "project" not in table or table["project"].isna().all():
        yield "", table
        return
    for name, rows in table.groupby(table["project"].fillna("").astype(str), sort=True):
        yield str(name), rows


def _project(name: str, rows: pd.DataFrame) -> Project | Refusal:
    subject = NAME if not name else f"{NAME}: {name}"
    if rows.empty or rows["cash_flow"].isna().any() or rows["period"].isna().any():
        return Refusal(subject, say("returns.flows_missing"), say("returns.flows_mend"))
    written = rows["period"].astype(str)
    try:
        kinds = {frequency_of(text) for text in written}
        moments = [Period.parse(text) for text in written]
    except LongwaveError as error:
        return Refusal(subject, error.message, error.mend)
    if len(kinds) != 1:
        return Refusal(subject, say("returns.flows_frequency"))
    if written.duplicated().any():
        return Refusal(subject, say("returns.flows_twice", period=str(written[written.duplicated()].iloc[0])))
    order = np.argsort([str(one) for one in moments])
    rows, moments = rows.iloc[order], [moments[place] for place in order]
    if len(rows) < 2 or len(rows) > LONGEST:
        return Refusal(subject, say("returns.flows_count", count=len(rows), most=LONGEST))
    for before, after in itertools.pairwise(moments):
        if after - before != 1:
            return Refusal(
                subject,
                say("returns.flows_gap", before=str(before), after=str(after)),
                say("returns.flows_mend"),
            )
    flows = tuple(float(value) for value in rows["cash_flow"])
    if sign_changes(flows) == 0:
        return Refusal(subject, say("returns.flows_one_sign"))
    cost = _cost(rows)
    if isinstance(cost, Refusal):
        return Refusal(subject, cost.reason, cost.mend)
    bounds = _bounds(rows)
    if isinstance(bounds, Refusal):
        return Refusal(subject, bounds.reason, bounds.mend)
    steps = _STEPS[kinds.pop().letter]
    return Project(name, tuple(str(one) for one in moments), flows, steps, cost, *bounds)


def _cost(rows: pd.DataFrame) -> float | Refusal | None:
    if "cost_of_capital" not in rows:
        return None
    given = rows["cost_of_capital"].dropna().unique()
    if len(given) == 0:
        return None
    if len(given) > 1 or not -0.5 < given[0] < 1.0:
        return Refusal(NAME, say("returns.cost_unclear", value=float(given[0])), say("returns.cost_mend"))
    return float(given[0])


def _bounds(rows: pd.DataFrame) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None] | Refusal:
    if "cash_flow_low" not in rows or "cash_flow_high" not in rows:
        return None, None
    low, high = rows["cash_flow_low"], rows["cash_flow_high"]
    if low.isna().all() and high.isna().all():
        return None, None
    flows = rows["cash_flow"]
    low, high = low.fillna(flows), high.fillna(flows)
    if (low > flows).any() or (high < flows).any():
        return Refusal(NAME, say("returns.flow_bounds"))
    return tuple(float(v) for v in low), tuple(float(v) for v in high)


def _row(one: Project) -> dict[str, float]:
    rates = [one.yearly(rate) for rate in internal_rates(one.flows)]
    row: dict[str, float] = {
        "internal_rate": rates[0] if len(rates) == 1 else np.nan,
        "number_of_rates": len(rates),
        "sign_changes": sign_changes(one.flows),
        "lowest_rate": rates[0] if rates else np.nan,
        "highest_rate": rates[-1] if rates else np.nan,
    }
    cost = one.cost_a_period
    back = payback(one.flows)
    row["payback"] = np.nan if back is None else back / one.steps
    if cost is not None:
        later = payback(one.flows, cost)
        row["net_present_value"] = net_present_value(one.flows, cost)
        row["modified_rate"] = one.yearly(modified_rate(one.flows, cost, cost))
        row["discounted_payback"] = np.nan if later is None else later / one.steps
    return row


def _estimate(one: Project, rate: float, suffix: str) -> Estimate:
    value = one.yearly(rate)
    found = None if one.low is None or one.high is None else rate_range(one.flows, one.low, one.high)
    low, high = (value, value) if found is None else (one.yearly(found.low), one.yearly(found.high))
    sample = Sample(len(one.flows), one.periods[0], one.periods[-1])
    # The bounds are those of the flows: they are sure to hold it, so far as the flows' own are.
    method = say("returns.rate_no_bounds") if found is None else say("returns.rate_bounds")
    return Estimate(
        f"{NAME}{suffix}", value, low, high, "share a year", method, sample, Grade.D, 1.0, sources=()
    )


def _no_single_rate(one: Project, rates: tuple[float, ...]) -> Refusal:
    subject = NAME if not one.name else f"{NAME}: {one.name}"
    if not rates:
        return Refusal(subject, say("returns.no_rate"), say("returns.use_value"))
    listed = tuple(f"{100 * one.yearly(rate):.2f}%" for rate in rates)
    reason = say("returns.many_rates", count=len(rates), rates=listed, changes=sign_changes(one.flows))
    return Refusal(subject, reason, say("returns.use_value"))


def _findings(one: Project, rates: tuple[float, ...]) -> Iterator[Message]:
    name = say("returns.this_project") if not one.name else say("returns.project_named", name=one.name)
    changes = sign_changes(one.flows)
    if len(rates) == 1:
        rate = one.yearly(rates[0])
        yield say("returns.rate_found", project=name, rate=rate, periods=len(one.flows))
        if one.flows[next(i for i, flow in enumerate(one.flows) if flow != 0)] > 0:
            yield say("returns.rate_of_borrowing", project=name)
        if changes > 1:
            yield say("returns.rate_unusual", project=name, changes=changes)
    cost = one.cost_a_period
    if cost is None:
        yield say("returns.no_cost", project=name)
        return
    key = "returns.value_at_cost" if net_present_value(one.flows, cost) >= 0 else "returns.loss_at_cost"
    yield say(
        key,
        project=name,
        value=net_present_value(one.flows, cost),
        cost=float(one.cost or 0.0),
        modified=one.yearly(modified_rate(one.flows, cost, cost)),
    )


MEASURES.register(NAME)(TableMeasure(NAME, "returns", COLUMNS, measure_internal_rate))
