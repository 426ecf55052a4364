"""Bring data in: a folder, a file or a publisher's service -> checked, kept with its origin, ready to study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from longwave.core.harvest import Fault, Progress, silent
from longwave.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was kept of one dataset."""

    dataset: str
    title: str
    publisher: str
    release: str
    licence: str
    series: int
    observations: int
    areas: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What was kept and what was found wrong. dry_run: nothing was written."""

    kept: tuple[Ingested, ...]
    faults: tuple[Fault, ...]
    dry_run: bool = False


def add(path: Path, *, settings: Settings | None = None, dry_run: bool = False, progress: Progress = silent) -> IngestReport:
    """Takes a data package folder (datapackage.json), or one csv, xlsx or parquet file, into the store."""
    raise NotImplementedError


def pull(
    connector: str,
    series: Sequence[str],
    *,
    areas: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    settings: Settings | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> IngestReport:
    """Takes series from a publisher's service (world_bank, fred, dbnomics, census_bds, owid, sdmx) into the store."""
    raise NotImplementedError
