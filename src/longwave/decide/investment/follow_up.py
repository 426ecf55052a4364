"""After the decision: what came beside what was promised, line by line, and whether to go on.

Each realised figure has its rank among the draws behind the decision. What is still to come is told twice, because
nobody knows whether a deviation lasts: once as promised, once with every line kept at its ratio of realised to
promised. What was laid out is gone; the project goes on where what is still to come, seen from the last year known,
is worth more than stopping it fetches. The tax on a deviation is taken at the plan's rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from longwave.core.message import Message, Names, say
from longwave.decide.investment.decision import Decision
from longwave.decide.investment.door import fault, near
from longwave.decide.investment.drivers import Matrix
from longwave.decide.investment.judged import Judged
from longwave.decide.investment.plan import Plan
from longwave.decide.investment.verdict import amount, percent

OUTLAYS = "outlays"
"""The line by which realised outlays go."""

_LOW, _HIGH = 0.1, 0.9
_SLACK = 1e-9
"""Rounding of sums, against the size of what was promised."""

Actuals = Mapping[str, Mapping[str, Mapping[int, float]]]
"""Opening -> line -> year -> what came."""


class Course(StrEnum):
    """What to do with what was begun."""

    CONTINUE = "continue"
    ABANDON = "abandon"
    NOT_DECIDABLE = "not_decidable"


@dataclass(frozen=True, slots=True)
class Compared:
    """A realised figure: rank: share of the draws below it; low, middle, high: 10th, 50th and 90th percentile
    promised. year 0: the sum of all years known."""

    line: str
    year: int
    actual: float
    low: float
    middle: float
    high: float
    rank: float

    @property
    def state(self) -> str:
        slack = _SLACK * max(1.0, abs(self.middle))
        if self.actual > self.high + slack:
            return "above"
        return "below" if self.actual < self.low - slack else "within"


@dataclass(frozen=True, eq=False)
class FollowUp:
    """An opening after some years. ends and lasts: (mean NPV in the money of the plan's start, mean of what is still
    to come in the money of the last year known, share of draws in which going on beats stopping), if deviations end
    now and if they last."""

    name: str
    until: int
    compared: tuple[Compared, ...]
    promised: float
    ends: tuple[float, float, float]
    lasts: tuple[float, float, float]
    abandon: float
    course: Course
    sentence: Message
    reasons: tuple[Message, ...]


def follow_up(decision: Decision, actuals: Actuals) -> tuple[FollowUp, ...]:
    """Compares. Raises BadInput for an opening, a line or a year that the plan does not have, or a plan without cost
    of capital."""
    if decision.plan.wacc is None:
        raise fault("follow_without_rate")
    names = {each.opening.name for each in decision.openings}
    for name in actuals:
        if name not in names:
            raise fault("unknown_name", where="opening", name=name[:80], near=near(name, names))
    return tuple(
        _one(decision.plan, each, actuals[each.opening.name])
        for each in decision.openings
        if each.opening.name in actuals
    )


def _one(plan: Plan, judged: Judged, actual: Mapping[str, Mapping[int, float]]) -> FollowUp:
    assert judged.worth is not None and plan.wacc is not None  # noqa: S101
    _check(plan, judged, actual)
    until = max(max(by_year) for by_year in actual.values())
    now = until - plan.start
    promised = _promised(judged)
    tax = {line.name: (0.0 if line.kind == "net" else plan.tax) for line in judged.opening.lines}
    sign = {line.name: (-1.0 if line.kind == "cost" else 1.0) for line in judged.opening.lines}
    past, future = np.zeros_like(judged.net), np.zeros_like(judged.net)
    for name, by_year in actual.items():
        draws = promised[name]
        effect = sign.get(name, -1.0) * (1 - tax.get(name, 0.0))
        for year, value in by_year.items():
            past[:, year - plan.start] += effect * (value - draws[:, year - plan.start])
        ratio = _ratio(plan, by_year, draws)
        future[:, now + 1 :] += effect * (ratio - 1) * draws[:, now + 1 :]
    abandon = judged.opening.abandon or 0.0
    discount = judged.worth.discount
    ends = _told(judged.net + past, discount, now, abandon)
    lasts = _told(judged.net + past + future, discount, now, abandon)
    compared = tuple(_compared(plan, actual, promised))
    course = _course(ends, lasts, abandon)
    sentence = say(
        f"investment.follow_{course}",
        name=Names(judged.opening.name),
        ends=amount(ends[1], plan),
        lasts=amount(lasts[1], plan),
        abandon=amount(abandon, plan),
        year=str(until),
    )
    reasons = (
        say(
            "investment.follow_npv",
            promised=amount(judged.worth.mean, plan),
            ends=amount(ends[0], plan),
            lasts=amount(lasts[0], plan),
        ),
        *_off(plan, compared),
        *(() if judged.opening.abandon is not None else (say("investment.no_abandon"),)),
    )
    return FollowUp(
        judged.opening.name,
        until,
        compared,
        judged.worth.mean,
        ends,
        lasts,
        abandon,
        course,
        sentence,
        reasons,
    )


def _check(plan: Plan, judged: Judged, actual: Mapping[str, Mapping[int, float]]) -> None:
    lines = {line.name for line in judged.opening.lines} | {OUTLAYS}
    for name, by_year in actual.items():
        if name not in lines:
            raise fault("unknown_name", where=judged.opening.name, name=name[:80], near=near(name, lines))
        for year in by_year:
            if not plan.start <= year <= judged.opening.last:
                raise fault(
                    "actual_year",
                    where=f"{judged.opening.name}, {name}",
                    year=year,
                    first=plan.start,
                    last=judged.opening.last,
                )


def _promised(judged: Judged) -> dict[str, Matrix]:
    return {**judged.lines, OUTLAYS: judged.outlays}


def _ratio(plan: Plan, by_year: Mapping[int, float], draws: Matrix) -> float:
    """Realised over promised, all years known together; one where nothing was promised."""
    columns = [year - plan.start for year in by_year]
    middle = float(draws[:, columns].sum(axis=1).mean())
    return sum(by_year.values()) / middle if abs(middle) > 1e-12 else 1.0


def _told(net: Matrix, discount: Matrix, now: int, abandon: float) -> tuple[float, float, float]:
    """Mean NPV, mean of what is to come in the money of `now`, share of draws in which that beats stopping."""
    value = (net * discount).sum(axis=1)
    ahead = (net[:, now + 1 :] * discount[:, now + 1 :]).sum(axis=1) / discount[:, now]
    return float(value.mean()), float(ahead.mean()), float((ahead > abandon).mean())


def _compared(
    plan: Plan, actual: Mapping[str, Mapping[int, float]], promised: Mapping[str, Matrix]
) -> Iterator[Compared]:
    for name, by_year in actual.items():
        draws = promised[name]
        for year, value in sorted(by_year.items()):
            yield _ranked(name, year, value, draws[:, year - plan.start])
        if len(by_year) > 1:
            total = draws[:, [year - plan.start for year in by_year]].sum(axis=1)
            yield _ranked(name, 0, sum(by_year.values()), total)


def _ranked(line: str, year: int, value: float, draws: np.ndarray) -> Compared:
    low, middle, high = (float(each) for each in np.quantile(draws, (_LOW, 0.5, _HIGH)))
    slack = _SLACK * max(1.0, abs(middle))
    rank = float((draws < value - slack).mean() + 0.5 * (np.abs(draws - value) <= slack).mean())
    return Compared(line, year, value, low, middle, high, rank)


def _off(plan: Plan, compared: tuple[Compared, ...]) -> Iterator[Message]:
    """Lines whose sum lies outside what eight draws in ten had promised."""
    whole = {each.line: each for each in compared if each.year == 0}
    for each in (whole.get(name, one) for name, one in {c.line: c for c in compared}.items()):
        if each.state != "within":
            yield say(
                f"investment.line_{each.state}",
                line=say("investment.input_outlays") if each.line == OUTLAYS else Names(each.line),
                actual=amount(each.actual, plan),
                low=amount(each.low, plan),
                high=amount(each.high, plan),
                rank=percent(each.rank, 1),
            )


def _course(ends: tuple[float, float, float], lasts: tuple[float, float, float], abandon: float) -> Course:
    if min(ends[1], lasts[1]) > abandon:
        return Course.CONTINUE
    return Course.ABANDON if max(ends[1], lasts[1]) < abandon else Course.NOT_DECIDABLE
