"""A page of forecasts out of results: where each series points, its fan, what the method did on its past, the tests.

Nothing is computed here but what a sentence needs. Tables that lack a quantile, a back-test or a history lose the
sentences and pictures that rest on it, and nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import BadInput
from longwave.core.estimate import Refusal
from longwave.core.forecast import Backtest, BacktestScore, ForecastScenario, ForecastTable
from longwave.core.message import LANGUAGES, Message, Names, Value, say
from longwave.core.origin import Origin
from longwave.core.period import Frequency, Period
from longwave.core.unit import Unit
from longwave.forecast import revision_wording
from longwave.forecast.revision import Revision
from longwave.forecast.wording import compound, is_generous, standing
from longwave.prepare.concepts import concepts
from longwave.report.document import Chart, Curve, Document, Part, Section, Table
from longwave.report.wording import MISSING, figure
from longwave.workflows.fan import (
    Fan,
    Name,
    around,
    bands_of,
    column,
    fan,
    median_of,
    named,
    numbers,
    period_name,
    quantiles,
)  # fmt: skip
from longwave.workflows.figure_style import UNSTATED, Style, style_of
from longwave.workflows.other_unit import divided, divided_backtest, divided_table, shorter_unit
from longwave.workflows.past_errors import past_errors, score_of
from longwave.workflows.series_name import placed, without_total

IN_FULL = 6
"""Series told in full on one page; those beyond stand in the table of all only."""

MOST_ROWS = 200
"""Series in the table of all; a page with thousands of pictures opens on no machine."""

_HOUSE = (0.5, 0.8, 0.95)
_TOLD = (0.8, 0.95)
_SMALL_HISTORY = 24
_INDEX = "workflows.unit_index"
_T = TypeVar("_T")


def key_of(table: ForecastTable) -> str:
    """How the mappings of `forecast_document` name a series: ``USA/real_gdp``."""
    return f"{table.area}/{table.variable}"


@dataclass(frozen=True, eq=False)
class _Given:
    """One forecast with all that belongs to it."""

    table: ForecastTable
    variable: Message | Names
    style: Style
    history: pd.Series | None
    backtest: Backtest | None
    scenarios: tuple[ForecastScenario, ...]
    revision: Revision | None

    @property
    def key(self) -> str:
        return f"{self.table.area}-{self.table.variable}"

    @property
    def name(self) -> Message:
        """Area and variable as one name."""
        if not self.table.area:
            return say("forecast_page.name_alone", name=self.variable)
        return say("forecast_page.name", area=area_names(self.table.area), name=self.variable)

    @property
    def unit(self) -> Message | None:
        """The unit beside the name; None where nobody states one, or the name holds it already."""
        unit = self.style.unit
        doubled = unit.key == _INDEX and all(
            unit.text(lang).casefold() in self.variable.text(lang).casefold() for lang in LANGUAGES
        )
        return None if doubled or unit.key == UNSTATED else unit

    @property
    def score(self) -> BacktestScore | None:
        """How it did on the past: as the back-test on the page says, else as its own trial says."""
        found = None if self.backtest is None else score_of(self.backtest)
        return self.table.backtest if found is None else found


def forecast_document(
    tables: Sequence[ForecastTable | Refusal],
    histories: Mapping[str, pd.Series],
    *,
    backtests: Mapping[str, Backtest] | None = None,
    scenarios: Mapping[str, tuple[ForecastScenario, ...]] | None = None,
    revisions: Mapping[str, Revision] | None = None,
    origins: dict[str, Origin] | None = None,
    names: Mapping[str, Name] | None = None,
    refusals: Sequence[Refusal] = (),
) -> Document:
    """The page of one or more forecasts.

    tables: forecasts, and refusals where one could not be made. All mappings go by `key_of` (``USA/real_gdp``), or
    by the variable alone where only one area has it. histories: index = written period; figures after a
    forecast's origin are drawn as what came later. names: of the variable, within a sentence; the catalogue of
    concepts knows its own. origins: every dataset that a table names among its sources. refusals: of what else
    could not be said. Raises nothing for tables of another shape than the house's: they lose what rests on it.
    """
    made = [table for table in tables if isinstance(table, ForecastTable)]
    refused = [*(table for table in tables if isinstance(table, Refusal)), *refusals]
    shared = Counter(table.variable for table in made)

    def of(mapping: Mapping[str, _T] | None, table: ForecastTable) -> _T | None:
        found = (mapping or {}).get(key_of(table))
        return (mapping or {}).get(table.variable) if found is None and shared[table.variable] == 1 else found

    given = [
        _given(
            table,
            of(names, table),
            of(histories, table),
            of(backtests, table),
            of(scenarios, table) or (),
            of(revisions, table),
        )
        for table in made
    ]
    sections = [_section(one) for one in given[:IN_FULL]]
    if refused:
        sections.append(Section("refused", say("forecast_page.refused_title"), refusals=tuple(refused)))
    return Document(
        title=_title(given),
        lead=_lead(given),
        headlines=tuple(_outlook(one) for one in given[:IN_FULL]),
        sections=tuple(sections),
        origins=dict(origins or {}),
        overview=(_overview(given),) if len(given) > 1 else (),
        caveats=tuple(_caveats(given)),
    )


def fan_chart(
    table: ForecastTable,
    history: pd.Series | None,
    *,
    scenarios: Sequence[ForecastScenario] = (),
    backtest: Backtest | None = None,
    name: Name | None = None,
) -> Chart:
    """The fan of one forecast as a chart: history, line where the data end, median, bands, scenarios; its note says
    what the bands covered on the past."""
    return _fan_chart(_given(table, name, history, backtest, tuple(scenarios), None))


def _given(
    table: ForecastTable,
    name: Name | None,
    history: pd.Series | None,
    backtest: Backtest | None,
    scenarios: tuple[ForecastScenario, ...],
    revision: Revision | None,
) -> _Given:
    """One forecast in a unit in which its figures are short: 20.6 trillion for 20,563,592 million."""
    by, unit = shorter_unit(table)
    if by != 1.0:
        table = divided_table(table, by, unit)
        history = None if history is None else numbers(history) / by
        scenarios = tuple(replace(each, values=numbers(each.values) / by) for each in scenarios)
        backtest = None if backtest is None else divided_backtest(backtest, by)
        revision = None if revision is None else _divided_revision(revision, by, unit)
    return _Given(table, _variable(table, name), style_of(table), history, backtest, scenarios, revision)


def _divided_revision(change: Revision, by: float, unit: str) -> Revision:
    return replace(
        change,
        unit=unit,
        table=divided(change.table, by, but=("period", "quantile")),
        news=divided(change.news, by),
        surprises=divided(change.surprises, by, but=("inside", "z")),
        revised=divided(change.revised, by),
    )


def _variable(table: ForecastTable, name: Name | None) -> Message | Names:
    """The name of what is forecast, as the catalogue of concepts has it where none is given."""
    if name is None:
        known = concepts().get(table.variable)
        name = known.names if known else table.variable.replace("_", " ")
    return named(without_total(name))


def _title(given: Sequence[_Given]) -> Message:
    if len(given) == 1:
        return say("forecast_page.title_one", name=given[0].name)
    return say("forecast_page.title", count=len(given)) if given else say("forecast_page.title_none")


def _lead(given: Sequence[_Given]) -> Message:
    """Which figures were forecast, as of when, how far."""
    if not given:
        return say("forecast_page.lead_none")
    ends = sorted({one.table.origin for one in given})
    dates = sorted({one.table.as_of for one in given if one.table.as_of})
    known = say("forecast_page.known_on", dates=tuple(dates)) if dates else say("forecast_page.known_newest")
    steps = sorted({len(one.table.frame) for one in given})
    return say(
        "forecast_page.lead",
        ends=period_name(ends[0])
        if len(ends) == 1
        else say("forecast_page.between", first=period_name(ends[0]), last=period_name(ends[-1])),
        steps=str(steps[0]) if len(steps) == 1 else f"{steps[0]}–{steps[-1]}",
        known=known,
        past=_past_words(given),
    )


def _past_words(given: Sequence[_Given]) -> Message:
    """Whether what was said earlier stands on the page: of all, of some, of none."""
    tried = [one for one in given if one.backtest is not None]
    if not tried:
        return say("forecast_page.nothing")
    return say("forecast_page.lead_past" if len(tried) == len(given) else "forecast_page.lead_past_some")


def _caveats(given: Sequence[_Given]) -> Iterator[Message]:
    if not given:
        return
    yield say("forecast_page.caveat_past")
    if any(one.scenarios for one in given):
        yield say("forecast_page.caveat_scenarios")
    if len(given) > IN_FULL:
        yield say("forecast_page.caveat_in_full", shown=IN_FULL, count=len(given))
    if len(given) > MOST_ROWS:
        yield say("forecast_page.caveat_rows", shown=MOST_ROWS, count=len(given))


def _section(one: _Given) -> Section:
    table = one.table
    parts = [part for part in (_past(one), _revised(one)) if part is not None]
    refusals = [
        *(one.backtest.refusals if one.backtest else ()),
        *(one.revision.refusals if one.revision else ()),
    ]
    return Section(
        key=one.key,
        title=one.name,
        paragraphs=(say("forecast_page.made", method=table.method), *_notes(one)),
        charts=(_fan_chart(one),),
        tables=tuple(each for each in (_quantile_table(one),) if each is not None),
        refusals=tuple(refusals),
        answers=(_outlook(one), *_direction(one), *_record(one), *_scenario_words(one)),
        parts=tuple(parts),
    )


# What the forecast says


def _end(one: _Given) -> tuple[str, dict[str, float]]:
    """The last period of the forecast with its middle and the edges of its 80 and 95 per cent bands, those that
    there are."""
    frame = one.table.frame
    middle = median_of(frame)
    known = middle.dropna()
    if known.empty:
        return (str(frame.index[-1]) if len(frame) else one.table.origin), {}
    period = str(known.index[-1])
    place = int(np.flatnonzero(middle.notna().to_numpy())[-1])
    found = {"middle": float(known.iloc[-1])}
    for level in _TOLD:
        for edge, share in (("low", (1 - level) / 2), ("high", (1 + level) / 2)):
            name = column(frame, share)
            value = math.nan if name is None else float(numbers(frame[name]).iloc[place])
            if math.isfinite(value):
                found[f"{edge}_{level:g}"] = value
    return period, found


def _last(one: _Given) -> float:
    """The figure of the origin, NaN where it is not known."""
    past, _ = around(one.table, one.history)
    return float(past.get(one.table.origin, math.nan)) if len(past) else math.nan


def _outlook(one: _Given) -> Message:
    period, end = _end(one)
    if not end:
        return say("forecast_page.outlook_none", name=one.name)
    said, last = one.style.said, _last(one)
    words: dict[str, Value] = {"name": one.name, "period": period_name(period), "middle": said(end["middle"])}
    unit = None if one.style.percent else one.unit
    words["unit"] = say("forecast_page.nothing") if unit is None else say("forecast_page.in_unit", unit=unit)
    words["band"] = _band_words(one, end)
    words["change"] = _change(one, period, end["middle"], last, end.get("low_0.8", end["middle"]))
    return say("forecast_page.outlook", **words)


def _band_words(one: _Given, end: Mapping[str, float]) -> Message:
    for level in _TOLD:
        if {f"low_{level:g}", f"high_{level:g}"} <= end.keys():
            low, high = (one.style.said(end[f"{edge}_{level:g}"]) for edge in ("low", "high"))
            return say("forecast_page.band", level=level, low=low, high=high)
    return say("forecast_page.nothing")


def _change(one: _Given, period: str, middle: float, last: float, low: float) -> Message:
    """The way from the last figure to the forecast: in points for what is counted in hundredths, a year's growth for
    what was and is likely to stay above zero."""
    if not math.isfinite(last):
        return say("forecast_page.nothing")
    words: dict[str, Value] = {"origin": period_name(one.table.origin), "last": one.style.said(last)}
    unit = Unit.parse(one.table.unit)
    if one.style.percent or unit.quantity in {"share", "growth"}:
        points = (middle - last) * 100 * (1.0 if one.style.percent else unit.scale)
        return say("forecast_page.change_points", **words, points=figure(points, one.style.decimals))
    years = _years(one.table.origin, period)
    past, _ = around(one.table, one.history)
    if years > 0 and min(middle, low, float(past.min())) > 0:
        # Over less than a year a yearly pace would blow a small step up.
        kind = "pace" if years >= 1 else "in_all"
        pace = compound(last, middle, max(years, 1.0))
        return say(f"forecast_page.change_{kind}", **words, pace=figure(pace, 1, percent=True))
    return say("forecast_page.change_from", **words)


def _years(origin: str, period: str) -> float:
    try:
        end = Period.parse(period)
        return (end - Period.parse(origin)) / end.frequency.value
    except BadInput:
        return 0.0


def _direction(one: _Given) -> Iterator[Message]:
    """Whether the direction is beyond the band's doubt."""
    _, end = _end(one)
    last = _last(one)
    if not math.isfinite(last) or not {"low_0.8", "high_0.8"} <= end.keys():
        return
    word = "up" if end["low_0.8"] > last else "down" if end["high_0.8"] < last else "open"
    yield say(
        f"forecast_page.direction_{word}", last=one.style.said(last), origin=period_name(one.table.origin)
    )


