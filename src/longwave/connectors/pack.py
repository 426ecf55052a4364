"""A data package (datapackage.json with CSV, xlsx or Parquet resources), in a folder or a zip: one harvest a
source.

Which dataset a row belongs to is decided in this order: the table's source column; the resource's own
``source`` (an id, or an object with a title and a publisher); the code book, where it names one dataset for
each of the table's variables; the pack's one source. Which area rows without an area column are about: the
resource's ``area``, else the country that its name, its title, its source's title or publisher begins with
(``us_quarterly``, ``US BLS``); a fault says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.connectors import guards
from longwave.connectors.columns import ROLES, Hints, tidy
from longwave.connectors.dataset import (
    BookEntry,
    CodeBook,
    build_dataset,
    check_known,
    left_out,
    own_id,
    refusal,
    safe_id,
    union,
)
from longwave.connectors.dates import written_date
from longwave.connectors.figures import Mark
from longwave.connectors.guards import LIMITS
from longwave.connectors.places import stated_area
from longwave.connectors.shape import Observations, observe
from longwave.connectors.tables import TABLE_SUFFIXES, Table, read_tables
from longwave.core.errors import BadInput
from longwave.core.harvest import Fault, Harvest, Progress, RawFile, silent
from longwave.core.message import Message, Names, say
from longwave.core.origin import Licence, Origin, checksum

DESCRIPTOR = "datapackage.json"
_DIGITS = 40
"""Longer whole numbers stand for nothing that a descriptor says."""
_BOOK = {
    "variable": {"variable", "code", "id", "indicator", "indicator_code", "series", "变量", "代码"},
    "label": {"label", "label_en", "name", "name_en", "title", "indicator_name", "名称"},
    "label_zh": {"label_zh", "name_zh", "title_zh", "label_cn", "中文名称", "中文名"},
    "unit": {"unit", "units", "单位"},
    "source": {"source", "dataset", "source_id", "来源"},
    "dimension": {"dimension", "dimensions", "维度"},
    "domain": {"policy_domain", "policy_domains", "domain", "domains", "政策领域"},
    "note": {"note", "notes", "description", "definition", "说明", "备注"},
}
_ROLE_NAMES = frozenset({*ROLES, "label", "ignore"})


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """A table without observations (occupations by skill, names of industries): kept as it came."""

    name: str
    origin: Origin
    columns: tuple[str, ...]
    rows: int
    raw: RawFile


@dataclass(frozen=True, eq=False)
class PackReading:
    """What a data package holds: one harvest a dataset, what was found wrong, and the tables without
    observations."""

    harvests: tuple[Harvest, ...]
    faults: tuple[Fault, ...]
    reference_tables: tuple[ReferenceTable, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """A source as the descriptor states it; texts empty where it does not."""

    dataset: str
    title: str
    publisher: str = ""
    licence: str = ""
    licence_url: str = ""
    attribution: str = ""
    release: str = ""
    released: str = ""
    stated: str = ""
    retrieved: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Resource:
    name: str
    title: str
    files: tuple[RawFile, ...]
    source: _Source | None
    hints: Hints
    encoding: str | None
    delimiter: str | None
    sheet: str | None


@dataclass(frozen=True, slots=True)
class _Pack:
    """A descriptor and the way to its files."""

    place: Path
    members: Mapping[str, bytes] | None
    about: Mapping[str, Any]
    descriptor: RawFile
    dated: str

    def read(self, written: str, limit: int = LIMITS.file_bytes) -> bytes:
        """The bytes of one of the pack's files. Raises UnsafeInput or BadInput."""
        if self.members is None:
            return guards.read_bytes(guards.inside(self.place, written), limit=limit)
        path = str(guards.member_path(written))
        if path not in self.members:
            raise BadInput(say("connectors_files.no_file", name=path), say("connectors_files.no_file_mend"))
        if not self.members[path]:
            raise BadInput(
                say("connectors_files.empty_file", name=path), say("connectors_files.empty_file_mend")
            )
        return self.members[path]

    def has(self, written: str) -> bool:
        if self.members is None:
            return guards.inside(self.place, written).is_file()
        return written in self.members


