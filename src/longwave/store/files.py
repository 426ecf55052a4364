"""Files that are either whole or not there: written under a draft name, flushed to the disk, then renamed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from longwave.core.origin import checksum, file_checksum
from longwave.store.layout import DRAFT, ORIGIN, data_files, is_draft, is_own, relative
from longwave.store.trouble import writing


def write_file(path: Path, data: bytes) -> None:
    """Puts `data` at `path` in one step that cannot be half done. Raises StoreError, leaving `path` as it
    was.
    """
    with writing(path):
        make_folder(path.parent)
        draft = path.with_name(DRAFT + path.name)
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        flush_folder(path.parent)


def write_once(path: Path, data: bytes) -> bool:
    """Puts `data` at `path` unless it lies there already, whole; True where it had to be written.

    So adding a dataset again mends a file that was lost or damaged.
    """
    with writing(path):
        if path.is_file() and path.stat().st_size == len(data) and file_checksum(path) == checksum(data):
            return False
    write_file(path, data)
    return True


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, so that they outlive a power cut. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent) if folder.parent != folder else None
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Makes a rename in `folder` last. Windows has no such call and does not need it."""
    if sys.platform == "win32":  # pragma: no cover
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(root: Path, registered: Iterable[str]) -> None:
    """Deletes what a killed writer left: drafts, and files with the store's names that no catalogue entry
    names.

    Files of other names are somebody else's and stay.
    """
    keep = set(registered)
    with writing(root):
        for path in root.glob(f"{DRAFT}*"):
            path.unlink(missing_ok=True)
        for path in data_files(root):
            whose = relative(root, path).removesuffix(ORIGIN)
            if is_own(path.name) and (is_draft(path.name) or whose not in keep):
                path.unlink(missing_ok=True)
