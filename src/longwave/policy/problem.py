"""A design problem: a model with its figures, what may be set, what is wanted, and what it may cost.

    loss = sum_t discount^t [ sum_i priority_i ((x_it - x*_it) / tolerance_i)^2
                              + sum_j .5 ((u_jt - u_jt-1) / usual_move_j)^2 ]

Bounds of the policy instruments, the most they may move in a year, and the budget are kept exactly (`macro.control`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.core.period import Period
from longwave.macro.bind import System, bind
from longwave.macro.control.commitment import optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.within import Limit, Within
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_expression
from longwave.macro.model import Equation, Kind, Model, Variable
from longwave.macro.solve import solve
from longwave.policy.domain import DomainInstrument, DomainTarget
from longwave.policy.fan import Draws, Outcomes, outcomes
from longwave.policy.figures import Figures, with_path

Vector = NDArray[np.float64]

Paths: TypeAlias = "Mapping[str, pd.Series | Mapping[str, float]]"
"""By policy instrument, each by written year."""

OUTLAY = "outlay"
MOVE_WEIGHT = 0.5


@dataclass(frozen=True, eq=False)
class Problem:
    """A design problem: model, figures, what may be set and what is wanted.

    values: parameters at the centre of the evidence; budget: the most that the mix may cost in a year, a share of
    GDP in %, None for no limit; weights: the user's own, in place of 1 / tolerance^2.
    """

    model: Model
    figures: Figures
    instruments: tuple[DomainInstrument, ...]
    targets: tuple[DomainTarget, ...]
    values: Mapping[str, float]
    discount: float
    budget: float | None = None

    @cached_property
    def system(self) -> System:
        return bind(self.model)

    @property
    def span(self) -> tuple[Period, Period]:
        return self.figures.first, self.figures.last

    @property
    def plan(self) -> tuple[Period, Period]:
        return self.figures.start, self.figures.last

    def levers(self, only: Sequence[str] | None = None) -> list[PolicyInstrument]:
        return [
            PolicyInstrument(each.name, each.low, each.high, periods=self.plan, moves=each.step)
            for each in self.instruments
            if only is None or each.name in only
        ]

    def loss(self, tilt: Mapping[str, float] | None = None) -> Loss:
        """tilt: what the weight of a target is multiplied by."""
        start, last = self.plan
        targets = []
        for each in self.targets:
            counted = [start + step for step in range(each.after, last - start + 1)]
            if not counted:
                continue  # a plan too short for this target to count
            weight = each.priority * (tilt or {}).get(each.name, 1.0) / each.tolerance**2
            targets.append(PolicyTarget(each.name, each.desired, {str(p): weight for p in counted}))
        costs = [PolicyCost(each.name, move=MOVE_WEIGHT / each.usual_move**2) for each in self.instruments]
        return Loss(tuple(targets), tuple(costs), self.discount)

    def limits(self) -> list[Limit]:
        if self.budget is None:
            return []
        start, last = self.plan
        return [Within(OUTLAY, high={str(start + step): self.budget for step in range(last - start + 1)})]

    def best(
        self, *, only: Sequence[str] | None = None, tilt: Mapping[str, float] | None = None,
        values: Mapping[str, float] | None = None,
    ) -> OptimalPolicy:  # fmt: skip
        """The optimum. Raises what `optimise` raises."""
        loss = self.loss(tilt)
        if only is not None:
            loss = replace(loss, costs=tuple(each for each in loss.costs if each.name in only))
        return optimise(
            self.system, self.figures.bank, *self.span, loss, self.levers(only),
            parameters={**self.values, **(values or {})}, within=self.limits(),
        )  # fmt: skip

    def bank_of(self, paths: Paths) -> Databank:
        """The figures with these paths of policy instruments, as they stand where none is given."""
        bank = self.figures.bank
        for name, path in paths.items():
            bank = with_path(bank, name, pd.Series(path, dtype=float))
        return bank

    def brought(self, paths: Paths, watched: Sequence[str], draws: Draws) -> Outcomes:
        """What given paths bring, under every draw. Raises SolveError where too many draws have no solution."""
        return outcomes(self.system, self.bank_of(paths), *self.span, watched, draws, self.values)

    def centre_loss(self, paths: Paths) -> float:
        """The loss of given paths at the centre of what is known. Raises SolveError where there is no solution."""
        solution = solve(self.system, self.bank_of(paths), *self.span, parameters=self.values)
        told = {name: solution.series(name).to_numpy(dtype=float)[None, :] for name in self.columns}
        return float(self.losses(Outcomes(tuple(str(each) for each in solution.periods), told))[0])

    @property
    def columns(self) -> tuple[str, ...]:
        """What the loss reads: targets, the columns they aim at, policy instruments; and what the mix costs."""
        aims = (each.desired for each in self.targets if isinstance(each.desired, str))
        names = (
            *(each.name for each in self.targets),
            *aims,
            *(each.name for each in self.instruments),
            OUTLAY,
        )
        return tuple(dict.fromkeys(names))

    def losses(self, found: Outcomes) -> Vector:
        """The loss of each replication [replications], of paths that hold `columns`."""
        discount = self.discount ** np.arange(len(found.periods))
        total = np.zeros(len(next(iter(found.paths.values()))))
        counted = np.array([str(period) for period in found.periods])
        for each in self.targets:
            first = self.figures.start + each.after
            weight = np.where(
                [Period.parse(p) - first >= 0 for p in counted], each.priority / each.tolerance**2, 0.0
            )
            total += (discount * weight * gap(each, found) ** 2).sum(axis=1)
        for lever in self.instruments:
            path = found.paths[lever.name]
            before = self.figures.bank.columns([lever.name], {lever.name: 0.0})[
                self.figures.bank.row(self.figures.base), 0
            ]
            moves = np.diff(np.column_stack([np.full(len(path), before), path]), axis=1)
            total += (discount * MOVE_WEIGHT * (moves / lever.usual_move) ** 2).sum(axis=1)
        return np.asarray(total)


def paths_of(policy: OptimalPolicy) -> dict[str, pd.Series]:
    """The best paths by policy instrument."""
    names = dict.fromkeys(policy.paths.columns.get_level_values(0))
    return {str(name): policy.paths[name]["optimal"] for name in names}


def gap(target: DomainTarget, found: Outcomes) -> Vector:
    """What a target misses, float64 [replications, periods]."""
    wanted: Vector | float = (
        found.paths[target.desired] if isinstance(target.desired, str) else target.desired
    )
    return np.asarray(found.paths[target.name] - wanted)


def chance(target: DomainTarget, found: Outcomes) -> float:
    """Probability that a target lies within its tolerance in the last year."""
    missed = gap(target, found)[:, -1]
    missed = missed[np.isfinite(missed)]
    if target.better == "lower":
        missed = np.maximum(missed, 0.0)
    elif target.better == "higher":
        missed = np.minimum(missed, 0.0)
    return float(np.mean(np.abs(missed) <= target.tolerance * (1.0 + 1e-9)))


def with_outlay(model: Model, instruments: Sequence[DomainInstrument], name: str = OUTLAY) -> Model:
    """The model with what the policy instruments cost a year, in % of GDP, as an identity of its own.

    Raises UsageError where the model has a variable of that name already."""
    if any(each.name == name for each in (*model.endogenous, *model.exogenous)):
        raise UsageError(say("policy.outlay_taken", name=name), say("policy.toml_mend"))
    terms = [_cost_term(each) for each in instruments if each.cost]
    text = " + ".join(terms) if terms else "0"
    variable = Variable(name, Names("Outlay of the mix", "政策组合的支出"), "% of GDP")
    equation = Equation(name, Kind.IDENTITY, read_expression(name), read_expression(text), variable=name)
    return replace(model, endogenous=(*model.endogenous, variable), equations=(*model.equations, equation))


def _cost_term(each: DomainInstrument) -> str:
    return each.cost if isinstance(each.cost, str) else f"({each.cost!r})*{each.name}"
