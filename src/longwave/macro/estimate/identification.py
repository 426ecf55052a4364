"""Whether equations can be told apart from mixtures of the others: the order and the rank condition, without data.

Each residual is a sum of terms (functions of variables) times coefficients; row i of A holds them. Another system that
says the same about the data has rows that are mixtures of these. Equation i is identified where no mixture of rows but
itself looks like equation i, that is where moving its k free coefficients (directions D_i) leads to no mixture:

    rank [A', D_i] = n + k,        and for that at least    k <= N - n    (n equations, N terms).

With linear equations and zero restrictions these are the rank and order conditions of Koopmans, Rubin and Leipnik (1950);
with terms that are not linear in variables, those of Fisher (1966), each function being a variable of its own.
Coefficients are given random values, so what holds is generic: exceptions at single points do not count. Covariances of
errors and restrictions across equations may identify more; they are not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.message import Language, say
from longwave.macro.bind import System, bind
from longwave.macro.estimate.restriction import Freedom, freedom, restriction_matrix
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Name, names_in
from longwave.macro.model import ADD, EstimationNote, Kind, Model
from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]
RANK = 1e-9  # share of the largest singular value below which one counts as nought


class State(StrEnum):
    """over: identified with restrictions to spare; exact: identified, none to spare; not_identified; not_judged: a term
    holds coefficients and variables that cannot be pulled apart, such as exp(b*x)."""

    OVER = "over"
    EXACT = "exact"
    NOT_IDENTIFIED = "not_identified"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Identified:
    """One equation. coefficients: free ones; endogenous: terms of this period's endogenous variables beside the
    explained one; excluded: predetermined terms of the model that it leaves out; spare: N - n - coefficients, below
    nought where the order condition fails; rank: whether the rank condition holds, None where not judged."""

    equation: str
    coefficients: int
    endogenous: int
    excluded: int
    spare: int
    rank: bool | None
    state: State


@dataclass(frozen=True, slots=True)
class Identification:
    """All behavioural equations with coefficients to be estimated."""

    equations: tuple[Identified, ...]

    def to_frame(self, lang: Language = "en") -> pd.DataFrame:
        """One row an equation."""
        heads = ("coefficients", "endogenous", "excluded", "spare", "order", "rank", "state")
        answer = {
            True: "estimate_system.holds",
            False: "estimate_system.fails",
            None: "estimate_system.state_not_judged",
        }
        rows = [
            (
                each.coefficients,
                each.endogenous,
                each.excluded,
                each.spare,
                say(answer[each.spare >= 0]).text(lang),
                say(answer[each.rank]).text(lang),
                say(f"estimate_system.state_{each.state}").text(lang),
            )
            for each in self.equations
        ]
        index = pd.Index(
            [each.equation for each in self.equations], name=say("estimate.heading_equation").text(lang)
        )
        return pd.DataFrame(
            rows, index=index, columns=[say(f"estimate_system.head_{each}").text(lang) for each in heads]
        )


@dataclass(frozen=True, eq=False)
class _Terms:
    """Terms of one equation: node of the term -> node of its coefficient; whole: whether every term came apart."""

    parts: dict[int, int]
    whole: bool


def identification(model: Model) -> Identification:
    """The order and rank condition of every behavioural equation with coefficients. Raises ModelError as `bind`."""
    system = bind(model)
    terms = [_terms(system, root) for root in system.residuals]
    columns = list(dict.fromkeys(term for each in terms for term in each.parts))
    place = {term: number for number, term in enumerate(columns)}
    vector = _generic(system)
    rows = np.zeros((len(terms), len(columns)))
    for number, each in enumerate(terms):
        nodes = list(each.parts)
        values = _evaluated(system.graph, [each.parts[node] for node in nodes], vector)
        rows[number, [place[node] for node in nodes]] = values
    found = []
    for number in range(len(terms)):
        names = _own_coefficients(system, number)
        if names:
            found.append(_judged(system, number, names, terms, place, rows, vector))
    return Identification(tuple(found))


def _judged(
    system: System,
    number: int,
    names: tuple[str, ...],
    terms: Sequence[_Terms],
    place: dict[int, int],
    rows: Vector,
    vector: Vector,
) -> Identified:
    mine = terms[number]
    space = _own_freedom(system, number, names)
    moves = np.zeros((len(place), len(names)))
    for column, name in enumerate(names):
        leaf = system.graph.parameter(system.parameters.index(name))
        nodes = list(mine.parts)
        slopes = [system.graph.partial(mine.parts[node], leaf) for node in nodes]
        moves[[place[node] for node in nodes], column] = _evaluated(system.graph, slopes, vector)
    count, free = len(rows), len(space.free)
    spare = len(place) - count - free
    now = {term for term in place if _is_endogenous(system, term)}
    own = system.leaf(system.variables[number])
    rank: bool | None = None
    if mine.whole:
        rank = spare >= 0 and _full(np.hstack([rows.T, moves @ space.directions]))
    state = State.NOT_JUDGED if rank is None else State.NOT_IDENTIFIED
    if rank:
        state = State.OVER if spare > 0 else State.EXACT
    return Identified(
        equation=system.labels[number][0],
        coefficients=free,
        endogenous=sum(1 for term in mine.parts if term in now and own not in system.graph.leaves(term)),
        excluded=sum(1 for term in place if term not in now and term not in mine.parts),
        spare=spare,
        rank=rank,
        state=state,
    )


def _full(matrix: Vector) -> bool:
    """Whether the columns are independent, each of length one first."""
    lengths = np.linalg.norm(matrix, axis=0)
    if not (lengths > 0.0).all() or matrix.shape[0] < matrix.shape[1]:
        return False
    sizes = np.linalg.svd(matrix / lengths, compute_uv=False)
    return bool(sizes[-1] > RANK * sizes[0])


def _own_coefficients(system: System, number: int) -> tuple[str, ...]:
    model = system.model
    behavioural = {each.name for each in model.equations if each.kind is Kind.BEHAVIOURAL}
    if not behavioural.intersection(system.labels[number]):
        return ()
    wanted = {each.name for each in model.parameters if each.estimated}
    graph = system.graph
    used = {
        system.parameters[graph.arguments[leaf][0]]
        for leaf in graph.leaves(system.residuals[number], Op.PARAMETER)
    }
    return tuple(name for name in system.parameters if name in wanted & used)


def _own_freedom(system: System, number: int, names: tuple[str, ...]) -> Freedom:
    """What restrictions within the equation leave free; those that name other coefficients are left out."""
    model = system.model
    every = tuple(each.name for each in model.parameters)
    pairs = [
        pair
        for equation in model.equations
        if equation.name in system.labels[number]
        for pair in (equation.estimation or EstimationNote()).restrictions
        if names_in(pair[0]) | names_in(pair[1]) <= set(names) | set(model.values)
    ]

    def value(name: Name) -> float:
        return model.values[name.name]

    label = system.labels[number][0]
    matrix, right = restriction_matrix(pairs, names, value, lambda each: spelt(each, every), label)
    return freedom(matrix, right, label)


def _generic(system: System) -> Vector:
    """Known parameters at their values, all others at random ones that no accident makes special."""
    generator = np.random.Generator(np.random.PCG64(19500101))
    known = {
        each.name: each.value
        for each in system.model.parameters
        if not each.estimated and each.value is not None
    }
    drawn = generator.uniform(0.1, 0.9, len(system.parameters))
    return np.array([known.get(name, chance) for name, chance in zip(system.parameters, drawn, strict=True)])


def _evaluated(graph: Graph, nodes: Sequence[int], vector: Vector) -> Vector:
    found = interpret(record(graph, list(nodes)), np.zeros((1, 1)), 0, vector)
    return np.array([float(each) for each in found])


def _is_endogenous(system: System, term: int) -> bool:
    count = len(system.variables)
    return any(
        system.graph.arguments[leaf][1] >= 0 and system.graph.arguments[leaf][0] < count
        for leaf in system.graph.leaves(term)
    )


def _terms(system: System, root: int) -> _Terms:
    """The sum that a residual is: terms without parameters, each times a coefficient without variables."""
    graph = system.graph
    parts: dict[int, int] = {}
    whole = True
    waiting = [(root, graph.one, graph.one)]  # node, its coefficient, the term that multiplies it
    while waiting:
        node, factor, term = waiting.pop()
        op, arguments = graph.ops[node], graph.arguments[node]
        has_columns = bool(graph.leaves(node))
        has_parameters = bool(graph.leaves(node, Op.PARAMETER))
        if op in (Op.ADD, Op.SUB):
            waiting.append((arguments[0], factor, term))
            waiting.append((arguments[1], factor if op is Op.ADD else graph.neg(factor), term))
        elif op is Op.NEG:
            waiting.append((arguments[0], graph.neg(factor), term))
        elif not has_columns:
            _add(graph, parts, term, graph.mul(factor, node))
        elif op is Op.MUL and (split := _split(graph, arguments)) is not None:
            inner, outer = split
            if graph.leaves(outer):
                waiting.append((inner, factor, graph.mul(term, outer)))
            else:
                waiting.append((inner, graph.mul(factor, outer), term))
        elif op is Op.DIV and not graph.leaves(arguments[1]):
            waiting.append((arguments[0], graph.div(factor, arguments[1]), term))
        elif op is Op.DIV and has_parameters and not graph.leaves(arguments[1], Op.PARAMETER):
            waiting.append((arguments[0], factor, graph.div(term, arguments[1])))
        elif has_parameters:
            whole = False
            _add(graph, parts, graph.mul(term, node), factor)
        else:
            _add(graph, parts, graph.mul(term, node), factor)
    return _Terms({term: node for term, node in parts.items() if not _is_add_factor(system, term)}, whole)


def _split(graph: Graph, arguments: tuple[int, ...]) -> tuple[int, int] | None:
    """(inner, outer) of a product that can be pulled apart: outer has no variables, or no parameters while inner has."""
    for outer, inner in (arguments, arguments[::-1]):
        if not graph.leaves(outer):
            return inner, outer
    for outer, inner in (arguments, arguments[::-1]):
        if not graph.leaves(outer, Op.PARAMETER) and graph.leaves(inner, Op.PARAMETER):
            return inner, outer
    return None


def _add(graph: Graph, parts: dict[int, int], term: int, coefficient: int) -> None:
    parts[term] = graph.add(parts[term], coefficient) if term in parts else coefficient


def _is_add_factor(system: System, term: int) -> bool:
    leaves = system.graph.leaves(term)
    return bool(leaves) and all(
        system.columns[system.graph.arguments[leaf][0]].endswith(ADD) for leaf in leaves
    )