def _covered(one: _Given) -> dict[float, float]:
    """Share of outcomes inside the 80 and 95 per cent bands on the past, from the back-test or the table."""
    found = {} if one.score is None else one.score.coverage
    return {
        level: float(share)
        for level in _TOLD
        for known, share in found.items()
        if abs(known - level) < 1e-9 and math.isfinite(share)
    }


def _record(one: _Given) -> Iterator[Message]:
    """What the forecast did on the series' own past, in one sentence."""
    past = one.score
    if past is None:
        yield say("forecast_page.record_none", name=one.name)
    elif math.isfinite(past.relative_error):
        yield say(
            f"forecast_page.record_{standing(past.relative_error)}",
            origins=past.origins, forecasts=past.forecasts, ratio=past.relative_error,
        )  # fmt: skip


def _caption(one: _Given) -> Message:
    """What the bands covered on the past, and how much wider than the model's own they are."""
    covered = _covered(one)
    words = tuple(
        say("forecast_page.covered", level=round(100 * level), share=share)
        for level, share in covered.items()
    )
    width = _widening(one.table)
    return say(
        "forecast_page.caption",
        covered=say(
            "forecast_page.caption_covered",
            origins=one.score.origins,
            parts=words,
            wide=say(
                f"forecast_page.{'caption_generous' if is_generous(covered.get(0.8, 0.0)) else 'nothing'}"
            ),
        )
        if words and one.score is not None
        else say("forecast_page.caption_untried"),
        width=say("forecast_page.nothing")
        if width is None
        else say("forecast_page.caption_width", ratio=width),
    )


