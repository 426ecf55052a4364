"""What one target costs in terms of another: the loss made least while the weight moves from one to the other.

    least  share * (terms of the first target) + (1 - share) * (terms of the second) + all other terms

Each point is the spread of both targets around their desired paths. With paths of policy instruments this is the frontier
of one given future; with the coefficients of a rule under disturbances it is the Taylor (1979) curve. Where the
frontier is not convex (nonlinear models), weights pass over its hollows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.control.bounded import Minimum, least
from longwave.macro.control.commitment import (
    CONTROL,
    SOLVING,
    ControlOptions,
    PathProblem,
    Setting,
    check_stationary,
    least_path,
    prepared,
    solution_of,
)
from longwave.macro.control.loss import Loss, Term, TermKind
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.rules import (
    Disturbance,
    RuleCoefficient,
    RuleProblem,
    RuleSetting,
    prepared_rule,
    solutions_of,
)
from longwave.macro.control.within import Limit
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solution import Solution
from longwave.macro.solve import SolveOptions

Vector = NDArray[np.float64]

SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98)
"""Closer together at the ends, where the curve bends."""


@dataclass(frozen=True, eq=False)
class Frontier:
    """points: frame by share with the root mean squared gap of each target (NAME columns), the loss, and the KKT measure;
    numbers: what was found at each share, policy instruments by period or coefficients."""

    between: tuple[str, str]
    points: pd.DataFrame
    numbers: pd.DataFrame
    seconds: float

    def sentence(self) -> Message:
        first, second = self.between
        return say(
            "control.frontier",
            first=first,
            second=second,
            count=len(self.points),
            first_least=float(self.points[first].min()),
            first_most=float(self.points[first].max()),
            second_least=float(self.points[second].min()),
            second_most=float(self.points[second].max()),
        )

    def text(self, lang: Language = "en") -> str:
        return self.sentence().text(lang)


def frontier(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    *,
    between: tuple[str, str],
    shares: Sequence[float] = SHARES,
    within: Sequence[Limit] = (),
    parameters: Mapping[str, float] | None = None,
    solving: SolveOptions = SOLVING,
    control: ControlOptions = CONTROL,
) -> Frontier:
    """The frontier between two targets of the loss under commitment.

    shares: weights of the first target, each strictly between 0 and 1; they multiply the loss's own; within: limits of any
    columns, at every share. Raises what `optimise`
    raises, and UsageError for targets that the loss does not name or shares out of range.
    """
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    shares = _checked(loss, between, shares)
    setting = prepared(model, data, first, last, loss, policy_instruments, parameters, solving, within)
    levers, found = setting.levers, []
    start = levers.start
    for share in shares:
        weighed = replace(setting, terms=_weighed(setting, between, share))
        minimum = least_path(PathProblem(weighed, control), weighed, control, start)
        start = minimum.point.numbers
        found.append(minimum)
    labels = []
    for number in range(levers.free):
        row, instrument = levers.where(number)
        labels.append((levers.names[instrument], str(first + row)))
    runs: list[Solved] = [((solution_of(each.point),), None) for each in found]
    return _told(setting, between, shares, found, runs, pd.MultiIndex.from_tuples(labels), began)


def rule_frontier(
    model: Model,
    data: Databank,
    first: Period | str,
    last: Period | str,
    loss: Loss,
    coefficients: Sequence[RuleCoefficient],
    *,
    between: tuple[str, str],
    disturbances: Sequence[Disturbance] = (),
    around: Literal["desired", "calm"] = "desired",
    shares: Sequence[float] = SHARES,
    parameters: Mapping[str, float] | None = None,
    solving: SolveOptions = SOLVING,
    control: ControlOptions = CONTROL,
) -> Frontier:
    """The Taylor curve: the same with the coefficients of a rule (see `optimise_rule`), gaps averaged over the runs."""
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    shares = _checked(loss, between, shares)
    setting, start, low, high = prepared_rule(
        model, data, first, last, loss, coefficients, disturbances, around, parameters, solving
    )
    found = []
    for share in shares:
        weighed = replace(setting, terms=_weighed(setting, between, share))
        minimum = least(
            RuleProblem(weighed), start, low, high,
            tolerance=control.tolerance, most_iterations=control.most_iterations,
        )  # fmt: skip
        check_stationary(minimum, control)
        start = minimum.point.numbers
        found.append(minimum)
    runs = [solutions_of(each.point) for each in found]
    return _told(setting, between, shares, found, runs, pd.Index(list(setting.names)), began)


Solved = tuple[tuple[Solution, ...], Solution | None]


def _told(
    setting: Setting | RuleSetting,
    between: tuple[str, str],
    shares: Sequence[float],
    found: Sequence[Minimum],
    runs: Sequence[Solved],
    labels: pd.Index,
    began: float,
) -> Frontier:
    index = pd.Index(list(shares), name="share")
    points = pd.DataFrame(
        {
            **{name: [_spread(setting, name, each) for each in runs] for name in between},
            "loss": [each.point.loss for each in found],
            "kkt": [each.kkt for each in found],
        },
        index=index,
    )
    numbers = pd.DataFrame(np.vstack([each.point.numbers for each in found]), index=index, columns=labels)
    return Frontier(between, points, numbers, time.perf_counter() - began)


def _spread(setting: Setting | RuleSetting, name: str, solved: Solved) -> float:
    """The root of the mean squared gap of a target over the periods that count, over all runs."""
    solutions, calm = solved
    squared, count = 0.0, 0
    for term in setting.terms:
        if term.name != name or term.kind is not TermKind.TARGET:
            continue
        counted = term.root_weight > 0
        for solution in solutions:
            gap = term.gap(solution.bank.values, setting.rows)
            if calm is not None:
                gap = gap - term.gap(calm.bank.values, setting.rows)
            squared += float(gap[counted] @ gap[counted])
            count += int(counted.sum())
    return float(np.sqrt(squared / count)) if count else np.nan


def _weighed(setting: Setting | RuleSetting, between: tuple[str, str], share: float) -> tuple[Term, ...]:
    factor = {between[0]: np.sqrt(share), between[1]: np.sqrt(1.0 - share)}
    return tuple(
        replace(term, root_weight=term.root_weight * factor[term.name])
        if term.kind is TermKind.TARGET and term.name in factor
        else term
        for term in setting.terms
    )


def _checked(loss: Loss, between: tuple[str, str], shares: Sequence[float]) -> tuple[float, ...]:
    names = [each.name for each in loss.targets]
    missing = [name for name in between if name not in names]
    if missing or len(set(between)) != 2:
        raise UsageError(
            say("control.frontier_targets", names=", ".join(missing or between), known=", ".join(names)),
            say("control.frontier_targets_mend"),
        )
    if not shares or not all(0.0 < share < 1.0 for share in shares):
        raise UsageError(say("control.frontier_shares"), say("control.frontier_shares_mend"))
    return tuple(float(share) for share in shares)
