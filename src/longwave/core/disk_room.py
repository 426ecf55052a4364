"""Room on a disk: what the system says where there is none left, told with the folder, what is free there, and the mend."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longwave.core.errors import DiskFull
from longwave.core.message import Message, say

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a system says that cannot write for want of room: the disk's, a user's share of it, or a file's."""


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """What is written here goes to `path`. Raises DiskFull where there is no room for it."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise disk_full(path, say("core.disk_full_mend")) from error


def disk_full(path: Path, mend: Message) -> DiskFull:
    """The error for what could not be written to `path`."""
    return DiskFull(say("core.disk_full", path=str(path), free=f"{free(path) / 1e6:,.1f}"), mend)


def free(path: Path) -> int:
    """Bytes that are free where `path` is, or will be."""
    there = next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free
