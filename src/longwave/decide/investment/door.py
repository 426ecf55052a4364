"""The door for a plan: each value is of its kind and between its bounds, and a word that is not known is told the
nearest."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.message import Value, say
from longwave.decide.investment.plan import Spread

LARGEST = 1e15
"""A larger amount is a slip of the unit; sums of squares of it would lose their last digits."""

LONGEST_NAME = 80
FIRST_YEAR, LAST_YEAR = 1900, 2200
_SHOWN = 40


def fault(what: str, /, **blanks: Value) -> BadInput:
    """The error of a plan: ``fault("no_number", where=..., value=...)``."""
    return BadInput(say(f"investment.bad_{what}", **blanks), say("investment.bad_mend"))


def shown(value: object) -> str:
    """A user's value as an error repeats it: its beginning."""
    if isinstance(value, int) and abs(value) > LARGEST:
        return f"{'-' if value < 0 else ''}10^{len(f'{abs(value):x}') * 1.2041:.0f}"
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Door:
    """A table of the file with its place in it. Each `take` reads one key; `done` refuses what was not asked for."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, Mapping):
            raise fault("no_table", where=where, value=shown(content))
        self.content: Mapping[str, Any] = content
        self.where = where
        self._known: set[str] = set()

    def place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        self._known.add(key)
        return key in self.content

    def raw(self, key: str) -> Any:
        self._known.add(key)
        if key not in self.content:
            raise fault("missing", where=self.place(key))
        return self.content[key]

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A finite number from low to high. Raises BadInput."""
        if default is not None and not self.has(key):
            return default
        return number(self.raw(key), self.place(key), low, high)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self.number(key, low, high, default)
        if value != int(value):
            raise fault("not_whole", where=self.place(key), value=value)
        return int(value)

    def year(self, key: str, default: int | None = None) -> int:
        return self.whole(key, FIRST_YEAR, LAST_YEAR, default)

    def word(self, key: str, default: str | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        return word(self.raw(key), self.place(key))

    def flag(self, key: str, default: bool) -> bool:
        if not self.has(key):
            return default
        value = self.raw(key)
        if not isinstance(value, bool):
            raise fault("not_yes_or_no", where=self.place(key), value=shown(value))
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.word(key, default)
        if value not in choices:
            raise fault("not_one_of", where=self.place(key), value=shown(value), choices=choices)
        return value

    def spread(self, key: str, low: float, high: float, default: Spread | None = None) -> Spread:
        """A number, or a table or list of least, most likely and most."""
        if default is not None and not self.has(key):
            return default
        return spread(self.raw(key), self.place(key), low, high)

    def tables(self, key: str) -> list[Any]:
        """An array of tables; empty where there is none."""
        if not self.has(key):
            return []
        value = self.raw(key)
        if not isinstance(value, list):
            raise fault("no_list", where=self.place(key), heading=key)
        return value

    def table(self, key: str) -> Door:
        return Door(self.raw(key) if self.has(key) else {}, self.place(key))

    def by_year(self, key: str, low: float, high: float) -> dict[int, float]:
        """A table of year = number. Raises BadInput."""
        table = self.table(key)
        return {
            year(name, table.where): number(value, table.place(name), low, high)
            for name, value in table.content.items()
        }

    def done(self) -> None:
        """Raises BadInput for a key that nobody asked for: a misspelt one would else be left out in silence."""
        for key in self.content:
            if key not in self._known:
                raise fault("unknown_key", where=self.place(shown(key)), near=near(key, self._known))


def near(text: str, known: Iterable[str]) -> tuple[str, ...]:
    there = sorted(known)
    return tuple(difflib.get_close_matches(str(text)[:LONGEST_NAME], there, n=3) or there[:12])


def number(value: object, where: str, low: float, high: float) -> float:
    """A finite number from low to high; a text is none, though it may look like one. Raises BadInput."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault("no_number", where=where, value=shown(value))
    if abs(value) > LARGEST or not math.isfinite(value):
        raise fault("no_finite_number", where=where, value=shown(value), largest=f"{LARGEST:g}")
    if not low <= value <= high:
        key = "rate_in_percent" if high <= 2 and value > high else "out_of_bounds"
        blanks: dict[str, Value] = {"where": where, "value": shown(value)}
        if key == "rate_in_percent":
            blanks["share"] = f"{value / 100:g}"
        else:
            blanks |= {"low": f"{low:g}", "high": f"{high:g}"}
        raise fault(key, **blanks)
    return float(value)


def word(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise fault("no_text", where=where, value=shown(value))
    if len(value) > LONGEST_NAME or any(not sign.isprintable() for sign in value):
        raise fault("bad_text", where=where, longest=LONGEST_NAME)
    return value.strip()


def year(text: object, where: str) -> int:
    plain = str(text).strip()
    if not plain.isascii() or not plain.isdigit() or not FIRST_YEAR <= int(plain[:9]) <= LAST_YEAR:
        raise fault("no_year", where=where, value=shown(text))
    return int(plain)


_ENDS = ("low", "mode", "high")


def spread(value: object, where: str, low: float, high: float) -> Spread:
    """Reads 0.08, [0.06, 0.08, 0.11] or {low = 0.06, mode = 0.08, high = 0.11}. Raises BadInput where they do not
    rise."""
    if isinstance(value, Mapping):
        unknown = [key for key in value if key not in _ENDS]
        if unknown or len(value) != len(_ENDS):
            raise fault("no_spread", where=where)
        value = [value[end] for end in _ENDS]
    if not isinstance(value, list):
        middle = number(value, where, low, high)
        return Spread(middle, middle, middle)
    if len(value) != len(_ENDS):
        raise fault("no_spread", where=where)
    ends = [number(each, where, low, high) for each in value]
    if not ends[0] <= ends[1] <= ends[2]:
        raise fault("contradictory", where=where, low=ends[0], mode=ends[1], high=ends[2])
    return Spread(*ends)
