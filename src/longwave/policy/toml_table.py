"""A table of a TOML file whose cells are read by kind: what is wrong is told with file, table, key and the mend.

A key that nobody reads is an error too: a misspelt bound that is silently left out would be a bound that does not hold.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.message import Message, Names, say

MOST_BYTES = 1_000_000


class TomlTable:
    """One table. where: file and place within it, as a reader would look it up."""

    def __init__(self, cells: Mapping[str, Any], where: str) -> None:
        self.cells = cells
        self.where = where
        self._read: set[str] = set()

    def has(self, key: str) -> bool:
        return key in self.cells

    def raw(self, key: str, default: Any = None) -> Any:
        """The cell as it stands, for readers of their own."""
        self._read.add(key)
        return self.cells.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        found = self._cell(key, default)
        if not isinstance(found, str):
            raise self.wrong(key, say("policy.toml_text"))
        return found.strip()

    def names(self, key: str, default: Names | None = None) -> Names:
        """``{ en = "...", zh = "..." }``; a bare text stands for both languages."""
        found = self._cell(key, default)
        if isinstance(found, Names):
            return found
        if isinstance(found, str):
            return Names(found)
        known = isinstance(found, Mapping) and set(found) <= {"en", "zh"} and "en" in found
        if not known or not all(isinstance(each, str) for each in found.values()):
            raise self.wrong(key, say("policy.toml_names"))
        return Names(**found)

    def named(self, key: str) -> tuple[Names, ...]:
        """A list of names in both languages."""
        found = self._cell(key, [])
        if not isinstance(found, list):
            raise self.wrong(key, say("policy.toml_texts"))
        return tuple(TomlTable({key: each}, self.where).names(key) for each in found)

    def number(self, key: str, default: float | None = None) -> float:
        found = self._cell(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            raise self.wrong(key, say("policy.toml_number"))
        return float(found)

    def optional_number(self, key: str) -> float | None:
        return self.number(key) if key in self.cells else None

    def whole(self, key: str, default: int | None = None) -> int:
        found = self._cell(key, default)
        if isinstance(found, bool) or not isinstance(found, int):
            raise self.wrong(key, say("policy.toml_whole"))
        return found

    def flag(self, key: str, default: bool = False) -> bool:
        found = self._cell(key, default)
        if not isinstance(found, bool):
            raise self.wrong(key, say("policy.toml_flag"))
        return found

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        found = self.text(key, default)
        if found not in choices:
            raise self.wrong(key, say("policy.toml_choice", choices=tuple(choices)))
        return found

    def texts(self, key: str, default: Sequence[str] | None = ()) -> tuple[str, ...]:
        found = self._cell(key, list(default) if default is not None else None)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise self.wrong(key, say("policy.toml_texts"))
        return tuple(found)

    def pair(self, key: str) -> tuple[float, float] | None:
        """``[low, high]`` with low <= high; None where it is not there."""
        found = self._cell(key, False) if key in self.cells else False
        if found is False:
            return None
        numbers = [each for each in found if _is_number(each)] if isinstance(found, list) else []
        if not isinstance(found, list) or len(numbers) != 2 or len(found) != 2 or numbers[0] > numbers[1]:
            raise self.wrong(key, say("policy.toml_pair"))
        return float(numbers[0]), float(numbers[1])

    def table(self, key: str) -> TomlTable:
        """The table within, an empty one where there is none."""
        found = self._cell(key, {})
        if not isinstance(found, Mapping):
            raise self.wrong(key, say("policy.toml_table"))
        return TomlTable(found, f"{self.where} [{key}]")

    def tables(self, key: str) -> tuple[TomlTable, ...]:
        """The tables of a list, each known by its number and, where it has one, its name."""
        found = self._cell(key, [])
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            raise self.wrong(key, say("policy.toml_tables"))
        return tuple(
            TomlTable(each, f"{self.where} [[{key}]] {each.get('name', place)}")
            for place, each in enumerate(found, start=1)
        )

    def finish(self) -> None:
        """Raises BadInput for a key that was not read."""
        unread = [key for key in self.cells if key not in self._read]
        if not unread:
            return
        near = tuple(difflib.get_close_matches(unread[0], self._read, n=3))
        raise BadInput(
            say("policy.toml_unknown", cell=unread[0], where=self.where),
            say("policy.toml_near", near=near)
            if near
            else say("policy.toml_known", known=tuple(sorted(self._read))),
        )

    def wrong(self, key: str, wanted: Message) -> BadInput:
        """The error of a cell that is not what it should be."""
        return BadInput(
            say("policy.toml_wrong", cell=key, where=self.where, wanted=wanted), say("policy.toml_mend")
        )

    def _cell(self, key: str, default: Any) -> Any:
        self._read.add(key)
        if key in self.cells:
            return self.cells[key]
        if default is None:
            raise BadInput(say("policy.toml_missing", cell=key, where=self.where), say("policy.toml_mend"))
        return default


def read_toml(content: bytes, where: str) -> TomlTable:
    """A whole file. Raises BadInput for what is no TOML, or too large to be a description."""
    if len(content) > MOST_BYTES:
        raise BadInput(say("policy.toml_large", where=where, most=MOST_BYTES), say("policy.toml_mend"))
    try:
        return TomlTable(tomllib.loads(content.decode("utf-8")), where)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(
            say("policy.toml_broken", where=where, why=str(error)[:200]), say("policy.toml_mend")
        ) from error


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell)
