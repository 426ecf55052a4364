"""A design from where the economy is: what was adopted stays in force unless it is moved.

Policy instruments are measured from what is in force in the last known year, so the figures, which hold what the policy
did until then, are not counted twice. Bounds keep their meaning: what is in force already is taken off them.

A target that is measured against what was in force at the decision (debt) keeps that zero. What the policy in force
adds to it by standing, D(t) = promised(t) - kept(t), where kept is its path from here with the adopted policy, is
taken off what is desired.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.model import Variable
from longwave.macro.solve import solve
from longwave.policy.design import Design, designed
from longwave.policy.domain import DomainInstrument
from longwave.policy.problem import Paths, Problem
from longwave.workflows.policy.adopted import Adopted
from longwave.workflows.policy.run import Policy, nothing_designed

NOUGHT = 1e-9


@dataclass(frozen=True, eq=False)
class FromHere:
    """policy: with the new design in place of its own; in_force: level of each policy instrument in the last known
    year, against the first plan; kept: the adopted paths, measured from there; back: the way back to nothing;
    standing: by target that is measured against what was in force at the decision and written year, what the policy in
    force adds to it."""

    policy: Policy
    design: Design
    in_force: dict[str, float]
    kept: dict[str, dict[str, float]]
    back: dict[str, dict[str, float]]
    standing: dict[str, dict[str, float]]


def design_of(made: Policy) -> Design:
    """The mix of a policy: of its domain, or of all. Raises NotEnoughData where there is none."""
    found = made.plan.design if made.joint is None else made.joint.design
    if found is not None:
        return found
    if made.joint is not None and made.joint.refusals:
        first: Refusal = made.joint.refusals[0]
        raise NotEnoughData(first.reason, first.mend)
    raise nothing_designed(made)


def from_here(made: Policy, adopted: Adopted) -> FromHere:
    """The plan of now, made again around what was adopted. Raises NotEnoughData without a design, SolveError where no
    optimum is found."""
    old = design_of(made).problem
    first, last, base = old.figures.first.year, old.figures.last.year, old.figures.base.year
    earlier = adopted.body["in_force"]
    names = [each.name for each in old.instruments]
    level = {name: adopted.level(name, base) for name in (*adopted.paths, *names)}
    in_force = {name: float(earlier.get(name, 0.0)) + value for name, value in level.items()}
    kept = {
        name: {str(year): adopted.level(name, year) - level[name] for year in range(first, last + 1)}
        for name in level
        if name in old.figures.bank.names or name in names
    }
    start = old.figures.start.year
    back = {
        name: {year: value if int(year) < start else -in_force[name] for year, value in path.items()}
        for name, path in kept.items()
    }
    around = _around(old, kept, in_force)
    standing = _standing(old, around, adopted)
    problem = _aimed(around, standing)
    made_anew = _designed(made, problem)
    return FromHere(_with_design(made, made_anew), made_anew, in_force, kept, back, standing)


def _around(old: Problem, kept: Paths, in_force: dict[str, float]) -> Problem:
    spent = sum(
        each.cost * in_force[each.name] for each in old.instruments if isinstance(each.cost, float | int)
    )
    return replace(
        old,
        figures=replace(old.figures, bank=old.bank_of(kept)),
        instruments=tuple(_shifted(each, in_force[each.name]) for each in old.instruments),
        budget=None if old.budget is None else old.budget - spent,
    )


def _standing(old: Problem, around: Problem, adopted: Adopted) -> dict[str, dict[str, float]]:
    """D(t) of each target that is nought where nothing is done; after the promise's last year it goes on as in it."""
    nothing, kept = (
        solve(each.system, each.figures.bank, *each.span, parameters=each.values) for each in (old, around)
    )
    before = adopted.body.get("standing", {})
    found = {}
    for each in old.targets:
        known = each.name in adopted.body["promise"]["outcomes"] and not isinstance(each.desired, str)
        if not known or nothing.series(each.name).abs().max() > NOUGHT:
            continue
        promised, path = adopted.outcome(each.name)["value"].dropna(), kept.series(each.name)
        gap = _carried_on((promised - path).reindex(path.index))
        gap += _carried_on(pd.Series(before.get(each.name, {}), dtype=float).reindex(path.index))
        if gap.abs().max() > NOUGHT:
            found[each.name] = {str(year): float(value) for year, value in gap.items()}
    return found


def _carried_on(path: pd.Series) -> pd.Series:
    """A path that goes on after its last known year as in that year; nought where nothing is known."""
    known = np.flatnonzero(path.notna())
    if not len(known):
        return path.fillna(0.0)
    last = int(known[-1])
    move = float(path.iloc[last] - path.iloc[last - 1]) if last > 0 and last - 1 in known else 0.0
    ahead = np.maximum(np.arange(len(path)) - last, 0)
    return path.ffill().fillna(0.0) + move * ahead


def _aimed(problem: Problem, standing: dict[str, dict[str, float]]) -> Problem:
    """The problem with what stands already taken off what is desired, by a column of its own for each target."""
    if not standing:
        return problem
    bank, targets, columns = problem.figures.bank, [], []
    for each in problem.targets:
        if each.name not in standing:
            targets.append(each)
            continue
        name, values = f"{each.name}_aim", np.zeros(len(bank.values))
        for year, value in standing[each.name].items():
            values[bank.row(Period.parse(year))] = float(each.desired) - value
        bank = bank.with_columns({name: values})
        columns.append(Variable(name, each.names, each.unit.en))
        targets.append(replace(each, desired=name))
    return replace(
        problem,
        model=replace(problem.model, exogenous=(*problem.model.exogenous, *columns)),
        figures=replace(problem.figures, bank=bank),
        targets=tuple(targets),
    )


def _shifted(each: DomainInstrument, level: float) -> DomainInstrument:
    return replace(each, low=each.low - level, high=each.high - level)


def _designed(made: Policy, problem: Problem) -> Design:
    old = design_of(made)
    evidence = {name: each for plan in made.plans.values() for name, each in plan.parameters.items()}
    watched = [name for plan in made.plans.values() for name in plan.domain.watched]
    known = [name for name in watched if name in problem.system.columns]
    return designed(problem, old.draws, evidence, known, mixes=40, further=False)


def _with_design(made: Policy, design: Design) -> Policy:
    if made.joint is not None:
        return replace(made, joint=replace(made.joint, design=design))
    name, plan = next(iter(made.plans.items()))
    return replace(made, plans={name: replace(plan, design=design)})


def outlay_unknown(problem: Problem, in_force: dict[str, float]) -> Message | None:
    """A note where the budget does not know what is in force: its cost is a column of the model, not a number."""
    unknown = [
        each for each in problem.instruments if isinstance(each.cost, str) and abs(in_force[each.name]) > 1e-9
    ]
    if problem.budget is None or not unknown:
        return None
    return say("policy_verbs.outlay_unknown", names=tuple(each.names for each in unknown))
