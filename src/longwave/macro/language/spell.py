"""Functions over time spelt out in plain operators and shifts, with lags pushed into the names.

    lag(x, n)         x n periods earlier: every variable in x gets the shift -n       lead(x, n)  n later
    d(x, n)           x - x(-n)                                                        dlog(x, n)  log(x) - log(x(-n))
    pct(x, n)         100 (x / x(-n) - 1)
    movsum(x, n)      x + x(-1) + ... + x(-n+1)                                        movavg(x, n)  the same over n
    pdl(x, c, n, g)   sum over k = 0 ... n of (c0 + c1 k + ... + cg k^g) x(-k)         (Almon 1965)

Parameters are the same in every period, so they take no shift. Shared parts are built once; the size of the tree as
if nothing were shared is bounded, so that averages of averages cannot swell.
Source of the polynomial lag: Almon, S. (1965), The distributed lag between capital appropriations and expenditures,
Econometrica 33.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.macro.language.tree import MOST_SHIFT, TIME_FUNCTIONS, Apply, Expression, Name, Number
from longwave.macro.language.uses import lag_coefficients, whole

MOST_SPELT = 1_000_000  # nodes of one side of an equation
MOST_DEGREE = 20  # of a polynomial lag; already far beyond what data can tell

_Key: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Built:
    """A part that is ready, and how many nodes it has as if nothing were shared."""

    tree: Expression
    size: int


def spelt(expression: Expression, constants: Collection[str] = ()) -> Expression:
    """The same expression without functions over time.

    constants: names that take no shift (parameters and coefficients).
    Raises BadInput for an n that is no whole number in range, a shift beyond `MOST_SHIFT`, or a tree beyond
    `MOST_SPELT` nodes.
    """
    if not _over_time(expression):
        return expression
    constants = frozenset(constants)
    ready: dict[_Key, _Built] = {}
    waiting: list[tuple[Expression, int]] = [(expression, 0)]
    while waiting:
        node, shift = waiting[-1]
        key = (id(node), shift)
        if key in ready:
            waiting.pop()
            continue
        if not isinstance(node, Apply):
            ready[key] = _Built(_leaf(node, shift, constants), 1)
            waiting.pop()
            continue
        needed = _needed(node, shift)
        missing = [each for each in needed if (id(each[0]), each[1]) not in ready]
        if missing:
            waiting.extend(reversed(missing))
            continue
        waiting.pop()
        ready[key] = _joined(node, [ready[id(part), by] for part, by in needed])
    return ready[id(expression), 0].tree


def _over_time(expression: Expression) -> bool:
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Apply):
            if node.operator in TIME_FUNCTIONS:
                return True
            waiting.extend(node.arguments)
    return False


def _leaf(node: Expression, shift: int, constants: Collection[str]) -> Expression:
    if shift == 0 or not isinstance(node, Name) or node.name in constants:
        return node
    by = node.shift + shift
    if abs(by) > MOST_SHIFT:
        raise BadInput(
            say("language.shift_too_far", name=node.name, most=MOST_SHIFT),
            say("language.shift_too_far_mend", most=MOST_SHIFT),
        )
    return Name(node.name, by, node.place)


def _needed(node: Apply, shift: int) -> list[tuple[Expression, int]]:
    """The parts, each at its shift, from which a node is joined."""
    if node.operator not in TIME_FUNCTIONS:
        return [(part, shift) for part in node.arguments]
    part = node.arguments[0]
    if node.operator == "pdl":
        reach, _ = polynomial(node)
        return [(part, shift - back) for back in range(reach + 1)]
    n = periods(node)
    if node.operator in ("movavg", "movsum"):
        return [(part, shift - back) for back in range(n)]
    if node.operator in ("lag", "lead"):
        return [(part, shift + (n if node.operator == "lead" else -n))]
    return [(part, shift), (part, shift - n)]


def periods(node: Apply) -> int:
    """The n of a function over time. Raises BadInput when it is not a whole number written out, in range."""
    if len(node.arguments) == 1:
        return 1
    n = whole(node.arguments[1])
    least = 0 if node.operator in ("lag", "lead") else 1
    if n is None or not least <= n <= MOST_SHIFT:
        raise BadInput(
            say("language.periods", function=node.operator),
            say("language.periods_mend", function=node.operator, least=least, most=MOST_SHIFT),
        )
    return n


def polynomial(node: Apply) -> tuple[int, int]:
    """The longest lag and the degree of ``pdl``. Raises BadInput."""
    _, prefix, last, power = node.arguments
    reach, degree = whole(last), whole(power)
    plain = isinstance(prefix, Name) and prefix.shift == 0
    if (
        not plain
        or reach is None
        or degree is None
        or not 0 <= degree <= min(reach, MOST_DEGREE)
        or reach > MOST_SHIFT
    ):
        raise BadInput(say("language.pdl"), say("language.pdl_mend", most=MOST_SHIFT, degree=MOST_DEGREE))
    return reach, degree


def _joined(node: Apply, parts: list[_Built]) -> _Built:
    size = 8 + sum(
        each.size for each in parts
    )  # at most eight nodes come with a join, but for a polynomial lag
    if node.operator == "pdl":
        size += 5 * len(parts) * (polynomial(node)[1] + 1)
    if size > MOST_SPELT:
        raise BadInput(
            say("language.spelt_too_long", function=node.operator, most=MOST_SPELT),
            say("language.spelt_too_long_mend"),
        )
    return _Built(_tree(node, tuple(each.tree for each in parts)), size)


def _tree(node: Apply, parts: tuple[Expression, ...]) -> Expression:
    word, place = node.operator, node.place
    match word:
        case "lag" | "lead":
            return parts[0]
        case "d":
            return Apply("+", (parts[0], Apply("neg", (parts[1],), place)), place)
        case "dlog":
            before = Apply("neg", (Apply("log", (parts[1],), place),), place)
            return Apply("+", (Apply("log", (parts[0],), place), before), place)
        case "pct":
            growth = Apply("+", (Apply("/", parts, place), Apply("neg", (Number(1.0),), place)), place)
            return Apply("*", (Number(100.0), growth), place)
        case "movsum":
            return _sum(parts, node)
        case "movavg":
            return Apply("/", (_sum(parts, node), Number(float(len(parts)))), place)
        case "pdl":
            weights = [_weight(lag_coefficients(node), back, node) for back in range(len(parts))]
            return _sum(tuple(Apply("*", pair, place) for pair in zip(weights, parts, strict=True)), node)
    return node if _same(node.arguments, parts) else Apply(word, parts, place)


def _same(old: tuple[Expression, ...], new: tuple[Expression, ...]) -> bool:
    return all(one is other for one, other in zip(old, new, strict=True))


def _sum(terms: tuple[Expression, ...], node: Apply) -> Expression:
    return terms[0] if len(terms) == 1 else Apply("+", terms, node.place)


def _weight(names: tuple[str, ...], back: int, node: Apply) -> Expression:
    """c0 + c1 k + c2 k^2 ... at k = back."""
    place = node.place
    terms: list[Expression] = [Name(names[0], 0, place)]
    for power, name in enumerate(names[1:], 1):
        if back:
            terms.append(Apply("*", (Name(name, 0, place), Number(float(back) ** power)), place))
    return _sum(tuple(terms), node)
