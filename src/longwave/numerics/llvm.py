"""Expressions as LLVM's intermediate language: text that an assembler of machine code reads.

Operations become the plain IEEE ones, without any fast-math licence: not-a-number passes through, nothing is
reordered, nothing is fused, so that compiled and interpreted values agree to rounding of the library functions. A long
list of tasks is cut into functions of bounded size, because the time to compile a function grows faster than its
length; a value made in one function and wanted in another goes through a cell of scratch memory.

Reference: LLVM Language Reference Manual, https://llvm.org/docs/LangRef.html.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from longwave.numerics.graph import BINARY, LEAVES, Op

LONGEST = 600
"""Tasks in one function. Longer ones compile slower for each task, shorter ones pay more calls and cells."""

LIBRARY: Mapping[Op, str] = {
    Op.LOG: "log", Op.EXP: "exp", Op.POW: "pow", Op.SIN: "sin", Op.COS: "cos", Op.ERF: "erf",
}  # fmt: skip
"""Functions of the C mathematics library, called by the name `lw_<name>`."""

PREFIX = "lw_"

_ARITHMETIC = {Op.ADD: "fadd", Op.SUB: "fsub", Op.MUL: "fmul", Op.DIV: "fdiv"}
_RELATION = {Op.LT: "olt", Op.LE: "ole", Op.EQ: "oeq", Op.NE: "one"}
_INTRINSIC = {Op.MAX: "maximum", Op.MIN: "minimum", Op.SQRT: "sqrt", Op.ABS: "fabs"}


class Nodes(Protocol):
    """A table of nodes, as a `Graph` is one."""

    @property
    def ops(self) -> Sequence[Op]: ...
    @property
    def arguments(self) -> Sequence[tuple[int, ...]]: ...
    @property
    def values(self) -> Sequence[float]: ...


Turn = tuple[int, Sequence[int], Sequence[int]]
"""(node, columns, cells): computes a node unless it is there, and stores it into columns of the row and into cells."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Nodes computed and stored in order. A node may come again, only to be stored."""

    name: str
    order: Sequence[Turn]


def number(value: float) -> str:
    """A floating-point constant, by its bits."""
    return f"0x{struct.unpack('>Q', struct.pack('>d', value))[0]:016X}"


