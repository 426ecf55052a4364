"""Compose: a study's measurements and forecasts as a report without a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.measurement import Measurement
from longwave.report.document import Chart, Document, Section
from longwave.workflows.collect import Collected
from longwave.workflows.study.charts import (
    LineSpec,
    accounting_chart,
    fan_chart,
    line_charts,
    span_bars,
    structure_chart,
)
from longwave.workflows.study.headlines import already_past, foretold, headlines
from longwave.workflows.study.notes import notes
from longwave.workflows.study.outlook import OUTLOOKS
from longwave.workflows.study.overview import overview_table
from longwave.workflows.study.unsaid import gathered

Measurements = Mapping[str, Mapping[str, Measurement]]
Forecasts = Mapping[str, Mapping[str, ForecastTable | Refusal]]


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """Which measures a section tells, which of their columns are drawn as lines, and of which means by span stand
    as bars."""

    key: str
    measures: tuple[str, ...]
    lines: tuple[LineSpec, ...] = ()
    bars: tuple[tuple[str, str], ...] = ()


SECTIONS = (
    SectionSpec(
        "productivity",
        ("labour_productivity",),
        (LineSpec("labour_productivity", "labour_productivity", "times", log=True, decimals=2),),
        (("labour_productivity", "productivity_growth"),),
    ),
    SectionSpec(
        "accounting",
        ("growth_accounting",),
        (LineSpec("growth_accounting", "tfp_index", "times", decimals=3),),
        (("growth_accounting", "tfp_growth"),),
    ),
    SectionSpec(
        "innovation",
        ("innovation",),
        (
            LineSpec("innovation", "rd_intensity", "percent", decimals=2),
            LineSpec("innovation", "patent_applications", "number", log=True, decimals=0),
        ),
    ),
    SectionSpec(
        "structure", ("structural_change",), (LineSpec("structural_change", "speed", "percent", decimals=2),)
    ),
    SectionSpec(
        "skills",
        ("skills",),
        (
            LineSpec("skills", "human_capital", "number", decimals=2),
            LineSpec("skills", "unemployment_rate", "percent"),
        ),
    ),
    SectionSpec(
        "returns", ("return_on_capital",), (LineSpec("return_on_capital", "return_on_capital", "percent"),)
    ),
    SectionSpec(
        "competition",
        ("competition",),
        (
            LineSpec("competition", "establishment_entry_rate", "percent"),
            LineSpec("competition", "establishment_exit_rate", "percent"),
        ),
    ),
    SectionSpec("digital", ("internet_use",), (LineSpec("internet_use", "internet_users", "percent"),)),
)


def compose(
    collected: Collected, measurements: Measurements, forecasts: Forecasts, as_of: str | None
) -> Document:
    """The whole report."""
    areas = collected.areas
    names = tuple(area_names(area) for area in areas)
    sections = [_section(spec, measurements, collected.panel) for spec in SECTIONS]
    sections.append(_outlook_section(measurements, forecasts, collected.newest))
    if absent := (*collected.refusals, *collected.damaged):
        sections.insert(0, Section("areas", say("workflows.section_areas"), refusals=absent))
    return Document(
        title=say("workflows.report_title", areas=names),
        lead=_lead(collected, as_of),
        headlines=headlines(collected, measurements, forecasts),
        sections=tuple(sections),
        origins=collected.origins,
        overview=tuple(overview_table(measurements, tuple(group)) for group in _groups(areas)),
        caveats=_caveats(collected),
    )


def _groups(areas: tuple[str, ...]) -> list[list[str]]:
    """Four areas fit beside each other in a table on the first screen."""
    return [list(areas[start : start + 4]) for start in range(0, len(areas), 4)]


CAVEATS = ("turning_point", "intervals", "growth", "residual", "grades", "causes")


def _caveats(collected: Collected) -> tuple[Message, ...]:
    told = [say(f"workflows.caveat_{name}") for name in CAVEATS]
    if len(collected.passed_over):
        told.append(say("workflows.caveat_sources", count=len(collected.passed_over)))
    return tuple(told)


def _lead(collected: Collected, as_of: str | None) -> Message:
    count = len(collected.origins)
    said = say("workflows.lead_datasets" if count > 1 else "workflows.lead_dataset", count=count)
    if as_of is None:
        return say("workflows.lead", datasets=said, newest=collected.newest)
    return say("workflows.lead_as_of", datasets=said, newest=collected.newest, as_of=as_of)


def _section(spec: SectionSpec, measurements: Measurements, figures: Panel) -> Section:
    mine = {area: {name: each[name] for name in spec.measures} for area, each in measurements.items()}
    paragraphs = tuple(
        m
        for area, each in mine.items()
        for m in (
            *_notes(spec, area, figures),
            *(f for measurement in each.values() for f in measurement.findings),
        )
    )
    refusals = [(area, r) for area, each in mine.items() for m in each.values() for r in m.refusals]
    return Section(
        spec.key,
        say(f"workflows.section_{spec.key}"),
        paragraphs=paragraphs,
        charts=tuple(_charts(spec, measurements, figures)),
        refusals=gathered(refusals),
    )


def _notes(spec: SectionSpec, area: str, figures: Panel) -> tuple[Message, ...]:
    return notes(area, figures) if spec.key in {"productivity", "accounting"} else ()


def _charts(spec: SectionSpec, measurements: Measurements, figures: Panel) -> list[Chart]:
    charts: list[Chart] = []
    for line in spec.lines:
        charts += line_charts(
            line, {area: each[line.measure] for area, each in measurements.items()}, figures
        )
    for measure, prefix in spec.bars:
        charts += span_bars(measure, prefix, {area: each[measure] for area, each in measurements.items()})
    for area, each in measurements.items():
        if "growth_accounting" in spec.measures:
            charts += accounting_chart(area, each["growth_accounting"])
        if "structural_change" in spec.measures:
            charts += structure_chart(area, each["structural_change"])
    return charts


def _outlook_section(measurements: Measurements, forecasts: Forecasts, newest: str) -> Section:
    charts: list[Chart] = []
    paragraphs: list[Message] = list(already_past(forecasts, newest))
    refusals: list[tuple[str, Refusal]] = []
    for area, each in forecasts.items():
        for name, item in each.items():
            if isinstance(item, Refusal):
                refusals.append((area, item))
                continue
            measurement = measurements[area][OUTLOOKS[name].measure]
            charts.append(
                fan_chart(area, item, measurement.table[OUTLOOKS[name].column], measurement.sources)
            )
            paragraphs += foretold(item, name, measurements[area])
    return Section(
        "outlook",
        say("workflows.section_outlook"),
        paragraphs=tuple(paragraphs),
        charts=tuple(charts),
        refusals=gathered(refusals),
    )
