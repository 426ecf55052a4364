"""Innovation effort and its trace: research and development as a share of GDP, and patents.

R&D intensity is described by its level and by the mean yearly change of the last ten years beside that of all
earlier ones; patent applications and grants by the mean yearly log change in the same two stretches. Patents
count filings at the office of the area (residents and others), not inventions: their worth is very uneven,
and a change of law moves them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, name_of, not_positive, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, last_decade, study
from longwave.measure.wording import level_change, pace, percents, thin, verdict, years

NAME = "innovation"
PATENTS = ("patent_applications", "patent_grants")
USES = ("rd_intensity", *PATENTS)
_PARTIAL = 0.6
"""A last year below this share of the median of the three before it is taken as incomplete: offices publish
late."""


def measure_innovation(panel: Panel, area: str) -> Measurement:
    """R&D intensity and patents of an area; each part that has no figures is refused on its own.

    Table: those of rd_intensity (share of GDP), patent_applications, patent_grants (counts) that are there.
    Estimates: rd_intensity_yearly_change by stretch and its _change (share of GDP a year);
    patent_applications_growth and patent_grants_growth by stretch and their _change (share a year).
    """
    given = {name: take(panel, area, name) for name in USES}
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    refusals = [value for value in given.values() if isinstance(value, Refusal)]
    findings: list[Message] = []
    studies: list[SpanStudy] = []
    columns = {}
    for name, value in known.items():
        values, late = (value.values, None) if name == "rd_intensity" else whole_years(value.values)
        columns[name] = values
        if late is not None:
            findings.append(
                say("measure.partial_year", name=name_of(name), area=area_names(area), period=late)
            )
        bad = None if name == "rd_intensity" else not_positive(value)
        found = SpanStudy(refusals=(bad,)) if bad else _study(name, values, value)
        studies.append(found)
        findings += (
            _research(area, values, found) if name == "rd_intensity" else _patents(area, name, values, found)
        )
    return Measurement(
        NAME,
        "innovation",
        area,
        by_period(pd.DataFrame(columns)) if columns else pd.DataFrame(),
        units={name: "share of GDP" if name == "rd_intensity" else known[name].unit for name in columns},
        estimates=tuple(one for found in studies for one in found.estimates),
        findings=tuple(sorted(findings, key=lambda one: one.key == "measure.partial_year")),
        refusals=(*refusals, *(one for found in studies for one in found.refusals)),
        sources=tuple(dict.fromkeys(value.source for value in known.values())),
    )


def whole_years(values: pd.Series) -> tuple[pd.Series, str | None]:
    """The values without a last year that looks incomplete, and that year."""
    if len(values) < 4 or values.iloc[-1] >= _PARTIAL * values.iloc[-4:-1].median():
        return values, None
    return values.iloc[:-1], str(values.index[-1])


def _study(name: str, values: pd.Series, given: Input) -> SpanStudy:
    research = name == "rd_intensity"
    changes = yearly_changes(values, log=not research)
    label, unit = (
        (f"{name}_yearly_change", "share of GDP a year") if research else (f"{name}_growth", "share a year")
    )
    return study(changes, label, unit, (given.source,), cut=last_decade, observed=given.observed)


def _research(area: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    last = int(values.index[-1])
    earlier = values[values.index <= last - 10]
    if earlier.empty:
        yield say(
            "measure.research_level", area=area_names(area), period=str(last), share=float(values.iloc[-1])
        )
    else:
        yield say(
            "measure.research_since",
            area=area_names(area),
            period=str(last),
            share=float(values.iloc[-1]),
            since=str(earlier.index[-1]),
            moved=level_change(float(values.iloc[-1] - earlier.iloc[-1])),
        )
    if found.change is not None and found.last is not None:
        yield say(
            "measure.research_pace",
            area=area_names(area),
            span=years(found.last),
            points=100 * found.last.value,
            low=100 * found.last.low,
            high=100 * found.last.high,
            verdict=verdict(found.change),
            thin=thin(found.last, found.change),
        )


def _patents(area: str, name: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    if found.last is None:
        yield say(
            "measure.patents_level",
            area=area_names(area),
            name=name_of(name),
            period=str(values.index[-1]),
            count=float(values.iloc[-1]),
        )
        return
    yield say(
        "measure.patents_growth",
        area=area_names(area),
        name=name_of(name),
        period=str(values.index[-1]),
        count=float(values.iloc[-1]),
        pace=pace(found.last.value),
        span=years(found.last),
        interval=percents(found.last),
        verdict=say("measure.nothing")
        if found.change is None
        else say("measure.than_before", verdict=verdict(found.change)),
        thin=thin(found.last),
    )


MEASURES.register(NAME)(Measure(NAME, "innovation", (), measure_innovation, USES))
