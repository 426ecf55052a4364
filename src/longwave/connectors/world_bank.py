"""The World Bank's Indicators API, version 2: World Development Indicators and its sister databases.

A series is an indicator code such as ``NY.GDP.MKTP.KD``. Each database (``source`` in the API) becomes one
harvest; its release is the ``lastupdated`` date that comes with the figures. Gaps stay gaps. The unit is what
the indicator's name says in parentheses, since the API's own unit field is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from longwave.connectors.answer import expect, number_or_none, read_json, text_at
from longwave.connectors.connector import (
    CONNECTORS,
    Query,
    check_code,
    digest_of,
    known_area,
    nothing_found,
    panel_of,
    row,
)
from longwave.core.errors import FetchError, UnknownSeries
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.panel import Status
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from longwave.connectors.http import Http
    from longwave.connectors.raw_cache import Fetched

SERVICE = "World Bank"
TERMS = "https://www.worldbank.org/en/about/legal/terms-of-use-for-datasets"
CC_BY = Licence("CC-BY-4.0", url=TERMS)
"""The Bank's terms for datasets: CC BY 4.0 unless labelled otherwise; WDI is not."""
_DATASETS = {"2": "world_bank_wdi"}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{1,80}")
_PER_PAGE = "20000"
"""Rows. One indicator for all areas and years is about 17,000, so a query is mostly one call."""
_MOST_PAGES = 200
_STATUSES = {"E": Status.ESTIMATED, "F": Status.FORECAST, "P": Status.PROVISIONAL, "B": Status.BREAK}


@dataclass
class _Database:
    """What is gathered of one of the Bank's databases."""

    id: str
    name: str
    released: str
    url: str
    retrieved: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    metas: list[SeriesMeta] = field(default_factory=list)
    raw: list[RawFile] = field(default_factory=list)

    @property
    def dataset(self) -> str:
        return _DATASETS.get(self.id, f"world_bank_{self.id}")


@dataclass(frozen=True, slots=True)
class _Page:
    head: dict[str, Any]
    rows: list[Any]
    answer: Fetched


@dataclass(frozen=True, slots=True)
class WorldBank:
    """Connector for api.worldbank.org."""

    base: str = "https://api.worldbank.org/v2"
    name: str = "world_bank"

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]:
        """One harvest a database. No key is needed. Raises UnknownSeries for an indicator that does not
        exist."""
        databases: dict[str, _Database] = {}
        for done, code in enumerate(query.series):
            progress(say("connectors.asking", service=SERVICE, series=code), done, len(query.series))
            check_code(code, _CODE, SERVICE, "NY.GDP.MKTP.KD")
            self._gather(code, query, http, databases, progress)
        full = [database for database in databases.values() if database.rows]
        if not full:
            raise nothing_found(SERVICE, query)
        return tuple(_harvest(database) for database in full)

    def _gather(
        self, code: str, query: Query, http: Http, databases: dict[str, _Database], progress: Progress
    ) -> None:
        about, described = self._describe(code, http)
        # The service reads codes whatever their case; its own writing is the variable's name.
        code = text_at(about, "id") or code
        if any(code == meta.variable for database in databases.values() for meta in database.metas):
            return
        pages = list(self._pages(code, query, http))
        if not pages:
            return
        head, answer = pages[0].head, pages[0].answer
        source = about.get("source")
        stated = source if isinstance(source, dict) else {}
        id = text_at(head, "sourceid") or text_at(stated, "id")
        same = text_at(stated, "id") == id
        title = text_at(stated, "value") if same else f"World Bank database {id}"
        released = _date(text_at(head, "lastupdated")) or answer.retrieved[:10]
        if id not in databases:
            databases[id] = _Database(id, title, released, answer.url_without_secrets, answer.retrieved)
        database = databases[id]
        unit = Unit.parse(text_at(about, "unit") or unit_text(text_at(about, "name")))
        strange: set[str] = set()
        for page in pages:
            database.rows += _rows(page, code, database, str(unit), query, strange)
        if strange:
            progress(say("connectors.areas_left_out", series=code, areas=tuple(sorted(strange))), 0, 0)
        note = text_at(about, "sourceNote")
        names = Names(text_at(about, "name") or code)
        database.metas.append(
            SeriesMeta(database.dataset, code, names, unit, source_variable=code, note=note)
        )
        database.raw.append(RawFile(f"{code}.about.json", described.data))
        for number, page in enumerate(pages, start=1):
            database.raw.append(RawFile(f"{code}.{number}.json", page.answer.data))

    def _describe(self, code: str, http: Http) -> tuple[dict[str, Any], Fetched]:
        answer = http.get(f"{self.base}/indicator/{code}", {"format": "json"})
        page = _page(answer)
        if page is None or not page.rows:
            raise UnknownSeries(
                say("connectors.unknown_series", service=SERVICE, series=code),
                say("connectors.nothing_found_mend"),
            )
        return expect(page.rows[0], dict, SERVICE, "indicator"), answer

    def _pages(self, code: str, query: Query, http: Http) -> Iterator[_Page]:
        """Every page of an indicator's figures.

        The service refuses a whole call for one area that it does not have; then all areas are asked for, and
        the wanted ones picked here.
        """
        path = ";".join(query.areas) or "all"
        first = self._page(code, path, 1, http)
        if first is None and path != "all":
            path = "all"
            first = self._page(code, path, 1, http)
        if first is None:
            raise UnknownSeries(
                say("connectors.unknown_series", service=SERVICE, series=code),
                say("connectors.nothing_found_mend"),
            )
        pages = int(number_or_none(first.head.get("pages"), SERVICE, "pages") or 0)
        if not first.rows:
            return
        found = [first]
        for number in range(2, min(pages, _MOST_PAGES) + 1):
            page = self._page(code, path, number, http)
            found += [] if page is None else [page]
        _check_whole(found)
        yield from found

    def _page(self, code: str, path: str, number: int, http: Http) -> _Page | None:
        params = {"format": "json", "per_page": _PER_PAGE, "page": str(number)}
        return _page(http.get(f"{self.base}/country/{path}/indicator/{code}", params))


