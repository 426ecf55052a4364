"""Bring data in: a folder, a file or a publisher's service -> checked, kept with its origin, ready to study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from longwave.core.errors import BadInput, UsageError
from longwave.core.harvest import Fault, Harvest, Progress, silent
from longwave.core.message import say
from longwave.core.panel import Panel
from longwave.core.settings import Settings, load_settings
from longwave.prepare.prepare import Prepared, prepare
from longwave.store import Batch, Store
from longwave.workflows.sources import factbook

if TYPE_CHECKING:
    from longwave.connectors.files import FileSource
    from longwave.connectors.pack import ReferenceTable


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was kept of one dataset."""

    dataset: str
    title: str
    publisher: str
    release: str
    licence: str
    series: int
    observations: int
    areas: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What was kept and what was found wrong. dry_run: nothing was written."""

    kept: tuple[Ingested, ...]
    faults: tuple[Fault, ...]
    dry_run: bool = False


def add(
    path: Path,
    source: FileSource | None = None,
    *,
    settings: Settings | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> IngestReport:
    """Takes a data package (a folder or zip with datapackage.json) or one csv, xlsx or parquet file into the store.

    source: for a file, what its cells do not say (publisher, licence, area, unit, encoding, ...). What cannot be
    trusted is held back series by series and named in the report; a file that breaks the rules of its door is
    refused whole. Figures that the factbook holds too serve as a reference. Raises UsageError for a source beside
    a package, BadInput; the store is changed only when everything that is kept is kept.
    """
    settings = settings or load_settings()
    path = Path(path)
    progress(say("workflows.reading", path=path.name), 0, 1)
    if not path.exists():
        raise BadInput(say("workflows.no_such_path", path=str(path)), say("workflows.give_path"))
    reading = _read_pack(path, source, progress) if is_package(path) else _read_file(path, source)
    return _keep(reading, settings, dry_run=dry_run, progress=progress)


@dataclass(frozen=True, eq=False)
class _Reading:
    """What a door let in: harvests, tables without observations, and what was found wrong so far.

    piecewise: the harvests are pieces of their datasets, as a publisher's service gives them; a pack or a file is
    all there is to its dataset at that release.
    """

    harvests: tuple[Harvest, ...]
    faults: tuple[Fault, ...] = ()
    tables: tuple[ReferenceTable, ...] = ()
    piecewise: bool = False


def is_package(path: Path) -> bool:
    """Whether a path is read as a data package rather than as one file."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def _read_pack(path: Path, source: FileSource | None, progress: Progress) -> _Reading:
    from longwave.connectors.pack import read_pack

    if source is not None:
        raise UsageError(say("workflows.package_states_itself"))
    reading = read_pack(path, progress)
    return _Reading(reading.harvests, reading.faults, reading.reference_tables)


def _read_file(path: Path, source: FileSource | None) -> _Reading:
    from longwave.connectors.files import inspect_file

    reading = inspect_file(path, source)
    return _Reading((reading.harvest,), reading.faults)


def pull(
    connector: str,
    series: Sequence[str],
    *,
    areas: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    settings: Settings | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> IngestReport:
    """Takes series from a publisher's service (world_bank, fred, dbnomics, census_bds, owid, sdmx) into the store.

    The only verb that uses the network. Raises UsageError for an unknown connector, FetchError when the service
    does not give what was asked, NeedsKey when it wants a key.
    """
    from longwave.connectors.connector import CONNECTORS, Query, open_http

    settings = settings or load_settings()
    source = CONNECTORS.get(connector)
    query = Query(tuple(series), tuple(areas), since, until)
    with open_http(settings) as http:
        harvests = source.fetch(query, http, progress)
    return _keep(_Reading(harvests, piecewise=True), settings, dry_run=dry_run, progress=progress)


def _keep(reading: _Reading, settings: Settings, *, dry_run: bool, progress: Progress) -> IngestReport:
    parts = []
    known = Panel.concat(part.panel for part in factbook())
    for done, harvest in enumerate(reading.harvests):
        progress(say("workflows.checking", dataset=harvest.origin.dataset), done, len(reading.harvests))
        parts.append(prepare(harvest, reference=known))
    kept = [part for part in parts if part.panel.frame["value"].notna().any()]
    faults = (*reading.faults, *(fault for part in parts for fault in part.faults))
    if not kept:
        raise _nothing_kept(faults)
    if not dry_run:
        progress(say("workflows.storing"), len(parts), len(parts))
        batches = [
            _batch(part, reading.faults if part is kept[0] else (), reading.piecewise) for part in kept
        ]
        with Store.open(settings.store, write=True) as store:
            store.commit([*batches, *(_as_it_came(table) for table in reading.tables)])
    return IngestReport(tuple(_ingested(part) for part in kept), faults, dry_run)


def _nothing_kept(faults: tuple[Fault, ...]) -> BadInput:
    """Why nothing was left: the faults for which series were held back, at most three of them."""
    reasons = tuple(dict.fromkeys(str(fault.message) for fault in faults if fault.held_back))
    told = {str(fault.message): fault.message for fault in faults}
    if not reasons:
        return BadInput(
            say("workflows.nothing_kept", reason=say("workflows.no_rows")), say("workflows.give_figures")
        )
    return BadInput(
        say("workflows.nothing_kept", reason=tuple(told[reason] for reason in reasons[:3])),
        say("workflows.mend_figures"),
    )


def _as_it_came(table: ReferenceTable) -> Batch:
    """A table without observations: kept as raw bytes with its origin, no figures."""
    return Batch(table.origin, Panel.empty(), (), (table.raw,))


def _batch(part: Prepared, door_faults: tuple[Fault, ...], piecewise: bool) -> Batch:
    held_back = tuple(fault for fault in (*door_faults, *part.faults) if fault.held_back)
    return Batch(part.origin, part.panel, part.metas, part.raw, part.realtime, held_back, adds=piecewise)


def _ingested(part: Prepared) -> Ingested:
    frame, origin = part.panel.frame, part.origin
    series = len(frame.drop_duplicates(["area", "variable", "item"]))
    return Ingested(
        origin.dataset,
        origin.title,
        origin.publisher,
        origin.release,
        origin.licence.name,
        series,
        int(frame["value"].notna().sum()),
        frame["area"].nunique(),
    )
