"""What a connector is: a query in, harvests out; and the catalogue of those that there are.

A connector asks one publisher's service through `Http` and hands back what came, in the publisher's own codes
and units, with origin and untouched bytes. It mends nothing: that is `prepare`'s work. A new one is one file
that ends with ``CONNECTORS.register("name")(Name())``; a guest package enters through the entry-point group
``longwave.connector``, and the user allows its host in the setting `hosts`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from longwave.core.area import areas, find_area
from longwave.core.catalogue import Catalogue
from longwave.core.errors import NeedsKey, UnknownArea, UnknownSeries, UsageError
from longwave.core.harvest import Harvest, Progress, RawFile, silent
from longwave.core.message import say
from longwave.core.origin import Licence
from longwave.core.panel import COLUMNS, Panel
from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.core.unit import Unit

if TYPE_CHECKING:
    from longwave.connectors.http import Http


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted: series by the publisher's codes, areas (alpha-3, empty for all), first and last period.

    Raises UsageError for no series, UnknownArea, BadInput for an unwritable period.
    """

    series: tuple[str, ...]
    areas: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        tidy = tuple(dict.fromkeys(name.strip() for name in self.series if name.strip()))
        if not tidy:
            raise UsageError(say("connectors.no_series"), say("connectors.no_series_mend"))
        object.__setattr__(self, "series", tidy)
        object.__setattr__(self, "areas", tuple(dict.fromkeys(find_area(text).code for text in self.areas)))
        for period in (self.since, self.until):
            if period is not None:
                Period.parse(period)

    def covers(self, period: str) -> bool:
        """Whether a written period lies between since and until. A bound of another length counts by its
        year."""
        return _not_before(period, self.since) and _not_after(period, self.until)

    def wants(self, area: str) -> bool:
        return not self.areas or area in self.areas


class AbstractConnector(Protocol):
    """Brings home what a query asks of one service.

    fetch raises FetchError (or Offline, HostRefused), NeedsKey, UnknownSeries, UnknownArea, UsageError.
    """

    @property
    def name(self) -> str: ...

    def fetch(self, query: Query, http: Http, progress: Progress = silent) -> tuple[Harvest, ...]: ...


CONNECTORS: Catalogue[AbstractConnector] = Catalogue(
    "connector",
    rooms=(
        "longwave.connectors.world_bank",
        "longwave.connectors.fred",
        "longwave.connectors.dbnomics",
        "longwave.connectors.census_bds",
        "longwave.connectors.owid",
        "longwave.connectors.sdmx",
    ),
)


def open_http(settings: Settings) -> Http:
    """The way out that the settings describe; the caller closes it."""
    from longwave.connectors.http import Http

    keys = {"fred_key": settings.fred_key, "census_key": settings.census_key}
    return Http(settings.cache, settings.offline, settings.timeout, settings.hosts, keys=keys)


def need_key(http: Http, setting: str, service: str, page: str) -> str:
    """The user's key for a service. A replay needs none. Raises NeedsKey naming where to get one."""
    key = http.key(setting)
    if not key and not http.offline:
        raise NeedsKey(
            say("connectors.needs_key", service=service),
            say("connectors.needs_key_mend", page=page, variable=f"LONGWAVE_{setting.upper()}"),
        )
    return key


def check_code(text: str, pattern: re.Pattern[str], service: str, example: str) -> str:
    """A series code fit for a URL's path. Raises UsageError with an example of a good one."""
    if pattern.fullmatch(text) is None or set(text.replace("/", "")) <= {"."}:
        raise UsageError(
            say("connectors.bad_code", service=service, code=text[:80]),
            say("connectors.bad_code_mend", example=example),
        )
    return text


def known_area(code: str) -> str | None:
    """An area's alpha-3 code from the alpha-3 or alpha-2 code that a publisher writes; None for a strange
    one."""
    text = code.strip().upper()
    if text in areas():
        return text
    return _by_alpha2().get(text) if len(text) == 2 else None


def panel_of(rows: Sequence[dict[str, Any]]) -> Panel:
    """Rows as a checked panel."""
    return Panel.of(pd.DataFrame(rows, columns=list(COLUMNS)))


def row(
    source: str,
    area: str,
    variable: str,
    period: str,
    value: float | None,
    unit: str,
    vintage: str,
    *,
    item: str = "",
    status: str = "A",
    note: str = "",
) -> dict[str, Any]:
    """One observation as a row of the long table."""
    return {
        "source": source,
        "area": area,
        "variable": variable,
        "item": item,
        "period": period,
        "value": value,
        "unit": unit,
        "status": status,
        "vintage": vintage,
        "note": note,
    }


def digest_of(raw: Iterable[RawFile]) -> str:
    """sha256 of the raw files' bytes, one after the other; of one file, its own."""
    digest = hashlib.sha256()
    for file in raw:
        digest.update(file.data)
    return digest.hexdigest()


def joint_licence(licences: Sequence[Licence]) -> Licence:
    """The licence of figures that come under several: all names, stated only where each one is."""
    distinct = list(dict.fromkeys(licences)) or [Licence.from_text(None)]
    if len(distinct) == 1:
        return distinct[0]
    names = "; ".join(dict.fromkeys(licence.name for licence in distinct))
    urls = dict.fromkeys(licence.url for licence in distinct if licence.url)
    return Licence(names, url=next(iter(urls), ""), stated=all(licence.stated for licence in distinct))


def scaled(unit: Unit, power: int) -> Unit:
    """`unit` with figures in tens to the `power` (SDMX's UNIT_MULT)."""
    if power == 0:
        return unit
    if unit.quantity == "unstated":
        return replace(unit, of=f"{unit.of} x 1e{power}")
    return replace(unit, scale=unit.scale * 10.0**power)


def nothing_found(service: str, query: Query) -> UnknownSeries:
    """The error for an answer that is in order and holds none of what was asked."""
    return UnknownSeries(
        say("connectors.nothing_found", service=service, series=query.series),
        say("connectors.nothing_found_mend"),
    )


def no_such_area(service: str, series: str, area: str) -> UnknownArea:
    """The error for a series of an area that longwave cannot name."""
    return UnknownArea(
        say("connectors.area_unclear", service=service, series=series, area=area),
        say("connectors.area_unclear_mend"),
    )


def slug(text: str) -> str:
    """Text as part of a dataset's id: lower case, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


@cache
def _by_alpha2() -> dict[str, str]:
    return {area.alpha2: area.code for area in areas().values() if area.alpha2}


def _not_before(period: str, since: str | None) -> bool:
    if since is None:
        return True
    return period >= since if len(period) == len(since) else period[:4] >= since[:4]


def _not_after(period: str, until: str | None) -> bool:
    if until is None:
        return True
    return period <= until if len(period) == len(until) else period[:4] <= until[:4]
