"""The era in a report: the answer for each area, the fitted maturity, and how the answer moved in real time."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate
from longwave.core.message import Message, Names, Value, say
from longwave.measure.era.series import name_of
from longwave.measure.measurement import Measurement
from longwave.report.document import Band, Chart, Curve, Mark, Part, Section, Table
from longwave.workflows.analyse import Analysis
from longwave.workflows.study.charts import sources_of
from longwave.workflows.study.unsaid import gathered


def era_section(analysis: Analysis) -> Section:
    """One part an area: what can be said, the picture of maturity where there is an era, and the real-time picture."""
    found = {area: done["era"] for area, done in analysis.measurements.items() if "era" in done}
    parts = tuple(
        Part(
            f"era-{area}",
            say("workflows.era_part", area=area_names(area)),
            paragraphs=one.findings[1:],
            charts=(*_maturity(one), *_real_time(analysis.vintages.get(area), one)),
            tables=(_answers(one), *_loadings(one)),
        )
        for area, one in found.items()
        if one.datings
    )
    return Section(
        "era",
        say("workflows.section_era"),
        paragraphs=(say("workflows.era_introduction"),),
        refusals=gathered([(area, r) for area, one in found.items() for r in one.refusals]),
        answers=tuple(one.findings[0] for one in found.values() if one.findings),
        parts=parts,
    )


def _maturity(one: Measurement) -> tuple[Chart, ...]:
    """Fitted maturity with the band that the interval of the date leaves, pooled or by dimension."""
    columns = [c for c in map(str, one.table.columns) if c.startswith("maturity") and f"{c}_low" in one.table]
    if not columns:
        return ()
    curves = [Curve(_name(column), one.table[column].dropna()) for column in columns]
    bands = [
        Band(one.table[f"{column}_low"].dropna(), one.table[f"{column}_high"].dropna(), 0.95, place)
        for place, column in enumerate(columns)
    ]
    passed = [d for d in one.datings if d.state is DatingState.PASSED and d.low and "turning" in d.name]
    marks = [
        Mark(d.low or "", d.high or d.low or "", say("workflows.turning_mark", period=d.period or ""))
        for d in passed[:1]
    ]
    return (
        Chart(
            key=f"era-maturity-{one.area}",
            kind="lines",
            title=say("workflows.maturity_title", area=area_names(one.area)),
            unit=say("workflows.maturity_unit"),
            summary=say("workflows.maturity_summary", area=area_names(one.area)),
            curves=tuple(curves),
            sources=sources_of([one]),
            bands=tuple(bands),
            marks=tuple(marks),
            percent=True,
            decimals=0,
            note=say("workflows.maturity_note"),
        ),
    )


def _name(column: str) -> Names | Message:
    rest = column.removeprefix("maturity").removeprefix("_")
    if not rest:
        return say("era.all_together")
    named = name_of(rest)
    return named if isinstance(named, Message) else Names(named)


def _real_time(vintages: pd.DataFrame | None, one: Measurement) -> tuple[Chart, ...]:
    """What would have been said at the end of each year: how strongly the figures spoke for an era at all, and where a
    turning point or its bound was given, which year."""
    if vintages is None or len(vintages) < 2:
        return ()
    told = set(vintages["of"])
    of = next((name for name in ("era", "productivity") if name in told), min(told))
    rows = vintages[vintages["of"] == of]
    rows = rows.set_index(rows["end"].map("{:04d}".format))
    return (_evidence(rows, one, of), *_dates(rows, one))


def _evidence(rows: pd.DataFrame, one: Measurement, of: str) -> Chart:
    """The p-value of "there is no era" by the last year of the figures used."""
    states = {state: int((rows["state"] == str(state)).sum()) for state in DatingState}
    words: dict[str, Value] = {
        "area": area_names(one.area),
        "first": str(rows.index[0]),
        "last": str(rows.index[-1]),
    }
    limit = pd.Series(0.05, rows.index)
    return Chart(
        key=f"era-evidence-{one.area}",
        kind="lines",
        title=say(
            "workflows.real_time_title",
            passed=states[DatingState.PASSED],
            bound=states[DatingState.NOT_BEFORE],
            undated=states[DatingState.NOT_DATABLE],
            of=len(rows),
            what=_subject("era_turning_point" if of == "era" else f"turning_point_{of}"),
            **words,
        ),
        unit=say("workflows.real_time_p"),
        summary=say("workflows.real_time_summary", area=area_names(one.area)),
        curves=(
            Curve(say("workflows.real_time_p_curve"), rows["p_value"].astype(float)),
            Curve(say("workflows.real_time_limit"), limit),
        ),
        sources=sources_of([one]),
        decimals=2,
        note=say("workflows.real_time_note"),
    )


def _dates(rows: pd.DataFrame, one: Measurement) -> tuple[Chart, ...]:
    date, low, high = (rows[name].astype(float) for name in ("date", "low", "high"))
    passed = rows["state"] == str(DatingState.PASSED)
    bound = low.where(rows["state"] == str(DatingState.NOT_BEFORE))
    curves = [
        Curve(say(f"workflows.real_time_{name}"), values)
        for name, values in (("date", date.where(passed)), ("bound", bound))
        if values.notna().sum() > 1
    ]
    if not curves:
        return ()
    dated = passed.sum() > 1
    return (
        Chart(
            key=f"era-real-time-{one.area}",
            kind="lines",
            title=say("workflows.real_time_dates", area=area_names(one.area)),
            unit=say("workflows.real_time_unit"),
            summary=say("workflows.real_time_summary", area=area_names(one.area)),
            curves=tuple(curves),
            sources=sources_of([one]),
            bands=(Band(low.where(passed), high.where(passed), 0.95, 0),) if dated else (),
            decimals=0,
            grouped=False,
        ),
    )


def _answers(one: Measurement) -> Table:
    """The answer of the pooled model and of each dimension by itself, in words, with the interval."""
    rows = tuple(
        (
            _subject(d.name),
            say(f"workflows.state_{d.state}"),
            d.period or "–",
            _between(d.low, d.high),
            _grade(d),
        )
        for d in one.datings
    )
    header = tuple(say(f"workflows.answers_{name}") for name in ("of", "state", "date", "interval", "grade"))
    caption = say("workflows.answers_caption", area=area_names(one.area))
    return Table(f"era-answers-{one.area}", caption, header, rows, sources_of([one]))


def _grade(dating: Dating) -> str:
    """The grade of a date or a bound; without one there is nothing to grade."""
    return str(dating.grade) if dating.state in {DatingState.PASSED, DatingState.NOT_BEFORE} else "–"


def _subject(name: str) -> Message:
    if name == "era_turning_point":
        return say("era.all_together")
    if name.startswith("turning_point_"):
        named = name_of(name.removeprefix("turning_point_"))
        return named if isinstance(named, Message) else say("workflows.unit_other", unit=Names(named))
    return say("workflows.answers_break")


def _between(low: str | None, high: str | None) -> str:
    return "–" if low is None and high is None else f"{low or '…'} – {high or '…'}"


def _loadings(one: Measurement) -> tuple[Table, ...]:
    """How far each dimension moved with the era."""
    found: Mapping[str, Estimate] = {
        e.name.removeprefix("loading_"): e for e in one.estimates if e.name.startswith("loading_")
    }
    if not found:
        return ()
    rows = tuple(
        (
            name_of(name),
            f"{100 * e.value:+.2f}",
            f"{100 * e.low:+.2f} – {100 * e.high:+.2f}",
            say("workflows.loadings_sum" if e.unit.startswith("log") else "workflows.loadings_rate"),
            str(e.grade),
        )
        for name, e in found.items()
    )
    header = tuple(say(f"workflows.loadings_{name}") for name in ("of", "value", "interval", "unit", "grade"))
    caption = say("workflows.loadings_caption", area=area_names(one.area))
    return (Table(f"era-loadings-{one.area}", caption, header, rows, sources_of([one])),)
