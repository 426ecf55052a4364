"""Concepts: what longwave calls a series, in which unit, and which publisher's code means exactly that."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from longwave.core.message import Names
from longwave.core.origin import Origin
from longwave.core.period import Frequency
from longwave.core.unit import Unit

Kind: TypeAlias = Literal["level", "share", "index", "rate"]


@dataclass(frozen=True, slots=True)
class SourceCode:
    """A publisher's code for a concept.

    unit: what the code itself fixes, used where a copy does not state the unit; says: wordings of that unit
    which `Unit.parse` does not understand; item: where the code is one item of the concept (a field of patents, a
    technology), that item. A code ending in ``*`` stands for all that begin alike, item ``*`` for the rest of it.
    """

    family: str
    code: str
    unit: Unit | None = None
    says: tuple[str, ...] = ()
    item: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A variable of longwave.

    low, high: values outside cannot be; typical: where the median over all areas of a dataset must lie; all
    in `unit`, None where there is no bound. any_base: the price or index base stays the publisher's.
    additive: the figures of areas add up. never_zero: an exact zero can only stand for a missing figure.
    frequency: of the figures that measures read. of: the concept whose figures of that frequency these are; a
    publisher's code says what is counted, not how often, so they come in under that concept's name.
    """

    name: str
    names: Names
    unit: Unit
    kind: Kind
    dimensions: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    typical: tuple[float, float] | None = None
    any_base: bool = False
    additive: bool = False
    never_zero: bool = False
    frequency: Frequency = Frequency.ANNUAL
    of: str = ""
    sources: tuple[SourceCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Datasets that share their codes: known by the dataset's id or by words of its title or publisher."""

    name: str
    datasets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    anywhere: bool = False

    def holds(self, origin: Origin) -> bool:
        said = f"{origin.title} {origin.publisher} {origin.attribution}".casefold()
        by_id = any(fnmatchcase(origin.dataset.casefold(), pattern) for pattern in self.datasets)
        return self.anywhere or by_id or any(word in said for word in self.words)


@dataclass(frozen=True, slots=True)
class Group:
    """Concepts of one identity, taken from one dataset where one has them.

    decides: those of them that are counted to find the dataset that gives most; recent_first: nothing has to
    add up, so that giving most does not help a dataset whose figures end long before another's.
    """

    name: str
    concepts: tuple[str, ...]
    decides: tuple[str, ...]
    adds_to_one: bool = False
    recent_first: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a publisher's variable means; source is None where the variable bears the concept's own name.

    rank: the order among a concept's codes, 0 for its own name; of two in one dataset the lower rank is taken.
    item: the item of the concept that the variable stands for, empty for the whole.
    """

    concept: Concept
    source: SourceCode | None
    rank: int
    item: str = ""


@cache
def concepts() -> dict[str, Concept]:
    """Every concept, by its name."""
    return {name: _concept(name, entry) for name, entry in _book()["concepts"].items()}


@cache
def families() -> dict[str, Family]:
    return {
        name: Family(
            name,
            tuple(entry.get("datasets", ())),
            tuple(entry.get("words", ())),
            entry.get("anywhere", False),
        )
        for name, entry in _book()["families"].items()
    }


@cache
def groups() -> tuple[Group, ...]:
    return tuple(
        Group(
            name=entry["name"],
            concepts=tuple(entry["concepts"]),
            decides=tuple(entry.get("decides", entry["concepts"])),
            adds_to_one=entry.get("adds_to_one", False),
            recent_first=entry.get("recent_first", False),
        )
        for entry in _book()["together"]
    )


def find_concept(code: str, origin: Origin) -> Match | None:
    """The concept that `code` of this dataset stands for, or None."""
    for concept, source, rank in (*_by_code().get(code, ()), *_begun_by(code)):
        if families()[source.family].holds(origin):
            return Match(concept, source, 0 if code == concept.name else rank, _item(code, source))
    own = concepts().get(code)
    return Match(own, None, 0) if own is not None else None


def _item(code: str, source: SourceCode) -> str:
    return code[len(source.code) - 1 :].strip() if source.item == "*" else source.item


def _begun_by(code: str) -> Iterator[tuple[Concept, SourceCode, int]]:
    """Entries whose code ends in a star and begins as `code` does."""
    for known, entries in _by_code().items():
        if known.endswith("*") and code.startswith(known[:-1]) and len(code) >= len(known):
            yield from entries


@cache
def _by_code() -> dict[str, tuple[tuple[Concept, SourceCode, int], ...]]:
    codes: dict[str, tuple[tuple[Concept, SourceCode, int], ...]] = {}
    for concept in concepts().values():
        for rank, source in enumerate(concept.sources, start=1):
            codes[source.code] = (*codes.get(source.code, ()), (concept, source, rank))
    return codes


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(resources.files("longwave.prepare").joinpath("concepts.toml").read_text("utf-8"))


def _concept(name: str, entry: dict[str, Any]) -> Concept:
    typical = entry.get("typical")
    return Concept(
        name=name,
        names=Names(entry["en"], entry["zh"]),
        unit=Unit.parse(entry["unit"]),
        kind=entry["kind"],
        dimensions=tuple(entry.get("dimensions", ())),
        domains=tuple(entry.get("domains", ())),
        low=entry.get("low"),
        high=entry.get("high"),
        typical=(typical[0], typical[1]) if typical else None,
        any_base=entry.get("any_base", False),
        additive=entry.get("additive", False),
        never_zero=entry.get("never_zero", False),
        frequency=Frequency[entry.get("frequency", "annual").upper()],
        of=entry.get("of", ""),
        sources=tuple(_source(source) for source in entry.get("sources", ())),
    )


def _source(entry: dict[str, Any]) -> SourceCode:
    unit = entry.get("unit")
    return SourceCode(
        entry["family"],
        entry["code"],
        Unit.parse(unit) if unit else None,
        tuple(entry.get("says", ())),
        entry.get("item", ""),
    )
