"""Digital reach: what share of people use the internet, how long spreading took, and how fast it still goes.

The years to go from a tenth to a half and from a half to four fifths are counted between the first published
years at or above these shares, so that the sentence and the table never differ. The pace of the last ten
years is set beside that before. Slowing near the top is arithmetic, since nobody can be counted twice;
saturation and its level are not claimed. How far use rose over the last ten years is told from its first and last
figure: that is arithmetic. A mean yearly change is given beside it only where its interval is none that a share's bounds
would have to cut: near the ceiling, and where neighbouring years are much alike, it says less than the two figures do.
A rise of more than ten points within a year is said to be probably
a change of survey.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.drivers.convergence import first_reached
from longwave.measure.inputs import by_period, outside, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import WIDEST_SHARE_CHANGE, SpanStudy, last_decade, share_changes, study
from longwave.measure.wording import clear, doubts, points_pace, verdict, years

NAME = "internet_use"
VARIABLE = "internet_users"
_MILESTONES = ((0.1, 0.5), (0.5, 0.8))
_NEAR_TOP, _AT_TOP = 0.85, 0.995
_JUMP = 0.10
"""A rise within one year beyond this is told as a probable change of survey."""
_SPAN = 10
_UNMOVED = 0.005
"""A change that rounds to no percentage point."""


def measure_internet(panel: Panel, area: str) -> Measurement:
    """Internet users of an area.

    Table: internet_users (share of population) and yearly_change. Estimates: internet_users_yearly_change by
    stretch and internet_users_yearly_change_change (share of population a year).
    """
    given = take(panel, area, VARIABLE)
    if isinstance(given, Refusal):
        return Measurement(NAME, "digital", area, pd.DataFrame(), refusals=(given,))
    values = given.values
    if bad := outside(given):
        return Measurement(NAME, "digital", area, pd.DataFrame(), refusals=(bad,))
    changes = yearly_changes(values, log=False)
    found = study(
        changes,
        f"{VARIABLE}_yearly_change",
        "share of population a year",
        (given.source,),
        cut=last_decade,
        observed=given.observed,
        widest=WIDEST_SHARE_CHANGE,
    )
    found = _possible(found, values, changes)
    return Measurement(
        NAME,
        "digital",
        area,
        by_period(pd.DataFrame({VARIABLE: values, "yearly_change": changes})),
        units={VARIABLE: "share of population", "yearly_change": "share of population a year"},
        estimates=found.estimates,
        findings=tuple(_findings(area, values, changes, found)),
        refusals=found.refusals,
        sources=(given.source,),
    )


def _possible(found: SpanStudy, values: pd.Series, changes: pd.Series) -> SpanStudy:
    """The study without means whose interval runs past what a share can do; without any where the last one does, so
    that an older one is not taken for it."""
    bounds = share_changes(values)
    kept, refusals = [], list(found.refusals)
    for mean in found.means:
        low, high = bounds(changes.loc[int(mean.sample.first) : int(mean.sample.last)])
        if low <= mean.low and mean.high <= high:
            kept.append(mean)
        else:
            refusals.append(Refusal(mean.name, say("drivers.past_bounds", span=years(mean))))
    last = found.last if found.last in kept else None
    before = found.before if found.before in kept else None
    return SpanStudy(
        tuple(kept) if last is not None else (),
        found.change
        if last is not None and before is not None and _change_possible(found, values, changes)
        else None,
        tuple(refusals),
        last,
        before,
    )


def _change_possible(found: SpanStudy, values: pd.Series, changes: pd.Series) -> bool:
    if found.change is None or found.last is None or found.before is None:
        return False
    later, before = (
        share_changes(values)(changes.loc[int(one.sample.first) : int(one.sample.last)])
        for one in (found.last, found.before)
    )
    return later[0] - before[1] <= found.change.low and found.change.high <= later[1] - before[0]


def _milestones(area: str, values: pd.Series) -> Iterator[Message]:
    for low, high in _MILESTONES:
        start, end = first_reached(values, low), first_reached(values, high)
        if start is None or end is None or start == end:
            continue
        words: dict[str, float | str] = {"low": low, "high": high, "start": str(start), "end": str(end)}
        if end - start == 1:
            yield say("measure.internet_took_one", area=area_names(area), **words)
        else:
            yield say("measure.internet_took", area=area_names(area), years=end - start, **words)


def _rise(area: str, values: pd.Series) -> Iterator[Message]:
    """How far use rose or fell over the last ten years, from the figures themselves."""
    recent = values[values.index >= values.index[-1] - _SPAN]
    length = int(recent.index[-1] - recent.index[0])
    if length < 2:
        return
    rise = float(recent.iloc[-1] - recent.iloc[0])
    key = "unmoved" if abs(rise) < _UNMOVED else "rose" if rise > 0 else "fell"
    yield say(
        f"drivers.internet_{key}",
        area=area_names(area),
        points=100 * abs(rise),
        years=length,
        then=float(recent.iloc[0]),
        now=float(recent.iloc[-1]),
        since=str(recent.index[0]),
        period=str(recent.index[-1]),
    )


def _jumps(area: str, changes: pd.Series) -> Iterator[Message]:
    big = changes[changes > _JUMP]
    rises = tuple(
        say("measure.rise_in", points=100 * float(rise), period=str(year)) for year, rise in big.items()
    )
    if len(rises) == 1:
        yield say("measure.survey_change", area=area_names(area), rises=rises)
    elif rises:
        yield say("measure.survey_changes", area=area_names(area), rises=rises)


def _findings(area: str, values: pd.Series, changes: pd.Series, found: SpanStudy) -> Iterator[Message]:
    name = area_names(area)
    yield say("measure.internet_level", area=name, period=str(values.index[-1]), share=float(values.iloc[-1]))
    yield from _milestones(area, values)
    yield from _rise(area, values)
    if found.last is not None and clear(found.last):
        yield say(
            "measure.internet_pace",
            area=name,
            span=years(found.last),
            pace=points_pace(found.last, 1),
            low=100 * found.last.low,
            high=100 * found.last.high,
            verdict=say("measure.nothing")
            if found.change is None
            else say("measure.than_before", verdict=verdict(found.change)),
            doubts=doubts(found.last),
        )
    yield from _jumps(area, changes)
    if values.iloc[-1] >= _AT_TOP:
        yield say("measure.at_top", area=name)
    elif values.iloc[-1] >= _NEAR_TOP:
        yield say("measure.near_top", area=name)


MEASURES.register(NAME)(Measure(NAME, "digital", (VARIABLE,), measure_internet))
