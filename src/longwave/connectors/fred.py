"""FRED and ALFRED of the Federal Reserve Bank of St. Louis: American and other series, with all their
vintages.

A series is a FRED code such as ``GDPC1``. Every observation comes once for each value it ever had; the day on
which a value was first published (``realtime_start``) is its vintage, so a reader can ask what was known on a
date. Where a figure was withdrawn, the day after becomes a vintage without a value. Series that ALFRED does
not archive, and those with more vintages than the service sends, come as of their last update only.

The key goes with each call and is kept nowhere. The licence is what FRED's own copyright tag says of a
series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from longwave.connectors.answer import expect, number_or_none, read_json, text_at
from longwave.connectors.connector import (
    CONNECTORS,
    Query,
    check_code,
    digest_of,
    joint_licence,
    need_key,
    no_such_area,
    nothing_found,
    panel_of,
    row,
)
from longwave.core.area import find_area
from longwave.core.errors import BadInput, FetchError, NeedsKey, UnknownArea, UnknownSeries
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.panel import Status
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from longwave.connectors.http import Http
    from longwave.connectors.raw_cache import Fetched

SERVICE = "FRED"
KEY_PAGE = "https://fred.stlouisfed.org/docs/api/api_key.html"
TERMS = "https://fred.stlouisfed.org/legal/"
_CODE = re.compile(r"[A-Za-z0-9_]{1,50}")
_EVER = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}
_STILL = "9999-12-31"
_PER_PAGE = 100_000
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class _Series:
    """One series as it came: its description by real-time period, tags, rows, and the bytes of it all."""

    code: str
    about: tuple[dict[str, Any], ...]
    tags: tuple[tuple[str, str], ...]
    observations: tuple[dict[str, Any], ...]
    archived: bool
    raw: tuple[RawFile, ...]
    url: str
    retrieved: str

    @property
    def latest(self) -> dict[str, Any]:
        return self.about[-1]

    @property
    def updated(self) -> str:
        return text_at(self.latest, "last_updated")[:10] or self.retrieved[:10]


@dataclass(frozen=True, slots=True)
class Fred:
    """Connector for api.stlouisfed.org."""

    base: str = "https://api.stlouisfed.org/fred"
    name: str = "fred"

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]:
        """One harvest with all vintages of all the series.

        Raises NeedsKey, UnknownSeries, BadInput for a daily or weekly series, UnknownArea where a series'
        area is not known or is none of those asked for.
        """
        key = need_key(http, "fred_key", SERVICE, KEY_PAGE)
        codes = tuple(dict.fromkeys(code.upper() for code in query.series))
        found = []
        for done, code in enumerate(codes):
            progress(say("connectors.asking", service=SERVICE, series=code), done, len(codes))
            check_code(code, _CODE, SERVICE, "GDPC1")
            found.append(self._series(code, http, {"api_key": key}))
        rows = [each for series in found for each in _rows(series, query)]
        if not rows:
            raise nothing_found(SERVICE, query)
        return (_harvest(found, rows),)

    def _series(self, code: str, http: Http, secrets: Mapping[str, str]) -> _Series:
        about = self._about(code, http, secrets)
        described = expect(_content(about, code).get("seriess"), list, SERVICE, "seriess")
        if not described:
            raise _unknown(code)
        tagged = self._ask("series/tags", {"series_id": code}, http, secrets)
        tags = expect(_content(tagged, code).get("tags"), list, SERVICE, "tags")
        pages, archived = self._observations(code, http, secrets)
        raw = [RawFile(f"{code}.series.json", about.data), RawFile(f"{code}.tags.json", tagged.data)]
        raw += [RawFile(f"{code}.{number}.json", page.data) for number, page in enumerate(pages, start=1)]
        observations = [each for page in pages for each in _observations_in(page, code)]
        records = [expect(each, dict, SERVICE, "series") for each in described]
        return _Series(
            code,
            tuple(sorted(records, key=lambda each: text_at(each, "realtime_start"))),
            tuple((text_at(tag, "group_id"), text_at(tag, "name")) for tag in tags if isinstance(tag, dict)),
            tuple(observations),
            archived,
            tuple(raw),
            pages[0].url_without_secrets,
            pages[0].retrieved,
        )

    def _about(self, code: str, http: Http, secrets: Mapping[str, str]) -> Fetched:
        """The series' description through time, or today's where ALFRED does not have the series."""
        answer = self._ask("series", {"series_id": code, **_EVER}, http, secrets)
        if answer.status != 200 and "alfred" in _error(answer).casefold():
            return self._ask("series", {"series_id": code}, http, secrets)
        return answer

    def _observations(self, code: str, http: Http, secrets: Mapping[str, str]) -> tuple[list[Fetched], bool]:
        """All pages, and whether they hold every vintage."""
        first = self._page(code, 0, _EVER, http, secrets)
        said = _error(first).casefold() if first.status != 200 else ""
        archived = not ("alfred" in said or "vintage dates" in said)
        span: Mapping[str, str] = _EVER if archived else {}
        if not archived:
            first = self._page(code, 0, {}, http, secrets)
        count = int(number_or_none(_content(first, code).get("count"), SERVICE, "count") or 0)
        offsets = range(_PER_PAGE, min(count, _MOST_PAGES * _PER_PAGE), _PER_PAGE)
        pages = [first, *(self._page(code, offset, span, http, secrets) for offset in offsets)]
        came = sum(len(_observations_in(page, code)) for page in pages)
        if came != count:
            raise FetchError(
                say("connectors.rows_missing", service=SERVICE, promised=count, came=came),
                say("connectors.later_mend"),
            )
        return pages, archived

    def _page(
        self, code: str, offset: int, span: Mapping[str, str], http: Http, secrets: Mapping[str, str]
    ) -> Fetched:
        params = {"series_id": code, **span, "limit": str(_PER_PAGE), "offset": str(offset)}
        return self._ask("series/observations", params, http, secrets)

    def _ask(self, path: str, params: Mapping[str, str], http: Http, secrets: Mapping[str, str]) -> Fetched:
        full = {**params, "file_type": "json"}
        return http.get(f"{self.base}/{path}", full, secrets=secrets, expects=(200, 400))


def fred_unit(text: str) -> Unit:
    """FRED's unit text as a unit: ``Billions of Chained 2017 Dollars`` is constant 2017 money, in billions.

    Words are put in the order that `Unit.parse` reads; what it still does not know stays as FRED wrote it.
    """
    words = re.sub(r"^(Thousands|Millions|Billions|Trillions) of ", r"\1 ", text.strip(), flags=re.I)
    words = re.sub(r"\b(?:U\.S\. |US )?Dollars$", "USD", words, flags=re.I)
    unit = Unit.parse(words)
    return unit if unit.quantity != "unstated" else Unit.parse(text)


def _rows(series: _Series, query: Query) -> Iterator[dict[str, Any]]:
    area, item = _area(series, query)
    if not query.wants(area):
        return
    frequency = text_at(series.latest, "frequency_short")
    by_period: dict[str, list[dict[str, Any]]] = {}
    for observation in series.observations:
        period = _period(text_at(observation, "date"), frequency, series.code)
        if query.covers(period):
            by_period.setdefault(period, []).append(observation)
    for period, versions in by_period.items():
        for vintage, value, note in _vintages(series, versions):
            unit = str(fred_unit(_units_at(series, vintage)))
            status = str(Status.NORMAL if value is not None else Status.MISSING)
            yield row(
                "fred", area, series.code, period, value, unit, vintage, item=item, status=status, note=note
            )


def _vintages(series: _Series, versions: list[dict[str, Any]]) -> Iterator[tuple[str, float | None, str]]:
    """(vintage, value, note) of one observation through time, with a gap where it was withdrawn."""
    gap = "the publisher gives no figure"
    if not series.archived:
        value = number_or_none(versions[0].get("value"), SERVICE, "value")
        yield series.updated, value, gap if value is None else ""
        return
    ordered = sorted(versions, key=lambda each: text_at(each, "realtime_start"))
    closing: list[dict[str, Any]] = [*ordered, {}]
    for this, following in pairwise(closing):
        value = number_or_none(this.get("value"), SERVICE, "value")
        yield text_at(this, "realtime_start"), value, gap if value is None else ""
        end = text_at(this, "realtime_end")
        withdrawn = "" if end == _STILL else _day_after(end)
        if withdrawn and (not following or text_at(following, "realtime_start") > withdrawn):
            yield withdrawn, None, "withdrawn by the publisher"


def _units_at(series: _Series, vintage: str) -> str:
    """The unit that was in force on a day: rebasing changes it from one vintage to the next."""
    in_force = series.about[0]
    for about in series.about:
        if text_at(about, "realtime_start") <= vintage:
            in_force = about
    return text_at(in_force, "units")


def _area(series: _Series, query: Query) -> tuple[str, str]:
    """(area, part of the area) by FRED's geography tags, else the one area that the query names."""
    places = [name for group, name in series.tags if group == "geo"]
    kinds = {name for group, name in series.tags if group == "geot"}
    if places == ["usa"] or ("usa" in places and "nation" in kinds):
        return "USA", ""
    if "usa" in places:
        return "USA", " ".join(sorted(set(places) - {"usa"}))
    if len(places) == 1 and (not kinds or "nation" in kinds):
        try:
            return find_area(places[0]).code, ""
        except UnknownArea:
            pass
    if len(query.areas) == 1:
        return query.areas[0], ""
    raise no_such_area(SERVICE, series.code, ", ".join(places) or "?")


