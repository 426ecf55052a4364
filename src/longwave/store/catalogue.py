"""The catalogue file: read in one gulp, changed on a copy, published by one rename.

DuckDB lets one process into a file, and then not even a reader. So the file is never open for longer than
it takes to copy it: a reader takes the whole catalogue, which is small, into its memory; a writer changes a
draft beside it in one DuckDB transaction and renames the draft into place. A commit is that rename: before
it nothing has happened, after it everything has, and a reader has either the old catalogue or the new one.
The one before is kept under another name, for the day on which a disk spoils the file.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb

from longwave.core.errors import StoreError
from longwave.core.message import say
from longwave.store.files import flush_folder
from longwave.store.layout import CATALOGUE, DRAFT, PREVIOUS, TABLES, data_files
from longwave.store.migrations import LATEST, check_version, migrate, version_of
from longwave.store.trouble import (
    damaged_catalogue,
    held_elsewhere,
    is_lock,
    lost_catalogue,
    reading,
    writing,
)

Config: TypeAlias = dict[str, str | bool | int | float | list[str]]
_LIMITS: Config = {"memory_limit": "2GB", "temp_directory": ""}
"""Two gigabytes carry a query over tens of millions of rows; nothing is spilled to a disk that may be full.
"""
_OFFLINE: Config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


_SMALL: Config = {**_LIMITS, **_OFFLINE, "threads": "1"}
"""The catalogue is a few hundred rows: more threads cost more to start than they save."""


def load(root: Path, *, write: bool = False) -> duckdb.DuckDBPyConnection:
    """The catalogue in memory, brought up to the latest migration, in a connection that can read nothing but
    tables.

    A missing store is an empty catalogue. Raises StoreError when the file is damaged, not longwave's, or gone
    while data is there; StoreTooNew; StoreBusy when another program keeps it open (a reader then reads a copy
    instead).
    """
    return _taken(root, write)[0]


def load_for_writing(root: Path) -> duckdb.DuckDBPyConnection:
    """As `load`, and the catalogue file is made where there is none and brought up to date where it is older.

    Only the holder of the writer's lock may call it. Raises StoreError when the file cannot be written.
    """
    _fold_log(root)
    connection, version = _taken(root, write=True)
    try:
        if version < LATEST:
            with change(root) as draft:
                migrate(draft)
    except BaseException:
        connection.close()
        raise
    return connection


def _taken(root: Path, write: bool) -> tuple[duckdb.DuckDBPyConnection, int]:
    """The catalogue in memory, and the version of its file: 0 where there is none."""
    connection = duckdb.connect(":memory:", config={**_LIMITS, **_OFFLINE})
    try:
        version = 0
        if (root / CATALOGUE).exists():
            version = _fill(connection, root, write)
        else:
            refuse_lost(root)
        migrate(connection)
        _harden(connection, root)
    except BaseException:
        connection.close()
        raise
    return connection, version


def refuse_lost(root: Path) -> None:
    """Raises StoreError where tables lie without a catalogue: a new one would call them all unregistered."""
    if next(data_files(root), None) is not None:
        raise lost_catalogue(root)


@contextmanager
def change(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A draft of the catalogue in one open transaction; published when the block ends well, dropped when it
    does not.

    Only the holder of the writer's lock may call it. Raises StoreError when the draft cannot be written.
    """
    live, draft = root / CATALOGUE, root / f"{DRAFT}{CATALOGUE}"
    with writing(live):
        try:
            _drop(draft)
            if live.exists():
                shutil.copyfile(live, draft)
            with duckdb.connect(str(draft), config=_SMALL) as connection:
                connection.execute("BEGIN TRANSACTION")
                yield connection
                connection.execute("COMMIT")
                # Closing would fold the log in too, but would say nothing when the disk is full.
                connection.execute("CHECKPOINT")
            _publish(draft, live)
        finally:
            _drop(draft)


def _publish(draft: Path, live: Path) -> None:
    _flush(draft)
    if live.exists():
        keep = draft.with_name(f"{DRAFT}{PREVIOUS}")
        keep.unlink(missing_ok=True)
        try:
            keep.hardlink_to(live)
        except OSError:  # a file system without links
            shutil.copyfile(live, keep)
            _flush(keep)
        keep.replace(live.with_name(PREVIOUS))
    _replace(draft, live)
    flush_folder(live.parent)


def _replace(draft: Path, live: Path) -> None:
    """Renames. Windows refuses while a reader has the file open, which lasts a moment, so it tries again."""
    deadline = time.monotonic() + (5 if os.name == "nt" else 0)
    while True:
        try:
            draft.replace(live)
        except PermissionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _drop(draft: Path) -> None:
    for path in (draft, draft.with_name(f"{draft.name}.wal"), draft.with_name(f"{DRAFT}{PREVIOUS}")):
        path.unlink(missing_ok=True)


def _fill(connection: duckdb.DuckDBPyConnection, root: Path, write: bool) -> int:
    """Copies the catalogue file into memory and gives its version."""
    path = root / CATALOGUE
    with reading(path), path.open("rb"):
        pass
    try:
        return _copy_in(connection, root, path)
    except duckdb.Error as error:
        if not is_lock(error):
            raise damaged_catalogue(root, error) from error
        if write:
            raise held_elsewhere(root, error) from error
        return _fill_from_copy(connection, root, error)


def _fill_from_copy(connection: duckdb.DuckDBPyConnection, root: Path, lock: duckdb.Error) -> int:
    """Reads past another program's lock. Longwave never changes the file in place, so its bytes are whole;
    where the other program is changing it just then, the copy does not open, and the lock is told.
    """
    with tempfile.TemporaryDirectory(prefix="longwave-") as folder:
        copy = Path(folder) / CATALOGUE
        with reading(root / CATALOGUE):
            shutil.copyfile(root / CATALOGUE, copy)
        try:
            return _copy_in(connection, root, copy)
        except duckdb.Error as error:
            raise held_elsewhere(root, lock) from error


def _copy_in(connection: duckdb.DuckDBPyConnection, root: Path, path: Path) -> int:
    connection.execute(f"ATTACH {_quoted(str(path))} AS disk (READ_ONLY)")
    try:
        connection.execute("USE disk")
        version = _version(connection, path)
        check_version(version, root)
        connection.execute("USE memory")
        connection.execute("COPY FROM DATABASE disk TO memory")
    finally:
        connection.execute("USE memory")
        connection.execute("DETACH disk")
    return version


def _version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    try:
        return version_of(connection)
    except duckdb.CatalogException as error:
        raise StoreError(say("store.not_ours", path=str(path)), say("store.not_ours_mend")) from error


def _harden(connection: duckdb.DuckDBPyConnection, root: Path) -> None:
    """From here on the connection opens no file but the store's tables, and cannot be told otherwise."""
    connection.execute(f"SET allowed_directories = [{_quoted(str(root / TABLES))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _fold_log(root: Path) -> None:
    """A log beside the catalogue was left by another program that opened it and died: take it in before we
    rename, or DuckDB would later apply it to a catalogue that it was not written for.
    """
    if not (root / f"{CATALOGUE}.wal").exists() or not (root / CATALOGUE).exists():
        return
    try:
        with duckdb.connect(str(root / CATALOGUE), config=_SMALL) as connection:
            connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        if is_lock(error):
            raise held_elsewhere(root, error) from error
        raise damaged_catalogue(root, error) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
