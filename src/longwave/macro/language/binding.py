"""How operators bind, in one table, and the tree that a flat row of operands and signs stands for.

From loosest to tightest: or, and, not, comparison, + -, * /, unary minus, power. So ``-x^2`` is ``-(x^2)``,
``a^b^c`` is ``a^(b^c)`` and ``not a == b`` is ``not (a == b)``; comparisons do not chain. The way is Dijkstra's
shunting yard, with sums and products gathered into one node of many terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from longwave.macro.language.tree import MOST_DEPTH, Apply, Expression, Number, Place

BINDING = {
    "or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "^": 8,
}  # fmt: skip
COMPARISON = BINDING["=="]
_GATHERED = {"+": "+", "-": "+", "*": "*", "and": "and", "or": "or"}

Deep: TypeAlias = tuple[Expression, int]
"""An expression and how deep it is."""


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator where it stands; prefix: '-', '+' or 'not' before an operand."""

    word: str
    prefix: bool
    place: Place


class ChainedComparison(Exception):
    """``a < b < c``, which means one thing in books and another in most programs."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


class TooDeep(Exception):
    """Operators within each other beyond `MOST_DEPTH`, as in a long chain of powers or divisions."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


class _Gathering:
    """A sum, product, 'and' or 'or' that may get further terms."""

    __slots__ = ("depth", "operator", "place", "terms")

    def __init__(self, operator: str, place: Place, terms: list[Expression], depth: int) -> None:
        self.operator, self.place, self.terms, self.depth = operator, place, terms, depth


_Value: TypeAlias = Deep | _Gathering


def bound(row: list[Deep | Sign]) -> Deep:
    """The tree of operands and operators in a row. Raises ChainedComparison, TooDeep."""
    if len(row) == 1:
        return row[0]  # type: ignore[return-value]  # a row of one is an operand: the grammar says so
    values: list[_Value] = []
    waiting: list[Sign] = []
    for item in row:
        if not isinstance(item, Sign):
            values.append(item)
        elif item.prefix:
            if item.word != "+":
                waiting.append(item)
        else:
            _settle(values, waiting, item)
            waiting.append(item)
    while waiting:
        _apply(values, waiting.pop())
    node, depth = _closed(values[0])
    if depth > MOST_DEPTH:
        raise TooDeep(node.place or Place(1, 1))
    return node, depth


def is_steep(row: list[Deep | Sign]) -> bool:
    """Whether the divisions and powers that end a row lie deeper within each other than is allowed."""
    count = 0
    for item in reversed(row):
        if isinstance(item, Sign) and not item.prefix:
            if BINDING[item.word] < BINDING["*"]:
                return False
            count += item.word in "/^"
            if count > MOST_DEPTH:
                return True
    return False


def _settle(values: list[_Value], waiting: list[Sign], coming: Sign) -> None:
    """Applies what binds tighter than the operator that is coming, or as tight, if it works from left to right."""
    strength = BINDING[coming.word]
    while waiting:
        above = BINDING["neg" if waiting[-1].prefix and waiting[-1].word == "-" else waiting[-1].word]
        if above < strength or (above == strength and coming.word == "^"):
            return
        if above == strength == COMPARISON:
            raise ChainedComparison(coming.place)
        _apply(values, waiting.pop())


def _apply(values: list[_Value], sign: Sign) -> None:
    word, place = sign.word, sign.place
    if sign.prefix:
        node, depth = _closed(values[-1])
        if depth > MOST_DEPTH:
            raise TooDeep(place)
        values[-1] = (Apply("neg" if word == "-" else "not", (node,), place), depth + 1)
        return
    right, depth = _closed(values.pop())
    if word == "-":
        right, depth = Apply("neg", (right,), place), depth + 1
    if depth > MOST_DEPTH:
        raise TooDeep(place)
    gathered = _GATHERED.get(word)
    left = values[-1]
    if gathered is None:
        node, other = _closed(left)
        if other > MOST_DEPTH:
            raise TooDeep(place)
        values[-1] = (Apply(word, (node, right), place), max(depth, other) + 1)
    elif isinstance(left, _Gathering) and left.operator == gathered:
        left.terms.append(right)
        left.depth = max(left.depth, depth)
    else:
        node, other = _closed(left)
        values[-1] = _Gathering(gathered, place, [node, right], max(depth, other))


def _closed(value: _Value) -> Deep:
    if isinstance(value, _Gathering):
        return Apply(value.operator, tuple(value.terms), value.place), value.depth + 1
    return value


def signed_number(expression: Expression) -> float | None:
    """The value of a number with or without a minus before it, None for anything else."""
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Apply) and expression.operator == "neg":
        inside = expression.arguments[0]
        return -inside.value if isinstance(inside, Number) else None
    return None
