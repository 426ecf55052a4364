"""What given paths of the policy instruments bring under a design's own draws, and cost by its own weights."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.design import Design
from longwave.policy.fan import Outcomes, outcomes
from longwave.policy.problem import Problem

Paths = Mapping[str, Mapping[str, float]]
"""By policy instrument and written year."""


def bank_with(problem: Problem, paths: Paths) -> Databank:
    """The figures of a problem with given paths; what is not named stays as it stands."""
    return problem.bank_of({name: pd.Series(dict(path), dtype=float) for name, path in paths.items()})


def brought(design: Design, paths: Paths, watched: tuple[str, ...]) -> Outcomes:
    """What given paths bring, under every draw of the design. Raises SolveError where there is no solution."""
    problem = design.problem
    found, _ = outcomes(
        problem.system, bank_with(problem, paths), *problem.span, watched, design.draws, problem.values
    )
    return found


def centre_loss(problem: Problem, paths: Paths) -> float:
    """The loss of given paths at the centre of what is known. Raises SolveError where there is no solution."""
    solution = solve(problem.system, bank_with(problem, paths), *problem.span, parameters=problem.values)
    told = {name: solution.series(name).to_numpy(dtype=float)[None, :] for name in problem.columns}
    return float(problem.losses(Outcomes(tuple(str(each) for each in solution.periods), told))[0])
