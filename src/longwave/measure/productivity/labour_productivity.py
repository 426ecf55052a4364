"""Labour productivity: what an hour of work brings forth, and how fast that grows.

Real GDP divided by persons times hours a person; where an economy has too few years with hours, or hours that
end long before persons do, by persons; where it has no real GDP or persons of its own, or too few years of
them, output per person employed as published (persons modelled by the ILO). Every sentence says which. Growth
is the change of the logarithm. Means by fixed spans only: no turning point is dated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.core.unit import Unit
from longwave.measure.growth_words import growth_told
from longwave.measure.inputs import Input, by_period, name_of, not_positive, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, study, without_shocks

NAME = "labour_productivity"
PARTS = ("real_gdp", "employment")
PUBLISHED = "gdp_per_person_employed"
USES = (*PARTS, "hours_per_worker", PUBLISHED)
_RATE = "share a year"
_FEWEST = 10
"""Growth is measured per hour where at least so many years have hours, and from real GDP and persons where at
least so many years have both; else per person, or as published."""
_LATEST_HOURS = 3
"""Hours may end at most so many years before persons do; else the last years would be lost."""


@dataclass(frozen=True, eq=False)
class _Basis:
    """Output per hour or per person by year, and what it rests on.

    table: labour_productivity, growth, per_person, growth_per_person; name: per_hour, per_person, old_hours or
    as_published; unit and unit_person: of labour_productivity and of per_person; refusals: what the choice of
    the basis leaves out.
    """

    table: pd.DataFrame
    name: str
    unit: str
    unit_person: str
    used: tuple[Input, ...]
    observed: float
    refusals: tuple[Refusal, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.source for one in self.used))

    @property
    def years(self) -> int:
        return int(self.table["growth"].notna().sum())


def measure_productivity(panel: Panel, area: str) -> Measurement:
    """Labour productivity of an area.

    Table: labour_productivity and growth (per hour or per person, see the column's unit), per_person and
    growth_per_person (always per person). Estimates: productivity_growth by span, productivity_growth_change,
    and both of the last two without the shock years; all log changes as fractions a year.
    """
    given = {name: take(panel, area, name) for name in USES}
    basis = _basis(area, given)
    if isinstance(basis, tuple):
        return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=basis)
    changes = basis.table["growth"].dropna()
    whole = study(changes, "productivity_growth", _RATE, basis.sources, observed=basis.observed)
    # Where the last span as it is says nothing, it is not made to speak by leaving years out.
    calm = _calm(changes, basis.sources, basis.observed) if whole.last is not None else SpanStudy()
    units = {name: _RATE if name.startswith("growth") else basis.unit_person for name in basis.table.columns}
    level = basis.table["labour_productivity"].dropna()
    return Measurement(
        NAME,
        "productivity",
        area,
        by_period(basis.table.dropna(how="all")),
        units=units | {"labour_productivity": basis.unit},
        estimates=whole.estimates + calm.estimates,
        findings=tuple(_findings(area, level, changes, whole, calm, _per(basis))),
        refusals=whole.refusals + basis.refusals,
        sources=basis.sources,
    )


def _basis(area: str, given: dict[str, Input | Refusal]) -> _Basis | tuple[Refusal, ...]:
    """Output per hour, per person or as published; or why there is none."""
    own = _own(given)
    if isinstance(own, _Basis) and own.years >= _FEWEST:
        return own
    published = _published(given[PUBLISHED], own)
    if isinstance(own, _Basis):
        return published if published is not None and published.years > own.years else own
    if published is not None:
        return published
    pull = say("measure.output_per_person_mend", area=area)
    bad = given[PUBLISHED]
    held = (not_positive(bad),) if isinstance(bad, Input) else ()
    own = tuple(
        replace(one, mend=pull) if one.reason.key == "measure.missing" and not held else one for one in own
    )
    return (*own, *(one for one in held if one is not None))


def _own(given: dict[str, Input | Refusal]) -> _Basis | tuple[Refusal, ...]:
    """From real GDP, persons and, where they are there, hours."""
    output, persons, hours = (given[name] for name in (*PARTS, "hours_per_worker"))
    if isinstance(output, Refusal) or isinstance(persons, Refusal):
        return tuple(one for one in (output, persons) if isinstance(one, Refusal))
    known = [one for one in (output, persons, hours) if isinstance(one, Input)]
    if bad := tuple(refusal for one in known if (refusal := not_positive(one))):
        return bad
    per_person = (output.values * _scale(output.unit) / (persons.values * _scale(persons.unit))).dropna()
    if len(per_person) < 2:
        names = tuple(name_of(name) for name in PARTS)
        return (Refusal(NAME, say("measure.no_common_years", names=names)),)
    unit = _unit(output, persons, "person")
    lacking = _no_hours(hours, per_person)
    if lacking is not None or isinstance(hours, Refusal):
        old = lacking is not None and lacking.reason.key == "measure.old_hours"
        return _Basis(
            _table(per_person, per_person),
            "old_hours" if old else "per_person",
            unit,
            unit,
            (output, persons),
            min(output.observed, persons.observed),
            () if lacking is None else (lacking,),
        )
    return _Basis(
        _table((per_person / hours.values).dropna(), per_person),
        "per_hour",
        _unit(output, persons, "hour"),
        unit,
        (output, persons, hours),
        min(one.observed for one in (output, persons, hours)),
    )


def _published(given: Input | Refusal, own: _Basis | tuple[Refusal, ...]) -> _Basis | None:
    """Output per person as published; None where there is none that grows."""
    if isinstance(given, Refusal) or not_positive(given) or len(given.values) < 2:
        return None
    if isinstance(own, _Basis):
        reason = say("measure.published_longer", fewest=_FEWEST)
    else:
        reason = say("measure.published_instead", reason=_lack(own))
    # The persons are modelled for nearly every area whatever a panel's status says: one grade is lost.
    lacking = Refusal("growth_per_hour", reason, say("measure.missing_mend", variable=PARTS))
    table = _table(given.values, given.values)
    unit = _unit_as_published(given)
    return _Basis(table, "as_published", unit, unit, (given,), 0.0, (lacking,))


def _table(level: pd.Series, per_person: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "labour_productivity": level,
            "growth": yearly_changes(level, log=True),
            "per_person": per_person,
            "growth_per_person": yearly_changes(per_person, log=True),
        }
    )


def _calm(changes: pd.Series, sources: tuple[str, ...], observed: float) -> SpanStudy:
    calm = without_shocks(changes)
    if len(calm) == len(changes):
        return SpanStudy()
    found = study(calm, "productivity_growth", _RATE, sources, observed=observed, suffix="_without_shocks")
    return found.only_last()


def _findings(
    area: str, level: pd.Series, changes: pd.Series, whole: SpanStudy, calm: SpanStudy, per: Message
) -> Iterator[Message]:
    name = area_names(area)
    yield from growth_told("productivity", changes, whole, calm, area=name, per=per)
    hours = per.key == "measure.per_hour"
    yield say(
        "measure.productivity_level",
        area=name,
        output=say("measure.output_per_hour" if hours else "measure.output_per_person"),
        first=str(level.index[0]),
        last=str(level.index[-1]),
        times=float(level.iloc[-1] / level.iloc[0]),
    )


def _scale(unit: str) -> float:
    known = Unit.parse(unit)
    return known.scale if known.quantity in {"money", "count"} else 1.0


def _unit(output: Input, persons: Input, per: str) -> str:
    """The unit of output a head or an hour, or an honest quotient of the panel's own units where it knows no
    better."""
    money, heads = Unit.parse(output.unit), Unit.parse(persons.unit)
    if money.quantity == "money" and heads.quantity == "count":
        return f"{money.currency} per {per}, {money.price}"
    return f"{output.unit} per {per} ({persons.unit})"


def _unit_as_published(given: Input) -> str:
    money = Unit.parse(given.unit)
    return f"{money.currency} per person, {money.price}" if money.quantity == "money" else given.unit


def _lack(own: tuple[Refusal, ...]) -> Message:
    """Why output per person could not be made from its parts, in one sentence."""
    if len(own) < 2:
        return own[0].reason
    area = own[0].reason.values.get("area")
    if area is None or any(one.reason.key != "measure.missing" for one in own):
        return own[0].reason
    return say("measure.missing", name=tuple(name_of(one.subject) for one in own), area=area)


def _per(basis: _Basis) -> Message:
    if basis.name != "old_hours":
        return say(f"measure.{basis.name}")
    return say("measure.per_person_old_hours", last=basis.refusals[0].reason.values["hours"])


def _no_hours(hours: Input | Refusal, per_person: pd.Series) -> Refusal | None:
    """Why growth per hour is not given; None where it is."""
    if isinstance(hours, Refusal):
        return Refusal("growth_per_hour", hours.reason, hours.mend)
    per_hour = (per_person / hours.values).dropna()
    if len(per_hour) == 0 or yearly_changes(per_hour, log=True).notna().sum() < _FEWEST:
        return Refusal("growth_per_hour", say("measure.few_hours", fewest=_FEWEST))
    last, persons_last = int(per_hour.index[-1]), int(per_person.index[-1])
    if persons_last - last > _LATEST_HOURS:
        reason = say("measure.old_hours", hours=str(last), persons=str(persons_last), most=_LATEST_HOURS)
        return Refusal("growth_per_hour", reason)
    return None


MEASURES.register(NAME)(Measure(NAME, "productivity", (), measure_productivity, USES))
