"""What there is to read from: the built-in factbook, and the store where the user has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from longwave.connectors.factbook import read_factbook
from longwave.core.errors import StoreError, UsageError
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
    """Everything that may be read for a request: figures of every dataset, not yet one source a series.

    damaged: datasets of the store that cannot be read, with the error of each.
    """

    panel: Panel
    metas: tuple[SeriesMeta, ...]
    origins: dict[str, Origin]
    damaged: dict[str, StoreError] = field(default_factory=dict)


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
    damaged: dict[str, StoreError] = {}
    with Store.open(settings.store) as store:
        origins = store.origins(as_of)
        names = sorted(origins) if sources is None else sorted(set(origins) & set(sources))
        panels = list(_stored(store, names, areas, variables, as_of, damaged))
        metas = list(store.metas(sources=sources, as_of=as_of))
    for part in factbook():
        known = as_of is None or part.origin.released <= as_of.isoformat()
        wanted = sources is None or part.origin.dataset in set(sources)
        if known and wanted and part.origin.dataset not in origins:
            origins[part.origin.dataset] = part.origin
            metas.extend(part.metas)
            panels.append(part.panel.select(area=areas, variable=variables))
    return Holdings(Panel.concat(panels), tuple(metas), origins, damaged)


def _stored(
    store: Store,
    names: list[str],
    areas: Iterable[str] | None,
    variables: Iterable[str] | None,
    as_of: date | None,
    damaged: dict[str, StoreError],
) -> Iterator[Panel]:
    """Dataset by dataset, so that one damaged file does not take the others away; its error goes into `damaged`."""
    for name in names:
        try:
            yield store.read(areas=areas, variables=variables, sources=[name], as_of=as_of)
        except StoreError as error:
            damaged[name] = error


def read_date(given: str | date | None) -> date | None:
    """A date, or one as the user wrote it. Raises UsageError."""
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise UsageError(say("workflows.bad_date", text=str(given)[:40])) from error
