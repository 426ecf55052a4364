"""The pictures and sentences of whether and since when: a leading series, its trend with a band, the dates of
breaks."""

from __future__ import annotations

from collections.abc import Mapping

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.message import Message, Names, Value, catalogue, say
from longwave.measure.measurement import Measurement
from longwave.report.document import Band, Chart, Curve, Mark, Table
from longwave.workflows.study.charts import sources_of


def slow_down_chart(found: Measurement) -> tuple[Chart, ...]:
    """The leading series of a dimension with its trend and the intervals of its breaks; none where it was refused."""
    if found.table.empty:
        return ()
    table = found.table
    name = found.datings[0].name.partition("_break")[0]
    subject = say(f"slowdown.name_{name}")
    curves = [Curve(say("workflows.observed"), table["value"].dropna())]
    bands = []
    if "trend" in table:
        curves.append(Curve(say("workflows.trend_line"), table["trend"].dropna()))
        bands.append(Band(table["trend_low"].dropna(), table["trend_high"].dropna(), 0.95, 1))
    passed = [dating for dating in found.datings if dating.state is DatingState.PASSED]
    first, last = str(table.index[0]), str(table.index[-1])
    return (
        Chart(
            key=f"slow-down-{found.dimension}-{found.area}",
            kind="lines",
            title=_title(found, subject, passed),
            unit=say("workflows.per_cent_a_year"),
            summary=say(
                "workflows.slow_down_summary",
                area=area_names(found.area),
                subject=subject,
                first=first,
                last=last,
            ),
            curves=tuple(curves),
            sources=sources_of([found]),
            bands=tuple(bands),
            marks=tuple(_mark(dating, first, last) for dating in passed),
            percent=True,
            decimals=2,
            note=say("workflows.slow_down_note"),
        ),
    )


def _test_name(name: str) -> Message:
    """What a test is called; a test without words of ours is named as it is."""
    key = f"workflows.test_{name.partition('_break_')[2]}"
    return say(key) if key in catalogue() else say("workflows.unit_other", unit=Names(name))


def _title(found: Measurement, subject: Message, passed: list[Dating]) -> Message:
    words: dict[str, Value] = {"area": area_names(found.area), "subject": subject}
    if passed:
        return say("workflows.slow_down_broke", periods=tuple(d.period or "" for d in passed), **words)
    if any(dating.state is DatingState.NO_BREAK for dating in found.datings):
        return say("workflows.slow_down_none", **words)
    return say("workflows.slow_down_plain", **words)


def _mark(dating: Dating, first: str, last: str) -> Mark:
    """The interval of a break's date as a span."""
    period = dating.period or ""
    return Mark(dating.low or first, dating.high or last, say("workflows.break_mark", period=period))


def break_tables(dated: Mapping[str, Measurement]) -> tuple[Table, ...]:
    """Every test of a break, area by area: its null, its statistic, its p-value or critical value, and its answer."""
    rows = tuple(
        (
            area_names(area),
            _test_name(test.name),
            test.null,
            f"{test.statistic:.2f}",
            "–" if test.p_value is None else f"{test.p_value:.3f}",
            "–" if test.critical is None else f"{test.critical:.2f}",
            say("workflows.rejected" if test.rejected else "workflows.not_rejected"),
        )
        for area, one in dated.items()
        for test in one.tests
    )
    if not rows:
        return ()
    dimension = next(iter(dated.values())).dimension
    header = tuple(
        say(f"workflows.tests_{name}")
        for name in ("area", "test", "null", "statistic", "p", "critical", "answer")
    )
    caption = say("workflows.tests_caption")
    return (Table(f"breaks-{dimension}", caption, header, rows, sources_of(dated.values())),)
