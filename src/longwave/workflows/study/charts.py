"""The charts of a study: which measured column is drawn how, and the sentence above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.measure.measurement import Measurement
from longwave.measure.spans import CONVENTION
from longwave.report.document import Band, Chart, Curve
from longwave.workflows.fan import column, fan

ABREAST = 6
"""Areas in one picture. More lines than that cannot be told apart by colour and mark."""

Measured = Mapping[str, Measurement]


def abreast(areas: Iterable[str]) -> list[list[str]]:
    """Areas in groups that fit into one picture, as even as they can be."""
    codes = list(areas)
    count = -(-len(codes) // ABREAST)
    return [codes[start::count] for start in range(count)]


@dataclass(frozen=True, slots=True)
class LineSpec:
    """A column of a measure's table to be drawn as one line an area.

    style: ``percent`` (fractions), ``number``, or ``times`` (a level whose multiple since the start is told).
    """

    measure: str
    column: str
    style: Literal["percent", "number", "times"]
    log: bool = False
    decimals: int = 1


def line_charts(spec: LineSpec, measured: Measured, figures: Panel) -> tuple[Chart, ...]:
    """One chart for every few areas that have the column; areas whose units differ are never drawn together.

    figures: what the study rests on, to name the sources of a column that is a published series as it is.
    """
    by_unit: dict[str, list[str]] = {}
    for area, measurement in measured.items():
        if spec.column in measurement.table and measurement.table[spec.column].notna().sum() > 1:
            by_unit.setdefault(measurement.units[spec.column], []).append(area)
    charts = []
    for number, (unit, areas) in enumerate(sorted(by_unit.items())):
        for part, group in enumerate(abreast(areas)):
            charts.append(
                _lines(spec, f"{spec.column}-{number}-{part}", unit, {a: measured[a] for a in group}, figures)
            )
    return tuple(charts)


def _lines(spec: LineSpec, key: str, unit: str, measured: Measured, figures: Panel) -> Chart:
    series = {area: measurement.table[spec.column].dropna() for area, measurement in measured.items()}
    subject = say(f"workflows.subject_{spec.column}")
    return Chart(
        key=key,
        kind="lines",
        title=say("workflows.chart_title", subject=subject, parts=_facts(spec, series)),
        unit=say("workflows.per_cent_unit", of=unit_words(unit))
        if spec.style == "percent"
        else unit_words(unit),
        summary=say(
            "workflows.chart_summary", subject=subject, parts=tuple(_span(a, s) for a, s in series.items())
        ),
        curves=tuple(Curve(area_names(area), values) for area, values in series.items()),
        sources=_sources(spec.column, measured, figures),
        percent=spec.style == "percent",
        decimals=spec.decimals,
        log=spec.log and all((values > 0).all() for values in series.values()),
    )


def _sources(column: str, measured: Measured, figures: Panel) -> tuple[str, ...]:
    """Datasets behind a drawn column: the series' own where it is a published one, else those of the whole measure."""
    published = figures.select(area=list(measured), variable=column).sources()
    return tuple(published) or sources_of(measured.values())


def _facts(spec: LineSpec, series: Mapping[str, pd.Series]) -> tuple[Message, ...]:
    """What the title tells of each area; of many areas only the highest and the lowest."""
    last = {
        area: values.iloc[-1] / values.iloc[0] if spec.style == "times" else values.iloc[-1]
        for area, values in series.items()
    }
    told = list(series) if len(series) <= 3 else sorted(last, key=lambda area: -last[area])[:: len(last) - 1]
    facts = []
    for area in told:
        values, name = series[area], area_names(area)
        if spec.style == "times":
            facts.append(
                say("workflows.fact_times", area=name, times=float(last[area]), since=str(values.index[0]))
            )
        else:
            whole = spec.style == "number" and spec.decimals == 0
            key = "workflows.fact_whole" if whole else f"workflows.fact_{spec.style}"
            facts.append(say(key, area=name, value=float(last[area]), period=str(values.index[-1])))
    return tuple(facts)


def _span(area: str, values: pd.Series) -> Message:
    return say(
        "workflows.fact_span", area=area_names(area), first=str(values.index[0]), last=str(values.index[-1])
    )


def span_bars(measure: str, prefix: str, measured: Measured) -> tuple[Chart, ...]:
    """Means by conventional span with their intervals: areas side by side."""
    found = {area: _by_convention(prefix, one.estimates) for area, one in measured.items()}
    found = {area: spans for area, spans in found.items() if len(spans) > 1}
    charts = []
    for part, group in enumerate(abreast(found)):
        labels = [label for label in convention_labels() if any(label in found[area] for area in group)]
        curves, bands = [], []
        for place, area in enumerate(group):
            spans = found[area]
            pick = {
                name: pd.Series(
                    {la: getattr(spans[la], name) if la in spans else float("nan") for la in labels}
                )
                for name in ("value", "low", "high")
            }
            curves.append(Curve(area_names(area), pick["value"]))
            bands.append(Band(pick["low"], pick["high"], 0.95, place))
        subject = say(f"workflows.subject_{prefix}")
        charts.append(
            Chart(
                key=f"{measure}-{prefix}-spans-{part}",
                kind="bars",
                title=say("workflows.spans_title", subject=subject),
                unit=say("workflows.per_cent_a_year"),
                summary=say(
                    "workflows.spans_summary", subject=subject, areas=tuple(area_names(a) for a in group)
                ),
                curves=tuple(curves),
                sources=sources_of(measured[area] for area in group),
                bands=tuple(bands),
                percent=True,
                decimals=1,
                note=say("workflows.spans_note"),
            )
        )
    return tuple(charts)


