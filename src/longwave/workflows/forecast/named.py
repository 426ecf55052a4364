"""A series by its name: ``real_gdp@USA``, ``fernald:tfp@USA``, ``patents_by_field[semiconductors]@JPN``.

Published figures come first, one source chosen as a study chooses it; a name that no publisher has but longwave measures
(``labour_productivity@USA``) is measured.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import DataError, UnknownArea, UnknownSeries, UsageError
from longwave.core.message import Message, Names, Value, say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.period import Frequency, Period, frequency_of
from longwave.core.settings import Settings
from longwave.forecast.real_time import vintages_of
from longwave.measure.measurement import of_panel
from longwave.prepare.choose import weigh
from longwave.prepare.concepts import concepts
from longwave.store import Store
from longwave.workflows.data import area_code, nothing_known
from longwave.workflows.measure import Measured, take_measure
from longwave.workflows.sources import Holdings, holdings, read_date

_NAME = re.compile(
    r"(?:(?P<source>[^:@\[\]]+):)?(?P<variable>[^:@\[\]]+)(?:\[(?P<item>[^@]*)\])?@(?P<area>[^@]+)"
)


_LONGEST = 100
"""Characters of an unreadable name that are shown."""


@dataclass(frozen=True, slots=True)
class SeriesName:
    """The parts of a written series; source empty: chosen by rule."""

    variable: str
    area: str
    item: str = ""
    source: str = ""

    @classmethod
    def parse(cls, text: str) -> SeriesName:
        """Reads ``[SOURCE:]VARIABLE[[ITEM]]@AREA``. Raises UsageError."""
        match = _NAME.fullmatch(text.strip())
        if match is None:
            raise UsageError(
                say("workflows.bad_series_name", text=text[:_LONGEST]), say("workflows.bad_series_name_mend")
            )
        return cls(match["variable"], match["area"], match["item"] or "", match["source"] or "")


@dataclass(frozen=True, eq=False)
class NamedSeries:
    """Figures of one series: values indexed by written period, unit, where they are from; vintages: day -> the series
    as it stood then, where the store keeps more than one and they were asked for; notes: what a reader should know."""

    key: str
    variable: str
    area: str
    unit: str
    values: pd.Series
    name: Names | Message
    origins: dict[str, Origin]
    vintages: Mapping[str, pd.Series]
    notes: tuple[Message, ...] = ()


def named_series(
    text: str,
    *,
    as_of: str | None,
    frequency: Frequency | None,
    settings: Settings,
    vintages: bool = False,
) -> NamedSeries:
    """The series of that name as it stood on a date; vintages: with its releases up to that date.

    Raises UsageError, UnknownArea, UnknownSeries (with the nearest).
    """
    asked = SeriesName.parse(text)
    area = area_code(asked.area, settings)
    sources = [asked.source] if asked.source else None
    day = read_date(as_of)
    found = holdings([area], [asked.variable], sources=sources, as_of=day, settings=settings)
    panel = found.panel.select(item=asked.item)
    if panel.frame["value"].notna().any():
        published = _published(asked, area, panel, found, frequency)
        return _with_vintages(published, asked, day, settings) if vintages else published
    if asked.variable in of_panel() and not asked.item and not asked.source:
        return _measured(asked, area, as_of, frequency, settings)
    raise _unknown(asked, area, as_of, settings)


def _published(
    asked: SeriesName,
    area: str,
    panel: Panel,
    found: Holdings,
    frequency: Frequency | None,
) -> NamedSeries:
    chosen = _one_source(panel, found, frequency)
    if not len(chosen):
        raise _no_frequency(asked, area, panel)
    source = chosen.sources()[0]
    values = chosen.series(asked.variable, area=area, item=asked.item)
    origins = {source: found.origins[source]}
    key = _key(asked.variable, area, asked.item)
    newer = None if frequency else _newer(key, panel, found, str(values.index[-1]))
    return NamedSeries(
        key,
        f"{asked.variable}[{asked.item}]" if asked.item else asked.variable,
        area,
        str(chosen.frame["unit"].iloc[0]),
        values,
        _told(asked, found, source),
        origins,
        {},
        () if newer is None else (newer,),
    )


def _newer(key: str, panel: Panel, found: Holdings, last: str) -> Message | None:
    """That figures of another frequency go on where the series chosen by rule has ended."""
    ends = {}
    for each in Frequency:
        offered = weigh(panel, found.origins, each).panel
        if len(offered):
            ends[each] = str(offered.frame["period"].max())
    latest = max(ends, key=lambda each: _over(ends[each]))
    if _over(ends[latest]) <= _over(last):
        return None
    return say("workflows.newer_frequency", name=key, last=last, end=ends[latest], freq=latest.letter)


def _over(text: str) -> float:
    """When a period is over, in years."""
    period = Period.parse(text)
    return (period.ordinal + 1) / period.frequency.value


def _one_source(panel: Panel, found: Holdings, frequency: Frequency | None) -> Panel:
    """Of the frequency asked for, or else of the concept's own, or else the most frequent that there is."""
    known = concepts().get(panel.variables()[0])
    order = [frequency] if frequency else [*([known.frequency] if known else []), *reversed(Frequency)]
    for each in order:
        chosen = weigh(panel, found.origins, each).panel
        if len(chosen):
            return chosen
    return Panel.empty()


def _told(asked: SeriesName, found: Holdings, source: str) -> Names | Message:
    known = concepts().get(asked.variable)
    metas = (meta.names for meta in found.metas if (meta.source, meta.variable) == (source, asked.variable))
    name = known.names if known else next(metas, Names(asked.variable))
    return say("workflows.series_of_item", name=name, item=asked.item) if asked.item else name


