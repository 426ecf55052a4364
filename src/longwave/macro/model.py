"""A model as read from its text: variables, parameters, equations; nothing here is computed.

Words: a behavioural equation has an error that data or people may fill (its add-factor), an identity holds exactly.
The add-factor of the equation for `C` is the column `C.add`; it enters on the scale of the equation as written, so
that ``dlog(C) = ... `` with ``C.add = .01`` grows one per cent faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.core.period import Frequency, Period
from longwave.macro.language.tree import Expression, Place

ADD = ".add"
NO_NAMES = Names("")


class Kind(StrEnum):
    BEHAVIOURAL = "behavioural"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Variable:
    """unit: free text as written; section: name of the section that declares it."""

    name: str
    names: Names = NO_NAMES
    unit: str = ""
    section: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """value: None until it is estimated or given; estimated: a coefficient that data decide, not the modeller.

    low, high: bounds of sense (a share lies between 0 and 1), None where there is none.
    """

    name: str
    value: float | None = None
    estimated: bool = False
    names: Names = NO_NAMES
    low: float | None = None
    high: float | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EstimationNote:
    """How a behavioural equation wants to be estimated.

    method: ols, nls, 2sls, liml, gmm, or "" (caller's choice); first, last: written periods or "" (all there is);
    iv_instruments: expressions beside the constant, which is always one; restrictions: pairs left = right linear in
    the coefficients; ar: order of autoregressive errors, whose coefficients are the parameters ``NAME.rho1`` ...
    """

    method: str = ""
    first: str = ""
    last: str = ""
    iv_instruments: tuple[Expression, ...] = ()
    restrictions: tuple[tuple[Expression, Expression], ...] = ()
    ar: int = 0


@dataclass(frozen=True, slots=True)
class Equation:
    """left = right, in words of `tree`.

    name: unique, by default the variable it is for (with a number where several regimes share one); variable: the
    endogenous variable it explains, "" where the matching shall decide; condition: holds in periods where it is not
    nought (regimes; equations of one variable are tried in order, and the last may have none).
    """

    name: str
    kind: Kind
    left: Expression
    right: Expression
    variable: str = ""
    condition: Expression | None = None
    estimation: EstimationNote | None = None
    names: Names = NO_NAMES
    section: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    names: Names = NO_NAMES


@dataclass(frozen=True)
class Model:
    """A model in one language. Endogenous variables come in the order of their declaration or first equation.

    source: what the text says about its origin; notes: comments worth keeping, in order.
    """

    name: str
    endogenous: tuple[Variable, ...]
    exogenous: tuple[Variable, ...]
    parameters: tuple[Parameter, ...]
    equations: tuple[Equation, ...]
    names: Names = NO_NAMES
    frequency: Frequency | None = None
    sections: tuple[Section, ...] = ()
    source: str = ""
    notes: tuple[Names, ...] = ()

    def __repr__(self) -> str:
        counts = f"{len(self.endogenous)} endogenous, {len(self.exogenous)} exogenous"
        return f"Model({self.name}, {counts}, {len(self.parameters)} parameters)"

    @property
    def add_factors(self) -> tuple[str, ...]:
        """The add-factor columns, one for each variable with a behavioural equation, in order."""
        explained = dict.fromkeys(
            each.variable for each in self.equations if each.kind is Kind.BEHAVIOURAL and each.variable
        )
        return tuple(name + ADD for name in explained)

    def variable(self, name: str) -> Variable:
        """The variable of this name. Raises UsageError."""
        for each in (*self.endogenous, *self.exogenous):
            if each.name == name:
                return each
        raise UsageError(
            say("model.unknown_variable", name=name), say("model.unknown_variable_mend", model=self.name)
        )

    @property
    def values(self) -> dict[str, float]:
        """The parameters that have a value."""
        return {each.name: each.value for each in self.parameters if each.value is not None}

    def with_values(self, values: Mapping[str, float]) -> Model:
        """The same model with these parameter values. Raises UsageError for a name that is no parameter."""
        unknown = set(values) - {each.name for each in self.parameters}
        if unknown:
            raise UsageError(
                say("model.unknown_parameter", names=", ".join(sorted(unknown))),
                say("model.unknown_parameter_mend", model=self.name),
            )
        new = tuple(
            replace(each, value=float(values[each.name])) if each.name in values else each
            for each in self.parameters
        )
        return replace(self, parameters=new)

    def written_sample(self, equation: Equation) -> tuple[Period | None, Period | None]:
        """First and last period of an equation's own sample, None where the text says nothing."""
        note = equation.estimation or EstimationNote()
        return (
            Period.parse(note.first) if note.first else None,
            Period.parse(note.last) if note.last else None,
        )
