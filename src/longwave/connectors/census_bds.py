"""Business Dynamics Statistics of the US Census Bureau: births, deaths and job flows of American businesses.

A series is a variable of the time-series API such as ``JOB_CREATION_RATE``, or one industry of it,
``JOB_CREATION_RATE/31-33`` (NAICS; the industry becomes the item). The API answers with rows of text under a
row of names. A cell may be withheld; its flag (``JOB_CREATION_RATE_F``) says why, and becomes the status.
"""

from __future__ import annotations

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
    need_key,
    no_such_area,
    nothing_found,
    panel_of,
    row,
)
from longwave.core.errors import FetchError, NeedsKey, UnknownSeries
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.panel import Status
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from longwave.connectors.http import Http
    from longwave.connectors.raw_cache import Fetched

SERVICE = "Census BDS"
DATASET = "census_bds"
KEY_PAGE = "https://api.census.gov/data/key_signup.html"
PUBLIC_DOMAIN = Licence("US-federal-public-domain", url="https://www.usa.gov/government-copyright")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,60}(/[0-9]{2,6}(-[0-9]{2})?)?")
_TOTAL = "00"
_FLAGS = {
    "D": (Status.SUPPRESSED, "withheld: would show single businesses"),
    "S": (Status.SUPPRESSED, "withheld: below publication standards"),
    "N": (Status.NOT_COLLECTED, "not available"),
    "X": (Status.CANNOT_EXIST, "structurally missing or zero"),
}
"""The Bureau's cell notes for BDS."""
_UNITS = {"FIRM": "firms", "ESTAB": "establishments", "EMP": "persons"}


@dataclass(frozen=True, slots=True)
class _Table:
    """One answer: the place of each name, and the rows under them."""

    code: str
    industry: str
    places: Mapping[str, int]
    rows: list[list[Any]]
    label: str
    raw: tuple[RawFile, ...]
    answer: Fetched


@dataclass(frozen=True, slots=True)
class CensusBds:
    """Connector for api.census.gov/data/timeseries/bds."""

    base: str = "https://api.census.gov/data/timeseries/bds"
    name: str = "census_bds"

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]:
        """One harvest. Raises NeedsKey, UnknownSeries, and UnknownArea where the United States are not
        wanted."""
        if not query.wants("USA"):
            raise no_such_area(SERVICE, ", ".join(query.series), ", ".join(query.areas))
        key = need_key(http, "census_key", SERVICE, KEY_PAGE)
        codes = tuple(dict.fromkeys(code.upper().removesuffix(f"/{_TOTAL}") for code in query.series))
        tables = []
        for done, code in enumerate(codes):
            progress(say("connectors.asking", service=SERVICE, series=code), done, len(codes))
            check_code(code, _CODE, SERVICE, "JOB_CREATION_RATE")
            variable, _, industry = code.partition("/")
            tables.append(self._table(variable, industry or _TOTAL, http, {"key": key}))
        return (_harvest(tables, query),)

    def _table(self, code: str, industry: str, http: Http, secrets: Mapping[str, str]) -> _Table:
        answer = self._ask(f"{code},{code}_F", industry, http, secrets)
        if answer.status == 400 and f"{code}_F" in _said(answer):
            answer = self._ask(code, industry, http, secrets)
        _check(answer, code)
        label = http.get(f"{self.base}/variables/{code}.json", secrets=secrets, expects=(200, 400, 404))
        content = expect(read_json(answer, SERVICE), list, SERVICE, "table")
        head = expect(content[0] if content else None, list, SERVICE, "names")
        places: dict[str, int] = {}
        for place, name in enumerate(head):
            places.setdefault(expect(name, str, SERVICE, "names"), place)
        for name in (code, "YEAR"):
            expect(places.get(name), int, SERVICE, name)
        rows = [expect(each, list, SERVICE, "row") for each in content[1:]]
        if any(len(each) != len(head) for each in rows):
            expect(None, list, SERVICE, "row")
        name = code if industry == _TOTAL else f"{code}.{industry}"
        raw = [RawFile(f"{name}.json", answer.data)]
        raw += [RawFile(f"{code}.variable.json", label.data)] if label.status == 200 else []
        return _Table(code, industry, places, rows, _label(label), tuple(raw), answer)

    def _ask(self, variables: str, industry: str, http: Http, secrets: Mapping[str, str]) -> Fetched:
        params = {"get": variables, "for": "us:*", "YEAR": "*", "NAICS": industry}
        return http.get(self.base, params, secrets=secrets, expects=(200, 204, 400, 404))