def unit_text(name: str) -> str:
    """The unit that an indicator's name holds in parentheses; the first that is understood, else the last.

    ``Unemployment, total (% of total labor force) (modeled ILO estimate)`` gives ``% of total labor force``.
    """
    parts = re.findall(r"\(([^()]+)\)", name)
    for part in parts:
        if Unit.parse(part).quantity != "unstated":
            return str(part)
    return str(parts[-1]) if parts else "not stated"


def _page(answer: Fetched) -> _Page | None:
    """A page of the API; None where it says that an indicator or an area is not known to it."""
    content = expect(read_json(answer, SERVICE), list, SERVICE, "page")
    head = expect(content[0] if content else None, dict, SERVICE, "head")
    if "message" in head:
        return None
    rows = content[1] if len(content) > 1 else None
    return _Page(head, [] if rows is None else expect(rows, list, SERVICE, "rows"), answer)


def _check_whole(pages: list[_Page]) -> None:
    """Raises FetchError where the pages hold fewer rows than their head promises."""
    promised = int(number_or_none(pages[0].head.get("total"), SERVICE, "total") or 0)
    came = sum(len(page.rows) for page in pages)
    if came != promised:
        raise FetchError(
            say("connectors.rows_missing", service=SERVICE, promised=promised, came=came),
            say("connectors.later_mend"),
        )


def _rows(
    page: _Page, code: str, database: _Database, unit: str, query: Query, strange: set[str]
) -> Iterator[dict[str, Any]]:
    for entry in page.rows:
        record = expect(entry, dict, SERVICE, "row")
        area = _area(record)
        if area is None:
            strange.add(_written_area(record))
            continue
        period = text_at(record, "date")
        if not query.wants(area) or not query.covers(_written(period)):
            continue
        value = number_or_none(record.get("value"), SERVICE, "value")
        said = text_at(record, "obs_status")
        status = str(_STATUSES.get(said.upper(), Status.NORMAL)) if value is not None else str(Status.MISSING)
        note = "null in the publisher's answer" if value is None else ""
        if said and said.upper() not in {"A", *_STATUSES}:
            note = f"{note}; obs_status {said}".lstrip("; ")
        vintage = database.released
        yield row(database.dataset, area, code, period, value, unit, vintage, status=status, note=note)


def _area(record: dict[str, Any]) -> str | None:
    """Alpha-3 code. Some databases leave the alpha-3 field empty and have the code in ``country.id``."""
    country = record.get("country")
    id = text_at(country, "id") if isinstance(country, dict) else ""
    return known_area(text_at(record, "countryiso3code")) or known_area(id)


def _written_area(record: dict[str, Any]) -> str:
    country = record.get("country")
    name = text_at(country, "value") if isinstance(country, dict) else ""
    return text_at(record, "countryiso3code") or name or "?"


def _written(period: str) -> str:
    """2019Q3 -> 2019-Q3, 2019M07 -> 2019-07, for the comparison with since and until."""
    return re.sub(r"^(\d{4})M(\d\d)$", r"\1-\2", re.sub(r"^(\d{4})(Q\d)$", r"\1-\2", period))


def _date(text: str) -> str:
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""


def _harvest(database: _Database) -> Harvest:
    licence = CC_BY if database.id == "2" else Licence.from_text(None)
    origin = Origin(
        dataset=database.dataset,
        title=database.name,
        publisher="World Bank",
        release=database.released,
        released=database.released,
        licence=licence,
        url=database.url,
        retrieved=database.retrieved,
        sha256=digest_of(database.raw),
        attribution=f"World Bank, {database.name}",
    )
    return Harvest(origin, panel_of(database.rows), tuple(database.metas), tuple(database.raw))


CONNECTORS.register("world_bank")(WorldBank())
