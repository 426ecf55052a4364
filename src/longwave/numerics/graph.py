"""Expressions as one graph in which equal parts are one node, with exact partial derivatives.

A `Graph` is a table of nodes; a node is an integer. Making an expression that was made before gives the node made
then (hash-consing), so that a thousand equations that share ``log(p(-1))`` hold it once, and whatever is computed
from the graph computes it once. Leaves read a column of the data at a shift in time, a parameter, or a scratch cell.

Truth is 1.0 and falsehood 0.0. A comparison of NaN is NaN, and so is a choice by NaN: a missing value never picks a
side in silence. Partial derivatives are nodes of the same graph, made by reverse accumulation (Griewank and Walther,
2008, ch. 3) over the expression of one root.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum


class Op(IntEnum):
    """What a node does. CONSTANT, COLUMN, PARAMETER and CELL are leaves."""

    CONSTANT = 0
    COLUMN = 1
    PARAMETER = 2
    CELL = 3
    ADD = 4
    SUB = 5
    MUL = 6
    DIV = 7
    POW = 8
    MAX = 9
    MIN = 10
    LT = 11
    LE = 12
    EQ = 13
    NE = 14
    NEG = 15
    LOG = 16
    EXP = 17
    SQRT = 18
    ABS = 19
    SIN = 20
    COS = 21
    ERF = 22
    SELECT = 23


LEAVES = frozenset({Op.CONSTANT, Op.COLUMN, Op.PARAMETER, Op.CELL})
COMMUTATIVE = frozenset({Op.ADD, Op.MUL, Op.MAX, Op.MIN, Op.EQ, Op.NE})
BINARY = frozenset(range(Op.ADD, Op.NE + 1))
UNARY = frozenset(range(Op.NEG, Op.ERF + 1))


class Graph:
    """A growing table of nodes. Nodes are made by the methods below and never change.

    ops[n]: the operation of node n; arguments[n]: its argument nodes, or for a leaf (column, shift), (parameter,)
    or (cell,), for a constant (); values[n]: the constant's value, 0.0 elsewhere. Arguments always come before
    the nodes that use them.
    """

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.arguments: list[tuple[int, ...]] = []
        self.values: list[float] = []
        self._made: dict[tuple[Op, tuple[int, ...], float], int] = {}
        self._partials: dict[int, dict[int, int]] = {}
        self._folds = False
        self.zero = self.constant(0.0)
        self.one = self.constant(1.0)

    def __len__(self) -> int:
        return len(self.ops)

    @contextmanager
    def folding(self) -> Iterator[None]:
        """Within it nought times anything is nought, and so are nought over anything and anything less itself.

        Right for slopes, which multiply what is computed elsewhere anyway. What a modeller wrote is not folded so: 0/0 and
        0*log(-1) are no numbers, and shall be found out.
        """
        before, self._folds = self._folds, True
        try:
            yield
        finally:
            self._folds = before

    def _number(self, node: int) -> bool:
        """Whether a node may be left out where it is multiplied by nought: it is a number whatever happens."""
        return self._folds or self.ops[node] in LEAVES

    def _node(self, op: Op, arguments: tuple[int, ...], value: float = 0.0) -> int:
        key = (op, arguments, value)
        found = self._made.get(key)
        if found is not None:
            return found
        self.ops.append(op)
        self.arguments.append(arguments)
        self.values.append(value)
        self._made[key] = len(self.ops) - 1
        return len(self.ops) - 1

    # leaves

    def constant(self, value: float) -> int:
        return self._node(Op.CONSTANT, (), float(value) + 0.0)

    def column(self, column: int, shift: int = 0) -> int:
        """The value of a column of the data `shift` periods from now (negative: a lag)."""
        return self._node(Op.COLUMN, (column, shift))

    def parameter(self, index: int) -> int:
        return self._node(Op.PARAMETER, (index,))

    def cell(self, index: int) -> int:
        """A place in scratch memory, for what is computed once and read often."""
        return self._node(Op.CELL, (index,))

    # arithmetic

    def add(self, a: int, b: int) -> int:
        if a == self.zero:
            return b
        if b == self.zero:
            return a
        if self.ops[b] is Op.NEG:
            return self.sub(a, self.arguments[b][0])
        return self._folded(Op.ADD, a, b)

    def sub(self, a: int, b: int) -> int:
        if b == self.zero:
            return a
        if a == self.zero:
            return self.neg(b)
        if a == b and self._number(a):
            return self.zero
        if self.ops[b] is Op.NEG:
            return self.add(a, self.arguments[b][0])
        return self._folded(Op.SUB, a, b)

    def mul(self, a: int, b: int) -> int:
        if (a == self.zero and self._number(b)) or (b == self.zero and self._number(a)):
            return self.zero
        if a == self.one:
            return b
        if b == self.one:
            return a
        for one, other in ((a, b), (b, a)):
            if self.ops[one] is Op.CONSTANT and self.values[one] == -1.0:
                return self.neg(other)
        return self._folded(Op.MUL, a, b)

    def div(self, a: int, b: int) -> int:
        if b == self.one:
            return a
        if a == self.zero and b != self.zero and (self._folds or self.ops[b] is Op.CONSTANT):
            return self.zero
        return self._folded(Op.DIV, a, b)

    def pow(self, a: int, b: int) -> int:
        if self.ops[b] is Op.CONSTANT:
            exponent = self.values[b]
            if exponent == 0.0 and self._number(a):
                return self.one
            if exponent == 1.0:
                return a
            if exponent == 2.0:
                return self.mul(a, a)
            if exponent == -1.0:
                return self.div(self.one, a)
            if exponent == 0.5:
                return self.sqrt(a)
        return self._folded(Op.POW, a, b)

    def neg(self, a: int) -> int:
        if self.ops[a] is Op.NEG:
            return self.arguments[a][0]
        if self.ops[a] is Op.SUB:
            left, right = self.arguments[a]
            return self.sub(right, left)
        return self._folded(Op.NEG, a)

    def log(self, a: int) -> int:
        return self._folded(Op.LOG, a)

    def exp(self, a: int) -> int:
        return self._folded(Op.EXP, a)

    def sqrt(self, a: int) -> int:
        return self._folded(Op.SQRT, a)

    def abs(self, a: int) -> int:
        return self._folded(Op.ABS, a)

    def sin(self, a: int) -> int:
        return self._folded(Op.SIN, a)

    def cos(self, a: int) -> int:
        return self._folded(Op.COS, a)

    def erf(self, a: int) -> int:
        return self._folded(Op.ERF, a)

    def max(self, a: int, b: int) -> int:
        return a if a == b else self._folded(Op.MAX, a, b)

    def min(self, a: int, b: int) -> int:
        return a if a == b else self._folded(Op.MIN, a, b)

    # comparisons and choice

    def lt(self, a: int, b: int) -> int:
        return self._folded(Op.LT, a, b)

    def le(self, a: int, b: int) -> int:
        return self._folded(Op.LE, a, b)

    def gt(self, a: int, b: int) -> int:
        return self.lt(b, a)

    def ge(self, a: int, b: int) -> int:
        return self.le(b, a)

    def eq(self, a: int, b: int) -> int:
        return self._folded(Op.EQ, a, b)

    def ne(self, a: int, b: int) -> int:
        return self._folded(Op.NE, a, b)

    def select(self, condition: int, yes: int, no: int) -> int:
        """`yes` where the condition is not nought, `no` where it is, NaN where it is NaN."""
        if yes == no and self._number(condition):
            return yes
        if self.ops[condition] is Op.CONSTANT:
            return yes if self.values[condition] != 0.0 else no
        return self._node(Op.SELECT, (condition, yes, no))

    def both(self, a: int, b: int) -> int:
        return self.select(a, self.select(b, self.one, self.zero), self.zero)

    def either(self, a: int, b: int) -> int:
        return self.select(a, self.one, self.select(b, self.one, self.zero))

    def negation(self, a: int) -> int:
        """1 where `a` is nought, else 0."""
        return self.select(a, self.zero, self.one)

    def _folded(self, op: Op, *arguments: int) -> int:
        """The node, or its value where all arguments are constants and the value is finite."""
        if all(self.ops[each] is Op.CONSTANT for each in arguments):
            value = _constant_value(op, [self.values[each] for each in arguments])
            if value is not None:
                return self.constant(value)
        if op in COMMUTATIVE and arguments[0] > arguments[1]:
            arguments = (arguments[1], arguments[0])
        return self._node(op, arguments)

    # looking

    def reachable(self, roots: Iterable[int]) -> list[int]:
        """All nodes that the roots rest on, the roots among them, arguments before users."""
        seen: set[int] = set()
        waiting = list(roots)
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if self.ops[node] not in LEAVES:
                waiting.extend(self.arguments[node])
        return sorted(seen)

    def leaves(self, root: int, op: Op = Op.COLUMN) -> list[int]:
        """The leaves of kind `op` under a root."""
        return [node for node in self.reachable([root]) if self.ops[node] is op]

    def substitute(self, roots: Iterable[int], given: Mapping[int, int]) -> list[int]:
        """The roots with each key of `given` replaced by its value; replacements are not searched again."""
        roots = list(roots)
        new: dict[int, int] = {}
        for node in self.reachable(roots):
            if node in given:
                new[node] = given[node]
            elif self.ops[node] in LEAVES:
                new[node] = node
            else:
                arguments = self.arguments[node]
                moved = tuple(new[each] for each in arguments)
                new[node] = node if moved == arguments else self.rebuilt(self.ops[node], moved)
        return [new[root] for root in roots]

    def shifted(self, roots: Iterable[int], by: int) -> list[int]:
        """The roots with every column read `by` periods later (negative: earlier)."""
        roots = list(roots)
        given = {}
        for node in self.reachable(roots):
            if self.ops[node] is Op.COLUMN:
                column, shift = self.arguments[node]
                given[node] = self.column(column, shift + by)
        return self.substitute(roots, given)

    def rebuilt(self, op: Op, arguments: tuple[int, ...]) -> int:
        """The node of `op` on these arguments, simplified as if made anew."""
        return _MAKERS[op](self, *arguments)

    # partial derivatives

    def partials(self, root: int) -> dict[int, int]:
        """The partial derivative of a root to every column and parameter leaf under it: leaf node -> node.

        Leaves on which the root does not depend smoothly (only inside a condition) are left out.
        """
        if root not in self._partials:
            with self.folding():
                self._partials[root] = self._accumulated(root)
        return self._partials[root]

    def partial(self, root: int, leaf: int) -> int:
        """The partial derivative of a root to one leaf; the node of nought where it does not depend on it."""
        return self.partials(root).get(leaf, self.zero)

    def _accumulated(self, root: int) -> dict[int, int]:
        adjoint = {root: self.one}
        gated: set[int] = (
            set()
        )  # behind a choice, so that the flow may be nought while the slope is no number
        found: dict[int, int] = {}
        for node in reversed(self.reachable([root])):
            if node not in adjoint:
                continue
            op = self.ops[node]
            if op in (Op.COLUMN, Op.PARAMETER):
                found[node] = adjoint[node]
            if op in LEAVES:
                continue
            for argument, slope in self._slopes(node):
                flow = self.mul(adjoint[node], slope)
                if node in gated and op in (Op.DIV, Op.LOG, Op.SQRT, Op.POW):
                    flow = self.select(self.eq(adjoint[node], self.zero), self.zero, flow)
                if node in gated or op in (Op.SELECT, Op.MAX, Op.MIN):
                    gated.add(argument)
                adjoint[argument] = self.add(adjoint[argument], flow) if argument in adjoint else flow
        return {leaf: node for leaf, node in found.items() if node != self.zero}

    def _slopes(self, node: int) -> list[tuple[int, int]]:
        """Each argument of a node with the node's derivative to it."""
        op, arguments = self.ops[node], self.arguments[node]
        if op in UNARY:
            return [(arguments[0], self._slope_of_one(op, arguments[0], node))]
        if op is Op.SELECT:
            condition, yes, no = arguments
            return [
                (yes, self.select(condition, self.one, self.zero)),
                (no, self.select(condition, self.zero, self.one)),
            ]
        return self._slopes_of_two(op, arguments[0], arguments[1], node)

    def _slope_of_one(self, op: Op, a: int, node: int) -> int:
        if op is Op.NEG:
            return self.constant(-1.0)
        if op is Op.LOG:
            return self.div(self.one, a)
        if op is Op.EXP:
            return node
        if op is Op.SQRT:
            return self.select(self.eq(node, self.zero), self.zero, self.div(self.constant(0.5), node))
        if op is Op.ABS:
            return self.select(self.lt(a, self.zero), self.constant(-1.0), self.one)
        if op is Op.SIN:
            return self.cos(a)
        if op is Op.COS:
            return self.neg(self.sin(a))
        return self.mul(self.constant(2.0 / math.sqrt(math.pi)), self.exp(self.neg(self.mul(a, a))))

    def _slopes_of_two(self, op: Op, a: int, b: int, node: int) -> list[tuple[int, int]]:
        if op is Op.ADD:
            return [(a, self.one), (b, self.one)]
        if op is Op.SUB:
            return [(a, self.one), (b, self.constant(-1.0))]
        if op is Op.MUL:
            return [(a, b), (b, a)]
        if op is Op.DIV:
            return [(a, self.div(self.one, b)), (b, self.neg(self.div(node, b)))]
        if op is Op.POW:
            slopes = [(a, self.mul(b, self.pow(a, self.sub(b, self.one))))]
            if self.ops[b] is not Op.CONSTANT:
                slopes.append((b, self.mul(node, self.log(a))))
            elif self.values[b] >= 1.0:
                return slopes
            flat = self.eq(a, self.zero)  # infinite there; nought leaves the step to the other unknowns
            return [(each, self.select(flat, self.zero, slope)) for each, slope in slopes]
        if op in (Op.MAX, Op.MIN):
            first = self.ge(a, b) if op is Op.MAX else self.le(a, b)
            return [
                (a, self.select(first, self.one, self.zero)),
                (b, self.select(first, self.zero, self.one)),
            ]
        return []  # a comparison is flat


