"""Emerging technologies: which fields of patents have gained on all patents in the last ten years and the ten
before.

The rules are those of the emerging industries (gains in both windows beyond chance, not by one year's leap),
but "small" is not asked: patent offices know a handful of fields, not hundreds. A field's growth stands
beside that of all patents, so that a field which gains in an office that grows is not taken for more than it
is.

A grant comes two to three years after its application, and offices work off their queues unevenly: what
grants show of the last years is what was invented some years before.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.rising.gains import WINDOW, Gain, Gains, share_gains
from longwave.measure.rising.industries import (
    GAIN_UNITS,
    beyond,
    gain_estimate,
    gain_test,
    gains_table,
    told,
)
from longwave.measure.rising.items import Items, take_items
from longwave.measure.spans import spell

NAME = "emerging_technologies"
VARIABLE = "patents_by_field"
FEWEST_GRANTS = 30
"""Fewest grants a year in the smallest field for its share to be more than the luck of counting: with 30, the
share's standard error by counting alone is a fifth to a sixth of itself."""


def measure_emerging_technologies(panel: Panel, area: str) -> Measurement:
    """Fields of patents of an area (by where the inventors or owners are) that gain on the whole.

    Table, one row a field: share_then, share_now, gain_before, gain, acceleration (each with _low, _high),
    growth (mean log growth of the field's grants a year in the last window), p_value, rising (1 or 0).
    Estimates: gain_<field> of every field.
    """
    given = take_items(panel, area, VARIABLE)
    if isinstance(given, Refusal):
        return Measurement(NAME, "rising", area, pd.DataFrame(), refusals=(given,))
    counted, thin = _enough(given)
    found = share_gains(counted)
    if found is None or not found.measured:
        if thin:
            reason = say("rising.few_grants", area=area_names(area), fewest=FEWEST_GRANTS)
            refusal = Refusal(VARIABLE, reason, say("rising.few_grants_mend"))
        else:
            reason = say("rising.short_items", count=2 * WINDOW + 1, area=area_names(area))
            refusal = Refusal(VARIABLE, reason, say("rising.short_items_mend"))
        return Measurement(NAME, "rising", area, pd.DataFrame(), refusals=(refusal,))
    rising = found.passing()
    growth = _growth(given, found)
    table = gains_table(found)
    table["growth"] = growth.reindex(table.index)
    table["rising"] = table.index.isin([each.item for each in rising]).astype(float)
    return Measurement(
        NAME,
        "rising",
        area,
        table,
        units={**GAIN_UNITS, "growth": "share a year", "rising": "1 = yes"},
        estimates=tuple(gain_estimate(each, found, given.observed, given.source) for each in found.measured),
        findings=tuple(_findings(area, given, found, rising)),
        refusals=tuple(
            Refusal(item, say("rising.field_too_small", item=item, fewest=FEWEST_GRANTS)) for item in thin
        ),
        sources=(given.source,),
        tests=tuple(gain_test(each, found, given.source) for each in found.measured),
    )


def _enough(given: Items) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Shares of the fields with enough grants, up to the last year in which all of these have figures; the
    others."""
    recent = given.values.tail(2 * WINDOW + 1)
    thin = tuple(str(item) for item in recent.columns if recent[item].min() < FEWEST_GRANTS)
    kept = given.shares.drop(columns=list(thin))
    whole = kept.dropna()
    return (whole, thin)


def _growth(given: Items, found: Gains) -> pd.Series:
    window = given.values.loc[[found.years[1], found.years[2]]]
    return pd.Series(np.log(window.iloc[1] / window.iloc[0]) / WINDOW)


def _findings(area: str, given: Items, found: Gains, rising: list[Gain]) -> Iterator[Message]:
    span = spell(str(found.years[0]), str(found.years[2]))
    words: dict[str, Value] = {"area": area_names(area), "span": span, "count": len(found.measured)}
    if rising:
        yield say("rising.technologies", items=told(rising, {}), **words)
        yield beyond(found, rising)
    else:
        yield say("rising.no_technology", **words)
    if given.total is not None and {found.years[1], found.years[2]} <= set(given.total.dropna().index):
        then, now = given.total[found.years[1]], given.total[found.years[2]]
        yield say(
            "rising.all_grants",
            area=area_names(area),
            pace=float(np.log(now / then) / WINDOW),
            span=spell(str(found.years[1] + 1), str(found.years[2])),
        )
    yield say("rising.grant_lag")


MEASURES.register(NAME)(Measure(NAME, "rising", (VARIABLE,), measure_emerging_technologies))
