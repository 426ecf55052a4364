"""A model that is being put together from someone else's equations: who is endogenous, what goes without saying.

Equations come in the order of the text. A variable with an equation is endogenous; a name that is neither that nor a
parameter is exogenous. Names that mean something in our language (a variable called `d` or `max`) get an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from longwave.core.errors import BadInput
from longwave.core.message import Message, Names, say
from longwave.core.period import Frequency
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.tokens import at
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import FUNCTIONS, TIME_FUNCTIONS, Apply, Expression, Name, Place, walk
from longwave.macro.model import NO_NAMES, Equation, EstimationNote, Kind, Model, Parameter, Section, Variable

MOST_EQUATIONS = 100_000

_OUR_WORDS = frozenset({*FUNCTIONS, *TIME_FUNCTIONS, "and", "or", "not", "in", "sum"})
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass
class Draft:
    """described: what a variable is called, by its name; exogenous, endogenous: those declared, in order."""

    format: str
    equations: list[Equation] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    exogenous: dict[str, Place | None] = field(default_factory=dict)
    described: dict[str, Names] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)
    endogenous: dict[str, Place | None] = field(default_factory=dict)
    _section: dict[str, str] = field(default_factory=dict)
    _regimes: dict[str, int] = field(default_factory=dict)

    def add(
        self,
        kind: Kind,
        variable: str,
        sides: tuple[Expression, Expression],
        place: Place,
        *,
        condition: Expression | None = None,
        estimation: EstimationNote | None = None,
        names: Names = NO_NAMES,
        section: str = "",
    ) -> Equation:
        """One more equation; several for one variable are told apart by a number behind #."""
        if len(self.equations) >= MOST_EQUATIONS:
            raise at(place, say("interop.too_many", most=MOST_EQUATIONS), say("interop.too_large_mend"))
        _check_length(sides, place)
        base = variable or f"eq{len(self.equations) + 1}"
        sisters = self._regimes.get(base, 0)
        self._regimes[base] = sisters + 1
        made = Equation(
            name=f"{base}#{sisters + 1}" if sisters else base,
            kind=kind,
            left=sides[0],
            right=sides[1],
            variable=variable,
            condition=condition,
            estimation=estimation,
            names=names,
            section=section,
            place=place,
        )
        self.equations.append(made)
        self._section.setdefault(variable, section)
        return made

    def imported(
        self, name: str, *, names: Names = NO_NAMES, frequency: Frequency | None = None, source: str = ""
    ) -> Imported:
        """The model with all that goes without saying. Raises BadInput for names that cannot stand in a model."""
        explained = {each.variable: each.place for each in self.equations if each.variable}
        endogenous = {**self.endogenous, **explained}
        exogenous = {**self.exogenous, **self._others({*endogenous, *self.parameters, *self.exogenous})}
        self._check(
            {**endogenous, **exogenous, **{each.name: each.place for each in self.parameters.values()}}
        )
        both = [each for each in exogenous if each in endogenous]
        if both:
            raise at(
                _placed(exogenous[both[0]]),
                say("interop.explained_given", name=both[0]),
                say("interop.twice_mend"),
            )
        model = Model(
            name=word(name) or self.format,
            names=names,
            endogenous=tuple(self._variable(each, place) for each, place in endogenous.items()),
            exogenous=tuple(self._variable(each, place) for each, place in exogenous.items()),
            parameters=tuple(self.parameters.values()),
            equations=tuple(self.equations),
            frequency=frequency,
            sections=tuple(self.sections.values()),
            source=source,
        )
        model, renamed = _with_own_words(model)
        if renamed:
            self.warnings.append(
                say("interop.renamed", names=tuple(f"{old} -> {new}" for old, new in renamed.items()))
            )
        return Imported(model, self.format, warnings=tuple(self.warnings), renamed=renamed)

    def _variable(self, name: str, place: Place | None) -> Variable:
        return Variable(
            name, self.described.get(name, Names("")), section=self._section.get(name, ""), place=place
        )

    def _others(self, known: set[str]) -> dict[str, Place | None]:
        """Names that equations, conditions and instruments use and nothing declares, in order."""
        others: dict[str, Place | None] = {}
        for each in self.equations:
            for expression in expressions_of(each):
                for node in names_without_prefixes(expression):
                    if node.name not in known:
                        others.setdefault(node.name, node.place)
        return others

    def _check(self, names: Mapping[str, Place | None]) -> None:
        for name, place in names.items():
            if not _NAME.fullmatch(name.replace(".rho", "_")):
                raise at(
                    _placed(place), say("interop.bad_name", name=name[:60]), say("interop.bad_name_mend")
                )


