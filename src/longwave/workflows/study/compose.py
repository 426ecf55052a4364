"""Compose: a study's measurements and forecasts as a report without a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.forecast.long_run import LongRun
from longwave.measure.measurement import Measurement
from longwave.report.document import Chart, Document, Part, Section
from longwave.workflows.analyse import Analysis
from longwave.workflows.collect import Collected
from longwave.workflows.study.cards import card_section
from longwave.workflows.study.causes import causes_section
from longwave.workflows.study.charts import (
    accounting_chart,
    fan_chart,
    line_charts,
    span_bars,
    structure_chart,
)
from longwave.workflows.study.eras import era_section
from longwave.workflows.study.far import long_run_parts
from longwave.workflows.study.headlines import already_past, foretold, headlines
from longwave.workflows.study.notes import notes
from longwave.workflows.study.outlook import OUTLOOKS
from longwave.workflows.study.overview import overview_table
from longwave.workflows.study.policies import policy_sections
from longwave.workflows.study.sections import SECTIONS, PartSpec, SectionSpec
from longwave.workflows.study.slow_downs import break_tables, slow_down_chart
from longwave.workflows.study.unsaid import gathered

if TYPE_CHECKING:
    from longwave.workflows.policy.run import Policy

Measurements = Mapping[str, Mapping[str, Measurement]]
Forecasts = Mapping[str, Mapping[str, ForecastTable | Refusal]]


def compose(
    collected: Collected,
    analysis: Analysis,
    forecasts: Forecasts,
    long_runs: Mapping[str, LongRun | Refusal],
    as_of: str | None,
    policies: tuple[Policy, ...] = (),
) -> Document:
    """The whole report: the era first, then dimension by dimension, causes, what rises, the scorecard, the outlook."""
    areas = collected.areas
    measurements = analysis.measurements
    names = tuple(area_names(area) for area in areas)
    sections = [era_section(analysis)]
    sections += [_section(spec, measurements, collected.panel) for spec in SECTIONS]
    sections.append(causes_section(analysis))
    if analysis.card is not None:
        sections.append(card_section(analysis.card))
    sections.append(_outlook_section(measurements, forecasts, long_runs, collected.newest))
    sections += [section for each in policies for section in policy_sections(each)]
    origins = collected.origins | {name: o for each in policies for name, o in each.origins.items()}
    if absent := (*collected.refusals, *collected.damaged):
        sections.insert(0, Section("areas", say("workflows.section_areas"), refusals=absent))
    return Document(
        title=say("workflows.report_title", areas=names),
        lead=_lead(collected, as_of),
        headlines=headlines(collected, measurements, forecasts),
        sections=tuple(sections),
        origins=origins,
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
    dated = {
        area: each[f"slow_down_{spec.dated}"]
        for area, each in measurements.items()
        if spec.dated and f"slow_down_{spec.dated}" in each
    }
    parts = [(part, {area: each[part.measure] for area, each in measurements.items()}) for part in spec.parts]
    refusals = [(area, r) for area, one in dated.items() for r in one.refusals]
    refusals += [(area, r) for _, mine in parts for area, one in mine.items() for r in one.refusals]
    return Section(
        spec.key,
        say(f"workflows.section_{spec.key}"),
        paragraphs=tuple(note for area in measurements for note in _notes(spec, area, figures)),
        charts=tuple(chart for one in dated.values() for chart in slow_down_chart(one)),
        tables=break_tables(dated),
        refusals=gathered(refusals),
        answers=tuple(m for one in dated.values() for m in one.findings),
        parts=tuple(
            _part(part, mine, figures) for part, mine in parts if any(one.findings for one in mine.values())
        ),
    )


def _part(spec: PartSpec, mine: Mapping[str, Measurement], figures: Panel) -> Part:
    """A measure of every area. What it says of all areas alike is said once."""
    said = dict.fromkeys(finding for one in mine.values() for finding in one.findings)
    return Part(
        spec.measure,
        say(f"workflows.part_{spec.measure}"),
        paragraphs=tuple(said),
        charts=tuple(_charts(spec, mine, figures)),
    )


def _notes(spec: SectionSpec, area: str, figures: Panel) -> tuple[Message, ...]:
    return notes(area, figures) if spec.key == "productivity" else ()


def _charts(spec: PartSpec, mine: Mapping[str, Measurement], figures: Panel) -> list[Chart]:
    charts: list[Chart] = []
    for line in spec.lines:
        charts += line_charts(line, mine, figures)
    for prefix in spec.bars:
        charts += span_bars(spec.measure, prefix, mine)
    for area, one in mine.items():
        if spec.measure == "growth_accounting":
            charts += accounting_chart(area, one)
        if spec.measure == "structural_change":
            charts += structure_chart(area, one)
    return charts


def _outlook_section(
    measurements: Measurements,
    forecasts: Forecasts,
    long_runs: Mapping[str, LongRun | Refusal],
    newest: str,
) -> Section:
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
        refusals=gathered(
            [*refusals, *((area, item) for area, item in long_runs.items() if isinstance(item, Refusal))]
        ),
        parts=long_run_parts(long_runs, measurements),
    )
