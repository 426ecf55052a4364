"""Random expressions and random systems that have a solution, for tests and benchmarks of the engine."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.graph import Graph, Op
from longwave.numerics.program import Program, program

COLUMNS, PARAMETERS, SHIFTS = 4, 3, (-2, -1, 0, 1)
UNARY = ("neg", "log", "exp", "sqrt", "abs", "sin", "cos", "erf")
BINARY = ("add", "sub", "mul", "div", "pow", "max", "min", "lt", "le", "eq", "ne")
SMOOTH_UNARY = ("neg", "sin", "cos", "erf")
SMOOTH_BINARY = ("add", "sub", "mul")


def leaves(graph: Graph) -> list[int]:
    pool = [graph.column(column, shift) for column in range(COLUMNS) for shift in SHIFTS]
    pool += [graph.parameter(index) for index in range(PARAMETERS)]
    return pool + [graph.constant(value) for value in (0.5, 2.0, 3.0, -1.5, 0.0)]


def expressions(graph: Graph, recipe: Sequence[tuple[int, int, int, int]]) -> list[int]:
    """One node for each entry (operation, argument, argument, argument), of any operation on anything before."""
    pool = leaves(graph)
    for choice, a, b, c in recipe:
        one, two, three = (pool[-1 - each % min(len(pool), 30)] for each in (a, b, c))
        names = (*UNARY, *BINARY, "select")
        name = names[choice % len(names)]
        arguments = (one, two, three)[: 1 if name in UNARY else 2 if name in BINARY else 3]
        pool.append(getattr(graph, name)(*arguments))
    return pool


def smooth_expression(graph: Graph, seed: int, size: int = 25) -> int:
    """A node that is finite and smooth wherever its leaves are finite."""
    chance = random.Random(seed)  # noqa: S311
    pool = [leaf for leaf in leaves(graph) if graph.ops[leaf] is not Op.CONSTANT]
    for _ in range(size):
        a, b = (pool[-1 - chance.randrange(min(len(pool), 20))] for _ in range(2))
        above = graph.add(graph.constant(1.5), graph.mul(b, b))
        pool.append(
            chance.choice(
                [
                    *(getattr(graph, name)(a) for name in SMOOTH_UNARY),
                    graph.add(a, b),
                    graph.sub(a, b),
                    graph.mul(a, graph.sin(b)),
                    graph.div(a, above),
                    graph.log(above),
                    graph.sqrt(above),
                    graph.exp(graph.sin(a)),
                    graph.pow(above, graph.sin(a)),
                    graph.pow(above, graph.constant(1.7)),
                ]
            )
        )
    total = pool[-1]
    for node in pool[-4:-1]:
        total = graph.add(total, node)
    return total


def made_system(
    count: int, seed: int = 0, *, group: int = 12, order: Sequence[int] | None = None
) -> tuple[Program, Graph, list[int]]:
    """(program, graph, residuals) of `count` equations in groups that need each other; each is a contraction.

    Columns: the unknowns, then one exogenous. The first lags are two. order: the equations in another order.
    """
    chance = random.Random(seed)  # noqa: S311
    graph = Graph()
    explicit = [_equation(graph, chance, number, count, group) for number in range(count)]
    places = list(range(count)) if order is None else list(order)
    formulas = [explicit[place] for place in places]
    residuals = [graph.sub(graph.column(place), explicit[place]) for place in places]
    return program(graph, places, residuals, formulas, count + 1), graph, residuals


def _equation(graph: Graph, chance: random.Random, number: int, count: int, group: int) -> int:
    start = number // group * group
    total = graph.mul(graph.constant(chance.uniform(0.1, 0.5)), graph.column(number, -1))
    total = graph.add(total, graph.mul(graph.parameter(number % 3), graph.column(count, -(number % 3))))
    for _ in range(3):
        near = min(start + chance.randrange(group), count - 1)
        other = near if chance.random() < 0.6 else chance.randrange(max(1, number))
        if other == number:
            continue
        value = graph.column(other)
        forms = [
            value,
            graph.log(graph.add(graph.constant(3.0), graph.mul(value, value))),
            graph.exp(graph.neg(graph.mul(value, value))),
            graph.max(value, graph.constant(0.1)),
            graph.select(
                graph.lt(value, graph.constant(0.3)), graph.sin(value), graph.constant(math.sin(0.3))
            ),
        ]
        total = graph.add(total, graph.mul(graph.constant(chance.uniform(-0.15, 0.15)), chance.choice(forms)))
    return total


def made_data(
    count: int, periods: int = 40, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(data, parameters) for a system of `made_system`: unknowns at a guess, the exogenous column random."""
    rng = np.random.default_rng(seed)
    data = np.full((periods, count + 1), 0.5)
    data[:, count] = rng.normal(size=periods)
    return data, np.array([0.3, -0.2, 0.4])
