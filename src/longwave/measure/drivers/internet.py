"""Digital reach: what share of people use the internet, how long spreading took, and how fast it still goes.

The years to go from a tenth to a half and from a half to four fifths are counted between the first published
years at or above these shares, so that the sentence and the table never differ. The pace of the last ten
years is set beside that before. Slowing near the top is arithmetic, since nobody can be counted twice;
saturation and its level are not claimed. A rise of more than ten points within a year is said to be probably
a change of survey.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period, outside, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import WIDEST_SHARE_CHANGE, SpanStudy, last_decade, share_changes, study
from longwave.measure.wording import doubts, points_pace, verdict, years

NAME = "internet_use"
VARIABLE = "internet_users"
_MILESTONES = ((0.1, 0.5), (0.5, 0.8))
_NEAR_TOP, _AT_TOP = 0.85, 0.995
_JUMP = 0.10
"""A rise within one year beyond this is told as a probable change of survey."""


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
        bounds=share_changes(values),
        widest=WIDEST_SHARE_CHANGE,
    )
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


def first_reached(values: pd.Series, share: float) -> int | None:
    """The first year whose figure is at or above a share; None when there is none, or when the data begin
    there."""
    above = np.flatnonzero(values.to_numpy(float) >= share)
    if len(above) == 0 or above[0] == 0:
        return None
    return int(values.index[above[0]])


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
    if found.last is not None:
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