def _period(day: str, frequency: str, code: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", day) is None:
        expect(None, str, SERVICE, "date")
    if frequency == "A":
        return day[:4]
    if frequency == "Q":
        return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    if frequency == "M":
        return day[:7]
    raise BadInput(
        say("connectors.frequency", service=SERVICE, series=code, frequency=frequency or "?"),
        say("connectors.frequency_mend"),
    )


def _day_after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return expect(None, str, SERVICE, "realtime_end")


def _content(answer: Fetched, code: str) -> dict[str, Any]:
    """The JSON object of an answer. Raises what the service's own error message calls for."""
    content = expect(read_json(answer, SERVICE), dict, SERVICE, "answer")
    if answer.status == 200 and "error_code" not in content:
        return content
    said = text_at(content, "error_message")
    if "api_key" in said:
        raise NeedsKey(say("connectors.key_refused", service=SERVICE), say("connectors.key_refused_mend"))
    if "does not exist" in said:
        raise _unknown(code)
    raise FetchError(
        say("connectors.refused", service=SERVICE, said=said[:200]), say("connectors.status_mend")
    )


def _error(answer: Fetched) -> str:
    content = read_json(answer, SERVICE)
    return text_at(content, "error_message") if isinstance(content, dict) else ""


def _observations_in(page: Fetched, code: str) -> list[dict[str, Any]]:
    found = expect(_content(page, code).get("observations"), list, SERVICE, "observations")
    return [expect(each, dict, SERVICE, "observation") for each in found]


def _unknown(code: str) -> UnknownSeries:
    return UnknownSeries(
        say("connectors.unknown_series", service=SERVICE, series=code), say("connectors.nothing_found_mend")
    )


def _licence(series: _Series) -> Licence:
    stated = [name for group, name in series.tags if group == "cc"]
    licence = Licence.from_text("; ".join(stated))
    return Licence(licence.name, url=TERMS, stated=licence.stated)


def _harvest(found: list[_Series], rows: list[dict[str, Any]]) -> Harvest:
    raw = tuple(file for series in found for file in series.raw)
    released = max(series.updated for series in found)
    origin = Origin(
        dataset="fred",
        title="FRED, with ALFRED vintages",
        publisher="Federal Reserve Bank of St. Louis",
        release=released,
        released=released,
        licence=joint_licence([_licence(series) for series in found]),
        url=found[0].url,
        retrieved=found[0].retrieved,
        sha256=digest_of(raw),
        attribution="FRED, Federal Reserve Bank of St. Louis",
    )
    wanted = {each["variable"] for each in rows}
    metas = tuple(_meta(series) for series in found if series.code in wanted)
    return Harvest(origin, panel_of(rows), metas, raw, realtime=True)


def _meta(series: _Series) -> SeriesMeta:
    latest = series.latest
    season = text_at(latest, "seasonal_adjustment")
    note = "; ".join(part for part in (season, text_at(latest, "notes")) if part)
    unit = fred_unit(text_at(latest, "units"))
    return SeriesMeta("fred", series.code, Names(text_at(latest, "title")), unit, series.code, note=note)


CONNECTORS.register("fred")(Fred())
