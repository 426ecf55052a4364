"""Skills: how fast human capital a person grows, and unemployment beside it.

The human capital index (years of schooling and their returns) rests on surveys five years apart and is drawn
straight between them, so that yearly growth would count each survey five times: growth is taken over
five-year steps, each counting once. Unemployment is compared over the last ten years and all earlier ones.
Skills mismatch is not measured: it needs vacancies beside the unemployed, by occupation or place.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, not_positive, outside, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, between, halves, last_decade, study
from longwave.measure.wording import doubts, pace, percents, verdict, years

NAME = "skills"
USES = ("human_capital", "unemployment_rate")
_STEP = 5


def measure_skills(panel: Panel, area: str) -> Measurement:
    """Human capital and unemployment of an area; either is refused on its own where it has no figures.

    Table: human_capital (index), human_capital_growth (yearly log change), unemployment_rate (share).
    Estimates: human_capital_growth by half of its five-year steps and human_capital_growth_change (share a
    year); unemployment_rate by stretch and unemployment_rate_change (share of the labour force). Mismatch is
    always refused.
    """
    given = {name: take(panel, area, name) for name in USES}
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    refusals = [value for value in given.values() if isinstance(value, Refusal)]
    table = pd.DataFrame()
    findings: list[Message] = []
    studies: list[SpanStudy] = []
    if schooling := known.get("human_capital"):
        found = _human_capital(schooling)
        table["human_capital"] = schooling.values
        if not not_positive(schooling):
            table["human_capital_growth"] = yearly_changes(schooling.values, log=True)
        findings += _schooling_findings(area, schooling.values, found)
        studies.append(found)
    jobless = known.get("unemployment_rate")
    if jobless is not None and (bad := outside(jobless)):
        refusals.append(bad)
    elif jobless is not None:
        found = study(
            jobless.values,
            "unemployment_rate",
            "share of labour force",
            (jobless.source,),
            cut=last_decade,
            observed=jobless.observed,
            bounds=between(0.0, 1.0),
        )
        table = table.join(jobless.values.rename("unemployment_rate"), how="outer")
        findings += _jobless_findings(area, jobless.values, found)
        studies.append(found)
    mismatch = Refusal("skills_mismatch", say("measure.no_vacancies"), say("measure.no_vacancies_mend"))
    return Measurement(
        NAME,
        "skills",
        area,
        by_period(table) if len(table) else pd.DataFrame(),
        units={name: _UNITS[name] for name in map(str, table.columns)},
        estimates=tuple(one for found in studies for one in found.estimates),
        findings=tuple(findings),
        refusals=(*refusals, *(one for found in studies for one in found.refusals), mismatch),
        sources=tuple(dict.fromkeys(value.source for value in known.values())),
    )


_UNITS = {
    "human_capital": "index",
    "human_capital_growth": "share a year",
    "unemployment_rate": "share of labour force",
}


def five_year_growth(values: pd.Series) -> pd.Series:
    """Mean yearly log change over the five years up to each year that five divides."""
    knots = np.log(values[values.index % _STEP == 0])
    before = knots.copy()
    before.index = before.index + _STEP
    return pd.Series(((knots - before) / _STEP).dropna(), name=values.name)


def _human_capital(schooling: Input) -> SpanStudy:
    bad = not_positive(schooling)
    if bad:
        return SpanStudy(refusals=(bad,))
    steps = five_year_growth(schooling.values)
    return study(
        steps,
        "human_capital_growth",
        "share a year",
        (schooling.source,),
        cut=halves,
        observed=schooling.observed,
    )


def _schooling_findings(area: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    name = area_names(area)
    yield say(
        "measure.schooling_level",
        area=name,
        first=str(values.index[0]),
        last=str(values.index[-1]),
        then=float(values.iloc[0]),
        now=float(values.iloc[-1]),
    )
    if found.change is not None and found.last is not None and found.before is not None:
        yield say(
            "measure.schooling_change",
            area=name,
            pace=pace(found.last),
            span=years(found.last),
            interval=percents(found.last),
            earlier=found.before.value,
            before=years(found.before),
            verdict=verdict(found.change),
            doubts=doubts(found.last, found.before),
        )


def _jobless_findings(area: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    yield say(
        "measure.jobless_level",
        area=area_names(area),
        period=str(values.index[-1]),
        rate=float(values.iloc[-1]),
    )
    if found.change is not None and found.last is not None and found.before is not None:
        yield say(
            "measure.jobless_change",
            area=area_names(area),
            rate=found.last.value,
            span=years(found.last),
            interval=percents(found.last),
            earlier=found.before.value,
            before=years(found.before),
            verdict=verdict(found.change),
            doubts=doubts(found.last, found.change),
        )


MEASURES.register(NAME)(Measure(NAME, "skills", (), measure_skills, USES))
