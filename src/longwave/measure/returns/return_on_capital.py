"""Return on investment: the real internal rate of return on capital, and how it has moved.

The published rate as it is, never replaced by another measure: for the United States the naive net return
(1 - labour share) x output / capital - depreciation is not even positively correlated with the internal rate
of return. Levels are compared over fixed spans; a rate of return is persistent, and the intervals allow for
that.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period, take
from longwave.measure.intervals import LEVEL_PERSISTENCE
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, study
from longwave.measure.wording import doubts, percents, verdict, years

NAME = "return_on_capital"


def measure_returns(panel: Panel, area: str) -> Measurement:
    """Real internal rate of return of an area.

    Table: return_on_capital (share a year). Estimates: return_on_capital by span, return_on_capital_change.
    """
    given = take(panel, area, NAME)
    if isinstance(given, Refusal):
        kept = Refusal(given.subject, given.reason, say("measure.return_mend"))
        return Measurement(NAME, "returns", area, pd.DataFrame(), refusals=(kept,))
    found = study(
        given.values,
        NAME,
        "share a year",
        (given.source,),
        observed=given.observed,
        highest=LEVEL_PERSISTENCE,
    )
    return Measurement(
        NAME,
        "returns",
        area,
        by_period(given.values.to_frame(NAME)),
        units={NAME: "share a year"},
        estimates=found.estimates,
        findings=tuple(_findings(area, given.values, found)),
        refusals=found.refusals,
        sources=(given.source,),
    )


def _findings(area: str, values: pd.Series, found: SpanStudy) -> Iterator[Message]:
    name = area_names(area)
    if found.last is not None and found.before is not None and found.change is not None:
        yield say(
            "measure.return_change",
            area=name,
            rate=found.last.value,
            span=years(found.last),
            interval=percents(found.last),
            earlier=found.before.value,
            before=years(found.before),
            verdict=verdict(found.change),
            doubts=doubts(found.last, found.before),
        )
    yield say(
        "measure.return_level",
        area=name,
        last=str(values.index[-1]),
        rate=float(values.iloc[-1]),
        first=str(values.index[0]),
        then=float(values.iloc[0]),
    )


MEASURES.register(NAME)(Measure(NAME, "returns", (NAME,), measure_returns))
