"""FRB/US of the Federal Reserve Board: its ``model.xml`` and its databases (LONGBASE, HISTDATA).

An equation of the file reads ``log(x) - x_aerr = ...``: every equation, identities too, has an error term in additive
form. That is what an add-factor is here, so `x_aerr` becomes `x.add` and every equation is behavioural; an error term
that stands anywhere else stays an exogenous variable whose default is nought. Where a variable has a second equation
with model-consistent expectations, its `mce_group` says to which set it belongs; `expectations` chooses the sets, by
the names that the Board's own package uses.

Source: Brayton, Laubach and Reifschneider (2014), "The FRB/US Model: A Tool for Macroeconomic Policy Analysis", FEDS
Notes; the file format as in the package "PyFRB/US".
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import pandas as pd

from longwave.core.errors import BadInput, UnsafeInput, UsageError
from longwave.core.message import Names, say
from longwave.core.period import Frequency
from longwave.macro.databank import Databank
from longwave.macro.interop.draft import word
from longwave.macro.interop.formula import Call, Dialect, equation, ours
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.importing import IMPORTERS, Importer
from longwave.macro.interop.source import file_bytes, text_of, unpacked
from longwave.macro.interop.tokens import START, at
from longwave.macro.language.tree import Apply, Expression, Name, Number, Place, names_in, walk
from longwave.macro.model import ADD, Equation, Kind, Model, Parameter, Section, Variable

EXPECTATIONS: Mapping[str, frozenset[str]] = {
    "var": frozenset(),
    "mcap": frozenset({"mcap"}),
    "wp": frozenset({"mcwp"}),
    "mcap+wp": frozenset({"mcap", "mcwp"}),
    "all": frozenset({"mcap", "mcwp", "mcother"}),
}
"""Which groups of expectations are consistent with the model; in the others, people forecast by small VARs."""

_MOST_DEPTH = 20  # of elements within each other; the Board's file has 4
_ERROR = "_aerr"
_NAME = re.compile(r"[^\W\d]\w*")


def read_frbus(source: str | Path | bytes, expectations: str = "var") -> Imported:
    """The model of an FRB/US ``model.xml``.

    source: a path, or the contents of the file. expectations: var, mcap, wp, mcap+wp or all.
    Raises BadInput (UnsafeInput for document types and entities) that names line and mend; UsageError for unknown
    expectations.
    """
    groups = EXPECTATIONS.get(expectations)
    if groups is None:
        raise UsageError(
            say("interop.expectations", given=expectations),
            say("interop.expectations_mend", known=tuple(EXPECTATIONS)),
        )
    document = _read(source)
    if not document.variables:
        raise BadInput(say("interop.no_variables"), say("interop.no_variables_mend"))
    return _Builder(document, groups).imported(expectations)


def read_longbase(source: str | Path) -> Databank:
    """A database of the Board: comma-separated, plain or gzipped, a quarter a row (1962Q1), a variable a column.

    Names become lower case, as the equations write them. Raises BadInput.
    """
    raw = unpacked(file_bytes(source))
    try:
        frame = pd.read_csv(
            io.BytesIO(raw),
            index_col=0,
            na_values=["NA", "ND", "."],
            float_precision="round_trip",
            low_memory=False,
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput(
            say("interop.no_table", reason=str(error)[:200]), say("interop.no_table_mend")
        ) from error
    frame.columns = pd.Index([str(name).strip().lower() for name in frame.columns])
    return Databank.from_frame(frame)


@dataclass
class _Formula:
    """text and place of an equation as Python would read it, its coefficients, its group of expectations."""

    text: str = ""
    place: Place = START
    coefficients: dict[str, float] = field(default_factory=dict)
    group: str = ""


@dataclass
class _Entry:
    """One <variable> of the file."""

    name: str = ""
    place: Place = START
    definition: str = ""
    sector: str = ""
    shocked: str = ""
    standard: _Formula | None = None
    consistent: _Formula | None = None


@dataclass
class _Document:
    name: str = ""
    variables: list[_Entry] = field(default_factory=list)


class _Walk:
    """Takes what matters from the stream of elements; nothing is ever expanded or fetched."""

    def __init__(self) -> None:
        self.document = _Document()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_document_type
        self.parser.EntityDeclHandler = self._refuse_document_type
        self._path: list[str] = []
        self._text: list[str] = []
        self._begun = Place(1, 1)
        self._coefficient = ""

    def _refuse_document_type(self, *_unused: object) -> None:
        raise UnsafeInput(say("interop.document_type"), say("interop.document_type_mend"))

    def _here(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._path.append(tag)
        if len(self._path) > _MOST_DEPTH:
            raise UnsafeInput(say("interop.too_deep", most=_MOST_DEPTH), say("interop.split_mend"))
        self._text.clear()
        here = self._here()
        self._begun = Place(
            here.line, here.column + len(tag) + 2
        )  # behind <tag>; the file uses no attributes
        variables = self.document.variables
        if len(self._path) == 2 and tag == "variable":
            variables.append(_Entry(place=self._begun))
        elif len(self._path) == 3 and self._path[1] == "variable" and tag == "standard_equation":
            variables[-1].standard = _Formula()
        elif len(self._path) == 3 and self._path[1] == "variable" and tag == "mce_equation":
            variables[-1].consistent = _Formula()

    def _characters(self, text: str) -> None:
        self._text.append(text)

    def _end(self, tag: str) -> None:
        text = "".join(self._text)
        path = self._path
        if path[1:] == ["name"]:
            self.document.name = text.strip()
        elif path[1:2] == ["variable"]:
            self._variable(self.document.variables[-1], path[2:], text)
        path.pop()
        self._text.clear()

    def _variable(self, entry: _Entry, path: list[str], text: str) -> None:
        if path == ["name"]:
            entry.name, entry.place = text.strip().lower(), self._begun
        elif path == ["definition"]:
            entry.definition = " ".join(text.split())
        elif path == ["sector"]:
            entry.sector = " ".join(text.split())
        elif path == ["stochastic_type"]:
            entry.shocked = text.strip()
        elif path[:1] == ["standard_equation"] and entry.standard is not None:
            self._formula(entry.standard, path[1:], text)
        elif path[:1] == ["mce_equation"] and entry.consistent is not None:
            self._formula(entry.consistent, path[1:], text)

    def _formula(self, found: _Formula, path: list[str], text: str) -> None:
        if path == ["python_equation"]:
            found.text, found.place = text, self._begun
        elif path == ["mce_group"]:
            found.group = text.strip()
        elif path == ["coeff", "cf_name"]:
            self._coefficient = _coefficient_name(text)
        elif path == ["coeff", "cf_value"]:
            found.coefficients[self._coefficient] = self._number(text)

    def _number(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if value != value or abs(value) == float("inf"):
            raise at(
                self._begun,
                say("interop.no_number", name=self._coefficient, text=text.strip()[:60]),
                say("interop.number_mend"),
            )
        return value


def _coefficient_name(text: str) -> str:
    """y_ec(1), as EViews writes it, is y_ec_1 in the equations."""
    return re.sub(r"\(\s*(\d+)\s*\)", r"_\1", text.strip().lower())


def _read(source: str | Path | bytes) -> _Document:
    text = text_of(source)
    walk = _Walk()
    try:
        walk.parser.Parse(text, True)
    except expat.ExpatError as error:
        where = Place(error.lineno, error.offset + 1)
        reason = expat.ErrorString(error.code)
        raise at(where, say("interop.no_xml", reason=reason), say("interop.no_xml_mend")) from error
    return walk.document


def _at_most_nought(call: Call) -> Expression:
    """ind_ltezero(x) is one where x is at most nought, else nought."""
    call.count(1, 1)
    test = Apply("<=", (call.arguments[0], Number(0.0)), call.place)
    return Apply("if", (test, Number(1.0), Number(0.0)), call.place)


DIALECT = Dialect(
    language="FRB/US",
    functions={
        "log": ours("log", 1),
        "exp": ours("exp", 1),
        "abs": ours("abs", 1),
        "sqrt": ours("sqrt", 1),
        "max": ours("max", 2, 100),
        "min": ours("min", 2, 100),
        "ind_ltezero": _at_most_nought,
    },
    spelling=str.lower,
)


class _Builder:
    """Makes the model of a document under one choice of expectations."""

    def __init__(self, document: _Document, groups: frozenset[str]) -> None:
        self._document = document
        self._groups = groups
        self._coefficients: dict[str, float] = {}
        self._renamed: dict[str, str] = {}
        self._loose_errors: dict[str, Place | None] = {}

    def imported(self, expectations: str) -> Imported:
        entries = self._document.variables
        self._check_names(entries)
        explained = [each for each in entries if each.standard is not None or self._consistent(each)]
        equations = tuple(self._equation(each) for each in explained)
        used = {name for each in equations for side in (each.left, each.right) for name in names_in(side)}
        rest = [each for each in entries if each.standard is None and not self._consistent(each)]
        idle = tuple(each.name for each in rest if each.name not in used)
        loose = tuple(Variable(name, place=place) for name, place in self._loose_errors.items())
        model = Model(
            name=word(f"frbus_{expectations}"),
            names=Names(f"FRB/US {self._document.name} ({expectations})".strip()),
            endogenous=tuple(_variable(each) for each in explained),
            exogenous=(*(_variable(each) for each in rest if each.name in used), *loose),
            parameters=tuple(Parameter(name, value) for name, value in self._coefficients.items()),
            equations=equations,
            frequency=Frequency.QUARTERLY,
            sections=_sections(entries),
            source="Board of Governors of the Federal Reserve System, FRB/US model",
        )
        self._check_known(model)
        return Imported(
            model=model,
            format="frbus",
            warnings=(
                *(say("interop.loose_error", name=name) for name in self._loose_errors),
                *([say("interop.idle", names=idle)] if idle else []),
            ),
            renamed=self._renamed,
            defaults=dict.fromkeys(self._loose_errors, 0.0),
            stochastic=tuple(each.name for each in explained if each.shocked not in ("", "NO")),
        )

    def _consistent(self, entry: _Entry) -> bool:
        return entry.consistent is not None and entry.consistent.group in self._groups

    def _equation(self, entry: _Entry) -> Equation:
        chosen = entry.consistent if self._consistent(entry) else entry.standard
        if chosen is None or not chosen.text.strip():
            raise at(
                entry.place, say("interop.no_equation", name=entry.name), say("interop.no_equation_mend")
            )
        left, right = equation(chosen.text, DIALECT, chosen.place)
        self._coefficients.update(
            (name, value) for name, value in chosen.coefficients.items() if name not in self._coefficients
        )
        left, right = self._without_error(entry.name, left, right)
        return Equation(
            name=entry.name,
            kind=Kind.BEHAVIOURAL,
            left=left,
            right=right,
            variable=entry.name,
            section=word(entry.sector),
            place=chosen.place,
        )

    def _without_error(self, name: str, left: Expression, right: Expression) -> tuple[Expression, Expression]:
        """The sides without the equation's own error, where it stands on its own on either side."""
        error = Name(name + _ERROR)
        shorter_left, shorter_right = _less(left, Apply("neg", (error,))), _less(right, error)
        if (shorter_left != left) != (shorter_right != right):
            self._renamed[error.name] = name + ADD
            left, right = shorter_left, shorter_right
        for each in (*walk(left), *walk(right)):
            if isinstance(each, Name) and each.name.endswith(_ERROR):
                self._loose_errors.setdefault(each.name, each.place)
        return left, right

    def _check_names(self, entries: list[_Entry]) -> None:
        seen: set[str] = set()
        for each in entries:
            if not _NAME.fullmatch(each.name):
                raise at(
                    each.place, say("interop.bad_name", name=each.name[:60]), say("interop.bad_name_mend")
                )
            if each.name in seen:
                raise at(each.place, say("interop.twice", name=each.name), say("interop.twice_mend"))
            seen.add(each.name)

    def _check_known(self, model: Model) -> None:
        known = {each.name for each in (*model.endogenous, *model.exogenous)}
        known |= {each.name for each in model.parameters}
        for each in model.equations:
            for node in (*walk(each.left), *walk(each.right)):
                if isinstance(node, Name) and node.name not in known:
                    raise at(
                        node.place or Place(1, 1),
                        say("interop.unknown_name", name=node.name, equation=each.name),
                        say("interop.unknown_name_mend"),
                    )


def _less(side: Expression, term: Expression) -> Expression:
    """A sum without one of its terms; the same expression where the term is not in it exactly once."""
    if not isinstance(side, Apply) or side.operator != "+" or side.arguments.count(term) != 1:
        return side
    rest = tuple(each for each in side.arguments if each != term)
    return rest[0] if len(rest) == 1 else Apply("+", rest, side.place)


def _variable(entry: _Entry) -> Variable:
    return Variable(entry.name, Names(entry.definition), section=word(entry.sector), place=entry.place)


def _sections(entries: list[_Entry]) -> tuple[Section, ...]:
    sectors = dict.fromkeys(each.sector for each in entries if each.sector)
    return tuple(Section(word(each), Names(each)) for each in sectors)


def _sure(text: str) -> int:
    return (
        3 if text.lstrip()[:1] == "<" and ("<python_equation" in text or "<standard_equation" in text) else 0
    )


IMPORTERS.register("frbus")(Importer(_sure, read_frbus, tuple(EXPECTATIONS), endings=(".xml",)))
