"""Which names an equation uses, how far back and ahead, and which polynomial lags it has: one walk, many readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from longwave.macro.language.binding import signed_number
from longwave.macro.language.tree import Apply, Expression, Name, Number


@dataclass(slots=True)
class Uses:
    """names: each name with the place where it stands first; lags: polynomial lags; calls: operators and functions.

    shifted: names that stand somewhere at a shift other than 0, with that place.
    """

    names: dict[str, Name] = field(default_factory=dict)
    current: dict[str, Name] = field(default_factory=dict)
    shifted: dict[str, Name] = field(default_factory=dict)
    lags: list[Apply] = field(default_factory=list)
    calls: dict[str, Apply] = field(default_factory=dict)

    def add(self, expression: Expression) -> Uses:
        """The same with the names of one more expression."""
        waiting = [expression]
        names, current, shifted, calls = self.names, self.current, self.shifted, self.calls
        while waiting:
            node = waiting.pop()
            if isinstance(node, Name):
                names.setdefault(node.name, node)
                (shifted if node.shift else current).setdefault(node.name, node)
            elif isinstance(node, Apply):
                calls.setdefault(node.operator, node)
                if node.operator == "pdl":
                    self.lags.append(node)
                    waiting.append(node.arguments[0])
                else:
                    waiting.extend(reversed(node.arguments))
        return self


def uses_of(expressions: Iterable[Expression]) -> Uses:
    """What some expressions use, in reading order."""
    uses = Uses()
    for each in expressions:
        uses.add(each)
    return uses


def lag_coefficients(lag: Apply) -> tuple[str, ...]:
    """The coefficients c0 ... c_degree of ``pdl(x, c, n, degree)``; empty where the call is not well formed."""
    if len(lag.arguments) != 4:
        return ()
    _, prefix, _, degree = lag.arguments
    if not isinstance(prefix, Name) or not isinstance(degree, Number):
        return ()
    return tuple(f"{prefix.name}{power}" for power in range(int(min(degree.value, 20)) + 1))


def whole(expression: Expression) -> int | None:
    """The whole number that is written out, or None."""
    value = signed_number(expression)
    return int(value) if value is not None and abs(value) < 1e9 and value == int(value) else None
