"""The page of an early warning for areas: the answer, credit and its gap, and what such signs were worth."""

from __future__ import annotations

import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.decide.early_warning.buffer import HIGH, LOW
from longwave.decide.early_warning.evidence import Worth
from longwave.report.document import Band, Chart, Curve, Document, Mark, Section, Table
from longwave.workflows.decide.risk import AreaRisk, Warned
from longwave.workflows.decide.risk_told import findings, gap_answer, general, worth_header, worth_row


def document(warned: Warned) -> Document:
    """The page, in no language yet."""
    horizon = warned.options.horizon
    return Document(
        title=say("early_warning.page_title", areas=tuple(each.names for each in warned.areas)),
        lead=say(
            "early_warning.page_lead", last=max(each.year for each in warned.areas),
            crises=len(warned.crises.crises), first_ahead=horizon.first, last_ahead=horizon.last,
        ),
        headlines=tuple(findings(each, warned)[0] for each in warned.areas),
        sections=(*(_area(each, warned) for each in warned.areas), _evidence(warned)),
        origins=dict(warned.origins),
        caveats=(
            *warned.notes,
            warned.crises.source,
            say("early_warning.caveat_wave"),
            say("early_warning.caveat_guide"),
        ),
    )  # fmt: skip


def _area(area: AreaRisk, warned: Warned) -> Section:
    said = findings(area, warned)
    charts = [_credit_chart(area)]
    if area.gap is not None:
        charts.insert(0, _gap_chart(area))
    return Section(
        key=f"area-{area.area}",
        title=say("early_warning.section_area", area=area.names),
        answers=said[:1] if area.chance is None else said[:2],
        paragraphs=said[1:] if area.chance is None else said[2:],
        charts=tuple(charts),
        refusals=area.refusals,
    )


def _credit_chart(area: AreaRisk) -> Chart:
    credit = area.credit
    curves = [Curve(say("early_warning.curve_credit"), credit)]
    if area.gap is not None:
        curves.append(
            Curve(say("early_warning.curve_trend"), area.gap.frame["trend"].dropna(), labelled=True)
        )
    return Chart(
        key=f"credit-{area.area}",
        kind="lines",
        title=say("early_warning.credit_title", area=area.names),
        unit=say("early_warning.credit_unit"),
        summary=say(
            "early_warning.credit_summary", start=float(credit.iloc[0]), first=str(credit.index[0]),
            end=float(credit.iloc[-1]), last=str(credit.index[-1]),
        ),
        curves=tuple(curves),
        sources=(area.source,) if area.source else (),
        marks=_marks(area, credit),
        decimals=1,
    )  # fmt: skip


def _gap_chart(area: AreaRisk) -> Chart:
    assert area.gap is not None  # noqa: S101
    shown = area.gap.frame.dropna(subset=["gap"])
    guides = [
        Curve(say(key), pd.Series(level, index=shown.index), dashed=True, labelled=True)
        for key, level in (("early_warning.curve_low", LOW), ("early_warning.curve_high", HIGH))
    ]
    return Chart(
        key=f"gap-{area.area}",
        kind="lines",
        title=say("early_warning.gap_title", area=area.names),
        unit=say("early_warning.gap_unit"),
        summary=gap_answer(area),
        curves=(
            Curve(say("early_warning.curve_gap"), shown["gap"]),
            Curve(say("early_warning.curve_final"), shown["final"]),
            *guides,
        ),
        sources=(area.source,) if area.source else (),
        marks=_marks(area, shown["gap"]),
        decimals=1,
        note=area.estimates[0].method,
    )


def _marks(area: AreaRisk, drawn: pd.Series) -> tuple[Mark, ...]:
    """The starts of the area's crises within the picture."""
    marks = []
    for year in area.crises:
        inside = [str(each) for each in drawn.index if str(each).startswith(str(year))]
        if inside:
            marks.append(Mark(inside[0], inside[-1], say("early_warning.crisis_mark", year=str(year))))
    return tuple(marks)


def _evidence(warned: Warned) -> Section:
    tried = warned.tried
    sources = tuple(warned.origins)
    tables = [
        Table(key, say(caption), worth_header(), tuple(worth_row(each) for each in worths.values()), sources)
        for key, caption, worths in (
            ("worth", "early_warning.worth_caption", tried.worths),
            ("worth-rich", "early_warning.rich_caption", tried.rich),
        )
        if worths
    ]
    refusals: tuple[Refusal, ...] = (*tried.refusals, *warned.refusals)
    return Section(
        key="evidence",
        title=say("early_warning.section_evidence"),
        paragraphs=general(warned),
        charts=(_auroc_chart(list(tried.worths.values()), sources),) if tried.worths else (),
        tables=tuple(tables),
        refusals=refusals,
    )


def _auroc_chart(worths: list[Worth], sources: tuple[str, ...]) -> Chart:
    names = [f"early_warning.name_{each.name}" for each in worths]
    index = pd.Index([say(name) for name in names])
    own = [each.auroc for each in worths]
    curves = [
        Curve(say("early_warning.curve_indicator"), pd.Series([each.value for each in own], index=index))
    ]
    bands = [
        Band(
            pd.Series([each.low for each in own], index=index),
            pd.Series([each.high for each in own], index=index),
            0.9,
            0,
        )
    ]
    placebos = [each.placebo for each in worths]
    if all(each is not None for each in placebos):
        there = [each for each in placebos if each is not None]
        values = pd.Series([each.value for each in there], index=index)
        curves.append(Curve(say("early_warning.curve_income"), values))
        bands.append(
            Band(
                pd.Series([each.low for each in there], index=index),
                pd.Series([each.high for each in there], index=index),
                0.9,
                1,
            )
        )
    return Chart(
        key="auroc",
        kind="bars",
        title=say("early_warning.auroc_title"),
        unit=say("early_warning.auroc_unit"),
        summary=say("early_warning.auroc_summary"),
        curves=tuple(curves),
        bands=tuple(bands),
        sources=sources,
        decimals=2,
        entries=say("early_warning.column_indicator"),
    )
