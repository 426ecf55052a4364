"""Systemic banking crises: when each began, which years the list speaks of, and the waves in which they come.

The house's own list (`crises.csv`) holds start years after Laeven and Valencia (2013, 2018), "Systemic Banking Crises
Database" and "Systemic Banking Crises Revisited". It is not complete: of 151 episodes up to 2017 it has those of 1991
to 2009 that could be checked, so that a country without an entry is no proof of calm. Where that matters, a user
brings a list of their own. A borderline case met only part of the authors' definition.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import pairwise

from longwave.core.message import Message, say

LENGTH = 5
"""Years that a crisis without a stated end is taken to last; Laeven and Valencia end every crisis after five at most."""
LONGEST_WAVE = 5
"""Years after which an unbroken run of crisis years counts as a new wave."""
FIRST, LAST = 1991, 2011
"""Years of which the house's list speaks: those of the table that it is typed from, which ends in 2011."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """One crisis. end: its last year, None where nobody states it."""

    area: str
    start: int
    end: int | None = None
    borderline: bool = False

    @property
    def last(self) -> int:
        """The last year of the crisis, `LENGTH` years where none is stated."""
        return self.start + LENGTH - 1 if self.end is None else self.end


@dataclass(frozen=True, slots=True)
class Wave:
    """Crises of neighbouring years: first and last year of a start, and how many there were."""

    first: int
    last: int
    crises: int

    @property
    def years(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class CrisisTable:
    """A list of crises and the years of which it speaks: outside first..last nobody knows whether there was one."""

    crises: tuple[Crisis, ...]
    first: int
    last: int
    source: Message
    own: bool = False

    def strict(self) -> CrisisTable:
        """Without the borderline cases."""
        return replace(self, crises=tuple(each for each in self.crises if not each.borderline))

    def known_in(self, year: int) -> CrisisTable:
        """What the list said at the end of a year: later crises are not in it, and later years are not spoken of."""
        early = tuple(each for each in self.crises if each.start <= year)
        return replace(self, crises=early, last=min(self.last, year))

    def of(self, area: str) -> tuple[Crisis, ...]:
        return tuple(each for each in self.crises if each.area == area)

    def among(self, areas: Iterable[str]) -> CrisisTable:
        """The crises of some areas only."""
        kept = set(areas)
        return replace(self, crises=tuple(each for each in self.crises if each.area in kept))


@cache
def known_crises() -> CrisisTable:
    """The house's list."""
    text = resources.files("longwave.decide.early_warning").joinpath("crises.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    crises = tuple(
        Crisis(row["area"], int(row["start"]), borderline=row["borderline"] == "yes") for row in rows
    )
    return CrisisTable(crises, FIRST, LAST, say("early_warning.crises_source", count=len(crises)))


def waves(crises: Iterable[Crisis]) -> tuple[Wave, ...]:
    """Runs of consecutive years with a crisis, cut after five years."""
    starts = sorted(each.start for each in crises)
    if not starts:
        return ()
    groups = [[starts[0]]]
    for earlier, later in pairwise(starts):
        if later - earlier > 1 or later - groups[-1][0] >= LONGEST_WAVE:
            groups.append([])
        groups[-1].append(later)
    return tuple(Wave(each[0], each[-1], len(each)) for each in groups)
