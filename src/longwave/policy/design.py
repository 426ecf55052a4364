"""Design: the paths of the policy instruments of least loss, what they bring under every draw, and what else could
be done.

The mix is the best one for the centre of what is known (certainty equivalence); its outcomes are told under all
draws of parameters and shocks, beside how the mix itself would differ, were each draw the truth (`robustness`), and
beside other ways to act (`alternatives`). The frontier shows what one target costs another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import DataError
from longwave.core.message import Message
from longwave.macro.control.frontier import Frontier, frontier
from longwave.macro.control.result import OptimalPolicy
from longwave.policy.alternatives import Alternative, alternatives
from longwave.policy.domain import DomainTarget
from longwave.policy.fan import Draws, Outcomes
from longwave.policy.parameter_evidence import ParameterEvidence
from longwave.policy.problem import Problem, chance, paths_of
from longwave.policy.robustness import MIXES, best_by_draw, straddles, sure_of
from longwave.policy.wording import in_words, known_names


@dataclass(frozen=True, eq=False)
class Effect:
    """What the mix does to a column against doing nothing, over the plan: median and 90 %, by period."""

    name: str
    frame: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Design:
    """The best mix and everything known about it.

    mix_interval: frame by (instrument, period) with best, median, low, high: how the best path would differ were
    each draw true; sure: by instrument whether it keeps its side when the ranges of the literature are doubled and
    over the draws;
    without, outcomes: under all draws; frontier: between the two targets that the mix misses most, None where there
    is none.
    """

    problem: Problem
    policy: OptimalPolicy
    draws: Draws
    without: Outcomes
    outcomes: Outcomes
    effects: tuple[Effect, ...]
    mix_interval: pd.DataFrame
    sure: Mapping[str, bool]
    alternatives: tuple[Alternative, ...]
    frontier: Frontier | None
    notes: tuple[Message, ...]

    @property
    def cautions(self) -> tuple[Message, ...]:
        """What is not drawn, what no path reaches: by the names that a reader knows."""
        names = known_names(self.problem.model)
        return tuple(in_words(each, names) for each in (*self.notes, *self.policy.reach.sentences()))

    def chance(self, target: DomainTarget) -> float:
        """Probability that the mix brings a target within its tolerance."""
        return chance(target, self.outcomes)


def designed(
    problem: Problem,
    draws: Draws,
    evidence: Mapping[str, ParameterEvidence],
    watched: Sequence[str],
    *,
    mixes: int = MIXES,
    further: bool = True,
) -> Design:
    """The design of a problem. further: other ways to act and the frontier too.

    Raises UsageError for bounds that contradict one another, SolveError where the model has no solution or no
    optimum was found.
    """
    policy = problem.best()
    names = tuple(dict.fromkeys((*problem.columns, *watched)))
    without = problem.brought({}, names, draws)
    within = problem.brought(paths_of(policy), names, draws)
    levers = {each.name for each in problem.instruments}
    effects = tuple(_effect(name, within, without) for name in names if name not in levers)
    best = best_by_draw(problem, draws, policy, mixes)
    kept = sure_of(problem, evidence, policy)
    sure = {each.name: kept[each.name] and not straddles(best, each) for each in problem.instruments}
    ways = alternatives(problem, policy, draws, best, without, within, further=further)
    return Design(
        problem, policy, draws, without, within, effects, best.paths, sure, ways,
        _frontier(problem, policy) if further else None, (*draws.notes, *best.notes),
    )  # fmt: skip


def _effect(name: str, within: Outcomes, without: Outcomes) -> Effect:
    difference = within.paths[name] - without.paths[name]
    kept = difference[np.isfinite(difference).all(axis=1)]
    low, middle, high = np.quantile(kept, (0.05, 0.5, 0.95), axis=0)
    frame = pd.DataFrame(
        {"low": low, "median": middle, "high": high}, index=pd.Index(within.periods, name="period")
    )
    return Effect(name, frame)


def _frontier(problem: Problem, policy: OptimalPolicy) -> Frontier | None:
    """Between the two targets whose gaps weigh most at the optimum."""
    targets = {each.name for each in problem.targets}
    missed = sorted((each for each in policy.terms if each.name in targets), key=lambda each: -each.after)
    if len(missed) < 2:
        return None
    try:
        return frontier(
            problem.system, problem.figures.bank, *problem.span, problem.loss(), problem.levers(),
            between=(missed[0].name, missed[1].name), parameters=problem.values, within=problem.limits(),
        )  # fmt: skip
    except DataError:
        return None
