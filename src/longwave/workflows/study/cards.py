"""The scorecard in a report: one table an area, no colour and no total."""

from __future__ import annotations

from longwave.core.area import area_names
from longwave.core.dating import Dating
from longwave.core.estimate import Estimate
from longwave.core.message import Message, Value, say
from longwave.measure.scorecard.card import Row, Scorecard, indicator_words
from longwave.report.document import Section, Table
from longwave.workflows.study.unsaid import gathered

COLUMNS = ("dimension", "indicator", "value", "change", "status", "since", "span", "observed", "grade")


def card_section(card: Scorecard) -> Section:
    """Every area's rows: level, change with interval, status in words, since when, coverage and grade."""
    tables = tuple(_table(area, card.of(area)) for area in card.areas)
    told = tuple(m for m in card.findings if m.key in {"scorecard.count", "scorecard.by_chance"})
    refusals = gathered([(r.subject.partition(":")[0], r) for r in card.refusals])
    return Section(
        "scorecard",
        say("workflows.section_scorecard"),
        paragraphs=(say("workflows.card_introduction"),),
        tables=tables,
        refusals=refusals,
        answers=told,
    )


def _table(area: str, rows: tuple[Row, ...]) -> Table:
    header = tuple(say(f"workflows.card_{name}") for name in COLUMNS)
    sources = tuple(dict.fromkeys(source for row in rows for source in row.entry.sources))
    caption = say("workflows.card_caption", area=area_names(area))
    return Table(f"card-{area}", caption, header, tuple(_row(row) for row in rows), sources)


def _row(row: Row) -> tuple[Value, ...]:
    one = row.entry
    percent = one.unit.startswith("share")
    return (
        say(f"scorecard.dimension_{one.dimension}"),
        indicator_words(one.indicator),
        "–" if one.value is None else _figure(one.value, percent),
        "–" if one.change is None else _change(one.change),
        row.status.words,
        _since(one.dating),
        f"{one.coverage.first}–{one.coverage.last} ({one.coverage.observations})",
        f"{one.coverage.observed:.0%}",
        str(one.grade),
    )


def _figure(value: float, percent: bool) -> str:
    if percent:
        return f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"


def _change(change: Estimate) -> str:
    if change.unit.startswith("share"):
        return f"{100 * change.value:+.2f} ({100 * change.low:+.2f} – {100 * change.high:+.2f})"
    return f"{change.value:+.3g} ({change.low:+.3g} – {change.high:+.3g})"


def _since(dating: Dating | None) -> Message | str:
    if dating is None:
        return "–"
    return say(
        f"workflows.since_{dating.state}",
        period=dating.period or "",
        low=dating.low or "…",
        high=dating.high or "…",
    )
