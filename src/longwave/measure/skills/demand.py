"""Demand for skills: whose job postings gain on all postings, and whose lose, since the shock of the
pandemic.

Postings by field of work are divided by those of all fields, so that a boom or bust of the whole labour
market is in neither. Months through December 2021 are set aside: a collapse and its rebound are a shock, not
a fade. A field *gains* (or *loses*) where the mean monthly change of ln(field / all) since then differs from
zero beyond what chance among so many fields explains, and both halves of these months agree in sign, so that
one burst did not make it. The interval allows for months that resemble their neighbours
(`longwave.measure.intervals`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.inputs import missing
from longwave.measure.intervals import GROWTH_PERSISTENCE, Interval
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.skills.discovery import FALSE_RATE, false_discovery
from longwave.measure.skills.monthly import monthly, ordinal, written
from longwave.measure.skills.regression import Segment, SegmentedRegression
from longwave.measure.spans import caution

NAME = "skills_demand"
VARIABLE = "job_postings"
AFTER = "2022-01"
"""First month that is looked at: the pandemic's collapse and rebound lie before."""

FEWEST_MONTHS = 24
_WHOLE = frozenset({"", "all", "total"})
_TOLD = 5
_ENDS = 2


@dataclass(frozen=True, slots=True)
class FieldDemand:
    """A field of work: mean monthly change of ln(field / all), the same in each half, its p-value and size.

    level: postings in the last month over those in the base month of the index, less those of all fields:
    where the field stands beside the whole, as a log ratio.
    """

    name: str
    change: Interval
    halves: tuple[float, float]
    p_value: float
    level: float
    months: tuple[int, int]

    @property
    def agrees(self) -> bool:
        return self.halves[0] * self.halves[1] > 0


def measure_skills_demand(panel: Panel, area: str) -> Measurement:
    """Fields of work whose postings gain or lose on all postings.

    Table, one row a field: change (mean log change a year relative to all postings, with _low and _high),
    level (log ratio to all postings in the last month, 0 = as in the index's base period), p_value, gains and
    loses (1 or 0). Estimates: postings_<field> of those that gain or lose.
    """
    found = monthly(panel, area, VARIABLE)
    if found is None:
        return Measurement(NAME, "skills", area, pd.DataFrame(), refusals=(missing(VARIABLE, area),))
    table, source = found
    whole = next((item for item in table.columns if item.strip().lower() in _WHOLE), None)
    fields = [item for item in table.columns if item.strip().lower() not in _WHOLE]
    if whole is None or not fields:
        refusal = Refusal(
            VARIABLE, say("skills.no_fields", area=area_names(area)), say("skills.no_fields_mend")
        )
        return Measurement(NAME, "skills", area, pd.DataFrame(), refusals=(refusal,))
    demands = [one for one in (_demand(table[[item, whole]], item) for item in fields) if one is not None]
    if not demands:
        reason = say("skills.short_postings", area=area_names(area), count=FEWEST_MONTHS, after=AFTER)
        refusal = Refusal(VARIABLE, reason, say("skills.no_fields_mend"))
        return Measurement(NAME, "skills", area, pd.DataFrame(), refusals=(refusal,))
    chosen = false_discovery([one.p_value for one in demands])
    clear = [one for one, keep in zip(demands, chosen, strict=True) if keep and one.agrees]
    return Measurement(
        NAME,
        "skills",
        area,
        _table(demands, clear),
        units=_UNITS,
        estimates=tuple(_estimate(one, source) for one in clear),
        findings=tuple(_findings(area, demands, clear)),
        refusals=tuple(
            Refusal(item, say("skills.field_passed_over", field=item))
            for item in sorted(set(fields) - {one.name for one in demands})
        ),
        sources=(source,),
    )


_UNITS = {
    "change": "share a year",
    "change_low": "share a year",
    "change_high": "share a year",
    "level": "log ratio",
    "p_value": "probability",
    "gains": "1 = yes",
    "loses": "1 = yes",
}


