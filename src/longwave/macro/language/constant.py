"""The value of a parameter written as arithmetic of numbers and earlier parameters: ``parameter beta = 1/(1 + rho)``."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce

from longwave.macro.language.tree import Expression, Name, Number

_WAYS: dict[str, Callable[..., float]] = {
    "+": lambda *terms: reduce(operator.add, terms),
    "*": lambda *terms: reduce(operator.mul, terms),
    "/": operator.truediv,
    "^": math.pow,
    "neg": operator.neg,
    "log": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "max": max,
    "min": min,
}


def value_of(expression: Expression, values: Mapping[str, float]) -> float | None:
    """The value, or None where it has none: an unknown name, a function of time, a division by nought, no number.

    Goes as deep as the expression, which the parser bounds.
    """
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Name):
        return values.get(expression.name) if expression.shift == 0 else None
    way = _WAYS.get(expression.operator)
    parts = [value_of(each, values) for each in expression.arguments]
    if way is None or any(part is None for part in parts):
        return None
    try:
        value = float(way(*parts))
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        return None
    return value if math.isfinite(value) else None
