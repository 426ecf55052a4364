"""What else could be done, and what each way brings under every draw: nothing, the mix, each policy instrument
alone, other weights, a mix that is robust. Each is judged by its mean loss over the draws and by its largest regret:
what is lost, in the draw that speaks most against it, to what would have been best in that draw (Savage 1951). The
least regret is that of the ways looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import DataError
from longwave.core.message import Message, say
from longwave.macro.control.result import OptimalPolicy
from longwave.policy.fan import Draws, Outcomes
from longwave.policy.problem import OUTLAY, Problem, chance, paths_of
from longwave.policy.robustness import BestByDraw, robust_mix

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alternative:
    """One way to act and what it brings.

    loss: at the centre of what is known; mean_loss, regret: mean and largest regret over the draws, without shocks;
    chances: probability that each target lies within its tolerance in the last year; ends: median and 90 % of each
    target then; outlay: mean a year over the plan; paths: of the policy instruments.
    """

    name: str
    names: Message
    loss: float
    mean_loss: float
    regret: float
    chances: Mapping[str, float]
    ends: Mapping[str, tuple[float, float, float]]
    outlay: float
    paths: pd.DataFrame


def alternatives(
    problem: Problem,
    policy: OptimalPolicy,
    draws: Draws,
    best: BestByDraw,
    without: Outcomes,
    within: Outcomes,
    *,
    further: bool,
) -> tuple[Alternative, ...]:
    """Doing nothing and the mix; further: the other ways too."""
    judge = _Judge(problem, draws, best)
    found = [
        judge.judged("nothing", say("policy.do_nothing"), {}, without),
        judge.judged("mix", say("policy.the_mix"), paths_of(policy), within),
    ]
    for name, words, paths in _others(problem, draws) if further else ():
        made = problem.brought(paths, problem.columns, draws)
        found.append(judge.judged(name, words, paths, made))
    return tuple(found)


Way = tuple[str, Message, Mapping[str, pd.Series]]


def _others(problem: Problem, draws: Draws) -> list[Way]:
    """The further ways: each policy instrument alone, each target's weight fourfold, the robust mix."""
    options: list[tuple[str, Message, dict[str, Any]]] = []
    if len(problem.instruments) > 1:
        options += [
            (f"only_{each.name}", say("policy.only", name=each.names), {"only": (each.name,)})
            for each in problem.instruments
        ]
    if len(problem.targets) > 1:
        options += [
            (f"more_{each.name}", say("policy.more_weight", name=each.names), {"tilt": {each.name: 4.0}})
            for each in problem.targets
        ]
    ways: list[Way] = []
    for name, words, option in options:
        try:
            ways.append((name, words, paths_of(problem.best(**option))))
        except DataError:
            continue
    paths = robust_mix(problem, draws)
    return ways if paths is None else [*ways, ("robust", say("policy.robust_mix"), paths)]


@dataclass(frozen=True, eq=False)
class _Judge:
    """What ways are judged by."""

    problem: Problem
    draws: Draws
    best: BestByDraw

    def judged(
        self, name: str, words: Message, paths: Mapping[str, pd.Series], found: Outcomes
    ) -> Alternative:
        problem = self.problem
        ends = {}
        for target in problem.targets:
            last = found.paths[target.name][:, -1]
            low, middle, high = np.quantile(last[np.isfinite(last)], (0.05, 0.5, 0.95))
            ends[target.name] = (float(middle), float(low), float(high))
        skip = problem.figures.start - problem.figures.first
        tried = replace(self.draws, table=self.draws.table[: len(self.best.least)], residuals=None)
        losses = problem.losses(problem.brought(paths, problem.columns, tried))
        told = pd.DataFrame(
            {each.name: found.paths[each.name][0][skip:] for each in problem.instruments},
            index=pd.Index(found.periods[skip:], name="period"),
        )
        regrets = (losses - self.best.least)[np.isfinite(losses) & np.isfinite(self.best.least)]
        return Alternative(
            name, words, problem.centre_loss(paths), float(np.nanmean(losses)),
            float(max(regrets.max(), 0.0)) if len(regrets) else float("nan"),
            {each.name: chance(each, found) for each in problem.targets}, ends,
            float(np.nanmean(found.paths[OUTLAY][:, skip:])), told,
        )  # fmt: skip
