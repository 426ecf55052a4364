"""The typed tree of an expression as the modeller wrote it, and the table of the words it may use.

Three kinds of leaf and branch are enough: a number, a name at a shift in time, and an operation or function applied
to expressions. `d(x)`, `dlog(x)`, `movavg(x, 4)` stay as they were written, so that a model can be printed back; they
are spelt out when the model is bound (`longwave.macro.bind`). A `Place` tells where in the text a node stands; two
trees that differ in places only are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text: line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or parameter; shift: -1 is a lag of one period, +1 a lead."""

    name: str
    shift: int = 0
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function on arguments.

    '+' and '*' take two or more arguments and work from left to right; a difference is a sum with 'neg'.
    """

    operator: str
    arguments: tuple[Expression, ...]
    place: Place | None = field(default=None, compare=False)


Expression: TypeAlias = Number | Name | Apply

# operators -> (fewest arguments, most arguments)
OPERATORS: dict[str, tuple[int, int]] = {
    "+": (2, 10_000), "*": (2, 10_000), "/": (2, 2), "^": (2, 2), "neg": (1, 1),
    "<": (2, 2), "<=": (2, 2), ">": (2, 2), ">=": (2, 2), "==": (2, 2), "!=": (2, 2),
    "and": (2, 10_000), "or": (2, 10_000), "not": (1, 1),
}  # fmt: skip

# functions of values now -> (fewest arguments, most arguments)
FUNCTIONS: dict[str, tuple[int, int]] = {
    "log": (1, 1), "exp": (1, 1), "sqrt": (1, 1), "abs": (1, 1), "sign": (1, 1), "sin": (1, 1), "cos": (1, 1),
    "normcdf": (1, 1), "logistic": (1, 1), "max": (2, 100), "min": (2, 100), "if": (3, 3),
}  # fmt: skip

# functions over time -> (fewest arguments, most arguments); n is a whole number written out
#   lag(x, n) lead(x, n)     x n periods earlier, later (n is 1 where left out)
#   d(x, n)                  x - x(-n)             dlog(x, n)   log(x) - log(x(-n))
#   pct(x, n)                100 (x / x(-n) - 1)
#   movavg(x, n) movsum(x, n)  mean, sum of x, x(-1) ... x(-n+1)
#   pdl(x, c, n, degree)     sum over k = 0..n of x(-k) (c0 + c1 k + ... + c_degree k^degree); c names c0, c1, ...
TIME_FUNCTIONS: dict[str, tuple[int, int]] = {
    "lag": (1, 2), "lead": (1, 2), "d": (1, 2), "dlog": (1, 2), "pct": (1, 2), "movavg": (2, 2), "movsum": (2, 2),
    "pdl": (4, 4),
}  # fmt: skip

MOST_DEPTH = 150  # of brackets and operators within each other
MOST_SHIFT = 1_000  # periods a lag or lead may reach


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node of a tree, parents first."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Apply):
            waiting.extend(reversed(node.arguments))


def names_in(expression: Expression) -> set[str]:
    """The names that an expression uses."""
    return {node.name for node in walk(expression) if isinstance(node, Name)}


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """The same tree with other names for what `names` lists."""
    if isinstance(expression, Name):
        return replace(expression, name=names.get(expression.name, expression.name))
    if isinstance(expression, Apply):
        return replace(expression, arguments=tuple(renamed(each, names) for each in expression.arguments))
    return expression