def unit_of(code: str) -> Unit:
    """The unit of a BDS variable by its name; the API states none.

    Rates are percent of the mean of two years' employment or establishments; job flows count jobs.
    """
    if code.endswith("_RATE"):
        return Unit.parse("percent")
    if code in _UNITS:
        return Unit.parse(_UNITS[code])
    if code.startswith(("JOB_", "NET_JOB")):
        return Unit.parse("jobs")
    if code.startswith("ESTABS_"):
        return Unit.parse("establishments")
    if code.endswith("_FIRMS"):
        return Unit.parse("firms")
    return Unit.parse("not stated")


def _check(answer: Fetched, code: str) -> None:
    """Raises what the Bureau's plain-text or HTML errors call for."""
    text = read_text(answer, SERVICE) if answer.data else ""
    if "<html" in text.lower() and "key" in text.lower():
        raise NeedsKey(say("connectors.key_refused", service=SERVICE), say("connectors.key_refused_mend"))
    said = _said(answer)
    if answer.status == 204 or "unknown variable" in said.lower():
        raise UnknownSeries(
            say("connectors.unknown_series", service=SERVICE, series=code),
            say("connectors.nothing_found_mend"),
        )
    if answer.status != 200:
        raise FetchError(say("connectors.refused", service=SERVICE, said=said), say("connectors.status_mend"))


def _said(answer: Fetched) -> str:
    text = answer.data[:2000].decode("utf-8", errors="replace")
    return "" if "<" in text else " ".join(text.split())[:200]


def _label(answer: Fetched) -> str:
    if answer.status != 200:
        return ""
    content = read_json(answer, SERVICE)
    return text_at(content, "label") if isinstance(content, dict) else ""


def _rows(table: _Table, query: Query, vintage: str) -> Iterator[dict[str, Any]]:
    flag_place = table.places.get(f"{table.code}_F")
    item = "" if table.industry == _TOTAL else table.industry
    unit = str(unit_of(table.code))
    for cells in table.rows:
        period = expect(cells[table.places["YEAR"]], str, SERVICE, "YEAR")
        if not query.covers(period):
            continue
        written = cells[table.places[table.code]]
        flag = str(cells[flag_place] or "") if flag_place is not None else ""
        value, status, note = read_cell(written, flag)
        yield row(
            DATASET, "USA", table.code, period, value, unit, vintage, item=item, status=status, note=note
        )


def read_cell(written: object, flag: str) -> tuple[float | None, str, str]:
    """(value, status, note) of a cell and its flag. A withheld cell may hold 0, which is then no figure."""
    letter = flag.strip().upper()
    if isinstance(written, str) and written.strip().strip("()").upper() in _FLAGS:
        letter, written = written.strip().strip("()").upper(), None
    if letter in _FLAGS:
        status, note = _FLAGS[letter]
        return None, str(status), note
    value = number_or_none(written, SERVICE, "value")
    status = Status.MISSING if value is None else Status.NORMAL
    return value, str(status), f"flag {letter}" if letter else ""


def _harvest(tables: list[_Table], query: Query) -> Harvest:
    retrieved = max(table.answer.retrieved for table in tables)
    vintage = retrieved[:10]
    rows = [each for table in tables for each in _rows(table, query, vintage)]
    if not rows:
        raise nothing_found(SERVICE, query)
    years = [each["period"] for each in rows]
    raw = tuple({file.name: file for table in tables for file in table.raw}.values())
    origin = Origin(
        dataset=DATASET,
        title="Business Dynamics Statistics",
        publisher="US Census Bureau",
        release=f"as served on {vintage}, to {max(years)}",
        released=vintage,
        licence=PUBLIC_DOMAIN,
        url=tables[0].answer.url_without_secrets,
        retrieved=retrieved,
        sha256=digest_of(raw),
        attribution="US Census Bureau, Business Dynamics Statistics",
    )
    metas = {
        table.code: SeriesMeta(
            DATASET, table.code, Names(table.label or table.code), unit_of(table.code), table.code
        )
        for table in tables
    }
    return Harvest(origin, panel_of(rows), tuple(metas.values()), raw)


CONNECTORS.register("census_bds")(CensusBds())
