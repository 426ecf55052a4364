"""A variable from its equation: by undoing what surrounds it, or as the root of a line.

Only exact inverses with one answer are undone: sums, products, quotients, log and exp. A power has two roots and is
left to Newton's method, as is a variable that stands in several places and not linearly.
"""

from __future__ import annotations

from longwave.numerics.graph import Graph, Op


def isolated(graph: Graph, left: int, right: int, target: int) -> int | None:
    """The node that gives `target` (a column leaf) where left = right, or None where it cannot be isolated.

    Zero denominators are not looked for here: the solver meets them as numbers that are not finite.
    """
    in_left, in_right = _within(graph, left, target), _within(graph, right, target)
    if left == target and not in_right:
        return right
    if not (in_left or in_right):
        return None
    root = graph.sub(left, right)
    slope = graph.partial(root, target)
    if slope != graph.zero and not _within(graph, slope, target) and _smooth(graph, root, target):
        with graph.folding():
            at_nought = graph.substitute([root], {target: graph.zero})[0]
        return graph.neg(at_nought) if slope == graph.one else graph.neg(graph.div(at_nought, slope))
    if in_left and in_right:
        return None
    return _undone(graph, left, right, target) if in_left else _undone(graph, right, left, target)


def _within(graph: Graph, root: int, target: int) -> bool:
    return target in graph.leaves(root, Op.COLUMN)


def _smooth(graph: Graph, root: int, target: int) -> bool:
    """Whether the target is only in sums, products and quotients: a constant slope then means a straight line."""
    touched = {target}
    for node in graph.reachable([root]):
        if graph.ops[node] > Op.CELL and any(each in touched for each in graph.arguments[node]):
            touched.add(node)
            if graph.ops[node] not in (Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG):
                return False
    return True


def _undone(graph: Graph, side: int, other: int, target: int) -> int | None:
    """Undoes the operations of `side` one after the other on `other`."""
    while side != target:
        op, arguments = graph.ops[side], graph.arguments[side]
        inside = [
            place for place, each in enumerate(arguments) if each == target or _within(graph, each, target)
        ]
        if len(inside) != 1:
            return None
        place = inside[0]
        undone = _one_undone(graph, op, place, arguments, other)
        if undone is None:
            return None
        side, other = arguments[place], undone
    return other


def _one_undone(graph: Graph, op: Op, place: int, arguments: tuple[int, ...], other: int) -> int | None:
    rest = arguments[1 - place] if len(arguments) == 2 else -1
    if op is Op.NEG:
        return graph.neg(other)
    if op is Op.LOG:
        return graph.exp(other)
    if op is Op.EXP:
        return graph.log(other)
    if op is Op.ADD:
        return graph.sub(other, rest)
    if op is Op.SUB:
        return graph.add(other, rest) if place == 0 else graph.sub(rest, other)
    if op is Op.MUL:
        return graph.div(other, rest)
    if op is Op.DIV:
        return graph.mul(other, rest) if place == 0 else graph.div(rest, other)
    return None
