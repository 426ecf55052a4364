"""The open Leontief model of a table of one's own: any area, any year, any number of industries.

Multipliers, linkages and key industries; where the table says more, also jobs and value added behind final demand, the
output and jobs of an extra demand, how much of demand can be met under capacities, and the prices that follow from a
change of costs. The formulas: `leontief`, `capacity`; how the table is laid out: `own_flows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample
from longwave.core.message import Message, Names, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.rising.industries import slug
from longwave.measure.structure.capacity import NoPlan, Plan, meet_demand
from longwave.measure.structure.leontief import (
    COEFFICIENT_ERROR,
    Leontief,
    NotProductive,
    Vector,
    domestic,
    half_width,
    input_coefficients,
    leontief,
    spectral_radius,
)
from longwave.measure.structure.linkages import (
    Linked,
    linkage_estimates,
    linkage_findings,
    linkage_table,
    linkage_units,
)
from longwave.measure.structure.own_flows import OwnFlows, read_flows

NAME = "input_output"
_TOLD = 5
_TIGHT = 1e-6


def measure_flows(table: pd.DataFrame) -> Measurement:
    """The Leontief model of a table with columns industry_from, industry_to, value, and optionally period (one only).

    Table, one row an industry: output, multiplier, domestic_multiplier (where imports are given), backward_linkage,
    forward_linkage, value_added_content (where value added is given), each with _low and _high; key; jobs_content (jobs
    behind a unit of final demand), output_change and jobs_change (of the extra demand), met, unmet and capacity_worth
    (under capacities), price_change (of the change of costs). Estimates: ``<column>_<industry>``, spectral_radius, and
    the totals output_change, jobs_change, unmet. Refused for a table that cannot be read, and one whose industries
    use up all that they make.
    """
    flows = read_flows(table, NAME)
    if isinstance(flows, Refusal):
        return _refused(flows)
    linked = _linked(flows)
    if isinstance(linked, Refusal):
        return _refused(linked)
    result = linkage_table(linked)
    extras = _Extras(flows, linked)
    for name, values in extras.columns():
        result[name] = values
    units = {**linkage_units(linked, "money of the table"), **extras.units()}
    return Measurement(
        NAME,
        "structure",
        "",
        result,
        units={name: unit for name, unit in units.items() if name in result},
        estimates=(*_whole(flows, linked), *extras.estimates(), *linkage_estimates(linked, result)),
        findings=(*_read_as(flows), *linkage_findings(linked, result), *extras.findings()),
        refusals=tuple(_doubts(flows)) + extras.refusals,
    )


def _refused(refusal: Refusal) -> Measurement:
    return Measurement(NAME, "structure", "", pd.DataFrame(), refusals=(refusal,))


def _linked(flows: OwnFlows) -> Linked | Refusal:
    coefficients = input_coefficients(flows.flows, flows.output)
    try:
        whole = leontief(coefficients)
        home = (
            None if flows.imports is None else leontief(domestic(coefficients, flows.output, flows.imports))
        )
    except NotProductive:
        used = flows.flows.sum(axis=0)
        worst = int(np.argmax(used / np.where(flows.output > 0, flows.output, np.inf)))
        reason = say(
            "input_output.not_productive",
            radius=spectral_radius(coefficients),
            item=flows.names[worst],
            inputs=float(used[worst]),
            output=float(flows.output[worst]),
        )
        return Refusal(NAME, reason, say("input_output.not_productive_mend"))
    return Linked(
        {name: Names(name) for name in flows.names},
        whole,
        home,
        flows.output,
        flows.value_added,
        flows.period,
    )


def _whole(flows: OwnFlows, linked: Linked) -> Iterator[Estimate]:
    """How near the table is to using up all that it makes: the largest eigenvalue of A, by first-order errors."""
    a = linked.whole.coefficients
    values, right = np.linalg.eig(a)
    at = int(np.argmax(np.abs(values)))
    radius = float(np.abs(values[at]))
    others, left = np.linalg.eig(a.T)
    mate = int(np.argmax(np.abs(others)))
    x, y = np.abs(right[:, at]), np.abs(left[:, mate])
    weight = float(y @ x)
    error = (
        COEFFICIENT_ERROR * float(np.sqrt(((np.outer(y, x) * a) ** 2).sum())) / weight if weight > 0 else 0.0
    )
    half = float(half_width(np.array([error]))[0])
    yield Estimate(
        "spectral_radius",
        radius,
        max(radius - half, 0.0),
        radius + half,
        "ratio",
        say("input_output.method", error=COEFFICIENT_ERROR, count=len(a)),
        Sample(1, flows.period, flows.period),
        Grade.C,
    )


def _read_as(flows: OwnFlows) -> Iterator[Message]:
    yield say(
        "input_output.read",
        count=len(flows.names),
        taken=say(f"input_output.output_from_{flows.output_from}"),
    )
    if flows.imports is None:
        yield say("input_output.imports_unknown")


def _doubts(flows: OwnFlows) -> Iterator[Refusal]:
    misses = flows.misses()
    if misses:
        items = tuple(
            say("input_output.miss", item=item, miss=miss)
            for item, miss in sorted(misses, key=lambda each: -abs(each[1]))[:_TOLD]
        )
        yield Refusal(
            "adding_up",
            say("input_output.misses", count=len(misses), of=len(flows.names), items=items),
            say("input_output.misses_mend"),
        )
    if flows.value_added is not None and (flows.value_added < 0).any():
        item = flows.names[int(np.argmin(flows.value_added))]
        yield Refusal("value_added", say("input_output.negative_value_added", item=item))
    if flows.negative_flows():
        yield Refusal(
            "negative_flows",
            say("input_output.negative_flows", count=flows.negative_flows()),
            say("measure.check_figures"),
        )


@dataclass(frozen=True, eq=False)
class _Extras:
    """What the table allows beyond multipliers: jobs, an extra demand, capacities, costs."""

    flows: OwnFlows
    linked: Linked

    @property
    def model(self) -> Leontief:
        return self.linked.near

    @property
    def jobs_each(self) -> Vector | None:
        """Jobs a unit of output."""
        if self.flows.jobs is None:
            return None
        return np.asarray(self.flows.jobs / np.where(self.flows.output > 0, self.flows.output, 1.0))

    @property
    def wanted(self) -> Vector | None:
        """Final demand for home products with what is to come on top; final demand is what output leaves."""
        if self.flows.capacity is None:
            return None
        left = self.flows.output - self.model.coefficients @ self.flows.output
        extra = self.flows.extra_demand
        return np.asarray(left if extra is None else left + extra)

    def plan(self) -> Plan | None:
        wanted = self.wanted
        # Rounding in a published table leaves tiny negative remainders; larger ones are refused.
        if wanted is None or (wanted < -_TIGHT * self.flows.output.max()).any():
            return None
        try:
            return meet_demand(self.model.coefficients, np.maximum(wanted, 0.0), self.flows.capacity)  # type: ignore[arg-type]
        except NoPlan:
            return None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        wanted = self.wanted
        if wanted is None or self.plan() is not None:
            return ()
        item = self.flows.names[int(np.argmin(wanted))]
        return (Refusal("capacity", say("input_output.no_plan", item=item), say("measure.check_figures")),)

    def columns(self) -> Iterator[tuple[str, Vector]]:
        each, extra = self.jobs_each, self.flows.extra_demand
        if each is not None:
            yield "jobs_content", np.asarray(each @ self.model.inverse)
        if extra is not None:
            yield "output_change", self.model.output(extra)
        if extra is not None and each is not None:
            yield "jobs_change", self.model.jobs(each, extra)
        plan = self.plan()
        if plan is not None:
            yield "met", plan.met
            yield "unmet", plan.unmet
            yield "capacity_worth", plan.worth
        if self.flows.cost_change is not None:
            yield "price_change", self.model.prices(self.flows.cost_change)

    @staticmethod
    def units() -> dict[str, str]:
        money = "money of the table"
        return {
            "jobs_content": "jobs per final demand",
            "output_change": money,
            "jobs_change": "jobs",
            "met": money,
            "unmet": money,
            "capacity_worth": "final demand per capacity",
            "price_change": "fraction",
        }

    def estimates(self) -> Iterator[Estimate]:
        """Totals, and jobs behind a unit of final demand by industry, with first-order intervals."""
        each, extra = self.jobs_each, self.flows.extra_demand
        if extra is not None:
            yield self._total("output_change", np.ones(len(extra)), extra, "money of the table")
        if each is not None and extra is not None:
            yield self._total("jobs_change", each, extra, "jobs")
        if each is not None:
            values, half = each @ self.model.inverse, half_width(self.model.errors_of(each))
            for place, name in enumerate(self.flows.names):
                low = max(float(values[place] - half[place]), 0.0)
                high = float(values[place] + half[place])
                yield self._estimate(
                    f"jobs_content_{slug(name)}", float(values[place]), low, high, "jobs per final demand"
                )

    def _total(self, name: str, weights: Vector, extra: Vector, unit: str) -> Estimate:
        """w'L df. Errors of one coefficient move all columns together: d(w'L df) = sum_ik (w'L)_i dA_ik (L df)_k."""
        row, moved = weights @ self.model.inverse, self.model.output(extra)
        error = np.sqrt(((row[:, None] * self.model.coefficients * moved[None, :]) ** 2).sum())
        half = float(half_width(COEFFICIENT_ERROR * np.array([error]))[0])
        value = float(row @ extra)
        return self._estimate(name, value, value - half, value + half, unit)

    def _estimate(self, name: str, value: float, low: float, high: float, unit: str) -> Estimate:
        return Estimate(
            name,
            value,
            low,
            high,
            unit,
            say("input_output.method", error=COEFFICIENT_ERROR, count=len(self.flows.names)),
            Sample(1, self.flows.period, self.flows.period),
            Grade.C,
        )

    def findings(self) -> Iterator[Message]:
        extra, each = self.flows.extra_demand, self.jobs_each
        if extra is not None:
            demand = float(extra.sum())
            yield say(
                "input_output.extra" if demand >= 0 else "input_output.extra_less",
                demand=abs(demand),
                output=float(self.model.output(extra).sum()) * (1 if demand >= 0 else -1),
            )
        if extra is not None and each is not None:
            yield say("input_output.extra_jobs", jobs=float(self.model.jobs(each, extra).sum()))
        plan = self.plan()
        if plan is not None:
            yield from self._met(plan)
        if self.flows.cost_change is not None:
            changes = self.model.prices(self.flows.cost_change)
            most = int(np.argmax(np.abs(changes)))
            yield say("input_output.prices", item=self.flows.names[most], change=float(changes[most]))

    def _met(self, plan: Plan) -> Iterator[Message]:
        total = float(plan.met.sum() + plan.unmet.sum())
        if float(plan.unmet.sum()) <= _TIGHT * total:
            yield say("input_output.all_met")
            return
        tight = [
            self.flows.names[at] for at in np.argsort(-plan.worth, kind="stable") if plan.worth[at] > _TIGHT
        ]
        yield say(
            "input_output.part_met",
            unmet=float(plan.unmet.sum()),
            share=float(plan.unmet.sum()) / total,
            items=tuple(tight[:_TOLD]),
        )


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "structure",
        (
            Column("industry_from", "text", say("input_output.column_from")),
            Column("industry_to", "text", say("input_output.column_to")),
            Column("value", "number", say("input_output.column_value")),
            Column("period", "period", say("input_output.column_period"), optional=True),
        ),
        measure_flows,
    )
)
