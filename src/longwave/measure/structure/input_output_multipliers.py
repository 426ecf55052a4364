"""Multipliers and linkages of the industries of an area whose supply and use tables come with longwave.

Only few statistical offices' tables may be passed on with a program, so for most areas this refuses and says how to
bring a table: `input_output` takes one of the user's own. See `leontief`, `supply_use` and `published_tables`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.structure.leontief import leontief
from longwave.measure.structure.linkages import (
    Linked,
    linkage_estimates,
    linkage_findings,
    linkage_table,
    linkage_units,
)
from longwave.measure.structure.published_tables import PublishedTable, published_table

NAME = "input_output_multipliers"


def measure_published(panel: Panel, area: str) -> Measurement:
    """Multipliers and linkages of an area's industries; `panel` is not read.

    Table, one row an industry: output, multiplier (all inputs), domestic_multiplier (inputs made at home),
    backward_linkage and forward_linkage (of inputs made at home), value_added_content (value added at home in a unit of
    final demand for home products), each with _low and _high, and key. Estimates: each of them as ``<column>_<industry>``.
    Refused where no table of the area comes with longwave.
    """
    published = published_table(area)
    if published is None:
        refusal = Refusal(
            NAME,
            say("input_output.no_table", area=area_names(area)),
            say("input_output.no_table_mend"),
        )
        return Measurement(NAME, "structure", area, pd.DataFrame(), refusals=(refusal,))
    linked = linked_of(published)
    table = linkage_table(linked)
    return Measurement(
        NAME,
        "structure",
        area,
        table,
        units=linkage_units(linked, published.unit),
        estimates=tuple(linkage_estimates(linked, table)),
        findings=tuple(_findings(published, linked, table)),
        sources=(published.origin.dataset,),
    )


def linked_of(published: PublishedTable) -> Linked:
    """The Leontief models of a published table."""
    tables = published.tables
    return Linked(
        published.industries,
        leontief(tables.coefficients()),
        leontief(tables.coefficients(home=True)),
        tables.output,
        published.value_added,
        published.period,
        (published.origin.dataset,),
    )


def _findings(published: PublishedTable, linked: Linked, table: pd.DataFrame) -> Iterator[Message]:
    yield say(
        "input_output.which_table",
        area=area_names(published.area),
        count=len(table),
        title=published.title,
        publisher=published.publisher,
        year=published.year,
        licence=published.origin.licence.name,
        copy=published.copy,
    )
    yield from linkage_findings(linked, table)
    yield say("input_output.purchasers_prices")


MEASURES.register(NAME)(Measure(NAME, "structure", (), measure_published))
