"""A formula of a foreign language as a tree of ours: precedence climbing over tokens, no text is ever evaluated.

A `Dialect` says in what the languages differ: which words are functions and what they mean, whether case matters,
how chained powers associate and whether a minus sign binds before or after a power. From loose to tight: or, and,
not, comparisons, sums, products, minus, power, call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.macro.interop.tokens import START, Token, at, number, tokens
from longwave.macro.language.tree import (
    MOST_DEPTH,
    MOST_SHIFT,
    TIME_FUNCTIONS,
    Apply,
    Expression,
    Name,
    Number,
    Place,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A function as it stands in a text: its word (lower case), its arguments, those in quotes apart, its place."""

    word: str
    arguments: tuple[Expression, ...]
    place: Place
    texts: tuple[str, ...] = ()

    def count(self, fewest: int, most: int, texts: int = 0) -> None:
        """Raises BadInput where the number of arguments is not one of these, or other than `texts` are in quotes."""
        if not fewest <= len(self.arguments) <= most or len(self.texts) > texts:
            wanted = str(fewest) if fewest == most else f"{fewest}-{most}"
            raise at(
                self.place,
                say("interop.arguments", word=self.word, given=len(self.arguments), wanted=wanted),
                say("interop.arguments_mend", word=self.word),
            )

    def whole(self, argument: int, default: int | None = None) -> int:
        """The argument at this place as a whole number written out. Raises BadInput."""
        if argument >= len(self.arguments) and default is not None:
            return default
        found = whole_number(self.arguments[argument])
        if found is None or abs(found) > MOST_SHIFT:
            raise at(
                self.place,
                say("interop.not_whole", word=self.word),
                say("interop.not_whole_mend", most=MOST_SHIFT),
            )
        return found


Function = Callable[[Call], Expression]


def ours(word: str, fewest: int, most: int | None = None) -> Function:
    """A function that our language has under `word`, with the same arguments."""

    def build(call: Call) -> Expression:
        call.count(fewest, fewest if most is None else most)
        if word in TIME_FUNCTIONS and len(call.arguments) == 2:
            call.whole(1)
        return Apply(word, call.arguments, call.place)

    return build


@dataclass(frozen=True)
class Dialect:
    """functions: by their words in lower case; refused: words whose refusal has a reason of its own.

    spelling: turns a name of the text into the model's; powers: 2^3^2 is 2^(3^2), (2^3)^2 or refused;
    minus_first: -2^2 is (-2)^2; single_equals: ``=`` within brackets compares.
    """

    language: str
    functions: Mapping[str, Function]
    refused: Mapping[str, Message] = field(default_factory=dict)
    spelling: Callable[[str], str] = str
    powers: Literal["right", "left", "single"] = "right"
    minus_first: bool = False
    single_equals: bool = False
    shifts: bool = True
    """x(-1) is a lag."""
    coefficients: Callable[[Token, int], Name | None] | None = None
    """The coefficient that NAME(number) stands for, None where it is none and the number is a shift."""
    bare: Callable[[Token], Name | None] | None = None
    """The column that a word such as @trend without brackets stands for, None where it is a variable."""


_COMPARISONS = {
    "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "!=": "!=", "<>": "!=", "~=": "!=",
}  # fmt: skip
_AND = frozenset({"&", "&&", "and"})
_OR = frozenset({"|", "||", "or"})
_NOT = frozenset({"!", "~", "not"})

_OR_LEVEL, _AND_LEVEL, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)


def formula(text: str, dialect: Dialect, first: Place = START) -> Expression:
    """One expression and nothing after it. Raises BadInput with line, column, the offending word and the mend."""
    reader = Reader(tokens(text, first), dialect)
    found = reader.expression()
    reader.end()
    return found


def equation(text: str, dialect: Dialect, first: Place = START) -> tuple[Expression, Expression]:
    """The two sides of ``left = right``. Raises BadInput."""
    reader = Reader(tokens(text, first), dialect)
    left = reader.expression()
    reader.take("=")
    right = reader.expression()
    reader.end()
    return left, right


