"""Files that a reader never meets half written: they are written beside, and take their name when all is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longwave.core.disk_room import room_for


def beside(path: Path) -> Path:
    """The name that a file has while it is being written."""
    return path.with_name(f".{path.name}.part")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to, which becomes `path` when all is written, and is gone where it broke off. Raises DiskFull."""
    part = beside(path)
    try:
        with room_for(path):
            yield part
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
