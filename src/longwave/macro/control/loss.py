"""What a policy maker minds: squared gaps of policy targets, and squared moves and levels of what is costly to use.

    loss = sum_t discount^t [ sum_i w_i (x_it - x*_it)^2 + sum_j v_j (u_jt - u_j,t-1)^2 + s_j (u_jt - u*_jt)^2 ]

t counts from 0 in the first period of the loss. Every term is a column of the model, a path it should take and a
weight for each period, so that the whole loss is a sum of squares and its least can be found by least squares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.control.lq import check_discount

Vector = NDArray[np.float64]
ByPeriod: TypeAlias = "float | Mapping[str, float] | pd.Series"
"""One number for all periods, or numbers by written period (2019, 2019-Q3, 2019-07)."""


@dataclass(frozen=True, eq=False)
class PolicyTarget:
    """A variable that should be near a path.

    desired: its unit's numbers, the name of another column (so that the gap between the two counts), or None for
    the variable's own path in the baseline. weight: per squared unit; periods without a weight count nothing.
    """

    name: str
    desired: ByPeriod | str | None = None
    weight: ByPeriod = 1.0


@dataclass(frozen=True, eq=False)
class PolicyCost:
    """What is costly to use or to move: a policy instrument as a rule, but any column may be one.

    move: weight of the squared change from the period before; level: weight of the squared distance from `desired`
    (None: from the baseline).
    """

    name: str
    move: ByPeriod = 0.0
    level: ByPeriod = 0.0
    desired: ByPeriod | str | None = None


@dataclass(frozen=True, eq=False)
class Loss:
    """periods: first and last that count, all those solved where None."""

    targets: tuple[PolicyTarget, ...]
    costs: tuple[PolicyCost, ...] = ()
    discount: float = 1.0
    periods: tuple[Period | str, Period | str] | None = None


class TermKind(StrEnum):
    TARGET = "target"
    MOVE = "move"
    LEVEL = "level"


@dataclass(frozen=True, eq=False)
class Term:
    """One sum of squares: root_weight[t] * (column - desired - other), or the column's change.

    column, other: numbers of columns (other -1 where there is none); desired, root_weight: float64 [periods], the
    square root of weight times discount.
    """

    name: str
    kind: TermKind
    column: int
    other: int
    desired: Vector
    root_weight: Vector

    def gap(self, values: Vector, rows: slice) -> Vector:
        """The unweighted gaps [periods] where values: float64 [all periods, columns]."""
        if self.kind is TermKind.MOVE:
            return np.asarray(np.diff(values[rows.start - 1 : rows.stop, self.column]))
        gap = values[rows, self.column] - self.desired
        return gap if self.other < 0 else gap - values[rows, self.other]

    def slope(self, responses: Mapping[int, Vector]) -> Vector:
        """The gaps' slopes [periods, free] from the columns' responses, column -> [periods, free]."""
        own = responses[self.column]
        if self.kind is TermKind.MOVE:
            return np.asarray(np.diff(own, axis=0, prepend=np.zeros((1, own.shape[1]))))
        return own if self.other < 0 else own - responses[self.other]

    @property
    def reads(self) -> tuple[int, ...]:
        return (self.column,) if self.other < 0 else (self.column, self.other)


def terms_of(
    loss: Loss, system: System, baseline: Vector, first: Period, last: Period, row: int
) -> tuple[Term, ...]:
    """The loss as sums of squares over first..last.

    baseline: float64 [all periods, columns]; row: that of `first`. Raises UsageError for a loss that makes no sense:
    no target, an unknown name, a weight below nought or missing, a discount outside (0, 1], a missing desired value.
    """
    check_discount(loss.discount)
    if not loss.targets:
        raise UsageError(say("control.no_targets"), say("control.no_targets_mend"))
    rows = slice(row, row + (last - first) + 1)
    factor = _discounts(loss, first, last)
    made = []
    for target in loss.targets:
        weight = _weights(target.name, target.weight, first, last)
        made.append(
            _level(
                TermKind.TARGET, target.name, target.desired, weight * factor, system, baseline, rows, first
            )
        )
    for cost in loss.costs:
        level = _weights(cost.name, cost.level, first, last) * factor
        move = _weights(cost.name, cost.move, first, last) * factor
        if level.any():
            made.append(_level(TermKind.LEVEL, cost.name, cost.desired, level, system, baseline, rows, first))
        if move.any():
            made.append(_move(cost.name, move, system, baseline, rows, first))
    if not any(term.root_weight.any() for term in made):
        raise UsageError(say("control.weightless"), say("control.no_targets_mend"))
    return tuple(made)


def gaps(terms: Sequence[Term], values: Vector, rows: slice) -> Vector:
    """The weighted gaps of all terms one below the other; their sum of squares is the loss."""
    return np.concatenate([term.root_weight * _counted(term, term.gap(values, rows)) for term in terms])


def slopes(terms: Sequence[Term], responses: Mapping[int, Vector]) -> Vector:
    """The weighted gaps' slopes, in the order of `gaps`."""
    return np.vstack([term.root_weight[:, None] * term.slope(responses) for term in terms])


