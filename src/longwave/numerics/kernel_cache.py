"""Machine code of kernels, kept on disk so that a model is compiled once on a machine.

An entry is the object code of one text in LLVM's intermediate language. Its name is the SHA-256 of everything that
the code depends on: the text, the target, the processor and its features, the compiler's version, the level of
optimisation and `FORMAT`. An entry carries the checksum of its content; one that is truncated, altered or of another
format is thrown away and compiled anew. Entries are written beside their place and moved there in one step, so that
processes may share the folder; where nothing can be written, kernels are compiled each time.

The folder is ``kernels`` in the platform's place for caches; ``LONGWAVE_KERNELS`` names another, or ``off``. Because
what lies there is run, a folder that others may write to is not used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from longwave.core.errors import UsageError
from longwave.core.settings import cache_home

FORMAT = "longwave kernel 1"
"""Changes whenever what surrounds the text changes: names of library functions, the way of calling."""
VARIABLE = "LONGWAVE_KERNELS"
OFF = "off"
MOST_BYTES = 512 * 2**20
"""The folder's bound; what was used longest ago goes first."""

_MAGIC = b"longwave-kernel\n"
_DIGEST = hashlib.sha256().digest_size
_ENDING = ".kernel"


@dataclass(frozen=True, slots=True)
class KernelCache:
    """A folder of object code, or none."""

    folder: Path | None
    most_bytes: int = MOST_BYTES

    def read(self, key: str) -> bytes | None:
        """The object code kept under a key, None where there is none that can be trusted."""
        path = self._path(key)
        if path is None:
            return None
        try:
            if not _private(path.parent):
                return None
            whole = path.read_bytes()
        except OSError:
            return None
        content = whole[len(_MAGIC) + _DIGEST :]
        if whole[: len(_MAGIC) + _DIGEST] != _MAGIC + _checksum(key, content):
            _remove(path)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # so that what is used stays
        return content

    def write(self, key: str, content: bytes) -> bool:
        """Keeps object code; whether that could be done. Nothing is raised: a cache may be missing."""
        path = self._path(key)
        if path is None:
            return False
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _private(path.parent):
                return False
            _write_whole(path, _MAGIC + _checksum(key, content) + content)
            self._bound()
        except OSError:
            return False
        return True

    def _path(self, key: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{key}{_ENDING}"

    def _bound(self) -> None:
        assert self.folder is not None  # noqa: S101
        entries = []
        for path in self.folder.glob(f"*{_ENDING}"):
            try:
                known = path.stat()
            except FileNotFoundError:
                continue  # another process was quicker
            entries.append((known.st_mtime, known.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self.most_bytes:
                break
            _remove(path)
            total -= size


def kernel_cache() -> KernelCache:
    """The cache of this user, as `LONGWAVE_KERNELS` or the platform has it; none where there is no home."""
    named = os.environ.get(VARIABLE, "")
    if named.strip().lower() == OFF:
        return KernelCache(None)
    if named:
        return KernelCache(Path(named).expanduser())
    try:
        return KernelCache(cache_home(sys.platform, os.environ) / "longwave" / "kernels")
    except UsageError:
        return KernelCache(None)


def key_of(*parts: str) -> str:
    """The name of what depends on these texts."""
    digest = hashlib.sha256(FORMAT.encode())
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def _checksum(key: str, content: bytes) -> bytes:
    """Of a content under its name, so that an entry that was renamed is none."""
    return hashlib.sha256(key.encode() + b"\n" + content).digest()


def _private(folder: Path) -> bool:
    """Whether nobody else may write into a folder, as far as the platform tells."""
    if sys.platform == "win32":
        return True
    known = folder.stat()
    return known.st_uid == os.getuid() and not known.st_mode & 0o022


def _write_whole(path: Path, content: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except OSError:
        _remove(Path(beside))
        raise


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
