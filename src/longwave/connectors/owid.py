"""Our World in Data: the table behind any of its charts, with each column's citation and licences.

A series is a chart's slug such as ``share-electricity-renewables``. The chart's metadata name unit, citation
and date of each column; the column's full metadata name the licence of each producer behind it. Our World in
Data passes on many producers' figures: the licence is theirs, joined where there are several, and "not
stated" where one of them states none or forbids passing on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from longwave.connectors.answer import expect, number_or_none, read_json, read_text, text_at
from longwave.connectors.connector import (
    CONNECTORS,
    Query,
    check_code,
    digest_of,
    joint_licence,
    known_area,
    nothing_found,
    panel_of,
    row,
    slug,
)
from longwave.core.errors import BadInput, UnknownSeries
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from longwave.connectors.http import Http
    from longwave.connectors.raw_cache import Fetched

SERVICE = "Our World in Data"
_CODE = re.compile(r"[a-z0-9][a-z0-9\-]{1,150}")
_PARAMS = {"v": "1", "csvType": "full", "useColumnShortNames": "true"}
_MOST_COLUMNS = 25
"""Each column costs one more call for its licences."""
_OWN_CODES = {
    "OWID_WRL": "WLD",
    "OWID_KOS": "XKX",
    "OWID_EU27": "EUU",
    "OWID_HIC": "HIC",
    "OWID_UMC": "UMC",
    "OWID_LMC": "LMC",
    "OWID_LIC": "LIC",
}
"""Its own codes that mean one of longwave's areas; its continents and historical states do not."""
_CC_BY = re.compile(r"^(?:CC|Creative Commons)[ -]BY[ -](\d(?:\.\d)?)$", re.I)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a chart's table and what its metadata say."""

    name: str
    title: str
    unit: Unit
    updated: str
    citation: str
    note: str
    licence: Licence


@dataclass(frozen=True, slots=True)
class Owid:
    """Connector for ourworldindata.org/grapher."""

    base: str = "https://ourworldindata.org/grapher"
    name: str = "owid"

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]:
        """One harvest a chart. No key is needed. Raises UnknownSeries, and BadInput for a chart of days."""
        found = []
        for done, code in enumerate(query.series):
            progress(say("connectors.asking", service=SERVICE, series=code), done, len(query.series))
            check_code(code, _CODE, SERVICE, "life-expectancy")
            harvest = self._chart(code, query, http, progress)
            found += [harvest] if harvest is not None else []
        if not found:
            raise nothing_found(SERVICE, query)
        return tuple(found)

    def _chart(self, code: str, query: Query, http: Http, progress: Progress) -> Harvest | None:
        about = self._ask(f"{code}.metadata.json", code, http)
        content = expect(read_json(about, SERVICE), dict, SERVICE, "metadata")
        table = self._ask(f"{code}.csv", code, http)
        raw = [RawFile(f"{code}.metadata.json", about.data), RawFile(f"{code}.csv", table.data)]
        columns = list(self._columns(content, http, raw))
        updated = max((column.updated for column in columns), default="") or table.retrieved[:10]
        dataset = f"owid_{slug(code)}"
        strange: set[str] = set()
        rows = list(_rows(read_text(table, SERVICE), dataset, code, columns, query, updated, strange))
        if strange:
            progress(say("connectors.areas_left_out", series=code, areas=tuple(sorted(strange)[:20])), 0, 0)
        if not rows:
            return None
        origin = _origin(dataset, code, content, columns, table, raw, updated)
        metas = tuple(
            SeriesMeta(dataset, column.name, Names(column.title), column.unit, column.name, note=column.note)
            for column in columns
            if any(each["variable"] == column.name for each in rows)
        )
        return Harvest(origin, panel_of(rows), metas, tuple(raw))

    def _ask(self, file: str, code: str, http: Http) -> Fetched:
        answer = http.get(f"{self.base}/{file}", _PARAMS, expects=(200, 404))
        if answer.status == 404:
            raise UnknownSeries(
                say("connectors.unknown_series", service=SERVICE, series=code),
                say("connectors.nothing_found_mend"),
            )
        return answer

    def _columns(self, content: dict[str, Any], http: Http, raw: list[RawFile]) -> Iterator[_Column]:
        columns = expect(content.get("columns"), dict, SERVICE, "columns")
        for key, value in list(columns.items())[:_MOST_COLUMNS]:
            about = expect(value, dict, SERVICE, "columns")
            name = text_at(about, "shortName") or str(key)
            address = text_at(about, "fullMetadata")
            licence = Licence.from_text(None)
            if address:
                full = http.get(address)
                raw.append(RawFile(f"{slug(name)}.full.json", full.data))
                licence = _licence(expect(read_json(full, SERVICE), dict, SERVICE, "indicator"))
            yield _Column(
                name,
                text_at(about, "titleShort") or text_at(about, "titleLong") or name,
                Unit.parse(text_at(about, "unit") or text_at(about, "shortUnit") or "not stated"),
                _date(text_at(about, "lastUpdated")),
                text_at(about, "citationShort") or text_at(about, "citationLong"),
                text_at(about, "descriptionShort"),
                licence,
            )


