"""Variables that are called like a function: where ``d`` is declared as a variable, ``d(-1)`` is its lag.

The parser takes ``d(-1)`` for the function, since a declaration may stand after its use; here such calls become lags.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from longwave.macro.language.tree import FUNCTIONS, MOST_SHIFT, TIME_FUNCTIONS, Apply, Expression, Name
from longwave.macro.language.uses import whole
from longwave.macro.language.written import Clause, Statement, Variables, WrittenEquation


def named_like_functions(names: Iterable[str]) -> frozenset[str]:
    """Those of the names that are functions as well."""
    return frozenset(name for name in names if name in FUNCTIONS or name in TIME_FUNCTIONS)


def namesakes(statements: Sequence[Statement]) -> frozenset[str]:
    """Declared variables that are called like a function."""
    return named_like_functions(
        one.name for each in statements if isinstance(each, Variables) for one in each.variables
    )


def with_lags(statements: Sequence[Statement], names: frozenset[str]) -> list[Statement]:
    """The statements in which a call of one of the names on a whole number is a lag."""
    return [_equation(each, names) if isinstance(each, WrittenEquation) else each for each in statements]


def _equation(each: WrittenEquation, names: frozenset[str]) -> WrittenEquation:
    clauses = tuple(_clause(clause, names) for clause in each.clauses)
    return replace(each, left=lagged(each.left, names), right=lagged(each.right, names), clauses=clauses)


def _clause(clause: Clause, names: frozenset[str]) -> Clause:
    return replace(clause, expressions=tuple(lagged(each, names) for each in clause.expressions))


def lagged(node: Expression, names: frozenset[str]) -> Expression:
    """The expression in which a call of one of the names on a whole number is a lag.

    Goes as deep as the expression, which the parser bounds.
    """
    if not isinstance(node, Apply):
        return node
    if node.operator in names and len(node.arguments) == 1:
        shift = whole(node.arguments[0])
        if shift is not None and abs(shift) <= MOST_SHIFT:
            return Name(node.operator, shift, node.place)
    parts = tuple([lagged(each, names) for each in node.arguments])
    return node if parts == node.arguments else replace(node, arguments=parts)
