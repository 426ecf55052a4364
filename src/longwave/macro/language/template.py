"""Templates: ``for s in sectors { ... }``, ``sum(s in sectors, ...)`` and names with ``{s}``, written out.

Every element of a list stands in for ``{s}`` in names of variables, parameters and equations, and with its own label
in texts ("Output of {s}"). The size of what comes out is reckoned before anything is written out, so that lists
within lists cannot swell without bound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from longwave.core.message import Names, say
from longwave.macro.language.finding import MOST_FINDINGS, Finding
from longwave.macro.language.parse import MOST_LETTERS, MOST_LOOPS, SUM_OVER, TooMany
from longwave.macro.language.tree import Apply, Expression, Name, Number, Place
from longwave.macro.language.written import (
    Clause,
    Element,
    For,
    Heading,
    ListOf,
    Loop,
    OneParameter,
    Parameters,
    Statement,
    Variables,
    WrittenEquation,
)
from longwave.macro.model import Variable

MOST_NODES = 2_000_000  # of all expressions after templates are written out
LETTERS_OF_A_NODE = 20  # what names and labels weigh beside them
_BLANK = re.compile(r"\{([^\W\d]\w*)\}")

Standing: TypeAlias = Mapping[str, Element]
"""Which element stands for each variable of the loops around."""


def has_templates(text: str) -> bool:
    """Whether a text may have anything to write out."""
    return "{" in text or re.search(r"\b(?:list|sum)\b", text) is not None


def written_out(statements: Sequence[Statement], found: list[Finding]) -> list[Statement]:
    """The statements without lists, loops and blanks. What is wrong with a template is added to `found`."""
    lists: dict[str, ListOf] = {}
    writer = _Writer(lists, found)
    for each in statements:
        if isinstance(each, ListOf):
            writer.declare(each)
    try:
        if writer.size(statements) > MOST_NODES:
            place = next(each.place for each in statements if isinstance(each, For | WrittenEquation))
            writer.fault(place, "language.swells", "language.swells_mend", most=MOST_NODES)
            return []
        return writer.statements(statements, {})
    except TooMany:
        return []


@dataclass
class _Writer:
    lists: dict[str, ListOf]
    found: list[Finding] = field(default_factory=list)
    longest: int = -1  # until it is reckoned

    def fault(self, place: Place | None, key: str, mend: str, /, **blanks: Any) -> None:
        self.found.append(Finding(place, say(key, **blanks), say(mend, **blanks)))
        if len(self.found) > MOST_FINDINGS:
            raise TooMany

    def declare(self, each: ListOf) -> None:
        if each.name in self.lists:
            self.fault(each.place, "language.list_twice", "language.list_twice_mend", name=each.name)
        self.lists[each.name] = each

    # how much comes out ---------------------------------------------------------------------------------------------

    def size(self, statements: Sequence[Statement], depth: int = 0) -> int:
        """Number of nodes that these statements come to, reckoned without writing them out."""
        total = 0
        for each in statements:
            if isinstance(each, For):
                if depth >= MOST_LOOPS:
                    self.fault(each.place, "language.loops", "language.loops_mend", most=MOST_LOOPS)
                    raise TooMany
                total += self._times(each.loops) * self.size(each.body, depth + 1)
            elif isinstance(each, WrittenEquation):
                total += self._size_of(each.left) + self._size_of(each.right) + 1
                total += self._letters(each.label, each.names.en, each.names.zh)
                total += sum(self._size_of(part) for clause in each.clauses for part in clause.expressions)
            elif isinstance(each, Variables):
                total += len(each.variables)
                total += sum(
                    self._letters(one.name, one.names.en, one.names.zh, one.unit) for one in each.variables
                )
            elif isinstance(each, Parameters):
                total += len(each.parameters)
                total += sum(self._letters(one.name, one.names.en, one.names.zh) for one in each.parameters)
            elif isinstance(each, Heading):
                total += self._letters(each.name, each.names.en, each.names.zh)
            if total > MOST_NODES:
                return total
        return total

    def _letters(self, *texts: str) -> int:
        """Names and labels with blanks, at their longest, counted as nodes of `LETTERS_OF_A_NODE` letters."""
        blanks = sum(text.count("{") for text in texts)
        if not blanks:
            return 0
        return (sum(map(len, texts)) + blanks * self._longest()) // LETTERS_OF_A_NODE

    def _longest(self) -> int:
        """The longest name or label of any list's element."""
        if self.longest < 0:
            self.longest = max(
                (
                    max(len(one.name), len(one.names.en), len(one.names.zh))
                    for each in self.lists.values()
                    for one in each.elements
                ),
                default=0,
            )
        return self.longest

    def _times(self, loops: Sequence[Loop]) -> int:
        times = 1
        for each in loops:
            times = min(times * self._length(each.list_name), MOST_NODES + 1)
        return times

    def _length(self, name: str) -> int:
        return len(self.lists[name].elements) if name in self.lists else 1

    def _size_of(self, expression: Expression) -> int:
        """Nodes of an expression once its sums over lists are written out."""
        total = 0
        waiting: list[tuple[Expression, int]] = [(expression, 1)]
        while waiting:
            node, times = waiting.pop()
            total += times
            if isinstance(node, Name):
                total += times * self._letters(node.name)
            if total > MOST_NODES:
                return total
            if isinstance(node, Apply):
                parts: Sequence[Expression] = node.arguments
                if node.operator == SUM_OVER:
                    times *= max(1, self._length(parts[1].name))  # type: ignore[union-attr]
                    parts = parts[3:]
                waiting.extend((part, times) for part in parts)
        return total

    # writing out ----------------------------------------------------------------------------------------------------

    def statements(self, statements: Sequence[Statement], standing: Standing) -> list[Statement]:
        out: list[Statement] = []
        for each in statements:
            if isinstance(each, For):
                for inner in self._standings(each.loops, standing):
                    out.extend(self.statements(each.body, inner))
            elif isinstance(each, ListOf):
                if standing:
                    self.fault(
                        each.place, "language.list_inside", "language.list_inside_mend", name=each.name
                    )
            else:
                out.append(self._statement(each, standing))
        return out

    def _standings(self, loops: Sequence[Loop], standing: Standing) -> list[Standing]:
        """One mapping for each turn of loops that stand side by side; later ones may leave out what earlier ones hold."""
        turns: list[Standing] = [standing]
        for loop in loops:
            turns = [
                {**turn, loop.variable: element} for turn in turns for element in self._elements(loop, turn)
            ]
        return turns

    def _elements(self, loop: Loop, standing: Standing) -> Sequence[Element]:
        which = self.lists.get(loop.list_name)
        if which is None:
            self.fault(
                loop.place, "language.unknown_list", "language.unknown_list_mend",
                name=loop.list_name, lists=tuple(self.lists) or "–",
            )  # fmt: skip
            return ()
        if not loop.left_out:
            return which.elements
        held = standing.get(loop.left_out)
        without = held.name if held else loop.left_out
        if held is None and all(each.name != without for each in which.elements):
            self.fault(
                loop.place,
                "language.left_out",
                "language.left_out_mend",
                name=loop.left_out,
                list=loop.list_name,
            )
        return [each for each in which.elements if each.name != without]

    def _statement(self, each: Statement, standing: Standing) -> Statement:
        if isinstance(each, WrittenEquation):
            return replace(
                each,
                label=self._name(each.label, each.place, standing),
                names=self._names(each.names, standing),
                about=None if each.about is None else self._name(each.about, each.place, standing),
                left=self.expression(each.left, standing),
                right=self.expression(each.right, standing),
                clauses=tuple(self._clause(clause, standing) for clause in each.clauses),
            )
        if isinstance(each, Variables):
            return replace(each, variables=tuple(self._variable(one, standing) for one in each.variables))
        if isinstance(each, Parameters):
            return replace(each, parameters=tuple(self._parameter(one, standing) for one in each.parameters))
        if isinstance(each, Heading):
            return replace(
                each, name=self._name(each.name, each.place, standing) if each.word == "section" else each.name,
                names=self._names(each.names, standing),
            )  # fmt: skip
        return each

    def _clause(self, clause: Clause, standing: Standing) -> Clause:
        return replace(
            clause, expressions=tuple(self.expression(one, standing) for one in clause.expressions)
        )

    def _variable(self, one: Variable, standing: Standing) -> Variable:
        return replace(
            one, name=self._name(one.name, one.place, standing), names=self._names(one.names, standing),
            unit=_filled(one.unit, standing, "en"),
        )  # fmt: skip

    def _parameter(self, one: OneParameter, standing: Standing) -> OneParameter:
        return replace(
            one, name=self._name(one.name, one.place, standing), names=self._names(one.names, standing),
            value=None if one.value is None else self.expression(one.value, standing),
        )  # fmt: skip

    def _name(self, name: str, place: Place | None, standing: Standing) -> str:
        if "{" not in name:
            return name
        for variable in _BLANK.findall(name):
            if variable not in standing:
                self.fault(place, "language.blank", "language.blank_mend", variable=variable, name=name)
        filled = _BLANK.sub(lambda match: standing[match[1]].name if match[1] in standing else match[1], name)
        if len(filled) > MOST_LETTERS:
            self.fault(place, "language.long_name", "language.long_name_mend", most=MOST_LETTERS)
        return filled

    def _names(self, names: Names, standing: Standing) -> Names:
        if not standing or ("{" not in names.en and "{" not in names.zh):
            return names
        return Names(_filled(names.en, standing, "en"), _filled(names.zh, standing, "zh"))

    def expression(self, node: Expression, standing: Standing) -> Expression:
        """The expression with names filled and sums over lists written out; depth is bounded by the parser."""
        if isinstance(node, Number):
            return node
        if isinstance(node, Name):
            return self._leaf(node, standing)
        if node.operator == SUM_OVER:
            return self._sum(node, standing)
        parts = tuple([self.expression(part, standing) for part in node.arguments])
        if all(new is old for new, old in zip(parts, node.arguments, strict=True)):
            return node
        return replace(node, arguments=parts)

    def _leaf(self, node: Name, standing: Standing) -> Expression:
        if "{" not in node.name:
            return node
        name = self._name(node.name, node.place, standing)
        if name.isdecimal() and node.shift == 0:
            return Number(float(name), node.place)
        return replace(node, name=name)

    def _sum(self, node: Apply, standing: Standing) -> Expression:
        variable, list_name, left_out, body = node.arguments
        assert isinstance(variable, Name) and isinstance(list_name, Name) and isinstance(left_out, Name)  # noqa: S101
        loop = Loop(variable.name, list_name.name, left_out.name, node.place or Place(1, 1))
        terms = [
            self.expression(body, {**standing, loop.variable: each})
            for each in self._elements(loop, standing)
        ]
        if not terms:
            return Number(0.0, node.place)
        return terms[0] if len(terms) == 1 else Apply("+", tuple(terms), node.place)


def _filled(text: str, standing: Standing, lang: str) -> str:
    """A label with the elements' own labels in its blanks."""
    if "{" not in text:
        return text

    def label(match: re.Match[str]) -> str:
        element = standing.get(match[1])
        if element is None:
            return match[0]
        return (element.names.text("zh" if lang == "zh" else "en")) or element.name

    return _BLANK.sub(label, text)
