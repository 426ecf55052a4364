"""Innovation effort and its trace: research and development as a share of GDP, and patents.

R&D intensity is described by its level and by the mean yearly change of the last ten years beside that of all
earlier ones; patent applications and grants by the mean yearly log change in the same two stretches. Patents
count filings at the office of the area (residents and others), not inventions: their worth is very uneven,
and a change of law moves them. A jump inside an otherwise quiet count is most likely a change of what is
counted: only the years from it on are compared, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, name_of, not_positive, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import UNBOUNDED, WIDEST, SpanStudy, last_decade, share_changes, study
from longwave.measure.wording import doubts, level_change, pace, percents, points_pace, verdict, years

NAME = "innovation"
PATENTS = ("patent_applications", "patent_grants")
USES = ("rd_intensity", *PATENTS)
_PARTIAL = 0.6
"""A last year below this share of the median of the three before it is taken as incomplete: offices publish
late."""
_JUMP, _JUMP_TIMES, _FEWEST_REST = 0.4, 5.0, 5
"""A log change above 0.4 (49%) that is also more than five times the median absolute change of the other years
is taken as a change of what is counted. At least five other years must tell what is usual."""
_WIDEST_RESEARCH = 0.005
"""R&D takes 0 to 6% of GDP: a mean yearly change known to half a percentage point only says nothing."""


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
        jump = None if bad or name == "rd_intensity" else last_jump(values)
        if jump is not None:
            findings.append(_jump(area, name, values, jump))
        compared = values if jump is None else values[values.index >= jump]
        found = SpanStudy(refusals=(bad,)) if bad else _study(name, compared, value)
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


def last_jump(values: pd.Series) -> int | None:
    """The last year in which a count most likely changed its coverage; None where none did.

    The log change from the year before is above 0.4 in size and above five times the median size of the other
    changes; the next year does not take half of it back, nor does it take back half of the year before. The last
    year, or one without a next, cannot be judged and never counts.
    values: positive, by year.
    """
    changes = yearly_changes(values, log=True)
    for year in reversed(changes.index.tolist()):
        size, rest = abs(changes[year]), changes.drop(year).abs()
        if size <= _JUMP or len(rest) < _FEWEST_REST or size <= _JUMP_TIMES * rest.median():
            continue
        sign = np.sign(changes[year])
        taken_back = changes.get(year + 1, -np.inf * sign) * sign <= -size / 2
        takes_back = changes.get(year - 1, 0.0) * sign <= -size / 2
        if not taken_back and not takes_back:
            return int(year)
    return None


def _jump(area: str, name: str, values: pd.Series, year: int) -> Message:
    moved = float(values[year] / values[year - 1] - 1)
    return say(
        "measure.count_jumps" if moved > 0 else "measure.count_drops",
        area=area_names(area),
        name=name_of(name),
        share=abs(moved),
        period=str(year),
    )


def _study(name: str, values: pd.Series, given: Input) -> SpanStudy:
    research = name == "rd_intensity"
    changes = yearly_changes(values, log=not research)
    label, unit = (
        (f"{name}_yearly_change", "share of GDP a year") if research else (f"{name}_growth", "share a year")
    )
    bounds = share_changes(values) if research else UNBOUNDED
    return study(
        changes,
        label,
        unit,
        (given.source,),
        cut=last_decade,
        observed=given.observed,
        bounds=bounds,
        widest=_WIDEST_RESEARCH if research else WIDEST,
    )


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
            pace=points_pace(found.last, 3),
            low=100 * found.last.low,
            high=100 * found.last.high,
            verdict=verdict(found.change),
            doubts=doubts(found.last, found.change),
        )


def _patents(area: str, name: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    if found.last is None:
        vague = any(one.reason.key == "measure.too_variable" for one in found.refusals)
        key = "measure.patents_variable" if vague else "measure.patents_level"
        yield say(
            key,
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
        pace=pace(found.last),
        span=years(found.last),
        interval=percents(found.last),
        verdict=say("measure.nothing")
        if found.change is None
        else say("measure.than_before", verdict=verdict(found.change)),
        doubts=doubts(found.last),
    )


MEASURES.register(NAME)(Measure(NAME, "innovation", (), measure_innovation, USES))