def read_pack(folder: Path, progress: Progress = silent) -> PackReading:
    """Reads a data package, a folder or a .zip of one.

    Raises UnsafeInput (a path that leaves the folder, a file that swells), BadInput (a broken descriptor, a
    resource that does not match its declared hash, bytes or rows, text or infinities among numbers, nothing
    that is a series), DuplicateObservations or UnitMismatch (no series is left), UnknownArea (not one area is
    known).
    """
    pack = _open(Path(folder))
    book_file, book = _code_book(pack)
    sources = {source.dataset: source for source in _sources(pack)}
    entries = _objects(pack.about, "resources")
    if not entries:
        raise BadInput(say("connectors_files.no_resources"), say("connectors_files.no_resources_mend"))
    _check_listed_once(entries)
    faults: list[Fault] = []
    seen: list[tuple[_Resource, Observations]] = []
    references: list[ReferenceTable] = []
    size = 0
    for number, entry in enumerate(entries):
        name = _name(entry, number)
        progress(say("connectors_files.reading_table", name=name), number, len(entries))
        resource = _resource(pack, entry, name, sources, faults)
        if resource is None or (book_file is not None and resource.files[0].name == book_file.name):
            continue
        size += sum(len(file.data) for file in resource.files)
        if size > LIMITS.pack_bytes:
            raise guards.too_large(pack.place.name, size, LIMITS.pack_bytes)
        table = _table(resource, entry)
        observations = _observe(pack, resource, table, faults)
        if observations is None:
            references.append(_reference(pack, resource, table, sources, faults))
        else:
            seen.append((resource, observations))
    progress(say("connectors_files.checking_series"), len(entries), len(entries))
    harvests, more = _harvests(pack, seen, sources, book, book_file)
    everything = union([tuple(faults), more])
    _check_any(harvests, references, everything)
    return PackReading(harvests, everything, tuple(references))


# The descriptor


def _open(place: Path) -> _Pack:
    if place.is_dir():
        path = guards.inside(place, DESCRIPTOR)
        if not path.exists():
            message = say("connectors_files.no_descriptor", name=place.name)
            raise BadInput(message, say("connectors_files.no_descriptor_mend"))
        data = guards.read_bytes(path, limit=LIMITS.descriptor_bytes)
        dated = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        return _Pack(place, None, _parsed(data), RawFile(DESCRIPTOR, data), dated)
    data = guards.read_bytes(place)
    if not data.startswith(b"PK"):
        message = say("connectors_files.not_a_pack", name=place.name)
        raise BadInput(message, say("connectors_files.no_descriptor_mend"))
    members = _below_descriptor(guards.unzip(data, place.name), place.name)
    descriptor = members[DESCRIPTOR]
    if len(descriptor) > LIMITS.descriptor_bytes:
        raise guards.too_large(DESCRIPTOR, len(descriptor), LIMITS.descriptor_bytes)
    dated = datetime.fromtimestamp(place.stat().st_mtime, UTC).date().isoformat()
    return _Pack(place, members, _parsed(descriptor), RawFile(DESCRIPTOR, descriptor), dated)