_AVERAGES = frozenset({"movavg", "movsum"})


def _check_length(sides: Iterable[Expression], place: Place) -> None:
    """Raises BadInput with the place for averages of averages that swell when they are spelt out."""
    for side in sides:
        averages = sum(isinstance(node, Apply) and node.operator in _AVERAGES for node in walk(side))
        if averages < 2:
            continue
        try:
            spelt(side)
        except BadInput as error:
            raise at(place, error.message, error.mend or say("interop.split_mend")) from error


def expressions_of(each: Equation) -> tuple[Expression, ...]:
    """All that an equation says in formulas, restrictions on coefficients aside."""
    note = each.estimation or EstimationNote()
    condition = () if each.condition is None else (each.condition,)
    return (each.left, each.right, *condition, *note.iv_instruments)


def names_without_prefixes(expression: Expression) -> Iterable[Name]:
    """The names in an expression, the word that names a polynomial lag's coefficients aside."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            yield node
        elif isinstance(node, Apply):
            waiting.extend(reversed(node.arguments[:1] if node.operator == "pdl" else node.arguments))


def word(text: str) -> str:
    """A title as a name: Wages and Prices -> wages_and_prices."""
    made = re.sub(r"\W+", "_", text.lower()).strip("_")
    return f"m_{made}" if made[:1].isdigit() else made


def _placed(place: Place | None) -> Place:
    return place or Place(1, 1)


def _with_own_words(model: Model) -> tuple[Model, dict[str, str]]:
    """The model without variables and parameters that are called like our functions, and what became of them."""
    taken = {each.name for each in (*model.endogenous, *model.exogenous)}
    taken |= {each.name for each in model.parameters}
    renamed: dict[str, str] = {}
    for name in sorted(taken & _OUR_WORDS):
        new = name + "_"
        while new in taken:
            new += "_"
        taken.add(new)
        renamed[name] = new
    return (with_names(model, renamed) if renamed else model), renamed


def with_names(model: Model, renamed: Mapping[str, str]) -> Model:
    """The model with these variables and parameters under other names."""

    def side(expression: Expression) -> Expression:
        if isinstance(expression, Name):
            return replace(expression, name=renamed.get(expression.name, expression.name))
        if isinstance(expression, Apply):
            return replace(expression, arguments=tuple(side(each) for each in expression.arguments))
        return expression

    def note(found: EstimationNote | None) -> EstimationNote | None:
        if found is None:
            return None
        return replace(
            found,
            iv_instruments=tuple(side(each) for each in found.iv_instruments),
            restrictions=tuple((side(left), side(right)) for left, right in found.restrictions),
        )

    def called(name: str) -> str:
        base, hash_, number = name.partition("#")
        return renamed.get(base, base) + hash_ + number

    return replace(
        model,
        endogenous=tuple(replace(each, name=called(each.name)) for each in model.endogenous),
        exogenous=tuple(replace(each, name=called(each.name)) for each in model.exogenous),
        parameters=tuple(replace(each, name=called(each.name)) for each in model.parameters),
        equations=tuple(
            replace(
                each,
                name=called(each.name),
                variable=called(each.variable),
                left=side(each.left),
                right=side(each.right),
                condition=None if each.condition is None else side(each.condition),
                estimation=note(each.estimation),
            )
            for each in model.equations
        ),
    )