def convention_labels() -> list[str]:
    """Names of the conventional spans, the years before the first and the open last one included."""
    starts = list(CONVENTION)
    closed = [f"{start}–{end - 1}" for start, end in pairwise(starts)]
    return [f"–{starts[0] - 1}", *closed, f"{starts[-1]}–"]


def _by_convention(prefix: str, estimates: Iterable[Estimate]) -> dict[str, Estimate]:
    labels = convention_labels()
    means = span_means(prefix, estimates)
    return {labels[sum(int(e.sample.first[:4]) >= start for start in CONVENTION)]: e for e in means}


def span_means(prefix: str, estimates: Iterable[Estimate]) -> list[Estimate]:
    """The estimates that are means by span: those named ``<prefix>_<first>_<last>``."""
    return [e for e in estimates if e.name == f"{prefix}_{e.sample.first}_{e.sample.last}"]


PARTS = (
    "contribution_capital",
    "contribution_persons",
    "contribution_hours",
    "contribution_human_capital",
    "tfp_growth",
)


def accounting_chart(area: str, measurement: Measurement) -> tuple[Chart, ...]:
    """Growth and what it is made of, by span, for one area."""
    totals = span_means("growth_output", measurement.estimates)
    if len(totals) < 1:
        return ()
    labels = [f"{total.sample.first}–{total.sample.last}" for total in totals]
    curves = []
    for part in PARTS:
        means = {
            f"{e.sample.first}–{e.sample.last}": e.value for e in span_means(part, measurement.estimates)
        }
        if means:
            curves.append(
                Curve(
                    say(f"workflows.subject_{part}"),
                    pd.Series([means.get(label) for label in labels], labels, dtype=float),
                )
            )
    total = pd.Series([total.value for total in totals], labels)
    curves.append(Curve(say("workflows.subject_growth_output"), total, dashed=True))
    last = totals[-1]
    tfp = next((e for e in span_means("tfp_growth", measurement.estimates) if e.sample == last.sample), None)
    name = area_names(area)
    title = (
        say(
            "workflows.accounting_title",
            area=name,
            growth=last.value,
            tfp=tfp.value,
            first=last.sample.first,
            last=last.sample.last,
        )
        if tfp
        else say("workflows.accounting_plain_title", area=name)
    )
    return (
        Chart(
            key=f"accounting-{area}",
            kind="stacked_bars",
            title=title,
            unit=say("workflows.per_cent_a_year"),
            summary=say("workflows.accounting_summary", area=name),
            curves=tuple(curves),
            sources=sources_of([measurement]),
            percent=True,
            decimals=2,
        ),
    )


SECTORS = ("agriculture_share", "industry_share", "services_share")


def structure_chart(area: str, measurement: Measurement) -> tuple[Chart, ...]:
    """Shares of the three sectors in value added of one area."""
    table = measurement.table
    if not set(SECTORS) <= set(table.columns) or table[list(SECTORS)].dropna().empty:
        return ()
    shares = table[list(SECTORS)].dropna()
    name = area_names(area)
    return (
        Chart(
            key=f"structure-{area}",
            kind="stack",
            title=say(
                "workflows.structure_title",
                area=name,
                first=str(shares.index[0]),
                last=str(shares.index[-1]),
                then=float(shares["services_share"].iloc[0]),
                now=float(shares["services_share"].iloc[-1]),
            ),
            unit=say("workflows.per_cent_of_gdp"),
            summary=say(
                "workflows.structure_summary",
                area=name,
                first=str(shares.index[0]),
                last=str(shares.index[-1]),
            ),
            curves=tuple(Curve(say(f"workflows.subject_{sector}"), shares[sector]) for sector in SECTORS),
            sources=sources_of([measurement]),
            percent=True,
            decimals=1,
            note=say("workflows.structure_note"),
        ),
    )


def fan_chart(area: str, table: ForecastTable, history: pd.Series, sources: tuple[str, ...]) -> Chart:
    """A forecast after its history: where the data end, the middle and three bands."""
    frame = table.frame
    drawn = fan(table, history)
    last = drawn.curves[0].values.iloc[-1]
    middle, low, high = (float(frame[column(frame, share) or "mean"].iloc[-1]) for share in (0.5, 0.1, 0.9))
    name = area_names(area)
    return Chart(
        key=f"outlook-{area}",
        kind="lines",
        title=say(
            "workflows.fan_title",
            area=name,
            last=str(frame.index[-1]),
            change=middle / last - 1,
            low=low / last - 1,
            high=high / last - 1,
            origin=table.origin,
        ),
        unit=unit_words(table.unit),
        summary=say("workflows.fan_summary", area=name, origin=table.origin, last=str(frame.index[-1])),
        curves=drawn.curves,
        sources=sources,
        bands=drawn.bands,
        marks=drawn.marks,
        decimals=1,
        log=drawn.log,
        note=table.method,
    )


def sources_of(measured: Iterable[Measurement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for measurement in measured for source in measurement.sources))


def unit_words(unit: str) -> Message:
    """A unit in both languages where the catalogue has it; else the text itself."""
    return (
        say("workflows.unit_" + _UNIT_KEYS[unit])
        if unit in _UNIT_KEYS
        else say("workflows.unit_other", unit=Names(unit))
    )


_UNIT_KEYS = {
    "share of GDP": "of_gdp",
    "share of population": "of_population",
    "share of labour force": "of_labour_force",
    "share a year": "a_year",
    "share": "share",
    "index": "index",
    "applications": "applications",
    "USD per hour, constant 2017": "usd_hour_2017",
    "USD per person, constant 2017": "usd_person_2017",
}
