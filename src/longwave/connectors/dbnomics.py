"""DBnomics, which republishes the databases of some eighty statistical offices; its JSON API, version 22.

A series is ``PROVIDER/DATASET/SERIES``, e.g. ``AMECO/ZUTN/EA19.1.0.0.0.ZUTN``; SERIES may be a mask that
leaves a dimension open (``A..PCPIT_IX``) or lists several values (``A.FR+DE.PCPIT_IX``). Each dataset becomes
one harvest. The variable is the series code with a star in the area's place, so that countries share it.
DBnomics hands on its providers' terms of use as a link and states no licence, so neither does longwave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from longwave.connectors.answer import expect, number_or_none, read_json, text_at
from longwave.connectors.connector import (
    CONNECTORS,
    Query,
    check_code,
    digest_of,
    known_area,
    no_such_area,
    nothing_found,
    panel_of,
    row,
    slug,
)
from longwave.connectors.sdmx_words import (
    AREA,
    MULTIPLIER,
    UNIT,
    area_of,
    first_of,
    is_house_period,
    period_of,
    status_of,
    unit_of,
)
from longwave.core.errors import BadInput, FetchError, UnknownSeries
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from longwave.connectors.http import Http
    from longwave.connectors.raw_cache import Fetched

SERVICE = "DBnomics"
EXAMPLE = "AMECO/ZUTN/DEU.1.0.0.0.ZUTN"
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,60}/[A-Za-z0-9_.:@\-]{1,120}/[A-Za-z0-9_.+:@,$%&=\-]{1,300}")
_PER_PAGE = 1000
_MOST_SERIES = 20_000
_LENGTHS = {"annual", "quarterly", "monthly"}


@dataclass
class _Dataset:
    """What is gathered of one dataset."""

    id: str
    title: str
    publisher: str
    terms: str
    released: str
    url: str
    retrieved: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    metas: dict[str, SeriesMeta] = field(default_factory=dict)
    raw: list[RawFile] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """Codes of the series that are in already: masks may overlap."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of series, with what the API says about their dataset and provider."""

    docs: list[dict[str, Any]]
    found: int
    dataset: dict[str, Any]
    provider: dict[str, Any]
    answer: Fetched


@dataclass(frozen=True, slots=True)
class Dbnomics:
    """Connector for api.db.nomics.world."""

    base: str = "https://api.db.nomics.world/v22"
    name: str = "dbnomics"

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]:
        """One harvest a dataset. No key is needed.

        Raises UnknownSeries, BadInput for a daily or weekly series, UnknownArea for a series whose area is
        unclear.
        """
        datasets: dict[str, _Dataset] = {}
        for done, code in enumerate(query.series):
            progress(say("connectors.asking", service=SERVICE, series=code), done, len(query.series))
            check_code(code, _CODE, SERVICE, EXAMPLE)
            self._gather(code, query, http, datasets, progress)
        full = [dataset for dataset in datasets.values() if dataset.rows]
        if not full:
            raise nothing_found(SERVICE, query)
        return tuple(_harvest(dataset) for dataset in full)

    def _gather(
        self, code: str, query: Query, http: Http, datasets: dict[str, _Dataset], progress: Progress
    ) -> None:
        pages = list(self._pages(code, http))
        provider_code, dataset_code, _ = code.split("/", 2)
        key = f"{provider_code}/{dataset_code}"
        if key not in datasets:
            datasets[key] = _new_dataset(provider_code, dataset_code, pages)
        dataset = datasets[key]
        strange: set[str] = set()
        read = 0
        for number, page in enumerate(pages, start=1):
            dataset.raw.append(RawFile(f"{slug(code)}.{number}.json", page.answer.data))
            for doc in page.docs:
                area, written = _area(doc, page, query)
                if area is None:
                    strange.add(written)
                    continue
                read += 1
                _take(doc, page, area, dataset, query)
        if strange and not read:
            raise no_such_area(SERVICE, code, ", ".join(sorted(strange)[:8]))
        if strange:
            progress(say("connectors.areas_left_out", series=code, areas=tuple(sorted(strange))), 0, 0)

    def _pages(self, code: str, http: Http) -> Iterator[_Page]:
        first = self._page(code, 0, http)
        if first.found > _MOST_SERIES:
            raise BadInput(
                say(
                    "connectors.mask_too_wide",
                    service=SERVICE,
                    code=code,
                    found=first.found,
                    most=_MOST_SERIES,
                ),
                say("connectors.mask_too_wide_mend"),
            )
        yield first
        came = len(first.docs)
        while came < first.found:
            page = self._page(code, came, http)
            if not page.docs:
                raise FetchError(
                    say("connectors.rows_missing", service=SERVICE, promised=first.found, came=came),
                    say("connectors.later_mend"),
                )
            came += len(page.docs)
            yield page

    def _page(self, code: str, offset: int, http: Http) -> _Page:
        params = {"observations": "1", "limit": str(_PER_PAGE), "offset": str(offset)}
        answer = http.get(f"{self.base}/series/{quote(code, safe='/+:@,')}", params, expects=(200, 404))
        content = expect(read_json(answer, SERVICE), dict, SERVICE, "answer")
        series = content.get("series")
        found = (
            number_or_none(series.get("num_found"), SERVICE, "num_found") if isinstance(series, dict) else 0
        )
        if answer.status == 404 or not found:
            raise UnknownSeries(
                say("connectors.unknown_series", service=SERVICE, series=code),
                say("connectors.nothing_found_mend"),
            )
        docs = expect(expect(series, dict, SERVICE, "series").get("docs"), list, SERVICE, "series.docs")
        records = [expect(doc, dict, SERVICE, "series.docs") for doc in docs]
        return _Page(
            records, int(found), _part(content, "dataset", code), _part(content, "provider", code), answer
        )


