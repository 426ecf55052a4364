"""What identifies a series, and what is known about it beside its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from longwave.core.message import Names
from longwave.core.unit import Unit


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """Which series: the dataset it came from, the area, the variable, and the part of the area (an industry, a
    technology; empty for the whole)."""

    source: str
    area: str
    variable: str
    item: str = ""

    def __str__(self) -> str:
        item = f"[{self.item}]" if self.item else ""
        return f"{self.source}:{self.variable}{item}@{self.area}"


@dataclass(frozen=True, slots=True)
class SeriesMeta:
    """A variable of one dataset: longwave's name for it, the publisher's, its unit, and where it belongs.

    source_variable is the publisher's own code; dimensions and domains are the study's rooms that it serves.
    """

    source: str
    variable: str
    names: Names
    unit: Unit
    source_variable: str = ""
    dimensions: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    note: str = ""
