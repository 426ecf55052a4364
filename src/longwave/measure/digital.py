"""Digital reach: what share of people use the internet, how long spreading took, and how fast it still goes.

The years to go from a tenth to a half and from a half to four fifths are read off the published series by
straight lines between years. The pace of the last ten years is set beside that before. Slowing near the top
is arithmetic, since nobody can be counted twice; saturation and its level are not claimed.
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
from longwave.measure.spans import SpanStudy, last_decade, study
from longwave.measure.wording import thin, verdict, years

NAME = "internet_use"
VARIABLE = "internet_users"
_MILESTONES = ((0.1, 0.5), (0.5, 0.8))
_NEAR_TOP = 0.85


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
    )
    return Measurement(
        NAME,
        "digital",
        area,
        by_period(pd.DataFrame({VARIABLE: values, "yearly_change": changes})),
        units={VARIABLE: "share of population", "yearly_change": "share of population a year"},
        estimates=found.estimates,
        findings=tuple(_findings(area, values, found)),
        refusals=found.refusals,
        sources=(given.source,),
    )


def first_reached(values: pd.Series, share: float) -> float | None:
    """When a series first passed a share from below, as a year with fraction; None when it never did, or had
    passed it before the data begin."""
    years_known, shares = values.index.to_numpy(float), values.to_numpy(float)
    above = np.flatnonzero(shares >= share)
    if len(above) == 0 or above[0] == 0:
        return None
    ends = slice(above[0] - 1, above[0] + 1)
    return float(np.interp(share, shares[ends], years_known[ends]))


def _findings(area: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    name = area_names(area)
    yield say("measure.internet_level", area=name, period=str(values.index[-1]), share=float(values.iloc[-1]))
    for low, high in _MILESTONES:
        start, end = first_reached(values, low), first_reached(values, high)
        if start is not None and end is not None:
            yield say(
                "measure.internet_took",
                area=name,
                low=low,
                high=high,
                years=end - start,
                start=int(start),
                end=int(end),
            )
    if found.last is not None:
        yield say(
            "measure.internet_pace",
            area=name,
            span=years(found.last),
            points=100 * found.last.value,
            low=100 * found.last.low,
            high=100 * found.last.high,
            verdict=say("measure.nothing")
            if found.change is None
            else say("measure.than_before", verdict=verdict(found.change)),
            thin=thin(found.last),
        )
    if values.iloc[-1] >= _NEAR_TOP:
        yield say("measure.near_top", area=name)


MEASURES.register(NAME)(Measure(NAME, "digital", (VARIABLE,), measure_internet))