def _widening(table: ForecastTable) -> float | None:
    """How many times as wide as the model's own the 80 per cent bands are, the mean over the steps."""
    if table.raw is None:
        return None
    pairs = [
        next(((low, high) for level, low, high in bands_of(frame) if abs(level - 0.8) < 1e-9), None)
        for frame in (table.frame, table.raw)
    ]
    if pairs[0] is None or pairs[1] is None:
        return None
    widths = [
        (numbers(frame[pair[1]]) - numbers(frame[pair[0]]))
        for frame, pair in zip((table.frame, table.raw), pairs, strict=True)
        if pair is not None
    ]
    ratios = (widths[0] / widths[1].where(widths[1] > 0)).dropna()
    return float(ratios.mean()) if len(ratios) else None


def _notes(one: _Given) -> Iterator[Message]:
    for scenario in one.scenarios:
        if scenario.note is not None:
            yield say("forecast_page.scenario_note", name=named(scenario.name), note=scenario.note)


def _scenario_words(one: _Given) -> Iterator[Message]:
    """Where each named path ends, and on which side of which band."""
    for scenario in one.scenarios:
        values = numbers(scenario.values).dropna()
        if values.empty:
            continue
        period, value = str(values.index[-1]), float(values.iloc[-1])
        yield say(
            "forecast_page.scenario",
            name=named(scenario.name),
            period=period_name(period),
            value=one.style.said(value),
            place=say(f"forecast_page.place_{_side(one.table.frame, period, value)}"),
        )


