"""Statements as they stand in a text, before lists are expanded and names are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from longwave.core.message import Names
from longwave.macro.language.tree import Expression, Place
from longwave.macro.model import Kind, Variable


@dataclass(frozen=True, slots=True)
class Heading:
    """model, frequency, source, note or section: word says which; name and names as far as the statement has them."""

    word: str
    name: str
    names: Names
    place: Place


@dataclass(frozen=True, slots=True)
class Element:
    name: str
    names: Names
    place: Place


@dataclass(frozen=True, slots=True)
class ListOf:
    name: str
    elements: tuple[Element, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Variables:
    endogenous: bool
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class OneParameter:
    name: str
    value: Expression | None
    names: Names
    low: float | None
    high: float | None
    place: Place


@dataclass(frozen=True, slots=True)
class Parameters:
    estimated: bool
    parameters: tuple[OneParameter, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """word: when, estimate, sample, instruments, restrict or errors; value as the word has it."""

    word: str
    place: Place
    expressions: tuple[Expression, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenEquation:
    """label: name before the colon or ""; about: the variable after `for`, "" for `?`, None where not said."""

    kind: Kind
    label: str
    names: Names
    about: str | None
    left: Expression
    right: Expression
    clauses: tuple[Clause, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Loop:
    """For each element of a list, but for one that is left out (an element or the variable of an outer loop)."""

    variable: str
    list_name: str
    left_out: str
    place: Place


@dataclass(frozen=True, slots=True)
class For:
    loops: tuple[Loop, ...]
    body: tuple[Statement, ...]
    place: Place


Statement: TypeAlias = Heading | ListOf | Variables | Parameters | WrittenEquation | For