def _part(content: dict[str, Any], name: str, code: str) -> dict[str, Any]:
    """``dataset`` or ``provider``; in answers that may span several, the one of this code."""
    if isinstance(content.get(name), dict):
        return dict(content[name])
    many = content.get(f"{name}s")
    key = "/".join(code.split("/")[: 2 if name == "dataset" else 1])
    part = many.get(key) if isinstance(many, dict) else None
    return dict(part) if isinstance(part, dict) else {}


def _new_dataset(provider: str, code: str, pages: list[_Page]) -> _Dataset:
    about, publisher, answer = pages[0].dataset, pages[0].provider, pages[0].answer
    indexed = [text_at(doc, "indexed_at")[:10] for page in pages for doc in page.docs]
    stated = text_at(about, "updated_at")[:10] or max(indexed, default="")
    released = stated if re.fullmatch(r"\d{4}-\d\d-\d\d", stated) else answer.retrieved[:10]
    title = text_at(about, "name") or text_at(pages[0].docs[0], "dataset_name") or code
    return _Dataset(
        f"dbnomics_{slug(provider)}_{slug(code)}",
        title,
        text_at(publisher, "name") or provider,
        text_at(publisher, "terms_of_use"),
        released,
        answer.url_without_secrets,
        answer.retrieved,
    )


def _take(doc: dict[str, Any], page: _Page, area: str, dataset: _Dataset, query: Query) -> None:
    """Adds one series' observations to its dataset."""
    code = text_at(doc, "series_code")
    if not query.wants(area) or code in dataset.taken:
        return
    dataset.taken.add(code)
    frequency = text_at(doc, "@frequency")
    if frequency not in _LENGTHS:
        raise BadInput(
            say("connectors.frequency", service=SERVICE, series=code, frequency=frequency or "?"),
            say("connectors.frequency_mend"),
        )
    variable = _variable(doc, page)
    unit = _unit(doc, page)
    periods = expect(doc.get("period"), list, SERVICE, "period")
    values = expect(doc.get("value"), list, SERVICE, "value")
    if len(periods) != len(values):
        expect(None, list, SERVICE, "value")
    statuses = _statuses(doc, len(values))
    for written, figure, said in zip(periods, values, statuses, strict=True):
        period = period_of(expect(written, str, SERVICE, "period"))
        if not is_house_period(period):
            expect(None, str, SERVICE, f"period {period[:20]}")
        if not query.covers(period):
            continue
        value = number_or_none(figure, SERVICE, "value")
        status, note = status_of(said, value)
        dataset.rows.append(
            row(
                dataset.id,
                area,
                variable,
                period,
                value,
                str(unit),
                dataset.released,
                status=status,
                note=note,
            )
        )
    names = Names(_name(doc, page) or variable)
    dataset.metas.setdefault(
        variable, SeriesMeta(dataset.id, variable, names, unit, source_variable=variable)
    )


