"""What is wrong, or worth a look, in a model that parses: names, equations and variables, parameters, time.

How equations ask to be estimated is looked at in `check_estimation`. Severe findings refuse the model; the others say
what a careful reader would ask about: a coefficient that is used nowhere, a sum of dollars and per cent, a lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.macro.language.check_estimation import estimation_findings
from longwave.macro.language.finding import Finding
from longwave.macro.language.letters import looks_like, plain_letters
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import FUNCTIONS, TIME_FUNCTIONS, Apply, Expression, Name
from longwave.macro.language.uses import Uses, lag_coefficients, uses_of
from longwave.macro.model import ADD, Equation, Kind, Model, Parameter, Variable

_TIMED = frozenset(TIME_FUNCTIONS)
_MOST_COMPARED = 400  # names that a misspelt one is compared with


@dataclass(frozen=True)
class Facts:
    """A model with what several checks ask about it."""

    model: Model
    uses: Mapping[str, Uses]
    variables: Mapping[str, Variable]
    parameters: frozenset[str]
    add_factors: frozenset[str]

    @classmethod
    def of(cls, model: Model) -> Facts:
        return cls(
            model,
            {each.name: uses_of(_computed(each)) for each in model.equations},
            {each.name: each for each in (*model.exogenous, *model.endogenous)},
            frozenset(each.name for each in model.parameters),
            frozenset(model.add_factors),
        )

    def knows(self, name: str) -> bool:
        return name in self.variables or name in self.parameters or name in self.add_factors


def findings_in(model: Model) -> list[Finding]:
    """Every finding in a model, severe ones among them, check by check."""
    facts = Facts.of(model)
    found = [finding for check in _CHECKS for finding in check(facts)]
    found.extend(estimation_findings(model, facts.knows))
    return found


def suggestion(name: str, known: Iterable[str]) -> str:
    """The known name that is most like a misspelt one, "" where none is near."""
    known = list(known)
    folded = name.casefold()
    for each in known:
        if each.casefold() == folded:
            return each
    alike = [each for each in known if abs(len(each) - len(name)) <= 2][:_MOST_COMPARED]
    near = get_close_matches(name, alike, 1, 0.75)
    return near[0] if near else ""


def did_you_mean(name: str, known: Iterable[str]) -> Message:
    near = suggestion(name, known)
    return say("language.unknown_near", near=near) if near else say("language.unknown_mend", name=name)


def _computed(equation: Equation) -> Iterator[Expression]:
    yield equation.left
    yield equation.right
    if equation.condition is not None:
        yield equation.condition


# names ----------------------------------------------------------------------------------------------------------------


def _no_equation_at_all(facts: Facts) -> Iterator[Finding]:
    if not facts.model.equations:
        yield Finding(None, say("language.empty"), say("language.empty_mend"))


def _unknown_names(facts: Facts) -> Iterator[Finding]:
    told: set[str] = set()
    for equation in facts.model.equations:
        for name, node in facts.uses[equation.name].names.items():
            if facts.knows(name) or name in told:
                continue
            told.add(name)
            known = (*facts.variables, *facts.parameters)
            mend = _function_name(name) or did_you_mean(name, known)
            yield Finding(node.place, say("language.unknown", name=name, equation=equation.name), mend)


def _function_name(name: str) -> Message | None:
    if name in FUNCTIONS or name in TIME_FUNCTIONS:
        return say("language.bare_function_mend", name=name)
    return None


def _names_themselves(facts: Facts) -> Iterator[Finding]:
    """Dots, look-alike letters, names of functions."""
    model = facts.model
    equations = {each.name for each in model.equations}
    seen: dict[str, str] = {}
    declared: list[Variable | Parameter] = [*model.endogenous, *model.exogenous, *model.parameters]
    for each in declared:
        name, place = each.name, each.place
        owner, dot, last = name.partition(".")
        if dot and not (name in facts.parameters and owner in equations and last.startswith("rho")):
            mend = "language.add_mend" if last == ADD[1:] else "language.dotted_mend"
            yield Finding(place, say("language.dotted", name=name), say(mend, name=owner))
        plain = plain_letters(name)
        if plain != name:
            yield Finding(
                place, say("language.wide_letters", name=name), say("language.unknown_near", near=plain)
            )
        other = seen.setdefault(looks_like(name), name)
        if other != name:
            yield Finding(place, say("language.alike", name=name, other=other), say("language.alike_mend"))
        if name in FUNCTIONS or name in TIME_FUNCTIONS:
            yield Finding(
                place, say("language.like_function", name=name), say("language.like_function_mend"), False
            )


# equations and variables ----------------------------------------------------------------------------------------------


def _equations_for_variables(facts: Facts) -> Iterator[Finding]:
    """Each endogenous variable has one equation, or regimes; equations left to the matching fill what is free."""
    model = facts.model
    explained = {each.variable for each in model.equations if each.variable}
    free = [each for each in model.endogenous if each.name not in explained]
    open_equations = [each for each in model.equations if not each.variable]
    if not open_equations:
        for each in free:
            yield Finding(
                each.place,
                say("language.no_equation", name=each.name),
                say("language.no_equation_mend", name=each.name),
            )
    elif len(free) != len(open_equations):
        yield Finding(
            open_equations[0].place,
            say(
                "language.counts",
                equations=tuple(each.name for each in open_equations[:10]),
                variables=tuple(each.name for each in free[:10]) or "–",
            ),
            say("language.counts_mend"),
        )


def _regimes(facts: Facts) -> Iterator[Finding]:
    groups: dict[str, list[Equation]] = {}
    for each in facts.model.equations:
        if each.variable:
            groups.setdefault(each.variable, []).append(each)
    for variable, group in groups.items():
        if len(group) > 1:
            yield from _one_group(variable, group)
        elif group[0].condition is not None:
            yield Finding(
                group[0].condition.place or group[0].place, say("language.lone_condition", name=variable),
                say("language.lone_condition_mend", name=variable), False,
            )  # fmt: skip


def _one_group(variable: str, group: list[Equation]) -> Iterator[Finding]:
    for before, after in pairwise(group):
        if before.condition is None:
            line = before.place.line if before.place else 0
            yield Finding(
                after.place, say("language.two_equations", name=variable, line=line),
                say("language.two_equations_mend"),
            )  # fmt: skip
            return
    if len({each.kind for each in group}) > 1:
        yield Finding(
            group[1].place, say("language.mixed_regimes", name=variable), say("language.mixed_regimes_mend")
        )
    if group[-1].condition is not None:
        place = group[-1].condition.place or group[-1].place
        yield Finding(place, say("language.no_last", name=variable), say("language.no_last_mend"), False)


def _variables_in_their_equations(facts: Facts) -> Iterator[Finding]:
    for each in facts.model.equations:
        uses = facts.uses[each.name]
        if not each.variable or each.variable not in facts.variables:
            continue
        inside = uses if each.condition is None else uses_of((each.left, each.right))
        timed = any(word in _TIMED for word in uses.calls)  # lead(x, 1)(-1) is this period's x again
        if each.variable not in inside.current and not (timed and each.variable in inside.names):
            yield Finding(
                each.place, say("language.not_in_equation", name=each.variable, equation=each.name),
                say("language.not_in_equation_mend", name=each.variable),
            )  # fmt: skip


# parameters and coefficients ------------------------------------------------------------------------------------------


def _parameters(facts: Facts) -> Iterator[Finding]:
    used = _used_names(facts.model, facts.uses)
    for each in facts.model.parameters:
        low, high, value = each.low, each.high, each.value
        if low is not None and high is not None and low > high:
            yield Finding(each.place, say("language.bounds", name=each.name), say("language.bounds_mend"))
        elif value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            yield Finding(
                each.place, say("language.out_of_bounds", name=each.name, value=f"{value:g}"),
                say("language.out_of_bounds_mend"),
            )  # fmt: skip
        if each.name not in used:
            key = "language.unused_coefficient" if each.estimated else "language.unused_parameter"
            yield Finding(each.place, say(key, name=each.name), say("language.unused_mend"), False)
        if value is None and not each.estimated:
            yield Finding(
                each.place, say("language.no_value", name=each.name), say("language.no_value_mend"), False
            )


def _used_names(model: Model, uses: Mapping[str, Uses]) -> set[str]:
    used = {name for each in uses.values() for name in each.names}
    used.update(name for each in uses.values() for lag in each.lags for name in lag_coefficients(lag))
    for each in model.equations:
        if each.estimation is not None:
            used.update(f"{each.name}.rho{order}" for order in range(1, each.estimation.ar + 1))
            used.update(uses_of(each.estimation.iv_instruments).names)
    return used


def _shifted_parameters(facts: Facts) -> Iterator[Finding]:
    told: set[str] = set()
    for equation in facts.model.equations:
        for name, node in facts.uses[equation.name].shifted.items():
            if name in facts.parameters and name not in told:
                told.add(name)
                yield Finding(
                    node.place,
                    say("language.shifted_parameter", name=name),
                    say("language.shifted_parameter_mend"),
                )


def _unused_exogenous(facts: Facts) -> Iterator[Finding]:
    used = _used_names(facts.model, facts.uses)
    for each in facts.model.exogenous:
        if each.name not in used:
            yield Finding(
                each.place,
                say("language.unused_exogenous", name=each.name),
                say("language.unused_mend"),
                False,
            )


# time and units -------------------------------------------------------------------------------------------------------


def _functions_over_time(facts: Facts) -> Iterator[Finding]:
    """Spells out what uses functions over time, which finds every n, shift and size that is out of range."""
    for each in facts.model.equations:
        calls = facts.uses[each.name].calls
        timed = [word for word in calls if word in _TIMED]
        if not timed:
            continue
        try:
            for side in _computed(each):
                spelt(side, facts.parameters)
        except BadInput as error:
            yield Finding(calls[timed[0]].place, error.message, error.mend)


def _leads(facts: Facts) -> Iterator[Finding]:
    ahead: dict[str, Name] = {}
    for each in facts.model.equations:
        for name, node in facts.uses[each.name].shifted.items():
            if node.shift > 0:
                ahead.setdefault(name, node)
    if ahead:
        first = next(iter(ahead.values()))
        names = tuple(sorted(ahead)[:10])
        yield Finding(first.place, say("language.leads", names=names), say("language.leads_mend"), False)


def _units(facts: Facts) -> Iterator[Finding]:
    """Bare variables that an identity adds or equates, in different units."""
    for each in facts.model.equations:
        if each.kind is not Kind.IDENTITY:
            continue
        names = [*_bare(each.left), *_bare(each.right)]
        units = {name: facts.variables[name].unit for name in names if name in facts.variables}
        counted = Counter(_plain_unit(unit) for unit in units.values() if unit)
        if len(counted) > 1:
            told = tuple(f"{name} [{unit}]" for name, unit in units.items() if unit)[:6]
            yield Finding(
                each.place,
                say("language.units", equation=each.name, units=told),
                say("language.units_mend"),
                False,
            )


def _bare(side: Expression) -> Iterator[str]:
    terms = side.arguments if isinstance(side, Apply) and side.operator == "+" else (side,)
    for term in terms:
        inside = term.arguments[0] if isinstance(term, Apply) and term.operator == "neg" else term
        if isinstance(inside, Name):
            yield inside.name


def _plain_unit(unit: str) -> str:
    return " ".join(unit.casefold().split())


_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _no_equation_at_all,
    _unknown_names,
    _names_themselves,
    _equations_for_variables,
    _regimes,
    _variables_in_their_equations,
    _parameters,
    _shifted_parameters,
    _unused_exogenous,
    _functions_over_time,
    _leads,
    _units,
)
