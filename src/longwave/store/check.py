"""Is everything that was committed still there, byte for byte, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from longwave.core.harvest import Fault
from longwave.core.message import say
from longwave.core.origin import file_checksum
from longwave.store.layout import ORIGIN, RAW, RECORDS, relative


def check_files(root: Path, registered: dict[str, str], found: list[Path], *, quiet: bool) -> Iterator[Fault]:
    """Faults of files: missing, unreadable, damaged, without origin; and strangers.

    registered: path -> sha256 as committed. found: what lay there before the catalogue was read. quiet:
    nobody was writing, so a file that no entry names is an orphan and not one that is just being committed.
    The files of policy records are left to `check_chain`, which knows whose they are.
    """
    for path, sha256 in sorted(registered.items()):
        if path.startswith(f"{RECORDS}/"):
            continue
        yield from _file_faults(root, path, sha256)
    if not quiet:
        return
    for file in found:
        path = relative(root, file)
        if path.removesuffix(ORIGIN) not in registered:
            yield Fault("file_orphan", path, say("store.file_orphan", path=path))


def _file_faults(root: Path, path: str, sha256: str) -> Iterator[Fault]:
    file = root / path
    if not file.is_file():
        yield Fault("file_missing", path, say("store.file_missing", path=path))
        return
    try:
        whole = file_checksum(file) == sha256
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Fault("file_unreadable", path, say("store.file_unreadable", path=path, reason=reason))
        return
    if not whole:
        yield Fault("file_damaged", path, say("store.file_damaged", path=path))
    if path.startswith(f"{RAW}/") and not file.with_name(file.name + ORIGIN).is_file():
        yield Fault("origin_missing", path, say("store.origin_missing", path=path))