def _dimensions(doc: dict[str, Any]) -> dict[str, str]:
    found = doc.get("dimensions")
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _label(page: _Page, dimension: str, code: str) -> str:
    """What a dimension's code stands for; the API writes the labels as an object or as a list of pairs."""
    labels = page.dataset.get("dimensions_values_labels")
    known = labels.get(dimension) if isinstance(labels, dict) else None
    if isinstance(known, list):
        known = {pair[0]: pair[1] for pair in known if isinstance(pair, list) and len(pair) == 2}
    label = known.get(code) if isinstance(known, dict) else None
    return label if isinstance(label, str) else ""


def _area(doc: dict[str, Any], page: _Page, query: Query) -> tuple[str | None, str]:
    """(alpha-3 code or None, as written): by the area dimension, else by the provider's country, else the
    query's."""
    dimensions = _dimensions(doc)
    name = first_of(dimensions, AREA)
    if name is not None:
        code = dimensions[name]
        return area_of(code, _label(page, name, code)), code
    if len(query.areas) == 1:
        return query.areas[0], ""
    return known_area(text_at(page.provider, "region")), text_at(page.provider, "region") or "?"


def _variable(doc: dict[str, Any], page: _Page) -> str:
    """``PROVIDER/DATASET/CODE`` with a star where the code holds the area."""
    code = text_at(doc, "series_code")
    prefix = f"{text_at(doc, 'provider_code')}/{text_at(doc, 'dataset_code')}"
    dimensions = _dimensions(doc)
    name = first_of(dimensions, AREA)
    if name is None:
        return f"{prefix}/{code}"
    parts = code.split(".")
    same = [place for place, part in enumerate(parts) if part.casefold() == dimensions[name].casefold()]
    order = page.dataset.get("dimensions_codes_order")
    if isinstance(order, list) and len(order) == len(parts) and name in order and order.index(name) in same:
        same = [order.index(name)]
    if len(same) == 1:
        parts[same[0]] = "*"
    return f"{prefix}/{'.'.join(parts)}"


def _unit(doc: dict[str, Any], page: _Page) -> Unit:
    dimensions = _dimensions(doc)
    name = first_of(dimensions, UNIT)
    power = first_of(dimensions, MULTIPLIER)
    code = dimensions.get(name, "") if name else ""
    label = (_label(page, name, code) or code) if name else ""
    return unit_of(label, dimensions.get(power, "") if power else "")


def _name(doc: dict[str, Any], page: _Page) -> str:
    """The series' name without its area."""
    dimensions = _dimensions(doc)
    name = first_of(dimensions, AREA)
    label = _label(page, name, dimensions[name]) if name else ""
    parts = [part.strip() for part in re.split(r"\s[–—-]\s", text_at(doc, "series_name"))]
    return " – ".join(part for part in parts if part and part != label)


def _statuses(doc: dict[str, Any], count: int) -> list[str]:
    """One status code an observation, empty where none is given."""
    attributes = doc.get("observations_attributes")
    pairs = attributes.items() if isinstance(attributes, dict) else attributes
    for pair in pairs or ():
        named = isinstance(pair, list | tuple) and len(pair) == 2 and str(pair[0]).upper() == "OBS_STATUS"
        if named and isinstance(pair[1], list) and len(pair[1]) == count:
            return [text if isinstance(text, str) else "" for text in pair[1]]
    return [""] * count


def _harvest(dataset: _Dataset) -> Harvest:
    origin = Origin(
        dataset=dataset.id,
        title=dataset.title,
        publisher=dataset.publisher,
        release=dataset.released,
        released=dataset.released,
        licence=Licence(Licence.from_text(None).name, url=dataset.terms, stated=False),
        url=dataset.url,
        retrieved=dataset.retrieved,
        sha256=digest_of(dataset.raw),
        attribution=f"{dataset.publisher}, by way of DBnomics",
    )
    return Harvest(origin, panel_of(dataset.rows), tuple(dataset.metas.values()), tuple(dataset.raw))


CONNECTORS.register("dbnomics")(Dbnomics())
