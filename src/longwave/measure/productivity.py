"""Labour productivity: what an hour of work brings forth, and how fast that grows.

Real GDP divided by persons times hours a person; where an economy has too few years with hours, by persons,
and every sentence says which. Growth is the change of the logarithm. Means by fixed spans only: no turning
point is dated here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.core.unit import Unit
from longwave.measure.inputs import Input, by_period, not_positive, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, shocks_in, study, without_shocks
from longwave.measure.wording import pace, percents, thin, verdict, years

NAME = "labour_productivity"
NEEDS = ("real_gdp", "employment")
USES = ("hours_per_worker",)
_RATE = "share a year"
_FEWEST_HOURS = 10
"""Growth is measured per hour where at least so many years have hours; else per person."""


def measure_productivity(panel: Panel, area: str) -> Measurement:
    """Labour productivity of an area.

    Table: labour_productivity and growth (per hour or per person, see the column's unit), per_person and
    growth_per_person (always per person). Estimates: productivity_growth by span, productivity_growth_change,
    and both of the last two without the shock years; all log changes as fractions a year.
    """
    given = {name: take(panel, area, name) for name in NEEDS + USES}
    refusals = [lack for name in NEEDS if isinstance(lack := given[name], Refusal)]
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    refusals += [bad for value in known.values() if (bad := not_positive(value))]
    if refusals:
        return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=tuple(refusals))
    output, persons = known["real_gdp"], known["employment"]
    hours = known.get("hours_per_worker")
    table = _table(output, persons, hours)
    if table["per_person"].notna().sum() < 2:
        reason = say("measure.no_common_years", names=tuple(say(f"measure.name_{name}") for name in NEEDS))
        return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=(Refusal(NAME, reason),))
    per_hour = hours is not None and table["growth_per_hour"].notna().sum() >= _FEWEST_HOURS
    level, growth = ("per_hour", "growth_per_hour") if per_hour else ("per_person", "growth_per_person")
    shown = pd.DataFrame({"labour_productivity": table[level], "growth": table[growth]})
    shown[["per_person", "growth_per_person"]] = table[["per_person", "growth_per_person"]]
    used = [output, persons, *([hours] if per_hour and hours is not None else [])]
    sources = tuple(dict.fromkeys(one.source for one in used))
    observed = min(one.observed for one in used)
    changes = table[growth].dropna()
    whole = study(changes, "productivity_growth", _RATE, sources, observed=observed)
    calm = _calm(changes, sources, observed)
    without_hours = () if per_hour else (_no_hours(given["hours_per_worker"]),)
    units = {
        name: _RATE if name.startswith("growth") else _unit(output, persons, "per_person")
        for name in shown.columns
    }
    units["labour_productivity"] = _unit(output, persons, level)
    return Measurement(
        NAME,
        "productivity",
        area,
        by_period(shown.dropna(how="all")),
        units=units,
        estimates=whole.estimates + calm.estimates,
        findings=tuple(_findings(area, shown["labour_productivity"].dropna(), changes, whole, calm, level)),
        refusals=whole.refusals + without_hours,
        sources=sources,
    )


def _table(output: Input, persons: Input, hours: Input | None) -> pd.DataFrame:
    per_person = (output.values * _scale(output.unit) / (persons.values * _scale(persons.unit))).dropna()
    table = pd.DataFrame(
        {"per_person": per_person, "growth_per_person": yearly_changes(per_person, log=True)}
    )
    per_hour = (per_person / hours.values).dropna() if hours else pd.Series(dtype=float)
    table["per_hour"] = per_hour
    table["growth_per_hour"] = yearly_changes(per_hour, log=True) if len(per_hour) else float("nan")
    return table


def _calm(changes: pd.Series, sources: tuple[str, ...], observed: float) -> SpanStudy:
    calm = without_shocks(changes)
    if len(calm) == len(changes):
        return SpanStudy()
    found = study(calm, "productivity_growth", _RATE, sources, observed=observed, suffix="_without_shocks")
    return SpanStudy(found.means[-1:], found.change)


def _findings(
    area: str, level: pd.Series, changes: pd.Series, whole: SpanStudy, calm: SpanStudy, basis: str
) -> Iterator[Message]:
    name, per = area_names(area), say(f"measure.{basis}")
    last, before = whole.last, whole.before
    if last is not None and before is not None and whole.change is not None:
        yield say(
            "measure.productivity_change",
            area=name,
            per=per,
            pace=pace(last.value),
            span=years(last),
            interval=percents(last),
            earlier=before.value,
            before=years(before),
            verdict=verdict(whole.change),
            thin=thin(last, before, whole.change),
        )
    elif last is not None:
        yield say(
            "measure.productivity_last",
            area=name,
            per=per,
            pace=pace(last.value),
            span=years(last),
            interval=percents(last),
            thin=thin(last),
        )
    if calm.change is not None and calm.last is not None:
        yield say(
            "measure.productivity_calm",
            area=name,
            left_out=shocks_in(changes),
            pace=pace(calm.last.value),
            interval=percents(calm.last),
            verdict=verdict(calm.change),
        )
    yield say(
        "measure.productivity_level",
        area=name,
        per=per,
        first=str(level.index[0]),
        last=str(level.index[-1]),
        times=float(level.iloc[-1] / level.iloc[0]),
    )


def _scale(unit: str) -> float:
    known = Unit.parse(unit)
    return known.scale if known.quantity in {"money", "count"} else 1.0


def _unit(output: Input, persons: Input, basis: str) -> str:
    """The unit of output a head or an hour, or an honest quotient of the panel's own units where it knows no
    better."""
    money, heads = Unit.parse(output.unit), Unit.parse(persons.unit)
    per = "hour" if basis == "per_hour" else "person"
    if money.quantity == "money" and heads.quantity == "count":
        return f"{money.currency} per {per}, {money.price}"
    return f"{output.unit} per {per} ({persons.unit})"


def _no_hours(hours: Input | Refusal) -> Refusal:
    if isinstance(hours, Refusal):
        return Refusal("growth_per_hour", hours.reason, hours.mend)
    return Refusal("growth_per_hour", say("measure.few_hours", fewest=_FEWEST_HOURS))


MEASURES.register(NAME)(Measure(NAME, "productivity", NEEDS, measure_productivity, USES))
