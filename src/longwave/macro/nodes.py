"""From the tree of an expression to nodes of a graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

from longwave.macro.language.tree import Apply, Expression, Name, Number
from longwave.numerics.graph import Graph


def node_of(expression: Expression, graph: Graph, leaf: Callable[[Name], int]) -> int:
    """The node of an expression without time functions (see `spelt`); `leaf` gives the node of a name.

    Works through an explicit stack, so that depth costs no recursion.
    """
    done: list[int] = []
    waiting: list[tuple[Expression, bool]] = [(expression, False)]
    while waiting:
        item, ready = waiting.pop()
        if isinstance(item, Number):
            done.append(graph.constant(item.value))
        elif isinstance(item, Name):
            done.append(leaf(item))
        elif not ready:
            waiting.append((item, True))
            waiting.extend((argument, False) for argument in reversed(item.arguments))
        else:
            count = len(item.arguments)
            arguments = done[len(done) - count :]
            del done[len(done) - count :]
            done.append(_applied(graph, item, arguments))
    return done[0]


def _applied(graph: Graph, item: Apply, arguments: list[int]) -> int:
    maker = _MAKERS.get(item.operator)
    if maker is None:
        raise ValueError(f"{item.operator} has no node: spell it out first")
    return maker(graph, arguments)


def _chained(make: Callable[[Graph, int, int], int]) -> Callable[[Graph, list[int]], int]:
    return lambda graph, arguments: reduce(lambda a, b: make(graph, a, b), arguments)


def _sign(graph: Graph, a: int) -> int:
    negative = graph.select(graph.lt(a, graph.zero), graph.constant(-1.0), graph.zero)
    return graph.select(graph.gt(a, graph.zero), graph.one, negative)


def _normcdf(graph: Graph, a: int) -> int:
    """(1 + erf(a / sqrt 2)) / 2."""
    return graph.mul(
        graph.constant(0.5), graph.add(graph.one, graph.erf(graph.mul(a, graph.constant(math.sqrt(0.5)))))
    )


def _logistic(graph: Graph, a: int) -> int:
    return graph.div(graph.one, graph.add(graph.one, graph.exp(graph.neg(a))))


_MAKERS: dict[str, Callable[[Graph, list[int]], int]] = {
    "+": _chained(Graph.add), "*": _chained(Graph.mul), "/": _chained(Graph.div),
    "^": lambda g, a: g.pow(a[0], a[1]), "neg": lambda g, a: g.neg(a[0]),
    "<": lambda g, a: g.lt(a[0], a[1]), "<=": lambda g, a: g.le(a[0], a[1]), ">": lambda g, a: g.gt(a[0], a[1]),
    ">=": lambda g, a: g.ge(a[0], a[1]), "==": lambda g, a: g.eq(a[0], a[1]), "!=": lambda g, a: g.ne(a[0], a[1]),
    "and": _chained(Graph.both), "or": _chained(Graph.either), "not": lambda g, a: g.negation(a[0]),
    "log": lambda g, a: g.log(a[0]), "exp": lambda g, a: g.exp(a[0]), "sqrt": lambda g, a: g.sqrt(a[0]),
    "abs": lambda g, a: g.abs(a[0]), "sign": lambda g, a: _sign(g, a[0]), "sin": lambda g, a: g.sin(a[0]),
    "cos": lambda g, a: g.cos(a[0]), "normcdf": lambda g, a: _normcdf(g, a[0]),
    "logistic": lambda g, a: _logistic(g, a[0]), "max": _chained(Graph.max), "min": _chained(Graph.min),
    "if": lambda g, a: g.select(a[0], a[1], a[2]),
}  # fmt: skip
