"""SDMX services of the ECB, OECD, Eurostat, BIS, ILO and IMF, read with the package sdmx1 (extra ``sdmx``).

A series is ``SERVICE/FLOW/KEY``, e.g. ``ECB/MNA/A.N.DE.W2.S1.S1.B.B1GQ._Z._Z._Z.EUR.LR.N``; the key may leave
a dimension open (``..``) or list values (``DE+FR``). Figures keep their observation status. `panel_rows`
turns any SDMX data message, XML or JSON, into rows; it needs no network, so a message from elsewhere can be
read as well.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from longwave.connectors.answer import number_or_none
from longwave.connectors.connector import (
    CONNECTORS,
    Query,
    check_code,
    digest_of,
    no_such_area,
    nothing_found,
    panel_of,
    row,
    slug,
)
from longwave.connectors.sdmx_words import (
    AREA,
    MULTIPLIER,
    TIME,
    UNIT,
    area_of,
    first_of,
    is_house_period,
    period_of,
    status_of,
    unit_of,
    variable_of,
)
from longwave.core.errors import BadInput, FetchError, UnknownSeries, UsageError
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import Names, say
from longwave.core.optional import require
from longwave.core.origin import Licence, Origin
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from longwave.connectors.http import Http
    from longwave.connectors.raw_cache import Fetched

SERVICE = "SDMX"
EXAMPLE = "ECB/EXR/A.USD.EUR.SP00.A"
ACCEPT = (
    "application/vnd.sdmx.genericdata+xml;version=2.1, "
    "application/vnd.sdmx.data+json;version=1.0.0-wd;q=0.5, application/xml;q=0.2"
)
"""Generic XML first: it explains itself, where structure-specific XML needs a second call for its
structure."""
_CODE = re.compile(r"[A-Za-z]{2,10}/[A-Za-z0-9_@.,:\-]{1,120}/[A-Za-z0-9_.+@\-]{1,300}")
_NOT_READ = (
    RuntimeError,
    AssertionError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    NotImplementedError,
)
"""What sdmx1 and lxml raise for a message that they cannot read; sdmx1 has no error of its own for it."""


@dataclass(frozen=True, slots=True)
class Service:
    """One publisher's SDMX service. licence: as its terms state it for its statistics."""

    publisher: str
    base: str
    licence: Licence


_UNSTATED = Licence.from_text(None)
SERVICES: Mapping[str, Service] = {
    "ECB": Service("European Central Bank", "https://data-api.ecb.europa.eu/service", _UNSTATED),
    "OECD": Service("OECD", "https://sdmx.oecd.org/public/rest", _UNSTATED),
    "ESTAT": Service("Eurostat", "https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1", _UNSTATED),
    "BIS": Service("Bank for International Settlements", "https://stats.bis.org/api/v1", _UNSTATED),
    "ILO": Service("International Labour Organization", "https://sdmx.ilo.org/rest", _UNSTATED),
    "IMF": Service("International Monetary Fund", "https://api.imf.org/external/sdmx/2.1", _UNSTATED),
}
"""No licence is stated in an SDMX answer, and terms differ by dataset, so none is claimed."""


class _Stream(io.BytesIO):
    """Bytes on which sdmx1's JSON reader may set its `default_size`, which a plain BytesIO does not allow."""

    default_size = -1


@dataclass
class _Flow:
    """What is gathered of one data flow; `answer` is the first."""

    dataset: str
    title: str
    service: Service
    answer: Fetched
    prepared: str = ""
    rows: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    raw: list[RawFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sdmx:
    """Connector for the services in `services`."""

    services: Mapping[str, Service]
    name: str = "sdmx"

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]:
        """One harvest a data flow. No key is needed.

        Raises MissingPackage without sdmx1, UnknownSeries, BadInput for figures by day, week or half-year,
        UnknownArea where a message holds no area that longwave knows.
        """
        flows: dict[str, _Flow] = {}
        for done, code in enumerate(query.series):
            progress(say("connectors.asking", service=SERVICE, series=code), done, len(query.series))
            check_code(code, _CODE, SERVICE, EXAMPLE)
            self._gather(code, query, http, flows, progress)
        full = [flow for flow in flows.values() if flow.rows]
        if not full:
            raise nothing_found(SERVICE, query)
        return tuple(_harvest(flow) for flow in full)

    def _gather(
        self, code: str, query: Query, http: Http, flows: dict[str, _Flow], progress: Progress
    ) -> None:
        publisher, name, key = code.split("/", 2)
        service = self._service(publisher)
        url = f"{service.base}/data/{name}/{key}"
        answer = http.get(url, headers={"Accept": ACCEPT}, expects=(200, 404))
        if answer.status == 404:
            raise UnknownSeries(
                say("connectors.unknown_series", service=SERVICE, series=code),
                say("connectors.nothing_found_mend"),
            )
        dataset = f"sdmx_{slug(publisher)}_{slug(name)}"
        flow = flows.setdefault(dataset, _Flow(dataset, f"{publisher.upper()} {name}", service, answer))
        message = read_message(answer.data)
        flow.prepared = max(flow.prepared, _prepared(message))
        strange: set[str] = set()
        read = list(panel_rows(message, dataset, name, flow.answer.retrieved[:10], strange))
        if strange and not read:
            raise no_such_area(SERVICE, code, ", ".join(sorted(strange)[:8]))
        if strange:
            progress(say("connectors.areas_left_out", series=code, areas=tuple(sorted(strange))), 0, 0)
        wanted = [each for each in read if query.wants(each["area"]) and query.covers(each["period"])]
        # Keys may overlap: an observation that came twice is one; two that differ are for the panel to refuse.
        flow.rows.update({tuple(each.values()): each for each in wanted})
        flow.raw.append(RawFile(f"{slug(code)}{'.json' if _is_json(answer.data) else '.xml'}", answer.data))

    def _service(self, publisher: str) -> Service:
        service = self.services.get(publisher.upper())
        if service is None:
            raise UsageError(
                say("connectors.no_such_service", name=publisher),
                say("connectors.no_such_service_mend", names=tuple(sorted(self.services))),
            )
        return service


