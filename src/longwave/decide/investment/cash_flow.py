"""Cash flows of an opening, all draws at once: lines, working capital, tax with losses carried on, outlays, salvage.

    line_t     = prod over parts of plan_t * exp(sum_d e_d (ln D_t - ln Dref_t)) * factor
    taxable_t  = revenue_t - cost_t - depreciation_t - losses carried
    flow_t     = revenue_t - cost_t - tax_t - rise of working capital_t - outlay_t  [+ salvage, working capital back]

D is a driver's index, Dref its median path: what the plan stands for. Depreciation is on historic cost: in a plan in
constant prices the allowance loses worth with the inflation that the plan states, and keeps it where none is stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from longwave.decide.investment.drivers import Matrix, Paths
from longwave.decide.investment.plan import Line, Opening, Part, Plan, Vector

LEFT = 0.2
"""Of what was laid out: with less on the books a return on capital is told no more."""


@dataclass(frozen=True, eq=False)
class Chances:
    """What is drawn beside the drivers, as ranks (0 to 1). parts: (opening, line, part's place) -> draws; outlays and
    salvage: opening -> draws; wacc: draws."""

    parts: Mapping[tuple[str, str, int], Vector]
    outlays: Mapping[str, Vector]
    salvage: Mapping[str, Vector]
    wacc: Vector


@dataclass(frozen=True, eq=False)
class Flows:
    """Draws by years, in the plan's money. operating: after tax, without outlays, with working capital and salvage;
    outlays: as positive amounts; lines: each line's amount (costs positive); profit: operating profit after tax
    (NOPAT); capital: invested at the year's start; salvage: after tax, in the last year."""

    years: tuple[int, ...]
    operating: Matrix
    outlays: Matrix
    lines: Mapping[str, Matrix]
    profit: Matrix
    capital: Matrix
    salvage: Vector

    @property
    def net(self) -> Matrix:
        return np.asarray(self.operating - self.outlays, dtype=float)


def draw_chances(plan: Plan, draws: int, generator: np.random.Generator) -> Chances:
    """Ranks for everything that has a range of its own."""
    parts = {
        (opening.name, line.name, place): generator.random(draws)
        for opening in plan.openings
        for line in opening.lines
        for place, part in enumerate(line.parts)
        if not part.spread.known
    }
    outlays = {o.name: generator.random(draws) for o in plan.openings if not o.outlay_spread.known}
    salvage = {o.name: generator.random(draws) for o in plan.openings if not o.salvage.known}
    return Chances(parts, outlays, salvage, generator.random(draws))


def cash_flows(
    plan: Plan, opening: Opening, paths: Paths, chances: Chances, factors: Mapping[str, float]
) -> Flows:
    """The flows of an opening on drawn paths. factors: line -> what a scenario multiplies it by."""
    draws = len(chances.wacc)
    years = plan.years
    lines = {
        line.name: _line(plan, opening, line, paths, chances, draws) * factors.get(line.name, 1.0)
        for line in opening.lines
    }
    outlays = _outlays(opening, years, chances, draws)
    nothing = np.zeros((draws, len(years)))
    by_kind = {
        kind: sum((lines[line.name] for line in opening.lines if line.kind == kind), start=nothing)
        for kind in ("revenue", "cost", "net")
    }
    last = years.index(opening.last)
    worth = _scaled(opening.salvage.at, chances.salvage.get(opening.name), draws)
    if opening.after_tax:
        operating = by_kind["net"].copy()
        operating[:, last] += worth
        unknown = np.full((draws, len(years)), np.nan)
        return Flows(years, operating, outlays, lines, unknown, unknown, worth)
    allowance, book = _depreciation(opening, years, outlays)
    allowance = allowance * _worn_by_inflation(plan)
    margin = by_kind["revenue"] - by_kind["cost"]
    gain = np.zeros_like(margin)
    gain[:, last] = worth - book[:, last]
    if opening.depreciation.method == "none":
        # What may never be written off gives no relief when it is sold below its cost either.
        gain = np.maximum(gain, 0.0)
    tax = _tax(plan, margin - allowance + gain)
    held = opening.working_capital * by_kind["revenue"]
    tied = np.diff(held, axis=1, prepend=0.0)
    tied[:, last] -= held[:, last]
    operating = margin - tax - tied
    operating[:, last] += worth
    profit = (margin - allowance) * (1 - plan.tax)
    capital = _invested(opening, plan, outlays, book, held)
    return Flows(years, operating, outlays, lines, profit, capital, worth)


def _invested(opening: Opening, plan: Plan, outlays: Matrix, book: Matrix, held: Matrix) -> Matrix:
    """Capital at the start of each year of operation: book value and working capital; nought where the books hold
    next to nothing, since a return on that would say nothing."""
    before = np.concatenate([np.zeros((len(book), 1)), book[:, :-1]], axis=1)
    tied = np.concatenate([np.zeros((len(held), 1)), held[:, :-1]], axis=1)
    first = opening.operation - plan.start
    before[:, first] += outlays[:, first]
    before[:, :first] = 0.0
    return np.where(before > LEFT * outlays.sum(axis=1, keepdims=True), before + tied, 0.0)


def _line(plan: Plan, opening: Opening, line: Line, paths: Paths, chances: Chances, draws: int) -> Matrix:
    """A line's amounts, nought outside its years."""
    first, last = line.first - plan.start, line.last - plan.start
    amounts = np.ones((draws, last - first + 1))
    for place, part in enumerate(line.parts):
        amounts *= _part(part, paths, first, last)
        share = chances.parts.get((opening.name, line.name, place))
        if share is not None:
            amounts *= part.spread.at(share)[:, None]
        elif part.spread.known:
            amounts *= part.spread.mode
    whole = np.zeros((draws, len(plan.years)))
    whole[:, first : last + 1] = amounts
    return whole


def _part(part: Part, paths: Paths, first: int, last: int) -> Matrix | Vector:
    planned = np.array(part.values)
    if not part.follows:
        return planned
    moved: Matrix | Vector = np.zeros(1)
    for follow in part.follows:
        reference = paths.reference[follow.driver]
        away = paths.logs[follow.driver][:, first : last + 1] - reference[first : last + 1]
        if part.rule:
            away = away + (reference[first : last + 1] - reference[first])
        moved = moved + follow.elasticity * away
    return np.asarray(planned * np.exp(np.clip(moved, -50.0, 50.0)), dtype=float)


def _outlays(opening: Opening, years: tuple[int, ...], chances: Chances, draws: int) -> Matrix:
    planned = np.array([opening.outlays.get(year, 0.0) for year in years])
    factor = _scaled(opening.outlay_spread.at, chances.outlays.get(opening.name), draws)
    return np.asarray(factor[:, None] * planned, dtype=float)


def _scaled(at: object, share: Vector | None, draws: int) -> Vector:
    """Quantiles at drawn ranks; where nothing is drawn the value is known."""
    assert callable(at)  # noqa: S101
    return np.asarray(at(np.full(draws, 0.5) if share is None else share), dtype=float)


def _depreciation(opening: Opening, years: tuple[int, ...], outlays: Matrix) -> tuple[Matrix, Matrix]:
    """Allowance of each year, and book value at its end. What is laid out before operation is written off from its
    first year on, later outlays from their own year on, all at the latest with the last year. What is not written off
    (land) stays on the books at its cost."""
    rule = opening.depreciation
    start, last = years.index(opening.operation), years.index(opening.last)
    allowance = np.zeros_like(outlays)
    if rule.method == "none":
        return allowance, np.cumsum(outlays, axis=1)
    for year in np.flatnonzero(outlays.any(axis=0)):
        since = max(int(year), start)
        allowance[:, since : last + 1] += outlays[:, [year]] * _plan_of(
            rule.method, rule.years, rule.rate, last - since + 1
        )
    return allowance, np.cumsum(outlays - allowance, axis=1)


def _plan_of(method: str, years: int, rate: float, most: int) -> Vector:
    """Shares of cost written off from the first year on."""
    steps = np.arange(most)
    if method == "immediate":
        return np.asarray(steps == 0, dtype=float)
    if method == "straight":
        return np.asarray((steps < years) / years, dtype=float)
    return np.asarray(rate * (1 - rate) ** steps, dtype=float)


def _worn_by_inflation(plan: Plan) -> Vector:
    """What a unit of allowance on historic cost is worth by year in the plan's prices."""
    return np.asarray(
        (1.0 + (plan.inflation or 0.0)) ** -np.arange(len(plan.years), dtype=float), dtype=float
    )


def _tax(plan: Plan, taxable: Matrix) -> Matrix:
    """Tax by year, on whatever comes in or goes out before operation too. carried: losses lower later years' taxable
    income; offset: they lower the firm's other tax at once; lost."""
    if plan.losses == "offset":
        return plan.tax * taxable
    tax = np.zeros_like(taxable)
    carried = np.zeros(len(taxable))
    for year in range(taxable.shape[1]):
        income = taxable[:, year] - carried
        tax[:, year] = plan.tax * np.maximum(income, 0.0)
        if plan.losses == "carried":
            carried = np.maximum(-income, 0.0)
    return tax