def _below_descriptor(members: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The members below the archive's one datapackage.json, which may lie in a folder."""
    tops = sorted(
        (path for path in members if path.rpartition("/")[2] == DESCRIPTOR), key=lambda path: path.count("/")
    )
    if not tops:
        message = say("connectors_files.no_descriptor", name=name)
        raise BadInput(message, say("connectors_files.no_descriptor_mend"))
    top = tops[0].removesuffix(DESCRIPTOR)
    return {path.removeprefix(top): data for path, data in members.items() if path.startswith(top)}


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        about = json.loads(
            data, parse_constant=_no_constant, parse_int=_short_number, object_pairs_hook=_keys_once
        )
    except RecursionError as error:
        raise _bad_json("json_deep") from error
    except UnicodeDecodeError as error:
        raise _bad_json("json_encoding") from error
    except json.JSONDecodeError as error:
        message = say("connectors_files.bad_json", line=error.lineno, column=error.colno)
        raise BadInput(message, say("connectors_files.bad_json_mend")) from error
    if not isinstance(about, dict):
        raise BadInput(say("connectors_files.bad_field", field="datapackage.json", wanted="{...}"), _mend())
    return about


def _bad_json(key: str, **blanks: str | int) -> BadInput:
    return BadInput(say(f"connectors_files.{key}", **blanks), say("connectors_files.json_mend"))


def _no_constant(text: str) -> float:
    raise _bad_json("json_constant", text=text)


def _short_number(text: str) -> int:
    if len(text) > _DIGITS:
        raise _bad_json("json_number", digits=len(text))
    return int(text)


def _keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for key, value in pairs:
        if key in known:
            raise _bad_json("json_twice", word=ascii(key[:80]))
        known[key] = value
    return known


def _mend() -> Message:
    return say("connectors_files.bad_field_mend")


def _text(about: Mapping[str, Any], *names: str) -> str:
    """The first of several keys that holds a text, tidied; numbers count as text. Raises BadInput for another
    kind."""
    for name in names:
        value = about.get(name)
        if isinstance(value, bool) or (value is not None and not isinstance(value, str | int | float)):
            raise BadInput(say("connectors_files.bad_field", field=name, wanted='"..."'), _mend())
        if value is not None and str(value).strip():
            return " ".join(str(value).split())[:2_000]
    return ""


def _objects(about: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = about.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise BadInput(say("connectors_files.bad_field", field=name, wanted="[{...}]"), _mend())
    return value


def _object(about: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = about.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadInput(say("connectors_files.bad_field", field=name, wanted="{...}"), _mend())
    return value


def _name(entry: Mapping[str, Any], number: int) -> str:
    name = _text(entry, "name") or _text(entry, "title") or f"resource_{number + 1}"
    if guards.CONTROL.search(name):
        raise BadInput(
            say("connectors_files.bad_id", text=ascii(name[:60])), say("connectors_files.bad_id_mend")
        )
    return name


def _check_listed_once(entries: list[Mapping[str, Any]]) -> None:
    """Refuses two resources of one name, or of one path (a workbook may be listed once a sheet)."""
    named = [name for entry in entries if (name := _text(entry, "name"))]
    placed = [
        (path, _text(_object(entry, "dialect"), "sheet")) for entry in entries for path in _paths(entry)
    ]
    for listed in (named, [path for path, _ in placed if placed.count((path, "")) > 1], placed):
        twice = next((thing for thing, count in Counter(listed).items() if count > 1), None)
        if twice is not None:
            name = twice if isinstance(twice, str) else twice[0]
            message = say("connectors_files.same_resources", name=name[:80])
            raise BadInput(message, say("connectors_files.same_resources_mend"))


# Sources


def _sources(pack: _Pack) -> Iterator[_Source]:
    taken: dict[str, str] = {}
    for entry in _objects(pack.about, "sources"):
        written = _text(entry, "id", "name") or _text(entry, "title")
        if not written:
            raise BadInput(say("connectors_files.bad_field", field="sources[].id", wanted='"..."'), _mend())
        source = _source(pack, entry, written)
        if taken.setdefault(source.dataset, written) != written or source.dataset in list(taken)[:-1]:
            message = say("connectors_files.same_ids", name=source.dataset)
            raise BadInput(message, say("connectors_files.same_ids_mend"))
        yield source


def _source(pack: _Pack, entry: Mapping[str, Any], written: str) -> _Source:
    licence, licence_url = _licence(entry)
    if not licence:
        licence, licence_url = _licence(pack.about)
    return _Source(
        dataset=own_id(written),
        title=_text(entry, "title") or written,
        publisher=_text(entry, "publisher", "organization", "organisation", "author"),
        licence=licence,
        licence_url=_text(entry, "licence_url", "license_url") or licence_url,
        attribution=_text(entry, "attribution", "citation"),
        release=_text(entry, "release", "version", "edition", "released"),
        released=_text(entry, "released", "release_date", "release"),
        stated=_text(entry, "released", "release_date"),
        retrieved=_text(entry, "retrieved", "accessed"),
        url=_web(_text(entry, "url", "path", "homepage")),
    )


def _licence(about: Mapping[str, Any]) -> tuple[str, str]:
    """A licence's text and address, as longwave (`licence`) or Frictionless (`licenses`) write it."""
    listed = about.get("licenses") or about.get("licences")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        return _text(listed[0], "name", "title"), _web(_text(listed[0], "path", "url"))
    for name in ("licence", "license"):
        value = about.get(name)
        if isinstance(value, dict):
            return _text(value, "name", "title"), _web(_text(value, "path", "url"))
    return _text(about, "licence", "license"), ""


def _web(text: str) -> str:
    """An address without what could be a key; empty for what is no web address."""
    return text.partition("?")[0].partition("#")[0] if re.match(r"https?://[^\s@]+$", text) else ""


def _edition(pack: _Pack, text: str) -> str:
    """The pack's own edition, said to be the pack's: where a source states no release, this is not its release."""
    return f"{_text(pack.about, 'name') or pack.place.name} {text}".strip()


def _origin(pack: _Pack, source: _Source, raw: tuple[RawFile, ...]) -> tuple[Origin, bool]:
    """A dataset's origin, and whether its date had to be taken from the pack's file."""
    version, created = _text(pack.about, "version"), _text(pack.about, "created")
    _check_released(source, created)
    stated = next((day for text in (source.released, created, version) if (day := written_date(text))), "")
    licence = Licence.from_text(source.licence)
    if licence.stated:
        licence = replace(licence, url=source.licence_url)
    origin = Origin(
        dataset=source.dataset,
        title=source.title,
        publisher=source.publisher or "publisher not stated",
        release=source.release or _edition(pack, version or created),
        released=stated or pack.dated,
        licence=licence,
        url=source.url,
        retrieved=written_date(source.retrieved),
        sha256=checksum(b"".join(file.data for file in raw)),
        attribution=source.attribution,
    )
    return origin, not stated


def _check_released(source: _Source, created: str) -> None:
    """Refuses a release date in digits that is none, or that lies after the day on which the pack was made."""
    text, made = source.released, written_date(created)
    day = written_date(text)
    if re.match(r"\d{4}-\d\d(?:-|$)", text) and not day:
        message = say("connectors_files.bad_released", text=text[:80])
        raise BadInput(message, say("connectors_files.bad_released_mend"))
    told = re.match(r"\d{4}(?:[-./]?\d\d)?(?:[-./]?\d\d)?", text)
    length = len(re.sub(r"\D", "", told[0])) if told and day else 0
    if made and day.replace("-", "")[:length] > made.replace("-", "")[:length]:
        message = say("connectors_files.released_later", name=source.dataset, text=day, created=made)
        raise BadInput(message, say("connectors_files.bad_released_mend"))


# Resources


def _resource(
    pack: _Pack, entry: Mapping[str, Any], name: str, sources: Mapping[str, _Source], faults: list[Fault]
) -> _Resource | None:
    """A resource with its bytes checked, or None (and a fault) for one that is no table."""
    paths = _paths(entry)
    if not paths or not all(path.lower().endswith(TABLE_SUFFIXES) for path in paths):
        message = say("connectors_files.not_a_table", name=name, path=", ".join(paths) or "data")
        faults.append(left_out("not_a_table", name, message))
        return None
    files = tuple(RawFile(path, pack.read(path)) for path in paths)
    for file in files:
        _check_declared(entry, file, alone=len(files) == 1)
    dialect = _object(entry, "dialect")
    source = _own_source(pack, entry, name, sources)
    return _Resource(
        name=name,
        title=_text(entry, "title"),
        files=files,
        source=source,
        hints=_hints(entry, name),
        encoding=_text(entry, "encoding") or None,
        delimiter=_one_mark(dialect),
        sheet=_text(dialect, "sheet") or None,
    )


def _one_mark(dialect: Mapping[str, Any]) -> str | None:
    value = dialect.get("delimiter")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n' or not value.isascii():
        raise BadInput(say("connectors_files.bad_field", field="delimiter", wanted='","'), _mend())
    return value


def _paths(entry: Mapping[str, Any]) -> list[str]:
    """A resource's paths, each one that stays in the pack. Raises UnsafeInput."""
    value = entry.get("path")
    paths = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(path, str) for path in paths):
        raise BadInput(say("connectors_files.bad_field", field="path", wanted='"..."'), _mend())
    return [str(guards.member_path(path)) for path in paths]


def _check_declared(entry: Mapping[str, Any], file: RawFile, *, alone: bool) -> None:
    """Refuses bytes that are not those that the descriptor declares."""
    if not alone:
        return
    size = entry.get("bytes")
    if size is not None and size != len(file.data):
        message = say(
            "connectors_files.other_bytes", name=file.name, found=len(file.data), declared=str(size)[:40]
        )
        raise BadInput(message, say("connectors_files.other_mend"))
    for declared in (_text(entry, "hash"), _text(entry, "sha256")):
        if declared:
            _check_hash(file, declared if declared == _text(entry, "hash") else f"sha256:{declared}")


def _check_hash(file: RawFile, declared: str) -> None:
    method, _, digest = declared.rpartition(":")
    method = (method or "md5").lower().replace("-", "")
    if method not in {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}:
        message = say("connectors_files.unknown_hash", name=file.name, method=method[:40])
        raise BadInput(message, say("connectors_files.unknown_hash_mend"))
    found = hashlib.new(method, file.data, usedforsecurity=False).hexdigest()
    if found != digest.lower():
        message = say("connectors_files.other_hash", name=file.name, found=found[:12], declared=digest[:12])
        raise BadInput(message, say("connectors_files.other_mend"))


def _own_source(
    pack: _Pack, entry: Mapping[str, Any], name: str, sources: Mapping[str, _Source]
) -> _Source | None:
    """The source that a resource states for itself."""
    stated = entry.get("source")
    listed = _objects(entry, "sources")
    if stated is None and len(listed) == 1:
        stated = listed[0]
    if stated is None:
        return None
    if isinstance(stated, str):
        dataset = own_id(stated)
        return sources.get(dataset) or _Source(dataset, stated)
    if not isinstance(stated, dict):
        raise BadInput(say("connectors_files.bad_field", field="source", wanted="{...}"), _mend())
    written = _text(stated, "id")
    if written and safe_id(written) in sources:
        return sources[safe_id(written)]
    return _source(pack, stated, written or name)


def _hints(entry: Mapping[str, Any], name: str) -> Hints:
    schema = _object(entry, "schema")
    roles: dict[str, str] = {}
    for field in _objects(schema, "fields"):
        role = _text(field, "role")
        if role and role not in _ROLE_NAMES:
            wanted = ", ".join(sorted(_ROLE_NAMES))
            raise BadInput(say("connectors_files.bad_field", field="role", wanted=wanted), _mend())
        if role:
            roles[_text(field, "name")] = role
    mark = _text(_object(entry, "dialect"), "decimalChar")
    decimal: Mark | None = "," if mark == "," else "." if mark == "." else None
    variable = _text(entry, "variable") or name
    return Hints(_text(entry, "area", "country"), variable, _text(entry, "unit"), roles, decimal)


def _table(resource: _Resource, entry: Mapping[str, Any]) -> Table:
    """A resource's files as one table, with as many rows as declared."""
    tables: list[Table] = []
    for file in resource.files:
        found = read_tables(
            file.data,
            file.name,
            encoding=resource.encoding,
            delimiter=resource.delimiter,
            sheet=resource.sheet,
        )
        if len(found) > 1:
            names = tuple(table.name for table in found)
            message = say("connectors_files.many_sheets", name=file.name, sheets=names)
            raise BadInput(message, say("connectors_files.many_sheets_pack_mend"))
        tables.append(found[0])
    heads = {tuple(table.frame.columns) for table in tables}
    if len(heads) > 1:
        message = say("connectors_files.parts_differ", name=resource.name)
        raise BadInput(message, say("connectors_files.parts_differ_mend"))
    frame = pd.concat([table.frame for table in tables]) if len(tables) > 1 else tables[0].frame
    declared = entry.get("rows")
    if declared is not None and declared != len(frame):
        message = say(
            "connectors_files.other_rows", name=resource.name, found=len(frame), declared=str(declared)[:40]
        )
        raise BadInput(message, say("connectors_files.other_mend"))
    return Table(resource.name, frame, tables[0].preamble, sum(table.footnotes for table in tables))


def _observe(pack: _Pack, resource: _Resource, table: Table, faults: list[Fault]) -> Observations | None:
    """A table's observations; where it has no area column, the area that the resource or its source names."""
    hints = resource.hints
    assumed = ""
    if not hints.area:
        source = resource.source
        texts = (resource.name, resource.title, *((source.title, source.publisher) if source else ()))
        assumed = next((area for text in texts if text and (area := stated_area(text))), "")
        hints = replace(hints, area=assumed)
    seen = observe(table, hints, subject=resource.name)
    if seen is None:
        return None
    if assumed and set(seen.frame["area"].unique()) == {assumed} and not _has_area(table):
        message = say("connectors_files.area_assumed", name=resource.name, area=assumed)
        faults.append(Fault("area_assumed", resource.name, message, rows=len(seen.frame)))
    if table.footnotes:
        message = say("connectors_files.footnotes", name=resource.name, count=table.footnotes)
        faults.append(Fault("footnotes", resource.name, message, rows=table.footnotes))
    faults.extend(seen.faults)
    return seen


def _has_area(table: Table) -> bool:
    return any(tidy(str(name)) in ROLES["area"] for name in table.frame.columns)


def _reference(
    pack: _Pack, resource: _Resource, table: Table, sources: Mapping[str, _Source], faults: list[Fault]
) -> ReferenceTable:
    columns = tuple(str(name) for name in table.frame.columns)
    message = say(
        "connectors_files.reference_table", name=resource.name, columns=columns[:12], rows=len(table.frame)
    )
    faults.append(Fault("reference_table", resource.name, message, rows=len(table.frame)))
    only = next(iter(sources.values())) if len(sources) == 1 else None
    source = resource.source or only or _Source(safe_id(resource.name), resource.title or resource.name)
    raw = resource.files[0]
    return ReferenceTable(resource.name, _origin(pack, source, (raw,))[0], columns, len(table.frame), raw)


# The code book


def _code_book(pack: _Pack) -> tuple[RawFile | None, CodeBook]:
    """The pack's code book: the file that ``codebook`` names, else variables.csv where there is one."""
    entry = pack.about.get("codebook")
    if isinstance(entry, str):
        entry = {"path": entry}
    if entry is not None and not isinstance(entry, dict):
        raise BadInput(say("connectors_files.bad_field", field="codebook", wanted="{...}"), _mend())
    if entry is None:
        if not pack.has("variables.csv"):
            return None, CodeBook()
        entry = {"path": "variables.csv"}
    path = str(guards.member_path(_text(entry, "path")))
    file = RawFile(path, pack.read(path, LIMITS.descriptor_bytes))
    _check_declared(entry, file, alone=True)
    return file, _book(read_tables(file.data, file.name)[0])


def _book(table: Table) -> CodeBook:
    names = {
        role: [name for name in table.frame.columns if tidy(name) in words] for role, words in _BOOK.items()
    }
    if not names["variable"]:
        message = say("connectors_files.bad_code_book", columns=tuple(map(str, table.frame.columns))[:12])
        raise BadInput(message, say("connectors_files.bad_code_book_mend"))
    texts = {
        role: table.frame[found[0]].map(_cell).tolist() if found else [""] * len(table.frame)
        for role, found in names.items()
    }
    entries: dict[tuple[str, str], BookEntry] = {}
    for row in (dict(zip(texts, cells, strict=True)) for cells in zip(*texts.values(), strict=True)):
        if row["variable"]:
            key = (safe_id(row["source"]) if row["source"] else "", row["variable"])
            entries[key] = BookEntry(
                Names(row["label"] or row["variable"], row["label_zh"]),
                row["unit"],
                _listed(row["dimension"]),
                _listed(row["domain"]),
                row["note"],
            )
    return CodeBook(entries)


def _cell(cell: object) -> str:
    return "" if cell is None or cell != cell else " ".join(str(cell).split())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;；|]", text) if part.strip())


# Datasets


def _harvests(
    pack: _Pack,
    seen: list[tuple[_Resource, Observations]],
    sources: Mapping[str, _Source],
    book: CodeBook,
    book_file: RawFile | None,
) -> tuple[tuple[Harvest, ...], tuple[Fault, ...]]:
    """One harvest a dataset, in the order in which the pack brings them."""
    parts: dict[str, list[tuple[Observations, pd.DataFrame]]] = {}
    files: dict[str, dict[str, RawFile]] = {}
    found: dict[str, _Source] = {}
    faults: list[Fault] = []
    for resource, observations in seen:
        for source, rows in _by_dataset(pack, resource, observations, sources, book, faults):
            found.setdefault(source.dataset, source)
            parts.setdefault(source.dataset, []).append((observations, rows))
            files.setdefault(source.dataset, {}).update({file.name: file for file in resource.files})
    about = (*((book_file,) if book_file else ()), pack.descriptor)
    harvests: list[Harvest] = []
    for dataset, source in found.items():
        raw = (*files[dataset].values(), *about)
        origin, assumed = _origin(pack, source, raw)
        built = build_dataset(dataset, parts[dataset], book, origin.released)
        faults.extend(built.faults)
        if not len(built.panel):
            continue
        faults.extend(_origin_faults(origin, assumed, source.stated))
        harvests.append(Harvest(origin, built.panel, built.metas, raw, built.realtime))
    return tuple(harvests), tuple(faults)


def _origin_faults(origin: Origin, assumed: bool, written: str) -> Iterator[Fault]:
    if not origin.licence.stated:
        yield Fault(
            "licence_not_stated",
            origin.dataset,
            say("connectors_files.licence_not_stated", name=origin.dataset),
        )
    if written and not written_date(written):
        message = say(
            "connectors_files.released_unreadable",
            name=origin.dataset,
            day=origin.released,
            text=written[:80],
        )
        yield Fault("released_unreadable", origin.dataset, message)
    elif assumed:
        message = say("connectors_files.released_assumed", name=origin.dataset, day=origin.released)
        yield Fault("released_assumed", origin.dataset, message)


def _by_dataset(
    pack: _Pack,
    resource: _Resource,
    seen: Observations,
    sources: Mapping[str, _Source],
    book: CodeBook,
    faults: list[Fault],
) -> Iterator[tuple[_Source, pd.DataFrame]]:
    """A resource's rows by the dataset that they belong to."""
    written = seen.frame["source"].astype(object)
    named = written != ""
    if named.all():
        yield from _named_rows(seen.frame, written, sources, resource, faults)
        return
    rest = seen.frame[~named.to_numpy()]
    if named.any():
        yield from _named_rows(seen.frame[named.to_numpy()], written[named], sources, resource, faults)
    by_book = {str(name): book.dataset_of(str(name)) for name in rest["variable"].unique()}
    if resource.source is not None:
        yield resource.source, rest
    elif len(sources) == 1:
        yield next(iter(sources.values())), rest
    elif all(by_book.values()):
        yield from _named_rows(rest, rest["variable"].astype(object).map(by_book), sources, resource, faults)
    else:
        dataset = safe_id(f"{_text(pack.about, 'name') or pack.place.stem}_{resource.name}"[:100])
        message = say("connectors_files.source_not_stated", name=resource.name, dataset=dataset)
        faults.append(Fault("source_not_stated", resource.name, message, rows=len(rest)))
        yield _source(pack, {"title": resource.title or resource.name}, dataset), rest


def _named_rows(
    frame: pd.DataFrame,
    written: pd.Series,
    sources: Mapping[str, _Source],
    resource: _Resource,
    faults: list[Fault],
) -> Iterator[tuple[_Source, pd.DataFrame]]:
    for text, index in written.groupby(written, sort=True, observed=True).indices.items():
        dataset = own_id(str(text))
        if dataset not in sources:
            message = say("connectors_files.source_unknown", name=resource.name, dataset=dataset)
            faults.append(Fault("source_unknown", dataset, message, rows=len(index)))
        yield sources.get(dataset) or _Source(dataset, str(text)), frame.iloc[index]


def _check_any(
    harvests: tuple[Harvest, ...], references: list[ReferenceTable], faults: tuple[Fault, ...]
) -> None:
    """A pack without a single series is refused, saying what its tables have for columns."""
    if harvests:
        check_known((harvest.panel for harvest in harvests), faults)
        return
    error = refusal([fault for fault in faults if fault.check != "not_a_table"])
    if error is not None:
        raise error
    if references:
        first = references[0]
        message = say("connectors_files.no_observations", name=first.name, columns=first.columns[:12])
        raise BadInput(message, say("connectors_files.columns_mend"))
    message = faults[0].message if faults else say("connectors_files.no_resources")
    raise BadInput(message, say("connectors_files.no_resources_mend"))
