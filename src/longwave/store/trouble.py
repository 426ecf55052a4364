"""What the operating system and DuckDB report, told in the store's words with the mend."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from longwave.core.disk_room import FULL
from longwave.core.errors import StoreBusy, StoreError
from longwave.core.message import Message, say
from longwave.store.layout import CATALOGUE, PREVIOUS

_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_HOLDER = re.compile(r"\(PID (\d+)\)")
_LOCKED = re.compile(r"could not set lock|used by another process", re.I)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns trouble with writing at `path` into a StoreError that says what to do."""
    try:
        yield
    except OSError as error:
        raise cannot_write(error, path) from error
    except duckdb.Error as error:
        reason = _first_line(error)
        mend = say("store.full_mend") if "space left" in reason.lower() else say("store.write_mend")
        raise StoreError(say("store.cannot_write", path=str(path), reason=reason), mend) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns trouble with reading `path` into a StoreError that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            say("store.cannot_read", path=str(path), reason=_reason(error)), _mend(error)
        ) from error


@contextmanager
def querying(root: Path) -> Iterator[None]:
    """Turns what DuckDB says about a query over the tables into a StoreError."""
    try:
        yield
    except duckdb.Error as error:
        message = say("store.query_failed", root=str(root), reason=_first_line(error))
        raise StoreError(message, say("store.check_mend")) from error


def cannot_write(error: OSError, path: Path) -> StoreError:
    return StoreError(say("store.cannot_write", path=str(path), reason=_reason(error)), _mend(error))


def damaged_catalogue(root: Path, error: duckdb.Error) -> StoreError:
    """The catalogue is there and cannot be read."""
    path = root / CATALOGUE
    return StoreError(
        say("store.catalogue_damaged", path=str(path), reason=_first_line(error)), _catalogue_mend(root)
    )


def lost_catalogue(root: Path) -> StoreError:
    """The catalogue is gone while the files that it named are there."""
    return StoreError(say("store.catalogue_lost", path=str(root / CATALOGUE)), _catalogue_mend(root))


def _catalogue_mend(root: Path) -> Message:
    path = str(root / CATALOGUE)
    if (root / PREVIOUS).exists():
        return say("store.catalogue_mend_previous", path=path, previous=PREVIOUS)
    return say("store.catalogue_mend", path=path, root=str(root))


def is_lock(error: duckdb.Error) -> bool:
    """Whether DuckDB could not open a file because another program holds it."""
    return _LOCKED.search(str(error)) is not None


def held_elsewhere(root: Path, error: duckdb.Error) -> StoreBusy:
    """Another program than longwave has the catalogue open for writing."""
    found = _HOLDER.search(str(error))
    return busy(root, found[1] if found else "")


def busy(root: Path, holder: str) -> StoreBusy:
    """Somebody writes; `holder` is the process id where it could be found."""
    if holder:
        return StoreBusy(
            say("store.busy", root=str(root), holder=holder), say("store.busy_mend", holder=holder)
        )
    return StoreBusy(say("store.busy_unknown", root=str(root)), say("store.busy_unknown_mend"))


def _reason(error: OSError) -> str | Message:
    if error.errno in FULL:
        return say("store.reason_full")
    if error.errno in _FORBIDDEN:
        return say("store.reason_forbidden")
    return error.strerror or type(error).__name__


def _mend(error: OSError) -> Message:
    if error.errno in FULL:
        return say("store.full_mend")
    if error.errno in _FORBIDDEN:
        return say("store.forbidden_mend")
    return say("store.write_mend")


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
