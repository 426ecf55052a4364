"""Adaptability: how quickly an economy lets new ways in, seen by the time it takes to start a business and
by entry, exit and
reallocation.

The days are of a legal procedure in the largest city (World Bank, Doing Business, stopped in 2021 after
irregularities in its data):
a rule on paper, and a proxy. How far the laggards are behind the frontier needs figures of firms: `productivity_gap`.
"""

from __future__ import annotations

from collections.abc import Iterator

from longwave.core.area import area_names
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.drivers.levels import Level, read_level, several
from longwave.measure.inputs import name_of
from longwave.measure.measurement import MEASURES, Measure, Measurement

NAME = "adaptability"
NEEDS = ("days_to_start_business",)
USES = ("establishment_entry_rate", "establishment_exit_rate", "business_reallocation_rate")


def measure_adaptability(panel: Panel, area: str) -> Measurement:
    """Days to start a business, entry, exit and reallocation.

    Table: those that are there (days; fractions a year). Estimates: <indicator>_yearly_change by stretch:
    log points a year for
    the days, fractions a year for the rates.
    """
    days = read_level(panel, area, NEEDS[0], share=False)
    rates = [read_level(panel, area, name) for name in USES]
    found = several(NAME, "adaptability", area, [days, *rates])
    if not found.findings:
        return found
    extra = tuple(_notes(panel, area, [days, *rates]))
    return Measurement(
        found.measure,
        found.dimension,
        found.area,
        found.table,
        found.units,
        found.estimates,
        (*found.findings, *extra),
        found.refusals,
        found.sources,
    )


def _notes(panel: Panel, area: str, levels: list[object]) -> Iterator[Message]:
    if isinstance(levels[0], Level):
        yield say("drivers.days_on_paper", area=area_names(area), last=str(levels[0].values.index[-1]))
    for one in levels[1:]:
        if isinstance(one, Level):
            rows = panel.select(area=area, variable=one.variable).frame
            parts = sorted(set(rows.loc[rows["value"].notna(), "item"]) - {""})
            if parts and not (rows["item"] == "").any():
                yield say(
                    "drivers.part_only", area=area_names(area), name=name_of(one.variable), part=parts[0]
                )


MEASURES.register(NAME)(Measure(NAME, "adaptability", NEEDS, measure_adaptability, USES))
