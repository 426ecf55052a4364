"""Expressions in one line of plain text, for names of instruments and of tests."""

from __future__ import annotations

from longwave.macro.language.tree import Apply, Expression, Name, Number

_BETWEEN = frozenset({"+", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or"})


def spoken(expression: Expression) -> str:
    """An expression as one would write it, with a bracket too many rather than one too few."""
    if isinstance(expression, Number):
        return f"{expression.value:.15g}"
    if isinstance(expression, Name):
        return expression.name + (f"({expression.shift:+d})" if expression.shift else "")
    return _applied(expression)


def _applied(expression: Apply) -> str:
    parts = [spoken(each) for each in expression.arguments]
    if expression.operator in _BETWEEN:
        joined = f" {expression.operator} ".join(
            f"({part})" if isinstance(each, Apply) and each.operator in _BETWEEN else part
            for part, each in zip(parts, expression.arguments, strict=True)
        )
        return joined.replace(" + -", " - ")
    if expression.operator == "neg":
        return f"-({parts[0]})" if isinstance(expression.arguments[0], Apply) else f"-{parts[0]}"
    if expression.operator == "not":
        return f"not ({parts[0]})"
    return f"{expression.operator}({', '.join(parts)})"
