"""Committing: check every batch, write its files, then name them all in the catalogue at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from longwave.core.origin import Origin, checksum, file_checksum
from longwave.store.batch import Batch
from longwave.store.catalogue import change
from longwave.store.files import write_file, write_once
from longwave.store.layout import ORIGIN, raw_path, table_path
from longwave.store.rows import fault_text, meta_text, origin_file, origin_text, read_origin
from longwave.store.table import Table, encode
from longwave.store.trouble import reading


@dataclass(frozen=True, eq=False)
class _Vintage:
    """A batch ready to be written. digest: of all that makes it another vintage than the one before."""

    batch: Batch
    table: Table
    raw: tuple[str, ...]
    digest: str


@dataclass(eq=False)
class _Known:
    """What the catalogue names already, growing as the commit goes on.

    files: path -> sha256; contents: table path -> content; newest: (dataset, released) -> digest of the
    last commit; brought: sha256 of raw bytes -> publisher's file name and origin, for each time that they
    came.
    """

    files: dict[str, str]
    contents: dict[str, str]
    newest: dict[tuple[str, str], str]
    brought: dict[str, list[tuple[str, Origin]]]
    serial: int


def commit(root: Path, catalogue: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> None:
    """Commits all batches or none; one equal to the last commit of its dataset and release date adds nothing.

    batches: checked, and joined to what they add to.
    Raises BadInput before anything is written. Raises StoreError when the disk will not take it; files may
    then lie about that the catalogue does not name.
    """
    vintages = [_prepared(batch) for batch in batches]
    known = _known(catalogue)
    news = [_placed(root, vintage, known) for vintage in vintages]
    if any(files or path for files, path in news):
        with change(root) as draft:
            for vintage, (files, path) in zip(vintages, news, strict=True):
                _register(draft, vintage, files, path, known)


def _prepared(batch: Batch) -> _Vintage:
    table = encode(batch.panel)
    raw = tuple(checksum(file.data) for file in batch.raw)
    origin = {name: value for name, value in batch.origin.as_dict().items() if name != "retrieved"}
    identity = [
        table.content,
        batch.realtime,
        batch.adds,
        [meta_text(meta) for meta in batch.metas],
        [fault_text(fault) for fault in batch.held_back],
    ]
    if not batch.adds:  # a service dates and words its answer anew each time: that alone is no vintage
        identity += [origin, [[file.name, sha256] for file, sha256 in zip(batch.raw, raw, strict=True)]]
    return _Vintage(batch, table, raw, checksum(json.dumps(identity, sort_keys=True).encode()))


def _known(catalogue: duckdb.DuckDBPyConnection) -> _Known:
    cursor = catalogue.cursor()
    vintages = cursor.execute(
        "SELECT serial, dataset, released, digest, path, content FROM vintages ORDER BY serial"
    ).fetchall()
    return _Known(
        files=dict(cursor.execute("SELECT path, sha256 FROM files").fetchall()),
        contents={path: content for *_, path, content in vintages},
        newest={(dataset, released): digest for _, dataset, released, digest, *_ in vintages},
        brought=_brought(cursor),
        serial=vintages[-1][0] if vintages else 0,
    )


def _brought(cursor: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, Origin]]]:
    rows = cursor.execute(
        "SELECT sha256, name, origin FROM raw_files JOIN vintages USING (serial) ORDER BY serial, position"
    )
    brought: dict[str, list[tuple[str, Origin]]] = {}
    for sha256, name, origin in rows.fetchall():
        brought.setdefault(sha256, []).append((name, read_origin(origin)))
    return brought


def _placed(root: Path, vintage: _Vintage, known: _Known) -> tuple[dict[str, tuple[str, int]], str]:
    """Writes a vintage's files; gives what must be registered (path -> sha256, size) and the table's path,
    which is empty when the vintage is known. Files that are registered and whole are left alone, damaged
    ones are mended.
    """
    origin, content = vintage.batch.origin, vintage.table.content
    path = table_path(origin.dataset, origin.released, content)
    if known.contents.setdefault(path, content) != content:
        path = table_path(origin.dataset, origin.released, content, digits=len(content))
    release = (origin.dataset, origin.released)
    new = known.newest.get(release) != vintage.digest
    known.newest[release] = vintage.digest
    files: dict[str, tuple[str, int]] = {}
    for sha256, file in zip(vintage.raw, vintage.batch.raw, strict=True):
        name = raw_path(sha256)
        _place(root, name, file.data, files, known)
        brought = known.brought.setdefault(sha256, [])
        if new:
            brought.append((file.name, origin))
        write_once(root / (name + ORIGIN), origin_file(sha256, len(file.data), dict.fromkeys(brought)))
    _place(root, path, vintage.table.data, files, known)
    return files, path if new else ""


def _place(root: Path, name: str, data: bytes, files: dict[str, tuple[str, int]], known: _Known) -> None:
    """Writes one file unless it lies there whole, and notes it in `files` for the catalogue."""
    path, sha256 = root / name, known.files.get(name)
    with reading(path):
        if sha256 is not None and path.is_file() and file_checksum(path) == sha256:
            return
    write_file(path, data)
    known.files[name] = checksum(data)
    files[name] = (known.files[name], len(data))


def _register(
    draft: duckdb.DuckDBPyConnection,
    vintage: _Vintage,
    files: dict[str, tuple[str, int]],
    path: str,
    known: _Known,
) -> None:
    for name, (sha256, size) in files.items():
        draft.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [name, sha256, size])
    if not path:
        return
    known.serial += 1
    serial, batch, table = known.serial, vintage.batch, vintage.table
    draft.execute(
        "INSERT INTO vintages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            serial,
            batch.origin.dataset,
            batch.origin.released,
            batch.realtime,
            vintage.digest,
            table.content,
            path,
            origin_text(batch.origin),
            table.series,
            table.observations,
            table.areas,
            table.first,
            table.last,
            batch.adds and not batch.realtime,
        ],
    )
    raw = [
        [serial, place, sha256, _writable(file.name)]
        for place, (sha256, file) in enumerate(zip(vintage.raw, batch.raw, strict=True))
    ]
    metas = [[serial, place, meta_text(meta)] for place, meta in enumerate(batch.metas)]
    faults = [[serial, place, fault_text(fault)] for place, fault in enumerate(batch.held_back)]
    for room, rows in (("raw_files", raw), ("metas", metas), ("faults", faults)):
        if rows:
            draft.executemany(f"INSERT INTO {room} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608


def _writable(name: str) -> str:
    """A file name as text that can be stored, whatever bytes the publisher's system allowed in it."""
    return name.encode("utf-8", "replace").decode()