def _constant_value(op: Op, values: list[float]) -> float | None:
    """The value of an operation on constants, None where it is not a finite number."""
    try:
        value = _CONSTANT[op](*values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return value if isinstance(value, float) and math.isfinite(value) else None


_CONSTANT: dict[Op, Callable[..., float]] = {
    Op.ADD: lambda a, b: a + b, Op.SUB: lambda a, b: a - b, Op.MUL: lambda a, b: a * b,
    Op.DIV: lambda a, b: a / b, Op.POW: lambda a, b: math.pow(a, b), Op.MAX: max, Op.MIN: min,
    Op.LT: lambda a, b: float(a < b), Op.LE: lambda a, b: float(a <= b), Op.EQ: lambda a, b: float(a == b),
    Op.NE: lambda a, b: float(a != b), Op.NEG: lambda a: -a, Op.LOG: math.log, Op.EXP: math.exp,
    Op.SQRT: math.sqrt, Op.ABS: abs, Op.SIN: math.sin, Op.COS: math.cos, Op.ERF: math.erf,
}  # fmt: skip


_MAKERS: dict[Op, Callable[..., int]] = {
    Op.ADD: Graph.add, Op.SUB: Graph.sub, Op.MUL: Graph.mul, Op.DIV: Graph.div, Op.POW: Graph.pow,
    Op.MAX: Graph.max, Op.MIN: Graph.min, Op.LT: Graph.lt, Op.LE: Graph.le, Op.EQ: Graph.eq, Op.NE: Graph.ne,
    Op.NEG: Graph.neg, Op.LOG: Graph.log, Op.EXP: Graph.exp, Op.SQRT: Graph.sqrt, Op.ABS: Graph.abs,
    Op.SIN: Graph.sin, Op.COS: Graph.cos, Op.ERF: Graph.erf, Op.SELECT: Graph.select,
}  # fmt: skip
"""What makes a node of an operation, simplified."""
