"""From statements to a `Model`: which equation explains which variable, regimes, coefficients that go without saying.

The variable of an equation is, in this order: what stands after ``for`` in its label; the label itself where it is a
variable of the equation; the only endogenous variable of this period on the left. Where several stand there, the one
that no other equation explains; else the first (behavioural, as in EViews) or whatever the matching finds (identity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.message import Names, say
from longwave.core.period import Frequency, normalise_periods
from longwave.macro.language.constant import value_of
from longwave.macro.language.finding import MOST_FINDINGS, Finding
from longwave.macro.language.parse import TooMany
from longwave.macro.language.tree import Expression, Place
from longwave.macro.language.uses import Uses, lag_coefficients, uses_of
from longwave.macro.language.written import Clause, Heading, Parameters, Statement, Variables, WrittenEquation
from longwave.macro.model import Equation, EstimationNote, Kind, Model, Parameter, Section, Variable

FREQUENCIES = {"annual": Frequency.ANNUAL, "quarterly": Frequency.QUARTERLY, "monthly": Frequency.MONTHLY}
METHODS = ("ols", "nls", "2sls", "liml", "gmm")
MOST_AR = 24  # order of autoregressive errors: two years of months
NO_SECTION = "none"


def assembled(statements: Sequence[Statement], found: list[Finding], name_of_file: str = "") -> Model:
    """The model that the statements describe. What is wrong is added to `found`."""
    assembly = _Assembly(found)
    try:
        for each in statements:
            assembly.take(each)
        assembly.explain()
    except TooMany:
        pass
    return assembly.model(name_of_file)


@dataclass
class _Draft:
    """An equation whose variable and name are being found."""

    written: WrittenEquation
    section: str
    on_left: Uses
    variable: str | None = None
    name: str = ""

    @property
    def condition(self) -> Expression | None:
        return next((each.expressions[0] for each in self.written.clauses if each.word == "when"), None)


@dataclass
class _Assembly:
    found: list[Finding]
    headings: dict[str, Heading] = field(default_factory=dict)
    notes: list[Names] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    section: str = ""
    endogenous: dict[str, Variable] = field(default_factory=dict)
    exogenous: dict[str, Variable] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    drafts: list[_Draft] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def fault(self, place: Place | None, key: str, mend: str, /, **blanks: Any) -> None:
        self.found.append(Finding(place, say(key, **blanks), say(mend, **blanks)))
        if len(self.found) > MOST_FINDINGS:
            raise TooMany

    # declarations ---------------------------------------------------------------------------------------------------

    def take(self, each: Statement) -> None:
        if isinstance(each, Heading):
            self._heading(each)
        elif isinstance(each, Variables):
            for variable in each.variables:
                self._new(variable.name, variable.place)
                place = self.endogenous if each.endogenous else self.exogenous
                place[variable.name] = replace(variable, section=self.section)
        elif isinstance(each, Parameters):
            self._parameters(each)
        elif isinstance(each, WrittenEquation):
            self.drafts.append(_Draft(each, self.section, uses_of((each.left,))))

    def _heading(self, each: Heading) -> None:
        if each.word == "note":
            self.notes.append(each.names)
        elif each.word == "section":
            self._section(each)
        elif each.word in self.headings:
            self.fault(each.place, "language.heading_twice", "language.heading_twice_mend", word=each.word)
        else:
            self.headings[each.word] = each
            if each.word == "frequency" and each.name not in FREQUENCIES:
                self.fault(each.place, "language.frequency", "language.frequency_mend", word=each.name)

    def _section(self, each: Heading) -> None:
        if each.name == NO_SECTION:
            self.section = ""
            return
        self.section = each.name
        known = self.sections.get(each.name)
        if known is None:
            self.sections[each.name] = Section(each.name, each.names)
        elif each.names != Names("") and each.names != known.names:
            self.fault(each.place, "language.section_twice", "language.section_twice_mend", name=each.name)

    def _new(self, name: str, place: Place | None) -> None:
        if name in self.endogenous or name in self.exogenous or name in self.parameters:
            self.fault(place, "language.declared_twice", "language.declared_twice_mend", name=name)

    def _parameters(self, each: Parameters) -> None:
        for one in each.parameters:
            self._new(one.name, one.place)
            value = None if one.value is None else value_of(one.value, self.values)
            if one.value is not None and value is None:
                self.fault(one.place, "language.no_constant", "language.no_constant_mend", name=one.name)
            if value is not None:
                self.values[one.name] = value
            self.parameters[one.name] = Parameter(
                one.name, value, each.estimated, one.names, one.low, one.high, one.place
            )

    # equations ------------------------------------------------------------------------------------------------------

    def explain(self) -> None:
        """Finds the variable and the name of each equation, and builds it."""
        for draft in self.drafts:
            draft.variable = self._certain(draft)
        self._settle_shared()
        explained: set[str] = {draft.variable for draft in self.drafts if draft.variable}
        for draft in self.drafts:
            if draft.variable is None:
                draft.variable = self._likely(draft, explained)
                explained.add(draft.variable)
        taken: dict[str, list[_Draft]] = {}
        for draft in self.drafts:
            self._name(draft, taken)
        for draft in self.drafts:
            if draft.variable:
                self._becomes_endogenous(draft)
            self.equations.append(self._equation(draft))
        self._coefficients_unsaid()

    def _candidates(self, draft: _Draft) -> list[str]:
        """Names of this period on the left that may be what the equation explains."""
        return [
            name
            for name in draft.on_left.current
            if name not in self.exogenous and name not in self.parameters
        ]

    def _certain(self, draft: _Draft) -> str | None:
        written = draft.written
        if written.about is not None:
            return written.about
        candidates = self._candidates(draft)
        if written.label in candidates:
            return written.label
        if written.label in self.endogenous and written.label in uses_of((written.right,)).current:
            return written.label
        return candidates[0] if len(candidates) == 1 else None

    def _settle_shared(self) -> None:
        """Of identities that share a variable without regimes, one with a label of its own leaves it to the other."""
        groups: dict[str, list[_Draft]] = {}
        for draft in self.drafts:
            if draft.variable:
                groups.setdefault(draft.variable, []).append(draft)
        for variable, group in groups.items():
            if len(group) < 2 or any(draft.condition is not None for draft in group):
                continue
            for draft in reversed(group[1:] if group[0].written.kind is Kind.IDENTITY else group):
                own = draft.written.label not in ("", variable) and draft.written.about is None
                if own and draft.written.kind is Kind.IDENTITY:
                    draft.variable = ""

    def _likely(self, draft: _Draft, explained: set[str]) -> str:
        free = [name for name in self._candidates(draft) if name not in explained]
        if len(free) == 1 or (free and draft.written.kind is Kind.BEHAVIOURAL):
            return free[0]
        return ""

    def _name(self, draft: _Draft, taken: dict[str, list[_Draft]]) -> None:
        written = draft.written
        base = written.label or draft.variable or self._numbered(taken)
        sisters = taken.setdefault(base, [])
        draft.name = f"{base}#{len(sisters) + 1}" if sisters else base
        if sisters and sisters[0].variable != draft.variable:
            self.fault(
                written.place, "language.name_twice", "language.name_twice_mend",
                name=base, line=_line(sisters[0].written.place),
            )  # fmt: skip
        sisters.append(draft)

    def _numbered(self, taken: dict[str, list[_Draft]]) -> str:
        number = 1
        labels = {draft.written.label for draft in self.drafts}
        while f"eq{number}" in taken or f"eq{number}" in labels:
            number += 1
        return f"eq{number}"

    def _becomes_endogenous(self, draft: _Draft) -> None:
        name = draft.variable or ""
        if name in self.endogenous:
            return
        place = draft.on_left.names[name].place if name in draft.on_left.names else draft.written.place
        if name in self.exogenous or name in self.parameters:
            self.fault(place, "language.explains_given", "language.explains_given_mend", name=name)
            return
        self.endogenous[name] = Variable(name, section=draft.section, place=place)

    def _equation(self, draft: _Draft) -> Equation:
        written = draft.written
        clauses: dict[str, Clause] = {}
        for clause in written.clauses:
            if clause.word in clauses:
                self.fault(
                    clause.place, "language.clause_twice", "language.clause_twice_mend", word=clause.word
                )
            clauses[clause.word] = clause
        condition = clauses.pop("when", None)
        if clauses and written.kind is Kind.IDENTITY:
            first = next(iter(clauses.values()))
            self.fault(
                first.place, "language.identity_clause", "language.identity_clause_mend", word=first.word
            )
        return Equation(
            draft.name,
            written.kind,
            written.left,
            written.right,
            draft.variable or "",
            condition.expressions[0] if condition else None,
            self._estimation(clauses) if clauses else None,
            written.names,
            draft.section,
            written.place,
        )

    def _estimation(self, clauses: dict[str, Clause]) -> EstimationNote:
        nothing = Clause("", Place(1, 1))
        method = (*clauses.get("estimate", nothing).texts, "")[0]
        if method and method not in METHODS:
            self.fault(clauses["estimate"].place, "language.method", "language.method_mend", word=method[:40])
        first, last = clauses["sample"].texts if "sample" in clauses else ("", "")
        sides = clauses.get("restrict", nothing).expressions
        return EstimationNote(
            method,
            self._period(first, clauses.get("sample", nothing).place),
            self._period(last, clauses.get("sample", nothing).place),
            clauses.get("instruments", nothing).expressions,
            tuple(zip(sides[::2], sides[1::2], strict=True)),
            self._order(clauses["errors"]) if "errors" in clauses else 0,
        )

    def _order(self, clause: Clause) -> int:
        written = clause.texts[0]
        order = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else 0
        if not 1 <= order <= MOST_AR:
            self.fault(clause.place, "language.ar", "language.ar_mend", most=MOST_AR, text=written[:20])
            return 0
        return order

    def _period(self, text: str, place: Place) -> str:
        if not text:
            return ""
        import pandas as pd

        try:
            return str(normalise_periods(pd.Series([text])).iloc[0])
        except BadInput:
            self.fault(place, "language.period", "language.period_mend", text=text)
            return ""

    def _coefficients_unsaid(self) -> None:
        """Coefficients of polynomial lags and of autoregressive errors are declared by being used."""
        for each in self.equations:
            names = [name for lag in uses_of((each.left, each.right)).lags for name in lag_coefficients(lag)]
            order = each.estimation.ar if each.estimation else 0
            names.extend(f"{each.name}.rho{number}" for number in range(1, order + 1))
            for name in names:
                if name not in self.parameters:
                    self._new(name, each.place)
                    self.parameters[name] = Parameter(name, estimated=True, place=each.place)

    def model(self, name_of_file: str) -> Model:
        said = self.headings.get("model")
        frequency, source = self.headings.get("frequency"), self.headings.get("source")
        return Model(
            said.name if said else PurePath(name_of_file).stem or "model",
            tuple(self.endogenous.values()),
            tuple(self.exogenous.values()),
            tuple(self.parameters.values()),
            tuple(self.equations),
            said.names if said else Names(""),
            FREQUENCIES.get(frequency.name) if frequency else None,
            tuple(self.sections.values()),
            source.name if source else "",
            tuple(self.notes),
        )


def _line(place: Place | None) -> int:
    return place.line if place else 0