def _side(frame: pd.DataFrame, period: str, value: float) -> str:
    """Where a value lies beside the bands of that period: inside_50, inside_80, inside_95, above, below, unknown."""
    where = [str(each) for each in frame.index]
    if period not in where:
        return "unknown"
    row = frame.iloc[where.index(period)]
    for level, low, high in bands_of(frame):
        if any(abs(level - known) < 1e-9 for known in _HOUSE) and float(row[low]) <= value <= float(
            row[high]
        ):
            return f"inside_{round(100 * level)}"
    widest = bands_of(frame)[-1:]
    if not widest or not all(math.isfinite(float(row[each])) for each in widest[0][1:]):
        return "unknown"
    return (
        "above"
        if value > float(row[widest[0][2]])
        else "below"
        if value < float(row[widest[0][1]])
        else "unknown"
    )


# The pictures and tables


def _fan_chart(one: _Given) -> Chart:
    drawn: Fan = fan(one.table, one.history, one.scenarios)
    period, end = _end(one)
    words: dict[str, Value] = {
        "name": one.name,
        "last": period_name(period),
        "origin": period_name(one.table.origin),
    }
    if end:
        title = say(
            "forecast_page.fan_title",
            **words,
            middle=one.style.said(end["middle"]),
            band=_band_words(one, end),
        )
    else:
        title = say("forecast_page.fan_title_plain", **words)
    return Chart(
        key=f"fan-{one.key}",
        kind="lines",
        title=title,
        unit=one.style.unit,
        summary=say(
            "forecast_page.fan_summary",
            **words,
            levels=tuple(f"{level:.0%}" for level, *_ in bands_of(one.table.frame)),
            scenarios=say("forecast_page.with_scenarios", names=tuple(named(s.name) for s in one.scenarios))
            if one.scenarios
            else say("forecast_page.nothing"),
            outlook=_outlook(one),
        ),
        curves=drawn.curves,
        sources=one.table.sources,
        bands=drawn.bands,
        marks=drawn.marks,
        percent=one.style.percent,
        decimals=one.style.decimals,
        log=drawn.log,
        note=_caption(one),
    )