def read_message(data: bytes) -> Any:
    """An SDMX data message from its bytes, XML or JSON.

    Raises MissingPackage without sdmx1, FetchError for anything that is not a data message. A document type
    is refused unread: no publisher sends one, and entities are how an XML file swells or reads other files.
    """
    sdmx = require("sdmx", why="to read SDMX messages", extra="sdmx")
    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.I) or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise _unreadable()
    # sdmx1 prints what it was doing when it fails; standard output belongs to data.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            message = (
                _read_json(sdmx, data) if _is_json(data) else sdmx.read_sdmx(_Stream(data), format="xml")
            )
        except (*_NOT_READ, sdmx.exceptions.XMLParseError):
            raise _unreadable() from None
    if not hasattr(message, "data"):
        raise _unreadable()
    return message


def _read_json(sdmx: ModuleType, data: bytes) -> Any:
    """An SDMX-JSON 1.0 message with its series' attributes.

    sdmx1 (2.28) looks series attributes up under the data set's numbers, which loses units or takes wrong
    ones. So the attributes of data sets and series are read here, and sdmx1 gets the message without them.
    """
    tree = json.loads(data)
    structure = tree["structure"]
    found = []
    for data_set in tree["dataSets"]:
        common = _named(structure["attributes"].get("dataSet", []), data_set.pop("attributes", []))
        series = data_set.get("series", {})
        found.append({key: common | _series_attributes(structure, each) for key, each in series.items()})
    message = sdmx.read_sdmx(_Stream(json.dumps(tree).encode("utf-8")), format="json")
    for data_set, attributes in zip(message.data, found, strict=True):
        for series_key, each in zip(data_set.series, attributes.values(), strict=True):
            series_key.attrib = {
                name: sdmx.model.common.AttributeValue(value=value) for name, value in each.items()
            }
    return message


def _series_attributes(structure: Any, series: dict[str, Any]) -> dict[str, str]:
    return _named(structure["attributes"].get("series", []), series.pop("attributes", []))


def _named(attributes: list[Any], numbers: list[Any]) -> dict[str, str]:
    """Attribute values by id, from their numbers in the lists of the message's structure."""
    pairs = zip(attributes, numbers, strict=False)
    return {
        about["id"]: str(about["values"][number].get("id", about["values"][number].get("name", "")))
        for about, number in pairs
        if number is not None
    }


def panel_rows(
    message: Any, dataset: str, flow: str, vintage: str, strange: set[str]
) -> Iterator[dict[str, Any]]:
    """The observations of a data message as rows of the long table.

    The variable is ``FLOW/KEY`` with a star in the area's place. strange: gets the area codes that were left
    out. Raises BadInput for figures by day, week or half-year, FetchError for figures that are no numbers.
    """
    for data_set in message.data:
        for observation in data_set.obs:
            key = {name: str(pair.value) for name, pair in observation.key.values.items()}
            said = {name: _attribute(value) for name, value in observation.attrib.items()}
            words = {**said, **key}
            where = first_of(words, AREA)
            area = area_of(words[where]) if where else None
            if area is None:
                strange.add(words[where] if where else "?")
                continue
            time = first_of(key, TIME)
            variable = f"{flow}/{variable_of(key, where, skip=[time] if time else [])}"
            period = period_of(key[time] if time else "")
            if not is_house_period(period):
                raise BadInput(
                    say(
                        "connectors.frequency", service=SERVICE, series=variable, frequency=period[:20] or "?"
                    ),
                    say("connectors.frequency_mend"),
                )
            value = number_or_none(observation.value, SERVICE, "value")
            status, note = status_of(words.get("OBS_STATUS", ""), value)
            unit = str(_unit(words))
            yield row(dataset, area, variable, period, value, unit, vintage, status=status, note=note)


def _harvest(flow: _Flow) -> Harvest:
    released = flow.answer.retrieved[:10]
    rows = list(flow.rows.values())
    origin = Origin(
        dataset=flow.dataset,
        title=flow.title,
        publisher=flow.service.publisher,
        release=flow.prepared or released,
        released=released,
        licence=flow.service.licence,
        url=flow.answer.url_without_secrets,
        retrieved=flow.answer.retrieved,
        sha256=digest_of(flow.raw),
        attribution=f"{flow.service.publisher}, {flow.title}",
    )
    return Harvest(origin, panel_of(rows), _metas(rows, flow.dataset), tuple(flow.raw))


def _attribute(value: Any) -> str:
    return str(getattr(value, "value", value))


def _unit(words: Mapping[str, str]) -> Unit:
    name, power = first_of(words, UNIT), first_of(words, MULTIPLIER)
    return unit_of(words[name] if name else "", words[power] if power else "")


def _metas(rows: list[dict[str, Any]], dataset: str) -> tuple[SeriesMeta, ...]:
    units = {each["variable"]: each["unit"] for each in rows}
    return tuple(
        SeriesMeta(dataset, variable, Names(variable), Unit.parse(unit), source_variable=variable)
        for variable, unit in sorted(units.items())
    )


def _prepared(message: Any) -> str:
    return str(getattr(message.header, "prepared", None) or "")[:10]


def _is_json(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{"


def _unreadable() -> FetchError:
    return FetchError(say("connectors.not_sdmx"), say("connectors.wrong_shape_mend"))


CONNECTORS.register("sdmx")(Sdmx(SERVICES))