class Reader:
    """Reads expressions from a list of tokens, from left to right."""

    def __init__(self, words: list[Token], dialect: Dialect) -> None:
        self._words = words
        self._next = 0
        self._depth = 0
        self._brackets = 0
        self._dialect = dialect

    @property
    def word(self) -> Token:
        """The next token, not yet taken."""
        return self._words[self._next]

    def advance(self) -> Token:
        found = self._words[self._next]
        self._next += found.kind != "end"
        return found

    def take(self, operator: str) -> Token:
        """Takes this operator. Raises BadInput where another word stands."""
        if self.word.text != operator or self.word.kind != "operator":
            raise self.unexpected(operator)
        return self.advance()

    def end(self) -> None:
        if self.word.kind != "end":
            raise self.unexpected()

    def unexpected(self, wanted: str = "") -> BadInput:
        token = self.word
        if token.kind == "end":
            return at(token.place, say("interop.ends_early"), say("interop.unexpected_mend"))
        if wanted:
            what = say("interop.expected", wanted=wanted, text=token.text[:60])
        else:
            what = say("interop.unexpected", text=token.text[:60])
        return at(token.place, what, say("interop.unexpected_mend"))

    def expression(self, least: int = _OR_LEVEL) -> Expression:
        """An expression whose operators bind at least this tightly."""
        self._depth += 1
        self._check_depth(0)
        left = self._prefixed()
        wraps = 0
        while True:
            level, operator = self._operator()
            if level < least:
                break
            wraps += 1
            self._check_depth(wraps)
            if level == _SUM or operator in ("*", "and", "or"):
                left = self._row(left, level, "+" if level == _SUM else operator)
            else:
                left = self._pair(left, level, operator)
        self._depth -= 1
        return left

    def _row(self, left: Expression, level: int, operator: str) -> Expression:
        """left OPERATOR right OPERATOR ... as one application; a difference is a sum with 'neg'."""
        place = self.word.place
        terms = list(left.arguments) if isinstance(left, Apply) and left.operator == operator else [left]
        while True:
            token = self.word
            found, which = self._operator()
            if found != level or (level == _PRODUCT and which != operator):
                return Apply(operator, tuple(terms), place)
            self.advance()
            term = self.expression(level + 1)
            terms.append(Apply("neg", (term,), token.place) if which == "-" else term)

    def _pair(self, left: Expression, level: int, operator: str) -> Expression:
        token = self.advance()
        if level == _POWER:
            right = self.expression(_POWER if self._dialect.powers == "right" else _POWER + 1)
            if self._dialect.powers == "single" and self._operator()[0] == _POWER:
                raise at(self.word.place, say("interop.powers"), say("interop.powers_mend"))
            return Apply("^", (left, right), token.place)
        right = self.expression(level + 1)
        if level == _COMPARISON and self._operator()[0] == _COMPARISON:
            raise at(self.word.place, say("interop.chain"), say("interop.chain_mend"))
        return Apply(operator, (left, right), token.place)

    def _check_depth(self, wraps: int) -> None:
        if self._depth + wraps > MOST_DEPTH:
            raise at(self.word.place, say("interop.too_deep", most=MOST_DEPTH), say("interop.split_mend"))

    def _operator(self) -> tuple[int, str]:
        token = self.word
        text = token.text
        if token.kind == "name":
            text = text.lower()
            if text == "and":
                return _AND_LEVEL, "and"
            if text == "or":
                return _OR_LEVEL, "or"
            return 0, ""
        if token.kind != "operator":
            return 0, ""
        if text in "+-":
            return _SUM, text
        if text in "*/":
            return _PRODUCT, text
        if text in ("^", "**"):
            return _POWER, "^"
        if text in _COMPARISONS:
            return _COMPARISON, _COMPARISONS[text]
        if text == "=" and self._dialect.single_equals and self._brackets:
            return _COMPARISON, "=="
        if text in _AND:
            return _AND_LEVEL, "and"
        if text in _OR:
            return _OR_LEVEL, "or"
        return 0, ""

    def _prefixed(self) -> Expression:
        token = self.word
        text = token.text.lower()
        if token.kind == "operator" and text in ("-", "+"):
            self.advance()
            binds = _POWER + 1 if self._dialect.minus_first else _POWER
            inner = self.expression(binds)
            return Apply("neg", (inner,), token.place) if text == "-" else inner
        if text in _NOT and token.kind != "number":
            self.advance()
            return Apply("not", (self.expression(_COMPARISON),), token.place)
        return self._primary()

    def _primary(self) -> Expression:
        token = self.advance()
        if token.kind == "number":
            return Number(number(token), token.place)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            return self._bracketed()
        self._next -= token.kind != "end"
        raise self.unexpected()

    def _bracketed(self) -> Expression:
        self._brackets += 1
        inner = self.expression()
        self.take(")")
        self._brackets -= 1
        return inner

    def _named(self, token: Token) -> Expression:
        word = token.text.lower()
        if word in self._dialect.refused:
            raise at(token.place, self._dialect.refused[word], say("interop.refused_mend"))
        if self.word.text == "(" and self.word.kind == "operator":
            return self._called(token, word)
        meant = self._dialect.bare(token) if self._dialect.bare is not None else None
        if meant is not None:
            return meant
        if token.text[:1] in "@#":
            raise self._unknown(token)
        return Name(self._dialect.spelling(token.text), 0, token.place)

    def _called(self, token: Token, word: str) -> Expression:
        self.advance()
        self._brackets += 1
        arguments: list[Expression] = []
        texts: list[str] = []
        while self.word.text != ")":
            if self.word.kind == "string":
                texts.append(self.advance().text[1:-1])
            else:
                arguments.append(self.expression())
            if self.word.text == ")":
                break
            self.take(",")
        self.take(")")
        self._brackets -= 1
        if word in self._dialect.functions:
            return self._dialect.functions[word](Call(word, tuple(arguments), token.place, tuple(texts)))
        if len(arguments) == 1 and not texts:
            return self._at_shift(token, arguments[0])
        raise self._unknown(token)

    def _at_shift(self, token: Token, index: Expression) -> Expression:
        """NAME(-1), NAME(+1), NAME(1): a variable at another time, or a coefficient."""
        number = whole_number(index)
        if number is None or token.text[:1] in "@#":
            raise self._unknown(token)
        if self._dialect.coefficients is not None:
            coefficient = self._dialect.coefficients(token, number)
            if coefficient is not None:
                return coefficient
        if not self._dialect.shifts:
            raise self._unknown(token)
        if abs(number) > MOST_SHIFT:
            what = say("interop.far_shift", name=token.text, most=MOST_SHIFT)
            raise at(token.place, what, say("interop.split_mend"))
        return Name(self._dialect.spelling(token.text), number, token.place)

    def _unknown(self, token: Token) -> BadInput:
        words = self._dialect.functions
        near = get_close_matches(token.text.lower(), words, n=3) or sorted(words)[:12]
        return at(
            token.place,
            say("interop.unknown_function", word=token.text[:60], language=self._dialect.language),
            say("interop.unknown_function_mend", near=tuple(near)),
        )


def whole_number(expression: Expression) -> int | None:
    """The value of a whole number written out, with or without sign; None for anything else."""
    sign = 1
    while isinstance(expression, Apply) and expression.operator == "neg":
        sign, expression = -sign, expression.arguments[0]
    if isinstance(expression, Number) and expression.value == int(expression.value):
        return sign * int(expression.value)
    return None
