"""What there is to read from: the built-in factbook, and the store where the user has one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from longwave.connectors.factbook import read_factbook
from longwave.core.errors import UsageError
from longwave.core.harvest import Fault
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings, load_settings
from longwave.prepare.prepare import Prepared, prepare
from longwave.store import Store


@dataclass(frozen=True, eq=False)
class Holdings:
    """Everything that may be read for a request: figures of every dataset, not yet one source a series."""

    panel: Panel
    metas: tuple[SeriesMeta, ...]
    origins: dict[str, Origin]


@cache
def factbook() -> tuple[Prepared, ...]:
    """The factbook's datasets, prepared; read once a process."""
    return tuple(prepare(harvest) for harvest in read_factbook())


def factbook_faults() -> tuple[Fault, ...]:
    return tuple(fault for part in factbook() for fault in part.faults)


def holdings(
    areas: Iterable[str] | None = None,
    variables: Iterable[str] | None = None,
    *,
    sources: Iterable[str] | None = None,
    as_of: date | None = None,
    settings: Settings | None = None,
) -> Holdings:
    """Figures from the store and from the factbook, as they stood on `as_of`.

    A dataset that is in both (the same id) is read from the store: what a user brought comes first.
    """
    settings = settings or load_settings()
    with Store.open(settings.store) as store:
        stored = store.read(areas=areas, variables=variables, sources=sources, as_of=as_of)
        origins = store.origins(as_of)
        metas = list(store.metas(sources=sources, as_of=as_of))
    panels = [stored]
    for part in factbook():
        known = as_of is None or part.origin.released <= as_of.isoformat()
        wanted = sources is None or part.origin.dataset in set(sources)
        if known and wanted and part.origin.dataset not in origins:
            origins[part.origin.dataset] = part.origin
            metas.extend(part.metas)
            panels.append(part.panel.select(area=areas, variable=variables))
    return Holdings(Panel.concat(panels), tuple(metas), origins)


def read_date(text: str | None) -> date | None:
    """A date as the user wrote it. Raises UsageError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(say("workflows.bad_date", text=text)) from error
