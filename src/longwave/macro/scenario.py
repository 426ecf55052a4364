"""Scenarios as sums: a baseline plus shocks, and what separates two of them.

    baseline = Scenario(model, data, "1921", "1941")
    stimulus = baseline + "G + 1 in 1930..1933"
    effect = stimulus - baseline
    effect.frame(["Y", "C"])

A scenario is solved when it is first looked at, once. ``(b + s) + t`` is ``b + [s, t]``; a baseline plus nothing is
the baseline; the differences of a linear model add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Names, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.by_degrees import solve_by_degrees
from longwave.macro.databank import Databank
from longwave.macro.model import ADD, NO_NAMES, Model
from longwave.macro.shock import Shock, shock
from longwave.macro.solution import Solution
from longwave.macro.solve import PLAIN, SolveOptions, add_factors_for, bound, solve, trimmed


@dataclass(frozen=True, eq=False)
class Scenario:
    """A model, its figures, the periods to solve and the shocks on them.

    first, last: periods or as people write them. given: changes of the figures that belong to the baseline, e.g. the
    switch of a policy rule. tracking: the baseline's figures, so changed, are made a solution by add-factors, so that
    differences show the shocks alone. parameters: values in place of the model's own.
    """

    model: Model
    data: Databank
    first: Period | str
    last: Period | str
    shocks: tuple[Shock, ...] = ()
    name: str = "baseline"
    names: Names = NO_NAMES
    given: tuple[Shock, ...] = ()
    tracking: bool = False
    parameters: Mapping[str, float] = field(default_factory=dict)
    options: SolveOptions = PLAIN

    def __repr__(self) -> str:
        name = self.model.name if isinstance(self.model, Model) else repr(self.model)
        return f"Scenario({self.name!r}, {name}, {self.first}..{self.last}, {len(self.shocks)} shocks)"

    @property
    def span(self) -> tuple[Period, Period]:
        return as_period(self.first, "first"), as_period(self.last, "last")

    def __add__(self, shocks: str | Shock | Iterable[str | Shock]) -> Scenario:
        """The same scenario with more shocks on top. Raises UsageError for what is no shock."""
        if isinstance(shocks, Scenario | Difference):
            raise UsageError(say("scenario.not_added"), say("scenario.not_added_mend"))
        each = [shocks] if isinstance(shocks, str | Shock) else list(shocks)
        read = tuple(shock(item) if isinstance(item, str) else item for item in each)
        together = (*self.shocks, *read)
        return replace(self, shocks=together, name="; ".join(str(item) for item in together) or self.name)

    def __sub__(self, baseline: Scenario) -> Difference:
        return Difference(self, baseline)

    def named(self, name: str, names: Names = NO_NAMES) -> Scenario:
        return replace(self, name=name, names=names)

    @property
    def system(self) -> System:
        return bound(self.model)

    @cached_property
    def baseline_data(self) -> Databank:
        """The figures before any shock, with tracking add-factors where asked."""
        first, last = self.span
        bank = trimmed(self.system, self.data, first, last)
        for each in self.given:
            bank = _applied(self.system, bank, each, self.span)
        if not self.tracking:
            return bank
        return add_factors_for(self.system, bank, first, last, parameters=self.parameters)

    @cached_property
    def shocked_data(self) -> Databank:
        """The figures with the shocks that act on given columns. Raises UsageError for one that cannot act."""
        bank = self.baseline_data
        for each in self.shocks:
            if not each.by:
                bank = _applied(self.system, bank, each, self.span)
        return bank

    @cached_property
    def solution(self) -> Solution:
        """The solved scenario. Raises what `solve` raises, and UsageError for a shock that cannot act."""
        first, last = self.span
        plans = [each for each in self.shocks if each.by]
        if not plans:
            return self._solved(first, last)
        from longwave.macro.plan import check_freed_alone, solve_held

        check_freed_alone(self.shocks, first, last)
        return solve_held(
            self.system,
            self.shocked_data,
            first,
            last,
            plans,
            parameters=self.parameters,
            options=self.options,
        )

    def _solved(self, first: Period, last: Period) -> Solution:
        """Directly; where that fails and there are shocks, by degrees from the figures without them."""
        data = self.shocked_data
        try:
            return solve(self.system, data, first, last, parameters=self.parameters, options=self.options)
        except SolveError as error:
            if not self.shocks or self.options.mode != "dynamic":
                raise
            before = self.baseline_data
            if before.names != data.names or before.values.shape != data.values.shape:
                raise
            try:
                return solve_by_degrees(
                    self.system, before, data, first, last, parameters=self.parameters, options=self.options
                )
            except SolveError:
                raise error from None

    def series(self, name: str) -> pd.Series:
        return self.solution.series(name)

    def frame(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        return self.solution.frame(names)

    def as_dict(self) -> dict[str, Any]:
        """What a scenario file holds of it: name, names and shocks as sentences."""
        return {
            "name": self.name,
            "title": {"en": self.names.en, "zh": self.names.zh},
            "shocks": [str(each) for each in self.shocks],
        }


@dataclass(frozen=True, eq=False)
class Difference:
    """What separates a scenario from a baseline over the same periods."""

    scenario: Scenario
    baseline: Scenario

    def frame(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """In the variables' own units."""
        return self.scenario.solution.against(self.baseline.solution, names)

    def per_cent(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """In per cent of the baseline. Raises UsageError where the baseline is nought."""
        return self.scenario.solution.against(self.baseline.solution, names, relative=True)

    def series(self, name: str) -> pd.Series:
        return self.frame([name])[name]

    def __add__(self, other: Difference | Combination) -> Combination:
        """The sum of two differences, as frames: what is added is changes, not shocks, and nothing is solved again."""
        return Combination(((1.0, self),)) + other

    def __sub__(self, other: Difference | Combination) -> Combination:
        return Combination(((1.0, self),)) - other

    def __mul__(self, factor: float) -> Combination:
        return Combination(((1.0, self),)) * factor

    __rmul__ = __mul__

    def __neg__(self) -> Combination:
        return self * -1.0


@dataclass(frozen=True, eq=False)
class Combination:
    """A weighted sum of differences of one model, e.g. ``(s1 - b) - (s2 - b)`` or ``2 * (s1 - b)``.

    parts: weights and differences. It adds up solved paths; in a model that is not linear it is not what the shocks do
    together.
    """

    parts: tuple[tuple[float, Difference], ...]

    def frame(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """In the variables' own units, over the periods that all parts have. Raises UsageError where there are none."""
        frames = [weight * each.frame(names) for weight, each in self.parts]
        index, columns = frames[0].index, frames[0].columns
        for each in frames[1:]:
            index, columns = index.intersection(each.index), columns.intersection(each.columns)
        if not len(index) or not len(columns):
            raise UsageError(say("scenario.nothing_common"), say("scenario.nothing_common_mend"))
        total = frames[0].loc[index, columns]
        for each in frames[1:]:
            total = total + each.loc[index, columns]
        return total

    def series(self, name: str) -> pd.Series:
        return self.frame([name])[name]

    def __add__(self, other: Difference | Combination) -> Combination:
        return Combination((*self.parts, *_parts(other)))

    def __sub__(self, other: Difference | Combination) -> Combination:
        return Combination((*self.parts, *((-weight, each) for weight, each in _parts(other))))

    def __mul__(self, factor: float) -> Combination:
        if isinstance(factor, bool) or not isinstance(factor, int | float | np.integer | np.floating):
            raise UsageError(say("scenario.no_factor"), say("scenario.no_factor_mend"))
        return Combination(tuple((float(factor) * weight, each) for weight, each in self.parts))

    __rmul__ = __mul__

    def __neg__(self) -> Combination:
        return self * -1.0


def _parts(other: object) -> tuple[tuple[float, Difference], ...]:
    """The parts of a summand. Raises UsageError for what is no difference."""
    if isinstance(other, Difference):
        return ((1.0, other),)
    if isinstance(other, Combination):
        return other.parts
    raise UsageError(say("scenario.no_difference"), say("scenario.no_difference_mend"))


def _applied(system: System, bank: Databank, each: Shock, span: tuple[Period, Period]) -> Databank:
    """The bank with one shock on a given column."""
    if not system.has(each.name):
        raise UsageError(
            say("model.unknown_variable", name=each.name),
            say("model.unknown_variable_mend", model=system.model.name),
        )
    if each.name in system.variables:
        raise UsageError(say("shock.endogenous", name=each.name), _mend_for(system, each))
    column = bank.columns([each.name], {each.name: 0.0} if each.name.endswith(ADD) else None)[:, 0]
    if each.name.endswith(ADD):
        column = np.nan_to_num(column)
    if each.first is not None and each.first.frequency is not bank.first.frequency:
        raise UsageError(
            say("shock.frequency", text=str(each), first=str(bank.first)), say("shock.frequency_mend")
        )
    rows = each.rows(bank.first, len(column))
    # A shock without periods begins with the solved span: what lies before it is history.
    begin, end = bank.row(span[0]), bank.row(span[1]) + 1 + system.max_lead
    if each.first is None:
        each = replace(each, first=span[0])
        rows = each.rows(bank.first, len(column))
    if rows.stop <= min(begin - system.max_lag, rows.start) or rows.start >= end:
        raise UsageError(
            say("shock.outside", text=str(each), first=str(span[0]), last=str(span[1])),
            say("shock.outside_mend"),
        )
    return bank.with_columns({each.name: each.applied(column, bank.first)})


def _mend_for(system: System, each: Shock) -> Any:
    if system.has(each.name + ADD):
        return say("shock.endogenous_mend", name=each.name, add=each.name + ADD)
    return say("shock.endogenous_identity_mend", name=each.name)
