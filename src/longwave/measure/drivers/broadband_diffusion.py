"""How far fixed broadband has spread: the ceiling that its curve tends to, and how far below it the country stands.

    share of the ceiling = D / K       K the level that every curve of noticeable weight bounds

The logistic, Gompertz and Bass curves are weighed by Akaike's corrected criterion (`diffusion.compare`); none can pass one
line a person. A ceiling is told only after the bend: before it, short
series name almost any level (Debecker and Modis 1994). The gap to the curve is D / fitted - 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.innovation.technology_adoption import Judged, dating, judge, level_of
from longwave.measure.inputs import by_period, outside, take
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import estimate

NAME = "broadband_diffusion"
VARIABLE = "broadband_subscribers"
CEILING, REACHED = "broadband_ceiling", "broadband_share_of_ceiling"
_DRAWS = 199
_FAMILIES = ("logistic", "gompertz", "bass")
_MOST = 1.0
_LEAST = 1e-5
"""Below one subscriber in a hundred thousand a figure is rounding: the years before it are left out."""


def measure_broadband(panel: Panel, area: str) -> Measurement:
    """Diffusion of fixed broadband in an area.

    Table: broadband_subscribers, fitted (share of population), gap (share of the fitted value). Estimates, only after
    the bend: broadband_ceiling (share of population), broadband_share_of_ceiling. Dating: bend.
    """
    given = take(panel, area, VARIABLE)
    if isinstance(given, Refusal):
        return Measurement(NAME, "digital", area, pd.DataFrame(), refusals=(given,))
    if bad := outside(given):
        return Measurement(NAME, "digital", area, pd.DataFrame(), refusals=(bad,))
    values = _from_take_off(given.values)
    one = judge(values, VARIABLE, _MOST, _DRAWS, _FAMILIES)
    table = pd.DataFrame({VARIABLE: values})
    sources = (given.source,)
    units = {VARIABLE: "share of population"}
    if one.compared is None:
        lacks = () if one.refusal is None else (one.refusal,)
        return Measurement(
            NAME, "digital", area, by_period(table), units=units, refusals=lacks, sources=sources
        )
    fitted = one.compared.fits[one.compared.best].at(values.index.to_numpy(float))
    table["fitted"] = fitted
    table["gap"] = values / np.where(fitted > _LEAST, fitted, np.nan) - 1.0
    level = _bounded(level_of(CEILING, one, sources, "share of population"))
    return Measurement(
        NAME,
        "digital",
        area,
        by_period(table),
        units=units | {"fitted": "share of population", "gap": "share of the curve"},
        estimates=() if level is None else (level, _reached(level, values)),
        findings=tuple(_findings(area, one, level, values)),
        refusals=()
        if level is not None
        else (
            Refusal(CEILING, say("diffusion.no_ceiling", area=area_names(area), last=str(values.index[-1]))),
        ),
        sources=sources,
        datings=(dating("bend", one, sources),),
    )


def _from_take_off(values: pd.Series) -> pd.Series:
    """The figures from the first that is more than rounding."""
    above = values[values > _LEAST]
    return values if above.empty else values[values.index >= above.index[0]]


def _bounded(level: Estimate | None) -> Estimate | None:
    """The ceiling, unless its interval reaches down to nought: then the figures do not bound it."""
    return level if level is not None and level.low > _LEAST else None


def _reached(level: Estimate, values: pd.Series) -> Estimate:
    """The last figure over the ceiling, with the ceiling's bounds."""
    last = float(values.iloc[-1])
    inside = Interval(last / level.value, last / level.high, last / level.low, 0.0)
    return estimate(
        REACHED, inside, "share of the ceiling", level.method, level.sample, level.grade, level.sources
    )


def _findings(area: str, one: Judged, level: Estimate | None, values: pd.Series) -> Iterator[Message]:
    name, last = area_names(area), str(values.index[-1])
    yield say("diffusion.stands", area=name, value=100 * float(values.iloc[-1]), last=last)
    if level is not None:
        yield say(
            "diffusion.ceiling",
            area=name,
            value=100 * level.value,
            low=100 * level.low,
            high=100 * level.high,
        )
    yield say("diffusion.caution")


MEASURES.register(NAME)(Measure(NAME, "digital", (VARIABLE,), measure_broadband))