def _quantile_table(one: _Given) -> Table | None:
    """Mean and quantiles by period, and the model's own 80 per cent band beside."""
    frame = one.table.frame
    shown = quantiles(frame)
    if frame.empty or not shown:
        return None
    columns: list[tuple[Value, pd.Series]] = []
    if "mean" in frame:
        columns.append((say("forecast_page.mean"), numbers(frame["mean"])))
    columns += [(f"{share:.4g}", numbers(frame[name])) for share, name in shown.items()]
    raw = one.table.raw
    for share in (0.1, 0.9) if raw is not None else ():
        name = column(raw, share) if raw is not None else None
        if raw is not None and name is not None:
            own = numbers(raw[name]).reindex(frame.index.map(str))
            columns.append((say("forecast_page.own_quantile", share=f"{share:g}"), own))
    rows = tuple(
        (str(period), *(_cell(one, values.iloc[place]) for _, values in columns))
        for place, period in enumerate(frame.index)
    )
    return Table(
        f"quantiles-{one.key}",
        say("forecast_page.quantiles_caption", name=one.name, unit=one.style.unit),
        (say("forecast_page.period"), *(head for head, _ in columns)),
        rows,
        one.table.sources,
    )


def _cell(one: _Given, value: float) -> str:
    return one.style.said(float(value)) if math.isfinite(value) else MISSING


def _past(one: _Given) -> Part | None:
    if one.backtest is None:
        return None
    return past_errors(one.key, one.name, one.backtest, one.history, one.style, one.table.sources)


def _revised(one: _Given) -> Part | None:
    """What changed since the last forecast, in words and by period."""
    change = one.revision
    if change is None:
        return None
    tables = [each for each in (_changes(one, change), _surprises(one, change)) if each is not None]
    return Part(
        f"revision-{one.key}",
        say("forecast_page.revised_title"),
        tuple(
            placed(sentence, change.area, one.variable)
            for sentence in revision_wording.sentences(change, one.variable)
        ),
        tables=tuple(tables),
    )