def _demand(pair: pd.DataFrame, name: str) -> FieldDemand | None:
    """None where the field has too few neighbouring months, a figure not above zero, or does not vary."""
    both = pair.loc[pair.index >= ordinal(AFTER)].dropna()
    if len(both) == 0 or (both <= 0).to_numpy().any():
        return None
    months = both.index.to_numpy(np.int64)
    relative = np.log(both.iloc[:, 0].to_numpy(float) / both.iloc[:, 1].to_numpy(float))
    neighbours = np.diff(months) == 1
    changes, at = np.diff(relative)[neighbours], months[1:][neighbours]
    if len(changes) < FEWEST_MONTHS - 1 or np.ptp(changes) < 1e-9:
        return None
    fitted = SegmentedRegression([Segment(at, changes, np.ones((len(changes), 1)))], GROWTH_PERSISTENCE)
    middle = len(changes) // 2
    return FieldDemand(
        name,
        fitted.coefficient(0, 0),
        (float(changes[:middle].mean()), float(changes[middle:].mean())),
        fitted.two_sided({0: np.ones(1)}),
        float(relative[-1]),
        (int(at[0]), int(at[-1])),
    )


def _table(demands: list[FieldDemand], clear: list[FieldDemand]) -> pd.DataFrame:
    ordered = sorted(demands, key=lambda one: (-one.change.value, one.name))
    rows = {
        one.name: {
            "change": 12 * one.change.value,
            "change_low": 12 * one.change.low,
            "change_high": 12 * one.change.high,
            "level": one.level,
            "p_value": one.p_value,
            "gains": float(one in clear and one.change.value > 0),
            "loses": float(one in clear and one.change.value < 0),
        }
        for one in ordered
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.Index(list(rows), name="item", dtype=object)
    return table


def _estimate(one: FieldDemand, source: str) -> Estimate:
    months = one.months[1] - one.months[0] + 1
    return Estimate(
        "postings_" + "_".join("".join(c if c.isalnum() else " " for c in one.name.lower()).split()),
        12 * one.change.value,
        12 * one.change.low,
        12 * one.change.high,
        "share a year",
        say("skills.method_postings", count=months, caution=caution(one.change.persistence)),
        Sample(months, written(one.months[0]), written(one.months[1])),
        # Months within a quarter say nearly the same thing, so that quarters are what counts as observations.
        grade_of(months // 3),
        one.change.level,
        (source,),
    )


def _findings(area: str, demands: list[FieldDemand], clear: list[FieldDemand]) -> Iterator[Message]:
    span = say(
        "skills.months",
        first=written(min(one.months[0] for one in demands)),
        last=written(max(one.months[1] for one in demands)),
    )
    words: dict[str, Value] = {"area": area_names(area), "span": span, "count": len(demands)}
    up = sorted((one for one in clear if one.change.value > 0), key=lambda one: -one.change.value)
    down = sorted((one for one in clear if one.change.value < 0), key=lambda one: one.change.value)
    if up:
        yield say("skills.postings_gain", items=_told(up), number=len(up), **words)
    if down:
        yield say("skills.postings_lose", items=_told(down), number=len(down), **words)
    if not up and not down:
        ordered = sorted(demands, key=lambda one: one.change.value)
        yield say(
            "skills.postings_none",
            rate=FALSE_RATE,
            least=_told(ordered[:_ENDS]),
            most=_told(ordered[-_ENDS:][::-1]),
            **words,
        )
    yield say("skills.postings_rules", after=AFTER, rate=FALSE_RATE)


def _told(chosen: list[FieldDemand]) -> tuple[Message, ...]:
    return tuple(
        say(
            "skills.field",
            field=one.name,
            pace=math.expm1(12 * one.change.value),
            low=math.expm1(12 * one.change.low),
            high=math.expm1(12 * one.change.high),
        )
        for one in chosen[:_TOLD]
    )


MEASURES.register(NAME)(Measure(NAME, "skills", (VARIABLE,), measure_skills_demand))
