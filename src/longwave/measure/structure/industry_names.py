"""Names of industries in both languages, for the codes and names that publishers give them; any other item is told
by its own name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from longwave.core.message import Names

_US_LISTS = frozenset({"44Ind", "63Ind"})


def industry_name(item: str) -> Names | str:
    """What a reader should see for an item such as ``FIRE`` or ``63Ind:36``; the item itself where it is not known."""
    listed, _, number = item.partition(":")
    if listed in _US_LISTS:
        return _book()["us_accounts"].get(number, item)
    return _book()["items"].get(item, item)


@cache
def _book() -> dict[str, dict[str, Names]]:
    text = resources.files("longwave.measure.structure").joinpath("industry_names.toml").read_text("utf-8")
    return {
        room: {code: Names(entry["en"], entry["zh"]) for code, entry in entries.items()}
        for room, entries in tomllib.loads(text).items()
    }