@dataclass
class Cells:
    """Places in scratch memory. size: how many are in use; of: the cell of a node."""

    size: int = 0
    of: dict[int, int] = field(default_factory=dict)

    def block(self, count: int) -> int:
        """`count` cells in a row; the first of them."""
        first, self.size = self.size, self.size + count
        return first


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is: one double, or several side by side (lanes), and how the data lie.

    width: how far apart rows are, in doubles; lanes: of them, the places in a row of the columns that differ between
    lanes are in `places`, and a row is as many values; other columns are read from the plain data, whose present row
    is pointed at by cell 0.
    """

    width: int
    lanes: int = 1
    places: Mapping[int, int] = field(default_factory=dict)

    def place(self, column: int) -> int:
        """Where in a row a column stands."""
        return column if self.lanes == 1 else self.places[column]

    @property
    def value(self) -> str:
        return "double" if self.lanes == 1 else f"<{self.lanes} x double>"

    @property
    def truth(self) -> str:
        return "i1" if self.lanes == 1 else f"<{self.lanes} x i1>"

    @property
    def suffix(self) -> str:
        """Of the intrinsics."""
        return "f64" if self.lanes == 1 else f"v{self.lanes}f64"

    def constant(self, value: float) -> str:
        return number(value) if self.lanes == 1 else f"splat (double {number(value)})"


def stage_functions(
    nodes: Nodes, wanted: Sequence[Stage], cells: Cells, shape: Shape, longest: int = LONGEST
) -> str:
    """The functions of some stages that run one after the other, in text.

    Each stage becomes ``void @<name>(ptr row, ptr parameters, ptr cells)``; row points at column 0 of the present row,
    rows are `shape.width` values apart. Values that a later stage or function wants are given cells.
    """
    pieces: list[tuple[str, Sequence[Turn]]] = []
    callers = []
    for stage in wanted:
        names = []
        for place in range(0, len(stage.order), longest):
            names.append(f"{stage.name}.{place // longest}")
            pieces.append((names[-1], stage.order[place : place + longest]))
        callers.append(_caller(stage.name, names))
    homes, carried = _homes(nodes, [order for _, order in pieces])
    for node in sorted(carried):
        if node not in cells.of:
            cells.of[node] = cells.block(1)
    kept = {node: cells.of[node] for node in carried}
    text = [
        _Function(
            nodes, name, order, {node for node, home in homes.items() if home == place}, kept, shape
        ).text()
        for place, (name, order) in enumerate(pieces)
    ]
    return "\n".join(text + callers)


def _homes(nodes: Nodes, orders: Sequence[Sequence[Turn]]) -> tuple[dict[int, int], set[int]]:
    """(node -> the function that computes it, the nodes that another function wants)."""
    home: dict[int, int] = {}
    carried: set[int] = set()
    for place, order in enumerate(orders):
        for node, _, _ in order:
            if nodes.ops[node] in LEAVES:
                continue
            if node not in home:
                home[node] = place
                carried.update(each for each in nodes.arguments[node] if home.get(each, place) != place)
            elif home[node] != place:
                carried.add(node)
    return home, carried


def _caller(name: str, names: Sequence[str]) -> str:
    calls = "".join(f"  call void @{each}(ptr %row, ptr %par, ptr %cell)\n" for each in names)
    return f"define void @{name}(ptr %row, ptr %par, ptr %cell) nounwind {{\n{calls}  ret void\n}}\n"


class _Function:
    """One straight piece of code. own: the nodes that it computes; carried: cells of those made or wanted elsewhere."""

    def __init__(
        self,
        nodes: Nodes,
        name: str,
        order: Sequence[Turn],
        own: set[int],
        carried: Mapping[int, int],
        shape: Shape,
    ) -> None:
        self._nodes, self._name, self._order = nodes, name, order
        self._own, self._carried, self._shape = own, carried, shape
        self._type = shape.value
        self._here: dict[int, str] = {}
        self._stored: dict[int, str] = {}
        self._truths: dict[int, tuple[str, str]] = {}
        self._lines: list[str] = []
        self._count = 0
        self._plain = ""

    def text(self) -> str:
        for node, columns, cells in self._order:
            if self._nodes.ops[node] in LEAVES and not columns and not cells:
                continue  # loaded where it is wanted
            value = self._value(node)
            for column in columns:
                self._store(value, "row", self._shape.place(column))
                self._stored[column] = value
            for cell in cells:
                self._store(value, "cell", cell)
        body = "\n".join(self._lines)
        head = f"define internal void @{self._name}(ptr noalias %row, ptr noalias %par, ptr noalias %cell)"
        return f"{head} nounwind noinline {{\n{body}\n  ret void\n}}\n"

    def _new(self, text: str) -> str:
        """A new register. They are numbered as they come, as the language demands; 0 is the function's entry."""
        self._count += 1
        self._lines.append(f"  %{self._count} = {text}")
        return f"%{self._count}"

    def _at(self, base: str, place: int) -> str:
        return self._new(f"getelementptr inbounds {self._type}, ptr %{base}, i64 {place}")

    def _load(self, base: str, place: int) -> str:
        return self._new(f"load {self._type}, ptr {self._at(base, place)}")

    def _store(self, value: str, base: str, place: int) -> None:
        where = self._at(base, place)
        self._lines.append(f"  store {self._type} {value}, ptr {where}")

    def _value(self, node: int) -> str:
        """The register that holds a node, computed or loaded where it is wanted first."""
        if node not in self._here:
            op, arguments = self._nodes.ops[node], self._nodes.arguments[node]
            if op is Op.CONSTANT:
                self._here[node] = self._shape.constant(self._nodes.values[node])
            elif op in LEAVES:
                self._here[node] = self._leaf(op, arguments)
            elif node not in self._own:
                self._here[node] = self._load("cell", self._carried[node])
            else:
                self._here[node] = self._computed(op, node, [self._value(each) for each in arguments])
                if node in self._carried:
                    self._store(self._here[node], "cell", self._carried[node])
        return self._here[node]

    def _leaf(self, op: Op, arguments: tuple[int, ...]) -> str:
        if op is Op.PARAMETER:
            return self._load("par", arguments[0])
        if op is Op.CELL:
            return self._load("cell", arguments[0])
        column, shift = arguments
        if shift == 0 and column in self._stored:
            return self._stored[column]
        if self._shape.lanes == 1:
            return self._load("row", shift * self._shape.width + column)
        if column in self._shape.places:
            return self._load("row", shift * len(self._shape.places) + self._shape.places[column])
        return self._same_in_all(shift * self._shape.width + column)

    def _same_in_all(self, place: int) -> str:
        """A value of the plain data, in every lane."""
        if not self._plain:
            self._plain = self._new("load ptr, ptr %cell")
        where = self._new(f"getelementptr inbounds double, ptr {self._plain}, i64 {place}")
        one = self._new(f"load double, ptr {where}")
        first = self._new(f"insertelement {self._type} poison, double {one}, i32 0")
        mask = f"<{self._shape.lanes} x i32> zeroinitializer"
        return self._new(f"shufflevector {self._type} {first}, {self._type} poison, {mask}")

    def _computed(self, op: Op, node: int, given: Sequence[str]) -> str:
        kind = self._type
        if op in _ARITHMETIC:
            return self._new(f"{_ARITHMETIC[op]} {kind} {given[0]}, {given[1]}")
        if op is Op.NEG:
            return self._new(f"fneg {kind} {given[0]}")
        if op in _INTRINSIC or op in LIBRARY:
            listed = ", ".join(f"{kind} {each}" for each in given)
            return self._new(f"call {kind} @{called(op, self._shape)}({listed})")
        if op in _RELATION:
            holds = self._new(f"fcmp {_RELATION[op]} {kind} {given[0]}, {given[1]}")
            unknown = self._new(f"fcmp uno {kind} {given[0]}, {given[1]}")
            self._truths[node] = holds, unknown
            return self._choice(holds, unknown, self._shape.constant(1.0), self._shape.constant(0.0))
        holds, unknown = self._truth(self._nodes.arguments[node][0], given[0])
        return self._choice(holds, unknown, given[1], given[2])

    def _truth(self, node: int, value: str) -> tuple[str, str]:
        """Whether a condition holds, and whether it is not a number."""
        if node not in self._truths:
            nought = self._shape.constant(0.0)
            holds = self._new(f"fcmp une {self._type} {value}, {nought}")
            self._truths[node] = holds, self._new(f"fcmp uno {self._type} {value}, {nought}")
        return self._truths[node]

    def _choice(self, holds: str, unknown: str, yes: str, no: str) -> str:
        kind, truth = self._type, self._shape.truth
        chosen = self._new(f"select {truth} {holds}, {kind} {yes}, {kind} {no}")
        nothing = self._shape.constant(math.nan)
        return self._new(f"select {truth} {unknown}, {kind} {nothing}, {kind} {chosen}")


