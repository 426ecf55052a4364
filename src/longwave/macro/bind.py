"""A model bound to a graph: every equation a residual, every variable a column, and who explains whom.

The columns are the endogenous variables, then the exogenous ones, then one add-factor for each behavioural equation's
variable (``C.add``). Equation i is left - right - add-factor = 0 and explains ``variables[i]``; where an equation does
not name its variable, a matching finds it, and where none exists the equations and variables in the way are named.
Several equations for one variable are regimes: the first whose condition is not nought holds.

The explicit form gives a variable from everything else: ``dlog(C) = x`` becomes ``C = C(-1) exp(x)``. It is found by
undoing the operations around the variable, or, where the residual is linear in the variable, as the root of a line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import ModelError, UsageError
from longwave.core.message import say
from longwave.macro.isolate import isolated
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Name
from longwave.macro.model import ADD, Equation, Kind, Model
from longwave.macro.nodes import node_of
from longwave.numerics.graph import Graph, Op
from longwave.numerics.ordering import Unmatched, match


@dataclass(frozen=True, eq=False)
class System:
    """A model on a graph.

    columns: endogenous, exogenous, add-factors; unknowns: the first `len(variables)` columns' numbers in the order
    of `variables`; variables[i]: what equation i explains; labels[i]: the equations of the model that it merges.
    residuals, lefts, rights: nodes of equation i, the right side with its add-factor; explicit[i]: the node that
    gives variables[i], or None where it cannot be isolated.
    """

    model: Model
    graph: Graph
    columns: tuple[str, ...]
    parameters: tuple[str, ...]
    variables: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    residuals: tuple[int, ...]
    lefts: tuple[int, ...]
    rights: tuple[int, ...]
    explicit: tuple[int | None, ...]
    max_lag: int
    max_lead: int

    def __repr__(self) -> str:
        counts = f"{len(self.variables)} equations, {len(self.columns)} columns"
        return f"System({self.model.name}, {counts}, lags to {self.max_lag}, leads to {self.max_lead})"

    def column(self, name: str) -> int:
        """The number of a column. Raises ModelError for a name that is none."""
        place = self._places.get(name)
        if place is None:
            raise ModelError(
                say("model.unknown_variable", name=name),
                say("model.unknown_variable_mend", model=self.model.name),
            )
        return place

    @property
    def _places(self) -> dict[str, int]:
        found = self.__dict__.get("_place_of")
        if found is None:
            found = {name: place for place, name in enumerate(self.columns)}
            self.__dict__["_place_of"] = found
        return found

    def has(self, name: str) -> bool:
        return name in self._places

    def leaf(self, name: str, shift: int = 0) -> int:
        return self.graph.column(self.column(name), shift)

    @property
    def unknowns(self) -> tuple[int, ...]:
        """The column that equation i explains."""
        return tuple(self._places[name] for name in self.variables)

    @property
    def add_factors(self) -> tuple[str, ...]:
        return tuple(name for name in self.columns if name.endswith(ADD))

    def vector(self, values: Mapping[str, float] | None = None) -> NDArray[np.float64]:
        """The parameter vector [parameters], with `values` in place of the model's own.

        Raises ModelError naming the parameters that have no value, UsageError for values of none.
        """
        unknown = sorted(set(values or ()) - set(self.parameters))
        if unknown:
            raise UsageError(
                say("model.unknown_parameter", names=", ".join(unknown[:10])),
                say("model.unknown_parameter_mend", model=self.model.name),
            )
        known = {**self.model.values, **(values or {})}
        missing = [name for name in self.parameters if name not in known]
        if missing:
            raise ModelError(say("model.no_value", names=", ".join(missing[:10])), say("model.no_value_mend"))
        return np.array([known[name] for name in self.parameters], dtype=np.float64)


def bind(model: Model, *, exogenised: Collection[str] = ()) -> System:
    """The system of a model; the equations of `exogenised` variables are left out and these are given from outside.

    Raises ModelError where equations and variables do not fit one another, and names them.
    """
    for name in exogenised:
        model.variable(name)
    groups = _groups(model, exogenised)
    endogenous = [each.name for each in model.endogenous if each.name not in exogenised]
    added = [
        variable + ADD
        for variable, equations in groups
        if variable and any(each.kind is Kind.BEHAVIOURAL for each in equations)
    ]
    columns = (*endogenous, *exogenised, *(each.name for each in model.exogenous), *added)
    return _bound(model, tuple(dict.fromkeys(columns)), endogenous, groups)


def _groups(model: Model, exogenised: Collection[str]) -> list[tuple[str, list[Equation]]]:
    """Equations by the variable they name; one that names none stands alone."""
    groups: list[tuple[str, list[Equation]]] = []
    place: dict[str, int] = {}
    for each in model.equations:
        if each.variable and each.variable in exogenised:
            continue
        if each.variable and each.variable in place:
            groups[place[each.variable]][1].append(each)
            continue
        if each.variable:
            place[each.variable] = len(groups)
        groups.append((each.variable, [each]))
    return groups


def _bound(
    model: Model,
    columns: tuple[str, ...],
    endogenous: Sequence[str],
    groups: list[tuple[str, list[Equation]]],
) -> System:
    graph = Graph()
    column = {name: place for place, name in enumerate(columns)}
    parameters = tuple(each.name for each in model.parameters)
    parameter = {name: place for place, name in enumerate(parameters)}

    def leaf(name: Name) -> int:
        if name.name in column:
            return graph.column(column[name.name], name.shift)
        if name.name in parameter:
            return graph.parameter(parameter[name.name])
        raise ModelError(
            say("model.unknown_variable", name=name.name),
            say("model.unknown_variable_mend", model=model.name),
        )

    constants = frozenset(parameters)
    sides = [_sides(constants, graph, leaf, variable, equations) for variable, equations in groups]
    residuals = [graph.sub(left, right) for left, right, _ in sides]
    order = _matched(graph, residuals, groups, endogenous)
    explicit = []
    for number, place in enumerate(order):
        target = graph.column(column[endogenous[place]])
        explicit.append(_explicit(graph, sides[number][2], target))
    lags = [graph.arguments[node][1] for root in residuals for node in graph.leaves(root)]
    return System(
        model=model,
        graph=graph,
        columns=columns,
        parameters=parameters,
        variables=tuple(endogenous[place] for place in order),
        labels=tuple(tuple(each.name for each in equations) for _, equations in groups),
        residuals=tuple(residuals),
        lefts=tuple(left for left, _, _ in sides),
        rights=tuple(right for _, right, _ in sides),
        explicit=tuple(explicit),
        max_lag=max([0, *(-each for each in lags)]),
        max_lead=max([0, *lags]),
    )


Branch = tuple[int | None, int, int]  # condition (None: always), left, right with add-factor


def _sides(
    constants: frozenset[str],
    graph: Graph,
    leaf: Callable[[Name], int],
    variable: str,
    equations: Sequence[Equation],
) -> tuple[int, int, list[Branch]]:
    """Left and right of a group of equations, and the regimes they are made of."""
    branches: list[Branch] = []
    for each in equations:
        left = node_of(spelt(each.left, constants), graph, leaf)
        right = node_of(spelt(each.right, constants), graph, leaf)
        right = _with_memory(each, graph, leaf, left, right)
        if variable and each.kind is Kind.BEHAVIOURAL:
            right = graph.add(right, leaf(Name(variable + ADD)))
        condition = None if each.condition is None else node_of(spelt(each.condition, constants), graph, leaf)
        branches.append((condition, left, right))
    missing = graph.constant(float("nan"))
    last = branches[-1]
    left = last[1] if last[0] is None else graph.select(last[0], last[1], missing)
    right = last[2] if last[0] is None else graph.select(last[0], last[2], missing)
    for condition, its_left, its_right in reversed(branches[:-1]):
        if condition is None:
            raise ModelError(
                say("model.regime_without_condition", name=equations[0].name),
                say("model.regime_without_condition_mend"),
            )
        left, right = graph.select(condition, its_left, left), graph.select(condition, its_right, right)
    return left, right, branches


def _with_memory(equation: Equation, graph: Graph, leaf: Callable[[Name], int], left: int, right: int) -> int:
    """The right side with autoregressive errors: rho_k times what the equation missed k periods ago is added."""
    order = equation.estimation.ar if equation.estimation else 0
    missed = graph.sub(left, right)
    for lag in range(1, order + 1):
        rho = leaf(Name(f"{equation.name}.rho{lag}"))
        right = graph.add(right, graph.mul(rho, graph.shifted([missed], -lag)[0]))
    return right


def _matched(
    graph: Graph,
    residuals: Sequence[int],
    groups: list[tuple[str, list[Equation]]],
    endogenous: Sequence[str],
) -> list[int]:
    """The endogenous variable (its place) that each equation explains."""
    count = len(endogenous)
    rows = []
    for root in residuals:
        present = {graph.arguments[node][0] for node in graph.leaves(root) if graph.arguments[node][1] == 0}
        ahead = {graph.arguments[node][0] for node in graph.leaves(root) if graph.arguments[node][1] > 0}
        rows.append(sorted(each for each in present | ahead if each < count))
    place = {name: number for number, name in enumerate(endogenous)}
    own = [place.get(variable) for variable, _ in groups]
    mates: list[int] | Unmatched
    if len(rows) == count and all(
        mine is not None and mine in row for mine, row in zip(own, rows, strict=True)
    ):
        mates = [mine for mine in own if mine is not None]
    else:
        mates = _found(rows, own, count)
    if isinstance(mates, Unmatched):
        raise _misfit(mates, groups, endogenous)
    return mates


def _found(rows: list[list[int]], own: Sequence[int | None], count: int) -> list[int] | Unmatched:
    """A matching of equations and variables, of which there may be unequal numbers."""
    filled = rows + [[] for _ in range(count - len(rows))]
    mates = match(filled, [*own, *(None for _ in range(count - len(rows)))])
    if isinstance(mates, Unmatched):
        real = tuple(each for each in mates.equations if each < len(rows))
        return Unmatched(real, mates.their_unknowns, mates.unknowns, mates.their_equations)
    return mates


def _misfit(
    found: Unmatched, groups: list[tuple[str, list[Equation]]], endogenous: Sequence[str]
) -> ModelError:
    """Which equations hold nothing to explain, which are too many, or which variables have none."""
    equation = [" / ".join(each.name for each in equations) for _, equations in groups]
    if found.equations and not found.their_unknowns:
        return ModelError(
            say(
                "model.nothing_explained",
                equations=", ".join(equation[each] for each in found.equations[:12]),
            ),
            say("model.nothing_explained_mend"),
        )
    if found.equations:
        return ModelError(
            say(
                "model.over_determined",
                equations=", ".join(equation[each] for each in found.equations[:12]),
                variables=", ".join(endogenous[each] for each in found.their_unknowns[:12]),
            ),
            say("model.over_determined_mend"),
        )
    variables = ", ".join(endogenous[each] for each in found.unknowns[:12])
    if not found.their_equations:
        return ModelError(say("model.unexplained", variables=variables), say("model.under_determined_mend"))
    return ModelError(
        say(
            "model.under_determined",
            variables=variables,
            equations=", ".join(equation[each] for each in found.their_equations[:12]),
        ),
        say("model.under_determined_mend"),
    )


def _explicit(graph: Graph, branches: Sequence[Branch], target: int) -> int | None:
    """The variable from everything else; None where a branch cannot be turned or a condition rests on it."""
    made: int | None = None
    for condition, left, right in reversed(branches):
        formula = isolated(graph, left, right, target)
        if formula is None:
            return None
        if condition is None:
            made = formula
            continue
        if target in graph.leaves(condition, Op.COLUMN):
            return None
        made = graph.select(condition, formula, graph.constant(float("nan")) if made is None else made)
    return made