def _licence(indicator: dict[str, Any]) -> Licence:
    """The joint licence of the producers behind an indicator, as their origins state it."""
    if indicator.get("nonRedistributable"):
        return Licence("not to be passed on", stated=False)
    origins = indicator.get("origins")
    stated = []
    for origin in origins if isinstance(origins, list) else []:
        words = origin.get("license") if isinstance(origin, dict) else None
        record = words if isinstance(words, dict) else {"name": words}
        licence = Licence.from_text(_short(text_at(record, "name")))
        stated.append(Licence(licence.name, url=text_at(record, "url"), stated=licence.stated))
    return joint_licence(stated)


def _short(name: str) -> str:
    """``CC BY 4.0`` -> ``CC-BY-4.0``; other names as they are."""
    match = _CC_BY.match(name)
    return f"CC-BY-{match[1]}" if match else name


def _rows(
    text: str,
    dataset: str,
    code: str,
    columns: list[_Column],
    query: Query,
    vintage: str,
    strange: set[str],
) -> Iterator[dict[str, Any]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        head = next(reader, [])
        places = _places(head, code)
        wanted = [(column, head.index(column.name)) for column in columns if column.name in head]
        if not wanted:
            expect(None, str, SERVICE, "columns")
        for cells in reader:
            if len(cells) != len(head):
                expect(None, list, SERVICE, "row")
            area, period = _area(cells, places), cells[places["year"]].strip()
            if area is None:
                strange.add(cells[places["entity"]])
                continue
            # Years before 1000 and after 9999 (long-run charts) have no writing in longwave's periods.
            if re.fullmatch(r"[1-9]\d{3}", period) is None and _is_year(period):
                continue
            if query.wants(area) and query.covers(period):
                yield from _cells(cells, wanted, dataset, area, period, vintage)
    except csv.Error:
        expect(None, str, SERVICE, "csv")


def _cells(
    cells: list[str], wanted: list[tuple[_Column, int]], dataset: str, area: str, period: str, vintage: str
) -> Iterator[dict[str, Any]]:
    for column, place in wanted:
        value = number_or_none(cells[place], SERVICE, column.name)
        # In a table of several columns an empty cell is the table's shape, not a gap that somebody reported.
        if value is not None:
            yield row(dataset, area, column.name, period, value, str(column.unit), vintage)


def _places(head: list[str], code: str) -> dict[str, int]:
    """Places of entity, code and year, whatever their case. Raises BadInput for a table by day."""
    places = {name.strip().lower(): place for place, name in enumerate(head)}
    if "day" in places and "year" not in places:
        raise BadInput(
            say("connectors.frequency", service=SERVICE, series=code, frequency="D"),
            say("connectors.frequency_mend"),
        )
    for name in ("entity", "code", "year"):
        expect(places.get(name), int, SERVICE, name)
    return places


def _area(cells: list[str], places: dict[str, int]) -> str | None:
    code = cells[places["code"]].strip()
    return _OWN_CODES.get(code) or (known_area(code) if len(code) == 3 else None)


def _is_year(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,9}", text) is not None


def _date(text: str) -> str:
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d.*", text) else ""


def _origin(
    dataset: str,
    code: str,
    content: dict[str, Any],
    columns: list[_Column],
    table: Fetched,
    raw: list[RawFile],
    updated: str,
) -> Origin:
    chart = content.get("chart")
    about = chart if isinstance(chart, dict) else {}
    citations = tuple(dict.fromkeys(column.citation for column in columns if column.citation))
    return Origin(
        dataset=dataset,
        title=text_at(about, "title") or code,
        publisher=SERVICE,
        release=updated,
        released=updated,
        licence=joint_licence([column.licence for column in columns]),
        url=table.url_without_secrets,
        retrieved=table.retrieved,
        sha256=digest_of(raw),
        attribution="; ".join(citations) or text_at(about, "citation") or SERVICE,
    )


CONNECTORS.register("owid")(Owid())
