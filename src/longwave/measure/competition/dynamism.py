"""Competition seen through entry and exit: how many establishments are born and die, and which way that
tends.

Reallocation is creation plus destruction, excess reallocation what of it the net change does not need (Davis,
Haltiwanger and Schuh 1996). Whether markets grow more or less contested as a technology matures is disputed, so that
the sign of the trend is estimated, never assumed: a straight line through each yearly rate, with an interval that
allows for persistence. Figures that cover only a part of the area are used under that part's name and lose a grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, name_of, part_name, take
from longwave.measure.intervals import FEWEST, Interval, Noise, Stretch
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import caution, estimate, sample_of
from longwave.measure.wording import clear, doubts

NAME = "competition"
NEEDS = ("establishment_entry_rate", "establishment_exit_rate")
USES = ("job_creation_rate", "job_destruction_rate")


def measure_competition(panel: Panel, area: str) -> Measurement:
    """Entry, exit and job reallocation of an area.

    Table: those of the four rates that are there, and job_reallocation_rate, net_job_creation_rate and
    excess_reallocation_rate where both of creation and destruction are (shares a year). Estimates: <rate>_trend, the
    least-squares slope as a fraction a decade. Refused where neither entry nor exit has figures.
    """
    given = {name: take(panel, area, name) for name in NEEDS + USES}
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    lacking = [value for name, value in given.items() if isinstance(value, Refusal) and name in NEEDS]
    if not any(name in known for name in NEEDS):
        return Measurement(NAME, "competition", area, pd.DataFrame(), refusals=tuple(lacking))
    known |= reallocation(known)
    trends = {name: trend(value) for name, value in known.items()}
    estimates = {name: one for name, one in trends.items() if isinstance(one, Estimate)}
    findings = [_finding(area, known[name], one) for name, one in estimates.items()]
    if findings:
        findings.append(say("competition.contested", area=area_names(area)))
    return Measurement(
        NAME,
        "competition",
        area,
        by_period(pd.DataFrame({name: value.values for name, value in known.items()})),
        units=dict.fromkeys(known, "share a year"),
        estimates=tuple(estimates.values()),
        findings=(*findings, *_coverage(area, known)),
        refusals=(*lacking, *(one for one in trends.values() if isinstance(one, Refusal))),
        sources=tuple(dict.fromkeys(value.source for value in known.values())),
    )


def reallocation(known: Mapping[str, Input]) -> dict[str, Input]:
    """creation + destruction, creation - destruction, and creation + destruction - |creation - destruction|, in the
    years that have both; nothing where one of them is missing or covers another part of the area."""
    made, lost = known.get("job_creation_rate"), known.get("job_destruction_rate")
    if made is None or lost is None or made.part != lost.part:
        return {}
    both = pd.DataFrame({"made": made.values, "lost": lost.values}).dropna()
    if both.empty:
        return {}
    gross, net = both["made"] + both["lost"], both["made"] - both["lost"]
    series = {
        "job_reallocation_rate": gross,
        "net_job_creation_rate": net,
        "excess_reallocation_rate": gross - net.abs(),
    }
    observed = min(made.observed, lost.observed)
    return {
        name: Input(name, values.rename(name), made.unit, made.source, observed, (), made.part)
        for name, values in series.items()
    }


def trend(given: Input) -> Estimate | Refusal:
    """Slope of a straight line through the yearly values, as a change over ten years."""
    name, values = f"{given.variable}_trend", given.values
    stretch = Stretch(values.index.to_numpy(np.int64), values.to_numpy(float), line=True)
    if len(values) <= FEWEST:
        return Refusal(name, say("measure.short_trend", count=len(values), fewest=FEWEST + 1))
    if stretch.constant:
        words = {"first": str(values.index[0]), "last": str(values.index[-1])}
        return Refusal(name, say("measure.constant_span", **words), say("measure.check_figures"))
    noise = Noise([stretch])
    yearly = noise.slope(0)
    decade = Interval(10 * yearly.value, 10 * yearly.low, 10 * yearly.high, yearly.persistence, yearly.level)
    sample = sample_of(values)
    method = say(
        "measure.method_trend",
        first=sample.first,
        last=sample.last,
        count=sample.observations,
        caution=caution(noise.persistence),
    )
    grade = grade_of(len(values), given.observed)
    return estimate(name, decade, "share a decade", method, sample, grade, (given.source,))


_MADE_HERE = frozenset({"job_reallocation_rate", "net_job_creation_rate", "excess_reallocation_rate"})


def _name_of(variable: str) -> Message:
    return say(f"competition.name_{variable}") if variable in _MADE_HERE else name_of(variable)


def _finding(area: str, given: Input, slope: Estimate) -> Message:
    if clear(slope):
        direction = say(
            "measure.rising" if slope.value > 0 else "measure.falling", points=100 * abs(slope.value)
        )
    else:
        direction = say("measure.no_direction", points=100 * slope.value)
    return say(
        "measure.rate_trend",
        area=area_names(area),
        name=_name_of(given.variable),
        direction=direction,
        low=100 * slope.low,
        high=100 * slope.high,
        level=slope.level,
        first=slope.sample.first,
        last=slope.sample.last,
        then=float(given.values.iloc[0]),
        now=float(given.values.iloc[-1]),
        doubts=doubts(slope),
    )


def _coverage(area: str, known: dict[str, Input]) -> Iterator[Message]:
    """What part of the area the figures cover, and what the panel notes about them."""
    for part in dict.fromkeys(value.part for value in known.values() if value.part):
        yield say("measure.covers_part", area=area_names(area), part=part_name(part))
    for note in dict.fromkeys(note for value in known.values() for note in value.notes):
        yield say("measure.note", area=area_names(area), note=note)


MEASURES.register(NAME)(Measure(NAME, "competition", NEEDS, measure_competition, USES))