def _changes(one: _Given, change: Revision) -> Table | None:
    """The median of both forecasts by period, and what moved it."""
    if change.table.empty or "quantile" not in change.table:
        return None
    middle = change.median
    kept = [
        each
        for each in (
            "earlier",
            "later",
            "change",
            "revisions",
            "new_observations",
            "re_estimation",
            "unreproduced",
        )
        if each in middle and numbers(middle[each]).notna().any()
    ]
    if middle.empty or not kept:
        return None
    rows = tuple(
        (str(period), *(_cell(one, float(value)) for value in numbers_of(middle, kept, place)))
        for place, period in enumerate(middle.index)
    )
    return Table(
        f"changes-{one.key}",
        say(
            "forecast_page.changes_caption",
            name=one.name,
            earlier=period_name(change.earlier_origin),
            later=period_name(change.later_origin),
            unit=one.style.unit,
        ),
        (say("forecast_page.period"), *(say(f"forecast_page.part_{each}") for each in kept)),
        rows,
        one.table.sources,
    )


def numbers_of(frame: pd.DataFrame, columns: Sequence[str], place: int) -> list[float]:
    """One row's figures in some columns, NaN for what is none."""
    return [float(numbers(frame[name]).iloc[place]) for name in columns]


def _surprises(one: _Given, change: Revision) -> Table | None:
    """New figures beside what the earlier forecast expected."""
    found = change.surprises
    kept = [each for each in ("expected", "low", "high", "actual") if each in found]
    if found.empty or not kept:
        return None
    rows = tuple(
        (str(period), *(_cell(one, value) for value in numbers_of(found, kept, place)))
        for place, period in enumerate(found.index)
    )
    return Table(
        f"surprises-{one.key}",
        say("forecast_page.surprises_caption", name=one.name, unit=one.style.unit),
        (say("forecast_page.period"), *(say(f"forecast_page.surprise_{each}") for each in kept)),
        rows,
        one.table.sources,
    )


def _overview(given: Sequence[_Given]) -> Table:
    """Every series in one row: last figure, forecast, band, what the bands covered, and its fan drawn small."""
    shown = given[:MOST_ROWS]
    head = ("series", "last_figure", "end", "middle", "band", "covered")
    sources = dict.fromkeys(source for one in shown for source in one.table.sources)
    return Table(
        "all",
        say("forecast_page.overview_caption", count=len(shown)),
        tuple(say(f"forecast_page.head_{each}") for each in head),
        tuple(_row(one) for one in shown),
        tuple(sources),
        tuple(_small(one) for one in shown),
    )


def _row(one: _Given) -> tuple[Value, ...]:
    period, end = _end(one)
    last, covered = _last(one), _covered(one).get(0.8)
    band: Value = MISSING
    if {"low_0.8", "high_0.8"} <= end.keys():
        band = say(
            "forecast_page.from_to", low=one.style.said(end["low_0.8"]), high=one.style.said(end["high_0.8"])
        )
    return (
        one.name if one.unit is None else say("forecast_page.series_in_unit", name=one.name, unit=one.unit),
        say("forecast_page.figure_of", value=_cell(one, last), period=one.table.origin),
        period,
        _cell(one, end.get("middle", math.nan)),
        band,
        MISSING if covered is None else figure(covered, 0, percent=True),
    )


def _small(one: _Given) -> Chart:
    """The fan for a row: a short history, the forecast and its bands."""
    drawn = fan(one.table, one.history)
    ahead = len(one.table.frame)
    kept = max(_SMALL_HISTORY * _pace(one.table.origin), 2 * ahead)
    first = drawn.curves[0]
    short = Curve(first.name, first.values.iloc[-kept:], first.dashed, first.follows)
    return Chart(
        f"small-{one.key}",
        "lines",
        say("forecast_page.small_title", name=one.name),
        one.style.unit,
        _outlook(one),
        (short if not first.dashed else first, *drawn.curves[1:]),
        one.table.sources,
        drawn.bands,
        percent=one.style.percent,
        log=drawn.log,
    )


def _pace(origin: str) -> int:
    """More periods of what is observed more often, but not as many times."""
    try:
        frequency = Period.parse(origin).frequency
    except BadInput:
        return 1
    return {Frequency.ANNUAL: 1, Frequency.QUARTERLY: 2, Frequency.MONTHLY: 3}[frequency]
