"""What the catalogue knows of one vintage of one dataset, and which vintage is the one to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from longwave.core.origin import Origin


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """One commit of one dataset.

    serial: place in the order of commits, from 1. realtime: its rows carry vintages of their own. gathered: it came
    piece by piece, and each of its series carries vintages of its own. series, areas: counts. observations: rows
    that have a value. first, last: earliest and latest written period, which mix frequencies where the dataset
    does. current: reads take this vintage (under the `as_of` that was asked). superseded: a later commit brought
    another table for the same release date.
    """

    origin: Origin
    serial: int
    realtime: bool
    series: int
    observations: int
    areas: int
    first: str
    last: str
    current: bool = False
    superseded: bool = False
    gathered: bool = False

    @property
    def dataset(self) -> str:
        return self.origin.dataset

    @property
    def released(self) -> str:
        return self.origin.released


def known_at(record: DatasetRecord, as_of: date | None) -> bool:
    """Whether a reader at `as_of` may use this commit: released by then, or a commit that holds its own
    past.
    """
    return as_of is None or record.realtime or record.gathered or record.released <= as_of.isoformat()


def chosen(records: Iterable[DatasetRecord], as_of: date | None = None) -> dict[str, DatasetRecord]:
    """Dataset -> the commit that reads take: the newest release known at `as_of`, of equal dates the last
    committed.
    """
    best: dict[str, DatasetRecord] = {}
    for record in records:
        rival = best.get(record.dataset)
        newer = rival is None or (record.released, record.serial) > (rival.released, rival.serial)
        if newer and known_at(record, as_of):
            best[record.dataset] = record
    return dict(sorted(best.items()))