def called(op: Op, shape: Shape) -> str:
    """The name of the function that an operation calls."""
    if op in _INTRINSIC:
        return f"llvm.{_INTRINSIC[op]}.{shape.suffix}"
    return f"{PREFIX}{LIBRARY[op]}" + ("" if shape.lanes == 1 else f".{shape.suffix}")


def declarations(shape: Shape) -> str:
    """What stage functions call and do not define; lanes have library functions of their own (`lanes.py`)."""
    kind = shape.value
    lines = []
    for op in (*_INTRINSIC, *(LIBRARY if shape.lanes == 1 else ())):
        given = ", ".join([kind] * (2 if op in BINARY else 1))
        lines.append(f"declare {kind} @{called(op, shape)}({given}) nounwind willreturn memory(none)")
    return "\n".join(lines) + "\n"


class Code:
    """A function written line by line, with loops and choices; variables live in memory and are promoted later."""

    def __init__(self, head: str) -> None:
        self._head = head
        self._start: list[str] = []
        self._lines: list[str] = []
        self._count = 0

    def text(self) -> str:
        lines = "\n".join(["entry:", *self._start, *self._lines])
        return f"define {self._head} nounwind {{\n{lines}\n}}\n"

    def line(self, text: str) -> None:
        self._lines.append(f"  {text}")

    def let(self, text: str) -> str:
        """A register with the value of an instruction."""
        self._count += 1
        self.line(f"%r{self._count} = {text}")
        return f"%r{self._count}"

    def variable(self, kind: str, value: str) -> str:
        """A place in memory with a first value."""
        self._count += 1
        name = f"%m{self._count}"
        self._start.append(f"  {name} = alloca {kind}")
        self.line(f"store {kind} {value}, ptr {name}")
        return name

    def element(self, base: str, place: str, kind: str = "double") -> str:
        return self.let(f"getelementptr inbounds {kind}, ptr {base}, i64 {place}")

    def load(self, where: str, kind: str = "double") -> str:
        return self.let(f"load {kind}, ptr {where}")

    def store(self, value: str, where: str, kind: str = "double") -> None:
        self.line(f"store {kind} {value}, ptr {where}")

    def at(self, base: str, place: str, kind: str = "double") -> str:
        """What stands in a place."""
        return self.load(self.element(base, place, kind), kind)

    def larger(self, a: str, b: str) -> str:
        return self.let(f"call double @llvm.maximum.f64(double {a}, double {b})")

    def size_of(self, a: str) -> str:
        return self.let(f"call double @llvm.fabs.f64(double {a})")

    def label(self) -> str:
        self._count += 1
        return f"l{self._count}"

    def place(self, label: str) -> None:
        self._lines.append(f"{label}:")

    def go(self, label: str) -> None:
        self.line(f"br label %{label}")

    def branch(self, truth: str, yes: str, no: str) -> None:
        self.line(f"br i1 {truth}, label %{yes}, label %{no}")

    @contextmanager
    def loop(self, start: str, stop: str) -> Iterator[str]:
        """Over i64 start .. stop - 1; gives the register of the index. `stop` is read at the start."""
        counter = self.variable("i64", start)
        test, body, end = self.label(), self.label(), self.label()
        self.go(test)
        self.place(test)
        index = self.load(counter, "i64")
        self.branch(self.let(f"icmp slt i64 {index}, {stop}"), body, end)
        self.place(body)
        yield index
        self.store(self.let(f"add i64 {index}, 1"), counter, "i64")
        self.go(test)
        self.place(end)

    @contextmanager
    def when(self, truth: str) -> Iterator[None]:
        """What is done only where it is true."""
        yes, end = self.label(), self.label()
        self.branch(truth, yes, end)
        self.place(yes)
        yield
        self.go(end)
        self.place(end)

    def give(self, truth: str, value: str) -> None:
        """Returns with an i64 where it is true."""
        yes, rest = self.label(), self.label()
        self.branch(truth, yes, rest)
        self.place(yes)
        self.line(f"ret i64 {value}")
        self.place(rest)
