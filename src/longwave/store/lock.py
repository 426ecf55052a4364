"""One writer: a lock that the operating system drops when its holder dies, with the holder's process id
inside.

The lock is on a file of its own, never on the catalogue, so that it works the same way on every platform
and a reader is never in a writer's way. The file stays when the lock is dropped; what counts is who holds
it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import IO

from longwave.store.layout import LOCK
from longwave.store.trouble import busy, writing

PATIENCE = 2.0
"""Seconds that a second writer waits: longer than a usual commit, shorter than a person's patience."""
_PAUSE = 0.02
_PID_AT = 64
"""Where the locked byte lies on Windows, beyond the process id, which would be unreadable under the lock."""


class WriterLock:
    """The right to write to one store, from `acquire` to `release`."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def acquire(cls, root: Path, patience: float = PATIENCE) -> WriterLock:
        """Waits up to `patience` seconds. Raises StoreBusy naming the holder, StoreError when `root` is
        unwritable.
        """
        path = root / LOCK
        with writing(path):
            # Not the text mode "w": it would wipe the holder's process id before we know that we may.
            file = os.fdopen(
                os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="ascii", errors="replace"
            )
        deadline = time.monotonic() + patience
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                holder = _holder(file)
                file.close()
                raise busy(root, holder)
            time.sleep(_PAUSE)
        lock = cls(file)
        try:
            with writing(path):
                lock._sign()
        except BaseException:
            lock.release()
            raise
        return lock

    def release(self) -> None:
        """Gives the right back. A second call does nothing."""
        if not self._file.closed:
            _unlock(self._file)
            self._file.close()

    def _sign(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()


def is_held(root: Path) -> bool:
    """Whether some process is writing to the store now."""
    path = root / LOCK
    try:
        file = path.open("r+", encoding="ascii", errors="replace")
    except OSError:
        return False
    with file:
        if not _try_lock(file):
            return True
        _unlock(file)
        return False


def _holder(file: IO[str]) -> str:
    file.seek(0)
    text = file.read(20).strip()
    return text if text.isdecimal() else ""


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        os.lseek(file.fileno(), _PID_AT, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        os.lseek(file.fileno(), _PID_AT, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