def over_periods(given: ByPeriod, first: Period, last: Period, absent: float, name: str) -> Vector:
    """A number for each period; `absent` where none is given. Raises UsageError for what is no number."""
    count = last - first + 1
    if isinstance(given, pd.Series | Mapping):
        known = {str(period): value for period, value in given.items()}
        path = [_number(known.get(str(first + step), absent), name) for step in range(count)]
        if count and not known.keys() & {str(first + step) for step in range(count)}:
            raise UsageError(
                say("control.no_period", name=name, first=str(first), last=str(last)),
                say("control.no_period_mend"),
            )
        return np.array(path, dtype=np.float64)
    return np.full(count, _number(given, name))


def column_of(system: System, name: str) -> int:
    """The number of a column. Raises UsageError with the nearest names where there is none."""
    if system.has(name):
        return system.column(name)
    raise UsageError(say("control.unknown_column", name=name), unknown_mend(name, system.columns))


def unknown_mend(name: str, known: Sequence[str]) -> Message:
    """The names that a mistaken one may have meant."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return say("control.nearest", names=", ".join(near)) if near else say("control.no_nearest")


def _level(
    kind: TermKind,
    name: str,
    desired: ByPeriod | str | None,
    weight: Vector,
    system: System,
    baseline: Vector,
    rows: slice,
    first: Period,
) -> Term:
    column, other = column_of(system, name), -1
    if desired is None:
        path = baseline[rows, column].copy()
    elif isinstance(desired, str):
        other, path = column_of(system, desired), np.zeros(len(weight))
    else:
        path = over_periods(desired, first, first + (len(weight) - 1), math.nan, name)
    missing = np.flatnonzero(~np.isfinite(path) & (weight > 0))
    if missing.size:
        period = str(first + int(missing[0]))
        raise UsageError(say("control.no_desired", name=name, period=period), say("control.no_desired_mend"))
    return Term(name, kind, column, other, np.where(weight > 0, path, 0.0), np.sqrt(weight))


def _move(name: str, weight: Vector, system: System, baseline: Vector, rows: slice, first: Period) -> Term:
    column = column_of(system, name)
    if weight[0] > 0 and (rows.start == 0 or not np.isfinite(baseline[rows.start - 1, column])):
        raise UsageError(
            say("control.no_past", name=name, period=str(first + -1)), say("control.no_past_mend")
        )
    return Term(name, TermKind.MOVE, column, -1, np.zeros(len(weight)), np.sqrt(weight))


def _counted(term: Term, gap: Vector) -> Vector:
    """The gap, nought where it does not count and may be unknown."""
    return np.where(term.root_weight > 0, gap, 0.0)


def _discounts(loss: Loss, first: Period, last: Period) -> Vector:
    start, end = (as_period(each, "periods") for each in loss.periods or (first, last))
    steps = np.arange(last - first + 1)
    begin, stop = start - first, end - first
    if begin < 0 or stop > last - first or begin > stop:
        raise UsageError(
            say("control.loss_periods", start=str(start), end=str(end), first=str(first), last=str(last)),
            say("control.loss_periods_mend"),
        )
    return np.where((steps >= begin) & (steps <= stop), loss.discount ** np.maximum(steps - begin, 0), 0.0)


def _weights(name: str, given: ByPeriod, first: Period, last: Period) -> Vector:
    path = over_periods(given, first, last, 0.0, name)
    if not np.isfinite(path).all() or (path < 0.0).any():
        raise UsageError(say("control.bad_weight", name=name), say("control.bad_weight_mend"))
    return path


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise UsageError(
            say("control.no_number", name=name, value=repr(value)[:40]), say("control.no_number_mend")
        )
    return float(value)
