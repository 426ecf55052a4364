"""The first screen's table: one row a dimension, one column an area, each cell a figure with its interval and grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from longwave.core.area import area_names
from longwave.core.estimate import Estimate
from longwave.core.message import Message, Value, say
from longwave.measure.measurement import Measurement
from longwave.report.document import Table
from longwave.workflows.study.charts import sources_of, span_means
from longwave.workflows.study.headlines import unsigned_zero


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """Which estimate stands for a dimension: the latest mean by span named after `prefix`, or the one called `name`."""

    label: str
    measure: str
    prefix: str
    style: Literal["cell", "cell_2", "points"] = "cell"
    """How a figure is printed: per cent with one or two decimals, or percentage points (a change of a share)."""


ROWS = (
    OverviewRow("labour_productivity", "labour_productivity", "productivity_growth"),
    OverviewRow("tfp", "growth_accounting", "tfp_growth"),
    OverviewRow("research", "innovation", "rd_intensity_yearly_change", "points"),
    OverviewRow("patents", "innovation", "patent_applications_growth"),
    OverviewRow("structure", "structural_change", "speed", "cell_2"),
    OverviewRow("skills", "skills", "human_capital_growth", "cell_2"),
    OverviewRow("returns", "return_on_capital", "return_on_capital"),
    OverviewRow("competition", "competition", "establishment_entry_rate_trend", "points"),
    OverviewRow("digital", "internet_use", "internet_users_yearly_change", "points"),
)


def overview_table(measurements: Mapping[str, Mapping[str, Measurement]], areas: tuple[str, ...]) -> Table:
    """The table for some of the areas. An empty place says that the figure could not be measured."""
    header: tuple[Value, ...] = (say("workflows.overview_dimension"), *(area_names(area) for area in areas))
    rows = tuple(
        (
            say(f"workflows.overview_{row.label}"),
            *(_cell(row, measurements[area][row.measure]) for area in areas),
        )
        for row in ROWS
    )
    used = sources_of(measurements[area][row.measure] for row in ROWS for area in areas)
    return Table(f"overview-{areas[0]}", say("workflows.overview_caption"), header, rows, used)


def _cell(row: OverviewRow, measurement: Measurement) -> Message:
    estimate = latest(row.prefix, measurement)
    if estimate is None:
        return say("workflows.overview_none")
    decimals, scale = (1, 1.0) if row.style == "cell" else (2, 1.0 if row.style == "cell_2" else 100.0)
    value, low, high = (
        scale * unsigned_zero(number, decimals) for number in (estimate.value, estimate.low, estimate.high)
    )
    return say(
        f"workflows.overview_{row.style}",
        value=value,
        low=low,
        high=high,
        first=estimate.sample.first,
        last=estimate.sample.last,
        grade=str(estimate.grade),
    )


RECENT = 5
"""Years by which a mean may end before its measure's figures do and still stand for the present: five-year steps of
human capital end that much earlier. One that ends before stands for the past, because the last span was refused."""


def latest(prefix: str, measurement: Measurement) -> Estimate | None:
    """The estimate called `prefix`, or the last of the means by span that are named after it, if it is recent."""
    named = [e for e in measurement.estimates if e.name == prefix]
    means = span_means(prefix, measurement.estimates)
    found = named or sorted(means, key=lambda e: e.sample.last)
    if not found:
        return None
    own = measurement.table[prefix].dropna() if prefix in measurement.table else measurement.table
    end = int(str(own.index.max())[:4])
    return found[-1] if int(found[-1].sample.last[:4]) >= end - RECENT else None
