"""A hard scenario reached by degrees: from the baseline's inputs to its own in steps that Newton's method can take.

The inputs move along a straight line from figures whose solution is known; each step starts from the solution of the
step before. A step that fails is halved, a step that holds is doubled (natural-parameter continuation: Allgower and
Georg, 1990, ch. 2). It cannot pass a fold, where the solution itself turns back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.solution import Solution
from longwave.macro.solve import SolveOptions, solve

SMALLEST = 1.0 / 256.0


def solve_by_degrees(
    system: System,
    before: Databank,
    after: Databank,
    first: Period,
    last: Period,
    *,
    parameters: Mapping[str, float] | None = None,
    options: SolveOptions,
) -> Solution:
    """The solution on the figures `after`, reached from the solution on `before`; both have the same columns and rows.

    Raises SolveError where a step of one part in 256 still fails: then the error of that step.
    """
    found = solve(system, before, first, last, parameters=parameters, options=options)
    reached, step, steps = 0.0, 0.5, 0
    while reached < 1.0:
        goal = min(1.0, reached + step)
        try:
            found = solve(
                system,
                _between(found, before, after, goal),
                first,
                last,
                parameters=parameters,
                options=options,
            )
        except SolveError:
            if step <= SMALLEST:
                raise
            step /= 2.0
            continue
        reached, step, steps = goal, step * 2.0, steps + 1
    return replace(found, notes=(*found.notes, say("model.by_degrees", steps=steps)))


def _between(found: Solution, before: Databank, after: Databank, share: float) -> Databank:
    """The figures a share of the way, with the last solution where the unknowns start."""
    values = before.values + share * (after.values - before.values)
    values = np.where(before.values == after.values, before.values, values)
    place = {name: number for number, name in enumerate(before.names)}
    start, stop = before.row(found.first), before.row(found.last) + 1
    for name in found.system.variables:
        if name in place:
            values[start:stop, place[name]] = found.path(name)
    return Databank(before.first, before.names, values)
