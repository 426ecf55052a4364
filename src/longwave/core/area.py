"""Areas: countries by ISO 3166-1 alpha-3, and aggregates, which are flagged and never counted as countries."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from longwave.core.errors import UnknownArea
from longwave.core.message import Names, say


@dataclass(frozen=True, slots=True)
class Area:
    """An area: alpha-3 code, alpha-2 where there is one, names in both languages, whether it is an aggregate.

    numeric: the three digits of ISO 3166-1, empty where there are none.
    """

    code: str
    alpha2: str
    names: Names
    aggregate: bool = False
    numeric: str = ""


@cache
def areas() -> dict[str, Area]:
    """Every area that longwave knows, by its code."""
    table = resources.files("longwave.core").joinpath("areas.csv").read_text("utf-8")
    return {
        row["code"]: Area(
            row["code"],
            row["alpha2"],
            Names(row["en"], row["zh"]),
            row["kind"] == "aggregate",
            row["numeric"],
        )
        for row in csv.DictReader(table.splitlines())
    }


def find_area(text: str) -> Area:
    """An area from its alpha-3 or alpha-2 code or its English or Chinese name, whatever the case.

    Raises UnknownArea naming the nearest.
    """
    wanted = text.strip()
    by_word = _by_word()
    area = by_word.get(wanted.casefold())
    if area is None:
        near = difflib.get_close_matches(wanted.casefold(), by_word, n=3, cutoff=0.5)
        found = dict.fromkeys(by_word[word] for word in near)
        nearest = tuple(say("core.area_with_code", code=area.code, name=area.names) for area in found)
        raise UnknownArea(
            say("core.unknown_area", text=wanted),
            say("core.nearest_areas", near=nearest) if nearest else say("core.areas_are"),
        )
    return area


def area_names(code: str) -> Names:
    """Names of an area; the code itself for one that longwave does not know (a region of a user's own)."""
    known = areas().get(code)
    return known.names if known else Names(code)


@cache
def _by_word() -> dict[str, Area]:
    words: dict[str, Area] = {}
    for area in areas().values():
        for word in (area.names.zh, area.names.en, area.alpha2, area.code):
            if word:
                words[word.casefold()] = area
    return words
