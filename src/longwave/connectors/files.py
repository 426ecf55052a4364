"""One file of a user's own: csv, xlsx or Parquet, long or wide, as a harvest.

Unlike a pack, a file is taken whole or not at all: a series that contradicts itself refuses the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from longwave.connectors import guards
from longwave.connectors.columns import Hints
from longwave.connectors.dataset import CodeBook, build_dataset, check_known, own_id, refusal
from longwave.connectors.dates import written_date
from longwave.connectors.figures import Mark
from longwave.connectors.places import known_area
from longwave.connectors.shape import Observations, observe
from longwave.connectors.tables import TABLE_SUFFIXES, Table, read_tables
from longwave.core.errors import BadInput, UnknownArea
from longwave.core.harvest import Fault, Harvest, RawFile
from longwave.core.message import say
from longwave.core.origin import Licence, Origin, checksum

SUFFIXES = TABLE_SUFFIXES
"""The endings of the files that `read_file` reads."""

_OWN = "user's file"


@dataclass(frozen=True, eq=False)
class FileReading:
    """A file's harvest, and what was found worth saying about it (nothing is held back of a file that is
    taken)."""

    harvest: Harvest
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class FileSource:
    """What the user knows about a file and its cells do not say. Empty: taken from the file or its name.

    dataset: the id that the figures are kept under. released: YYYY-MM-DD (or a month or year, read as its
    last day), else the date that the file states, else the date on which the file was last changed. area,
    variable, unit: for a file without such a column. sheet: of a workbook. encoding: of a CSV. decimal: ``.``
    or ``,``.
    """

    dataset: str = ""
    title: str = ""
    publisher: str = ""
    licence: str = ""
    release: str = ""
    released: str = ""
    url: str = ""
    area: str = ""
    variable: str = ""
    unit: str = ""
    sheet: str = ""
    encoding: str = ""
    decimal: Mark | None = None


def read_file(path: Path, source: FileSource | None = None) -> Harvest:
    """A csv, xlsx or Parquet file as one dataset; see `inspect_file` for what was found worth saying.

    Raises UnsafeInput, BadInput, DuplicateObservations, UnitMismatch, or UnknownArea (a `source.area`
    that is none, or not one known area in the file).
    """
    return inspect_file(path, source).harvest


def inspect_file(path: Path, source: FileSource | None = None) -> FileReading:
    """Reads a file as `read_file` does and returns the faults beside the harvest. Raises as `read_file`."""
    path, source = Path(path), source or FileSource()
    data = guards.read_bytes(path)
    tables = read_tables(data, path.name, encoding=source.encoding or None, sheet=source.sheet or None)
    table, seen = _observations(tables, path, _hints(path, source))
    raw = RawFile(path.name, data)
    origin, faults = _origin(path, table, source, raw)
    built = build_dataset(origin.dataset, [(seen, seen.frame)], CodeBook(), origin.released)
    error = refusal(built.faults)
    if error is not None:
        raise error
    repeated = next((fault for fault in built.faults if fault.check == "repeated_rows"), None)
    if repeated is not None:
        raise BadInput(repeated.message, say("core.duplicates_mend"))
    check_known([built.panel], built.faults)
    harvest = Harvest(origin, built.panel, built.metas, (raw,), built.realtime)
    return FileReading(harvest, (*seen.faults, *built.faults, *_merged(origin.dataset, seen), *faults))


def _merged(dataset: str, seen: Observations) -> tuple[Fault, ...]:
    """Says that a column of sources is not kept, since a file is one dataset."""
    named = sorted(str(text) for text in seen.frame["source"].unique() if text)
    if not named:
        return ()
    message = say("connectors_files.source_column", name=dataset, sources=tuple(named[:8]))
    return (Fault("source_column", dataset, message, rows=len(seen.frame)),)


def _hints(path: Path, source: FileSource) -> Hints:
    if source.area and known_area(source.area) is None:
        raise UnknownArea(say("core.unknown_area", text=source.area), say("connectors_files.which_area_mend"))
    variable = source.variable or (path.stem if not source.variable else "")
    return Hints(source.area, variable, source.unit, {}, source.decimal)


def _observations(tables: tuple[Table, ...], path: Path, hints: Hints) -> tuple[Table, Observations]:
    """The one table of a file that holds observations; a workbook's sheets of notes are passed over."""
    if len(tables) == 1:
        seen = observe(tables[0], hints, subject=path.name)
        if seen is None:
            raise _no_observations(tables[0], path)
        return tables[0], seen
    tried = [(table, observe(table, hints, subject=table.name)) for table in tables]
    found = [(table, seen) for table, seen in tried if seen is not None]
    if len(found) > 1:
        names = tuple(table.name for table, _ in found)
        message = say("connectors_files.many_sheets", name=path.name, sheets=names)
        raise BadInput(message, say("connectors_files.many_sheets_mend"))
    if not found:
        raise _no_observations(tables[0], path)
    return found[0]


def _no_observations(table: Table, path: Path) -> BadInput:
    columns = tuple(map(str, table.frame.columns))
    message = say("connectors_files.no_observations", name=path.name, columns=columns[:12])
    return BadInput(message, say("connectors_files.columns_mend"))


def _origin(path: Path, table: Table, source: FileSource, raw: RawFile) -> tuple[Origin, tuple[Fault, ...]]:
    dataset = own_id(source.dataset or path.stem)
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    written = source.released or _stated_release(table)
    stated = written_date(written)
    if source.released and not stated:
        message = say("connectors_files.bad_released", text=source.released[:80])
        raise BadInput(message, say("connectors_files.bad_released_mend"))
    licence = Licence.from_text(source.licence)
    origin = Origin(
        dataset=dataset,
        title=source.title or path.stem,
        publisher=source.publisher or _OWN,
        release=source.release or stated or changed,
        released=stated or changed,
        licence=licence,
        url=source.url,
        retrieved=changed,
        sha256=checksum(raw.data),
    )
    faults: list[Fault] = []
    if not stated:
        key = "released_unreadable" if written else "released_assumed"
        message = say(f"connectors_files.{key}", name=dataset, day=changed, text=written[:80])
        faults.append(Fault(key, dataset, message))
    if not licence.stated:
        faults.append(
            Fault("licence_not_stated", dataset, say("connectors_files.licence_not_stated", name=dataset))
        )
    if table.footnotes:
        message = say("connectors_files.footnotes", name=path.name, count=table.footnotes)
        faults.append(Fault("footnotes", dataset, message, rows=table.footnotes))
    return origin, tuple(faults)


def _stated_release(table: Table) -> str:
    """The text of the date that the World Bank's and others' files state above the header: ``Last Updated Date,
    2025-07-01``."""
    for row in table.preamble:
        words = [cell for cell in row if cell]
        if len(words) == 2 and words[0].casefold().rstrip(":") in {
            "last updated date",
            "last updated",
            "released",
            "更新日期",
        }:
            return words[1]
    return ""
