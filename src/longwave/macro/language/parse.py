"""From text to statements: the grammar (`grammar.lark`, LALR) with the trees built while it is being read.

Nothing is walked twice and nothing recurses, so depth costs no stack. The parser is made once in a process, on first
use; a lock guards it because its callbacks gather findings for one text at a time.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Any

from longwave.core.message import Names, say
from longwave.macro.language.binding import (
    ChainedComparison,
    Deep,
    Sign,
    TooDeep,
    bound,
    is_steep,
    signed_number,
)
from longwave.macro.language.finding import MOST_FINDINGS, Finding
from longwave.macro.language.syntax import STATEMENT_START, function_meant, unread
from longwave.macro.language.tree import (
    FUNCTIONS,
    MOST_DEPTH,
    MOST_SHIFT,
    OPERATORS,
    TIME_FUNCTIONS,
    Apply,
    Expression,
    Name,
    Number,
    Place,
)
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
from longwave.macro.model import Kind, Variable

if TYPE_CHECKING:
    from lark import Lark, Token

SUM_OVER = "sum over"
"""Operator of ``sum(s in sectors, body)`` until lists are expanded: variable, list, element left out or "", body."""

MOST_ELEMENTS = 10_000  # of a list
MOST_LOOPS = 6  # within each other
MOST_TERMS = OPERATORS["+"][1]
MOST_ROW = 20 * MOST_TERMS  # operands and signs of one expression outside of brackets
MOST_LETTERS = 200  # of a name
_STAND_IN: Deep = (Number(0.0), 1)  # for what has a finding already
_LOCK = Lock()


class TooMany(Exception):
    """Enough findings to tell; reading on would only add noise."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The statements of a text, what is wrong with how they are written, and calls such as ``d(-1)``, which are
    faults unless a variable of that name is declared."""

    statements: list[Statement]
    found: list[Finding]
    doubtful: list[tuple[str, Finding]]


def parsed(text: str) -> Parsed:
    """The statements of a text.

    After a fault reading goes on at the next line that begins with a statement word, so that one call tells more than
    the first fault.
    """
    with _LOCK:
        builder, parser = _parser()
        found = builder.start()
        statements = _one(builder, parser, text, "text")
        resumed_at = 0
        while statements is None and 0 < len(found) <= MOST_FINDINGS and builder.stopped >= 0:
            resumed_at = _next_statement(text, builder.stopped, resumed_at)
            if resumed_at < 0:
                break
            builder.go_on()
            if _one(builder, parser, text, "text", resumed_at) is not None:
                break
        return Parsed(statements or [], found, builder.doubtful)


def _next_statement(text: str, stopped: int, resumed_at: int) -> int:
    """Where the statement begins at which reading goes on, past the last such place; -1 where there is none.

    It may be the very word at which reading stopped: what was wrong then is a bracket left open before it.
    """
    line = text.rfind("\n", 0, stopped) + 1
    for match in STATEMENT_START.finditer(text, line):
        if match.end() >= stopped and match.end() > resumed_at:
            return match.end()
    return -1


def expression_of(text: str, variables: Collection[str] = ()) -> tuple[Expression | None, list[Finding]]:
    """The expression in a text; None where the findings say why not. variables: those called like functions."""
    return _lone(text, "lone_expression", variables)


def equation_of(text: str) -> tuple[tuple[Expression, Expression] | None, list[Finding]]:
    """The two sides of an equation in a text; None where the findings say why not."""
    return _lone(text, "lone_equation")


def _lone(text: str, start: str, variables: Collection[str] = ()) -> tuple[Any, list[Finding]]:
    with _LOCK:
        builder, parser = _parser()
        found = builder.start()
        tree = _one(builder, parser, text, start)
        found.extend(fault for name, fault in builder.doubtful if name not in variables)
        return tree, found


@cache
def _parser() -> tuple[_Builder, Lark]:
    from lark import Lark

    builder = _Builder()
    grammar = resources.files("longwave.macro.language").joinpath("grammar.lark").read_text("utf-8")
    parser = Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=["text", "lone_expression", "lone_equation"],
        maybe_placeholders=False,
        keep_all_tokens=True,  # every callback gets the children as they stand, without a filter in between
        transformer=builder,
    )
    return builder, parser


def _one(builder: _Builder, parser: Lark, text: str, start: str, first: int = 0) -> Any:
    """What a text from `first` on says; None, with a finding, where it cannot be read."""
    from lark import TextSlice
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    try:
        return parser.parse(TextSlice(text, first, len(text)), start=start)
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        builder.unread(text, at, error.accepts)
    except UnexpectedCharacters as error:
        builder.unread(text, error.pos_in_stream or 0, error.interactive_parser.accepts())  # type: ignore[no-untyped-call]
    except UnexpectedInput:  # the end of a text without any token
        builder.unread(text, len(text), ())
    except TooMany:
        builder.stopped = -1
    return None


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


def _unquoted(token: Token) -> str:
    inside = str(token)[1:-1]
    if "\\" not in inside:
        return inside
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], inside)


def _is_span(first: str, last: str) -> bool:
    """Whether two written numbers are whole, small and in order, at most `MOST_ELEMENTS` apart."""
    small = all(each.isascii() and each.isdecimal() and len(each) < 10 for each in (first, last))
    return small and 0 <= int(last) - int(first) < MOST_ELEMENTS


class _Builder:
    """What the parser calls for each rule of the grammar; method names are the grammar's."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> list[Finding]:
        """Begins a text. Returns the list to which its findings will be added."""
        self.found: list[Finding] = []
        self.resumed = False
        self.stopped = -1  # where reading stopped
        self.doubtful: list[tuple[str, Finding]] = []  # faults unless the name is declared as a variable
        self.brackets: list[tuple[str, Place]] = []
        return self.found

    def go_on(self) -> None:
        """Begins the rest of a text after a fault."""
        self.resumed = True
        self.brackets = []

    def unread(self, text: str, at: int, expected: Collection[str]) -> None:
        """Notes that reading stopped at a character."""
        self.stopped = at
        ends_block = self.resumed and not self.brackets and text[at : at + 1] == "}"
        if not ends_block:  # the rest of a loop whose beginning was not understood
            self.found.append(unread(text, at, expected, self.brackets))

    # brackets: the parser calls these when it takes the sign --------------------------------------------------------

    def OPEN(self, token: Token) -> Token:  # noqa: N802 - named after the terminal
        self.brackets.append(("(", Place(token.line or 1, token.column or 1)))
        if len(self.brackets) > MOST_DEPTH:
            self._too_deep(token)
        return token

    def CLOSE(self, token: Token) -> Token:  # noqa: N802
        self.brackets.pop()
        return token

    def OPEN_BLOCK(self, token: Token) -> Token:  # noqa: N802
        self.brackets.append(("{", _place(token)))
        if len(self.brackets) > MOST_LOOPS:
            self.fault(_place(token), "language.loops", "language.loops_mend", most=MOST_LOOPS)
            raise TooMany
        return token

    def CLOSE_BLOCK(self, token: Token) -> Token:  # noqa: N802
        self.brackets.pop()
        return token

    def fault(self, place: Place | None, key: str, mend: str, /, **blanks: Any) -> None:
        self.found.append(Finding(place, say(key, **blanks), say(mend, **blanks)))
        if len(self.found) > MOST_FINDINGS:
            raise TooMany

    # rows of things ---------------------------------------------------------------------------------------------

    def none(self, _: list[Any]) -> list[Any]:
        return []

    def first(self, children: list[Any]) -> Any:
        return children

    def second(self, children: list[Any]) -> Any:
        return children[1:]

    def append(self, children: list[Any]) -> list[Any]:
        row: list[Any] = children[0]
        row.append(children[1])
        return row

    more = append

    def more_first(self, children: list[Any]) -> list[Any]:
        return children

    def more_comma(self, children: list[Any]) -> list[Any]:
        row: list[Any] = children[0]
        row.append(children[2])
        return row

    # expressions ------------------------------------------------------------------------------------------------

    def prefix(self, children: list[Any]) -> list[Any]:
        return [self._sign(children[0], True)]

    def more_prefix(self, children: list[Any]) -> list[Any]:
        row: list[Any] = children[0]
        row.append(self._sign(children[1], True))
        if len(row) > MOST_DEPTH:
            self._too_deep(children[1])
        return row

    def infix(self, children: list[Any]) -> list[Any]:
        row: list[Any] = children[0]
        sign = self._sign(children[1], False)
        row.append(sign)
        row.append(children[2])
        if len(row) > 2 * MOST_DEPTH:
            self._look_at_length(row, sign)
        return row

    def infix_prefixed(self, children: list[Any]) -> list[Any]:
        row: list[Any] = children[0]
        sign = self._sign(children[1], False)
        row.append(sign)
        row.extend(children[2])
        row.append(children[3])
        if len(row) > 2 * MOST_DEPTH:
            self._look_at_length(row, sign)
        return row

    def _look_at_length(self, row: list[Any], sign: Sign) -> None:
        if sign.word in "/^" and is_steep(row):
            self._deep_at(sign.place)
        if len(row) > MOST_ROW:
            self.fault(sign.place, "language.too_many_terms", "language.too_many_terms_mend", most=MOST_TERMS)
            raise TooMany

    def _deep_at(self, place: Place) -> None:
        self.fault(place, "language.too_deep", "language.too_deep_mend", most=MOST_DEPTH)
        raise TooMany

    def _sign(self, token: Token, prefix: bool) -> Sign:
        word = token.value
        return Sign("^" if word == "**" else word, prefix, _place(token))

    def number(self, children: list[Any]) -> Deep:
        token = children[0]
        value = float(token.value)
        if value == float("inf"):
            self.fault(
                _place(token),
                "language.number_too_large",
                "language.number_too_large_mend",
                text=token.value[:40],
            )
            value = 0.0
        return Number(value, _place(token)), 1

    def name(self, children: list[Any]) -> Deep:
        token = children[0]
        if len(token.value) > MOST_LETTERS:
            self._word(token)
        return Name(sys.intern(token.value), 0, Place(token.line, token.column)), 1

    def shifted(self, children: list[Any]) -> Deep:
        """``x(-1)``; of a name that is a function this is a call on a number."""
        token = children[0]
        name, _, rest = token.value.partition("(")
        place = Place(token.line, token.column)
        value = int(rest[:-1].replace(" ", "").replace("\t", ""))
        if name in FUNCTIONS or name in TIME_FUNCTIONS:
            number = Number(float(abs(value)), place)
            argument: Expression = Apply("neg", (number,), place) if "-" in rest else number
            self._call_on_number(name, (FUNCTIONS.get(name) or TIME_FUNCTIONS[name])[0], place)
            return Apply(name, (argument,), place), 3
        if abs(value) > MOST_SHIFT or len(name) > MOST_LETTERS:
            return self._shifted(name, (Number(float(value), place),), place), 1
        return Name(sys.intern(name), value, place), 1

    def bracket(self, children: list[Any]) -> Deep:
        row = children[1]
        node, depth = self._closed(row)
        if depth >= MOST_DEPTH:
            self._too_deep(children[0])
        if isinstance(node, Number):
            return node, 2  # so that (-(1)) stays the negative of 1 while (-1) is a negative number
        if len(row) == 2 and row[0].word == "-" and row[1][1] == 1 and isinstance(row[1][0], Number):
            return Number(-row[1][0].value, node.place), 2
        return node, depth

    def first_closed(self, children: list[Any]) -> list[Deep]:
        return [self._closed(children[0])]

    def more_closed(self, children: list[Any]) -> list[Deep]:
        children[0].append(self._closed(children[2]))
        return children[0]  # type: ignore[no-any-return]

    def _closed(self, row: list[Any]) -> Deep:
        if len(row) == 1:
            return row[0]  # type: ignore[no-any-return]
        try:
            node, depth = bound(row)
        except ChainedComparison as error:
            self.fault(error.place, "language.chained", "language.chained_mend")
            return _STAND_IN
        except TooDeep as error:
            self._deep_at(error.place)
            return _STAND_IN
        if isinstance(node, Apply) and len(node.arguments) > MOST_TERMS:
            self.fault(node.place, "language.too_many_terms", "language.too_many_terms_mend", most=MOST_TERMS)
            return _STAND_IN
        return node, depth

    def _too_deep(self, token: Token) -> None:
        self._deep_at(_place(token))

    def call(self, children: list[Any]) -> Deep:
        token, arguments = children[0], children[2]
        name = token.value
        place = _place(token)
        depth = max(each[1] for each in arguments) + 1
        given = tuple(each[0] for each in arguments)
        if depth > MOST_DEPTH:
            self._too_deep(token)
        span = FUNCTIONS.get(name) or TIME_FUNCTIONS.get(name)
        if span is None:
            return self._shifted(name, given, place), 1
        if len(given) == 1 and signed_number(given[0]) is not None:
            self._call_on_number(name, span[0], place)
        elif not span[0] <= len(given) <= span[1]:
            self.fault(
                place, "language.arguments", "language.arguments_mend", function=name, given=len(given)
            )
        return Apply(name, given, place), depth

    def _call_on_number(self, name: str, least: int, place: Place) -> None:
        """``max(-1)`` or ``d(-1)``: a fault unless a variable of that name turns out to be declared."""
        if least > 1 or name in TIME_FUNCTIONS:
            what, mend = "language.call_on_number", "language.call_on_number_mend"
            self.doubtful.append((name, Finding(place, say(what, name=name), say(mend, name=name))))

    def _shifted(self, name: str, given: tuple[Expression, ...], place: Place) -> Expression:
        """What a call of a name that is no function comes to: a lag or lead."""
        if len(name) > MOST_LETTERS:
            self.fault(place, "language.long_name", "language.long_name_mend", most=MOST_LETTERS)
            raise TooMany
        value = signed_number(given[0]) if len(given) == 1 else None
        if value is None or value != int(value):
            self._unknown_function(name, place)
            return Name(name, 0, place)
        if abs(value) > MOST_SHIFT:
            self.fault(
                place, "language.shift_too_far", "language.shift_too_far_mend", name=name, most=MOST_SHIFT
            )
            return Name(name, 0, place)
        return Name(sys.intern(name), int(value), place)

    def _unknown_function(self, name: str, place: Place) -> None:
        what = say("language.unknown_function", function=name)
        near = function_meant(name)
        if near:
            self.found.append(Finding(place, what, say("language.unknown_near", near=near)))
        else:
            self.found.append(Finding(place, what, say("language.unknown_function_mend", function=name)))
        if len(self.found) > MOST_FINDINGS:
            raise TooMany

    def sum_over(self, children: list[Any]) -> Deep:
        loop: Loop = children[2]
        body, depth = self._closed(children[4])
        parts = (Name(loop.variable), Name(loop.list_name), Name(loop.left_out), body)
        return Apply(SUM_OVER, parts, loop.place), depth + 1

    def lone_expression(self, children: list[Any]) -> Expression:
        return self._closed(children[0])[0]

    def lone_equation(self, children: list[Any]) -> tuple[Expression, Expression]:
        return self._closed(children[0])[0], self._closed(children[2])[0]

    # statements -------------------------------------------------------------------------------------------------

    def text(self, children: list[Any]) -> list[Statement]:
        return children[0]  # type: ignore[no-any-return]

    def _names(self, strings: list[Any]) -> Names:
        texts = [_unquoted(each) for each in strings]
        return Names(*texts) if texts else Names("")

    def model(self, children: list[Any]) -> Heading:
        return Heading("model", self._word(children[1]), self._names(children[2]), _place(children[0]))

    def frequency(self, children: list[Any]) -> Heading:
        return Heading("frequency", children[1].value, Names(""), _place(children[1]))

    def source(self, children: list[Any]) -> Heading:
        return Heading("source", _unquoted(children[1]), Names(""), _place(children[0]))

    def note(self, children: list[Any]) -> Heading:
        return Heading("note", "", self._names(children[1]), _place(children[0]))

    def section(self, children: list[Any]) -> Heading:
        return Heading("section", self._word(children[1]), self._names(children[2]), _place(children[0]))

    def list_(self, children: list[Any]) -> ListOf:
        elements = tuple(each for row in children[3] for each in row)
        return ListOf(self._word(children[1]), elements, _place(children[1]))

    def item(self, children: list[Any]) -> list[Element]:
        return [Element(self._word(children[0]), self._names(children[1]), _place(children[0]))]

    def item_range(self, children: list[Any]) -> list[Element]:
        place = _place(children[0])
        first, last = children[0].value, children[2].value
        if not _is_span(first, last):
            self.fault(place, "language.range", "language.range_mend", most=MOST_ELEMENTS)
            return []
        return [Element(str(number), Names(""), place) for number in range(int(first), int(last) + 1)]

    def exogenous(self, children: list[Any]) -> Variables:
        return Variables(False, tuple(children[1]))

    def endogenous(self, children: list[Any]) -> Variables:
        return Variables(True, tuple(children[1]))

    def variable(self, children: list[Any]) -> Variable:
        token, strings, unit = children
        return Variable(
            token.value, self._names(strings), _unquoted(unit[0]) if unit else "", "", _place(token)
        )

    def parameter(self, children: list[Any]) -> Parameters:
        return Parameters(False, tuple(children[1]))

    def coefficient(self, children: list[Any]) -> Parameters:
        return Parameters(True, tuple(children[1]))

    def one_parameter(self, children: list[Any]) -> OneParameter:
        token, value, strings, span = children
        low, high = span or (None, None)
        given = self._closed(value[0])[0] if value else None
        return OneParameter(self._word(token), given, self._names(strings), low, high, _place(token))

    def signed(self, children: list[Any]) -> float:
        value = float(children[-1].value)
        return -value if children[0].value == "-" else value

    def bounds_both(self, children: list[Any]) -> tuple[float | None, float | None]:
        return children[1], children[3]

    def bounds_low(self, children: list[Any]) -> tuple[float | None, float | None]:
        return children[1], None

    def bounds_high(self, children: list[Any]) -> tuple[float | None, float | None]:
        return None, children[2]

    # equations --------------------------------------------------------------------------------------------------

    def head(self, children: list[Any]) -> tuple[str, Names, str | None]:
        return self._word(children[0]), self._names(children[1]), None

    def head_for(self, children: list[Any]) -> tuple[str, Names, str | None]:
        about = "" if children[3].value == "?" else self._word(children[3])
        return self._word(children[0]), self._names(children[1]), about

    def _word(self, token: Token) -> str:
        """A name that is declared here."""
        if len(token.value) > MOST_LETTERS:
            self.fault(_place(token), "language.long_name", "language.long_name_mend", most=MOST_LETTERS)
            raise TooMany
        return str(token.value)

    def equation(self, children: list[Any]) -> list[Any]:
        return [("", Names(""), None), *children]

    def labelled_equation(self, children: list[Any]) -> list[Any]:
        return children

    def _written(self, kind: Kind, word: Token, parts: list[Any]) -> WrittenEquation:
        (label, names, about), left, _, right, clauses = parts
        sides = self._closed(left)[0], self._closed(right)[0]
        return WrittenEquation(kind, label, names, about, *sides, tuple(clauses), _place(word))

    def behavioural(self, children: list[Any]) -> WrittenEquation:
        return self._written(Kind.BEHAVIOURAL, children[0], children[1])

    def identity(self, children: list[Any]) -> WrittenEquation:
        return self._written(Kind.IDENTITY, children[0], children[1])

    def when(self, children: list[Any]) -> Clause:
        return Clause("when", _place(children[0]), (self._closed(children[1])[0],))

    def estimate(self, children: list[Any]) -> Clause:
        method = children[1].value if len(children) > 1 else ""
        return Clause("estimate", _place(children[-1]), (), (method,))

    def sample_both(self, children: list[Any]) -> Clause:
        return self._sample(children[0], children[1].value, children[3].value)

    def sample_from(self, children: list[Any]) -> Clause:
        return self._sample(children[0], children[1].value, "")

    def sample_to(self, children: list[Any]) -> Clause:
        return self._sample(children[0], "", children[2].value)

    def _sample(self, word: Token, first: str, last: str) -> Clause:
        return Clause("sample", _place(word), (), (first, last))

    def instruments(self, children: list[Any]) -> Clause:
        return Clause("instruments", _place(children[0]), tuple(each[0] for each in children[1]))

    def restrict(self, children: list[Any]) -> Clause:
        sides = tuple(side for pair in children[1] for side in pair)
        return Clause("restrict", _place(children[0]), sides)

    def pair(self, children: list[Any]) -> tuple[Expression, Expression]:
        return self._closed(children[0])[0], self._closed(children[2])[0]

    def errors(self, children: list[Any]) -> Clause:
        return Clause("errors", _place(children[0]), (), (children[3].value,))

    def loop(self, children: list[Any]) -> Loop:
        left_out = children[4].value if len(children) > 4 else ""
        return Loop(children[0].value, children[2].value, left_out, _place(children[0]))

    def for_(self, children: list[Any]) -> For:
        return For(tuple(children[1]), tuple(children[3]), _place(children[0]))