def _with_vintages(
    series: NamedSeries, asked: SeriesName, day: date | None, settings: Settings
) -> NamedSeries:
    """With how the series stood on each day of release that the store keeps, up to `day`; nothing where there is one only.

    Releases in another unit or price base than the series has now cannot be compared with it and are left out.
    """
    source, last = next(iter(series.origins)), str(series.values.index[-1])
    with Store.open(settings.store) as store:
        records = [
            record for record in store.datasets() if record.dataset == source and not record.superseded
        ]
        panels = [store.history(record.serial) for record in records]
        apart = any(record.realtime or record.gathered for record in records)
    rows = [
        panel.select(area=series.area, variable=asked.variable, item=asked.item)
        for panel in panels
        if len(panel)
    ]
    rows = [panel for panel in rows if len(panel)]
    if not rows:
        return series
    frame = Panel.concat(rows).frame
    known = frame["period"].str.len() == len(last)
    if day is not None:
        known &= frame["vintage"] <= day.isoformat()
    frame = frame[known]
    same = frame[frame["unit"] == series.unit]
    gone = sorted(set(frame["vintage"]) - set(same["vintage"]))
    if gone:
        said = say(
            "workflows.vintages_unit", name=series.key, count=len(gone), last=gone[-1], unit=series.unit
        )
        series = replace(series, notes=(*series.notes, said))
    if same["vintage"].nunique() < 2:
        return series
    panel = Panel(same.reset_index(drop=True))
    return replace(
        series,
        vintages=vintages_of(panel, asked.variable, series.area, asked.item, whole=not apart),
    )


def _measured(
    asked: SeriesName, area: str, as_of: str | None, frequency: Frequency | None, settings: Settings
) -> NamedSeries:
    done = take_measure(asked.variable, area, as_of=as_of, settings=settings)
    each = next(iter(done), None)
    if each is None or asked.variable not in each.table or each.table[asked.variable].dropna().empty:
        raise _unmeasured(asked, area, done)
    values = each.table[asked.variable].dropna()
    if frequency not in {None, frequency_of(str(values.index[-1]))}:
        raise UnknownSeries(
            say("workflows.no_frequency", name=f"{asked.variable}@{area}", there=_letters(values.index))
        )
    known = concepts().get(asked.variable)
    name = (
        say(f"workflows.subject_{asked.variable}")
        if asked.variable in _SUBJECTS
        else known.names
        if known
        else Names(asked.variable)
    )
    origins = dict(done.origins)
    return NamedSeries(
        _key(asked.variable, area, ""),
        asked.variable,
        area,
        each.units[asked.variable],
        values,
        name,
        origins,
        {},
    )


_SUBJECTS = frozenset({"labour_productivity"})
"""Measured columns that have a name in words."""


def _key(variable: str, area: str, item: str) -> str:
    return f"{variable}[{item}]@{area}" if item else f"{variable}@{area}"


def _no_frequency(asked: SeriesName, area: str, panel: Panel) -> UnknownSeries:
    name = _key(asked.variable, area, asked.item)
    return UnknownSeries(
        say("workflows.no_frequency", name=name, there=_letters(panel.frame["period"].unique()))
    )


def _letters(periods: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({frequency_of(str(period)).letter for period in periods}))


def _unmeasured(asked: SeriesName, area: str, done: Measured) -> UnknownSeries | DataError:
    """Why there is nothing to forecast: what the measure itself says that it lacks."""
    reasons = [*(refusal for each in done for refusal in each.refusals), *done.refusals]
    if reasons:
        return DataError(reasons[0].reason, reasons[0].mend)
    return UnknownSeries(say("workflows.no_column", name=_key(asked.variable, area, "")))


def _unknown(
    asked: SeriesName, area: str, as_of: str | None, settings: Settings
) -> UnknownSeries | UnknownArea:
    """What is not there: any figures of the area, the variable, it on that date, in that dataset, or its item."""
    panel = holdings([area], as_of=read_date(as_of), settings=settings).panel
    if not len(panel):
        return nothing_known([area], as_of)
    there = panel.select(variable=asked.variable)
    words: dict[str, Value] = {"variable": asked.variable, "area": area_names(area)}
    if not len(there):
        if as_of is not None and asked.variable in holdings([area], settings=settings).panel.variables():
            return UnknownSeries(
                say("workflows.series_later", **words, as_of=as_of), say("workflows.later_as_of")
            )
        near = nearest(asked.variable, [*panel.variables(), *of_panel()])
        return UnknownSeries(say("workflows.no_variable", area=area, variable=asked.variable, near=near))
    if asked.source and asked.source not in there.sources():
        return UnknownSeries(
            say("workflows.no_such_source", **words, source=asked.source, sources=tuple(there.sources()))
        )
    items = sorted(there.frame["item"].unique())
    if not asked.item:
        return UnknownSeries(
            say("workflows.item_wanted", **words, items=tuple(items[:_SHOWN])),
            say("workflows.item_wanted_mend", example=_key(asked.variable, area, items[0])),
        )
    if items == [""]:
        return UnknownSeries(say("workflows.no_items", **words))
    return UnknownSeries(say("workflows.no_item", **words, items=nearest(asked.item, items)))


_SHOWN = 8


def nearest(text: str, there: Iterable[str]) -> tuple[str, ...]:
    """The words most like one that is unknown, else the first few; each once."""
    known = {one.casefold(): one for one in there}
    within = [one for one in known if text.casefold() in one][:_SHOWN]
    near = difflib.get_close_matches(text.casefold(), known, n=5, cutoff=0.4)
    return tuple(
        known[one] for one in list(dict.fromkeys([*near, *within]))[:_SHOWN] or sorted(known)[:_SHOWN]
    )
