"""A change of what a model is given, written as a short sentence: ``G + 1 in 1930..1933``.

    NAME + 1            one unit more                    NAME - 0.5
    NAME * 1.02         two per cent more                NAME + 2%       the same
    NAME = 5            set to five
    ... in 2025         in one period                    ... in 2025..2027   from .. to; without `in`, everywhere
    ... in 2025..       from then on
    ... fading 0.8      each later period .8 of the one before (only with + and -)
    ... by C.add        an endogenous variable is held at its value by freeing another column (a plan)

Shocks are applied one after the other; those that add commute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.period import Period

Operator = Literal["+", "-", "*", "="]

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PERIOD = r"\d{4}(?:-Q[1-4]|-\d\d)?"
_SENTENCE = re.compile(
    rf"\s*(?P<name>[^\W\d][\w.]*)\s*(?P<operator>[-+*=])\s*(?P<value>{_NUMBER})\s*(?P<per_cent>%)?"
    rf"(?:\s+in\s+(?P<first>{_PERIOD})(?:\s*(?P<to>\.\.)\s*(?P<last>{_PERIOD})?)?)?"
    rf"(?:\s+fading\s+(?P<fading>{_NUMBER}))?(?:\s+by\s+(?P<by>[^\W\d][\w.]*))?\s*"
)


@dataclass(frozen=True, slots=True)
class Shock:
    """name: the column; first, last: None where open; fading: part that is left each period; by: what is freed."""

    name: str
    operator: Operator
    value: float
    per_cent: bool = False
    first: Period | None = None
    last: Period | None = None
    fading: float = 1.0
    by: str = ""

    def __str__(self) -> str:
        when = ""
        if self.first is not None:
            rest = "" if self.last == self.first else ".." if self.last is None else f"..{self.last}"
            when = f" in {self.first}{rest}"
        fading = "" if self.fading == 1.0 else f" fading {_plain(self.fading)}"
        by = f" by {self.by}" if self.by else ""
        return f"{self.name} {self.operator} {_plain(self.value)}{'%' if self.per_cent else ''}{when}{fading}{by}"

    def rows(self, first: Period, count: int) -> slice:
        """The rows that the shock touches in a table of `count` periods from `first`; it may be none."""
        start = 0 if self.first is None else max(self.first - first, 0)
        stop = count if self.last is None else min(self.last - first + 1, count)
        return slice(start, max(start, stop))

    def applied(self, column: NDArray[np.float64], first: Period) -> NDArray[np.float64]:
        """A column [periods] from `first`, shocked; periods outside the shock stay."""
        rows, new = self.rows(first, len(column)), column.copy()
        value = self.value / 100.0 if self.per_cent else self.value
        weights = value * self.fading ** np.arange(rows.stop - rows.start)
        if self.operator == "=":
            new[rows] = self.value
        elif self.operator == "*":
            new[rows] *= value
        else:
            change = weights if self.operator == "+" else -weights
            new[rows] = new[rows] * (1.0 + change) if self.per_cent else new[rows] + change
        return new


def _plain(value: float) -> str:
    """The shortest writing that reads back as the same number: 1, not 1.0."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def shock(text: str) -> Shock:
    """Reads one shock. Raises UsageError naming the sentence that cannot be read."""
    match = _SENTENCE.fullmatch(text)
    if match is None:
        raise UsageError(say("shock.unreadable", text=text), say("shock.unreadable_mend"))
    operator: Operator = match["operator"]  # type: ignore[assignment]
    first = Period.parse(match["first"]) if match["first"] else None
    last = Period.parse(match["last"]) if match["last"] else None if match["to"] else first
    fading = float(match["fading"]) if match["fading"] else 1.0
    _check(text, operator, bool(match["per_cent"]), first, last, fading)
    return Shock(
        match["name"],
        operator,
        float(match["value"]),
        bool(match["per_cent"]),
        first,
        last,
        fading,
        match["by"] or "",
    )


def _check(
    text: str, operator: Operator, per_cent: bool, first: Period | None, last: Period | None, fading: float
) -> None:
    if per_cent and operator in "*=":
        raise UsageError(say("shock.per_cent", text=text), say("shock.per_cent_mend"))
    if fading != 1.0 and (operator in "*=" or first is None or not 0.0 <= fading <= 1.0):
        raise UsageError(say("shock.fading", text=text), say("shock.fading_mend"))
    if first is not None and last is not None and last < first:
        raise UsageError(
            say("model.backwards", first=str(first), last=str(last)), say("model.backwards_mend")
        )
