"""Which fields of technology patents move to: each field's share of all patents, and how fast it changes.

    s_f = patents of field f / patents of all fields

The mean yearly change of each share over the last ten years, with an interval that allows for alike neighbouring years,
beside that of all earlier years. Shares add up to one, so one field rises only as others sink; a field that files more
because its firms file more readily looks the same as one that invents more.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.innovation.technology_adoption import slug
from longwave.measure.innovation.yearly_items import yearly_items
from longwave.measure.inputs import by_period, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import WIDEST_SHARE_CHANGE, SpanStudy, last_decade, share_changes, study

NAME = "patent_fields"
VARIABLE = "patents_by_field"
_TOTALS = ("total", "all fields", "total patents granted", "semiconductors")
"""Items that are no field beside the others: sums, and a part of electrical engineering."""
_FEWEST_PATENTS = 50
"""Patents a year below which shares of fields jump about by chance alone."""


def measure_patent_fields(panel: Panel, area: str) -> Measurement:
    """Shares of fields in an area's patents.

    Table: index = year, one column a field (share of patents of all fields). Estimates: <field>_share_change by stretch and
    its change (share of patents a year).
    """
    items, _, sources = yearly_items(panel, area, VARIABLE)
    fields = {name: values for name, values in items.items() if name.lower() not in _TOTALS}
    if len(fields) < 2:
        lack = Refusal(
            NAME, say("innovation.no_fields", area=area_names(area)), say("innovation.fields_mend")
        )
        return Measurement(NAME, "innovation", area, pd.DataFrame(), refusals=(lack,))
    counts = pd.DataFrame(fields).dropna()
    if counts.empty or (counts < 0).any().any():
        return Measurement(NAME, "innovation", area, pd.DataFrame(), refusals=(_bad(),))
    enough = counts[counts.sum(axis=1) >= _FEWEST_PATENTS]
    if enough.empty:
        few = Refusal(
            NAME, say("innovation.few_patents", most=float(counts.sum(axis=1).max()), fewest=_FEWEST_PATENTS)
        )
        return Measurement(NAME, "innovation", area, pd.DataFrame(), refusals=(few,))
    shares = enough.div(enough.sum(axis=1), axis=0)
    studies = {str(name): _study(str(name), shares[name], sources) for name in shares}
    shown = by_period(shares)
    return Measurement(
        NAME,
        "innovation",
        area,
        shown,
        units=dict.fromkeys(shown.columns, "share of patents"),
        estimates=tuple(one for found in studies.values() for one in found.estimates),
        findings=tuple(_findings(area, shares, studies)),
        refusals=_distinct(tuple(one for found in studies.values() for one in found.refusals)),
        sources=sources,
    )


def _study(name: str, share: pd.Series, sources: tuple[str, ...]) -> SpanStudy:
    return study(
        yearly_changes(share, log=False),
        f"{slug(name)}_share_change",
        "share of patents a year",
        sources,
        cut=last_decade,
        bounds=share_changes(share),
        widest=WIDEST_SHARE_CHANGE,
    )


def _distinct(refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """What is lacking for all fields alike is said once."""
    kept: dict[str, Refusal] = {}
    for one in refusals:
        kept.setdefault(one.reason.text("en"), one)
    return tuple(kept.values())


def _findings(area: str, shares: pd.DataFrame, studies: dict[str, SpanStudy]) -> Iterator[Message]:
    last = {name: found.last for name, found in studies.items() if found.last is not None}
    rises = [name for name, one in last.items() if one.low > 0]
    sinks = [name for name, one in last.items() if one.high < 0]
    largest = shares.iloc[-1].idxmax()
    yield say(
        "innovation.largest_field",
        area=area_names(area),
        period=str(shares.index[-1]),
        name=str(largest),
        share=float(shares.iloc[-1].max()),
    )
    for key, names in (("innovation.fields_rise", rises), ("innovation.fields_sink", sinks)):
        if names:
            ordered = sorted(names, key=lambda name: -abs(last[name].value))
            yield say(
                key, fields=tuple(_pace(name, last[name]) for name in ordered), span=_span(last[ordered[0]])
            )
    if last and not rises and not sinks:
        yield say("innovation.fields_still", span=_span(next(iter(last.values()))))
    if last:
        yield say("innovation.fields_caution")


def _pace(name: str, one: Estimate) -> Message:
    return say(
        "innovation.field_pace", name=name, points=100 * one.value, low=100 * one.low, high=100 * one.high
    )


def _span(one: Estimate) -> Message:
    return say("innovation.years", first=one.sample.first, last=one.sample.last)


def _bad() -> Refusal:
    return Refusal(NAME, say("innovation.fields_do_not_meet"), say("innovation.check_table"))


MEASURES.register(NAME)(Measure(NAME, "innovation", (VARIABLE,), measure_patent_fields))
