"""Where things lie in a store's folder, and which names are the store's own.

- ``longwave.duckdb``: the catalogue; ``longwave.previous.duckdb`` is the one before it
- ``longwave.lock``: held by the one process that writes; holds its process id
- ``raw/ab/<sha256>``: bytes as a publisher gave them, ``<sha256>.origin.json`` beside
- ``tables/<dataset>/<released>-<sha8>.parquet``: checked tables, one a vintage
- ``records/ab/<sha256>.json``: policy records, each named by its id

Dataset ids come from packs and services, so they are never trusted to make a path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

CATALOGUE = "longwave.duckdb"
PREVIOUS = "longwave.previous.duckdb"
LOCK = "longwave.lock"
RAW = "raw"
TABLES = "tables"
RECORDS = "records"
DRAFT = ".writing-"
"""Starts the name of a file that is not finished; a reader never looks at one."""
ORIGIN = ".origin.json"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.I)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OWN = re.compile(r"[0-9a-f]{64}(?:(?:\.origin)?\.json)?|\d{4}-\d\d-\d\d-[0-9a-f]{8,64}\.parquet")


def dataset_folder(dataset: str) -> str:
    """A folder name for a dataset id: the id where it is plain (letters, digits, - and _), else its hash."""
    if _PLAIN.fullmatch(dataset) and not _WINDOWS_DEVICE.fullmatch(dataset):
        return dataset
    return "x-" + hashlib.sha256(dataset.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def table_path(dataset: str, released: str, digest: str, digits: int = 8) -> str:
    """A table's path within the store. `released` must have been checked to be a date."""
    return f"{TABLES}/{dataset_folder(dataset)}/{released}-{digest[:digits]}.parquet"


def raw_path(sha256: str) -> str:
    return f"{RAW}/{sha256[:2]}/{sha256}"


def record_path(identity: str) -> str:
    """Where a policy record lies. `identity` must have been checked to be a sha256."""
    return f"{RECORDS}/{identity[:2]}/{identity}.json"


def is_sha256(text: str) -> bool:
    return _SHA256.fullmatch(text) is not None


def is_draft(name: str) -> bool:
    return name.startswith(DRAFT)


def is_own(name: str) -> bool:
    """Whether the store itself gives files such names. Files of other names are nobody's to delete."""
    return is_draft(name) or _OWN.fullmatch(name) is not None


def data_files(root: Path) -> Iterator[Path]:
    """Every file under ``raw``, ``tables`` and ``records``, registered or not, in the order of their paths."""
    for room in (RAW, TABLES, RECORDS):
        yield from sorted(path for path in (root / room).glob("*/*") if path.is_file())


def relative(root: Path, path: Path) -> str:
    """A path as the catalogue writes it: within the store, with forward slashes."""
    return path.relative_to(root).as_posix()
