"""Forecasts on a condition: the most likely shocks that bring variables where somebody says they will be.

Among all paths of the named shocks u ~ N(0, D) that meet the conditions y(u) = c, the most likely one has the least
u' D^-1 u (Waggoner and Zha, 1999, for a linear model the mean of the conditional distribution):

    u = D J' (J D J')^-1 (c - y(0)),   J = dc/du,

repeated at the new solution until the conditions hold, since the model need not be linear. What the conditions leave
open, D - D J' (J D J')^-1 J D, gives the bands (to first order).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period, as_period
from longwave.macro.databank import Databank
from longwave.macro.expectations import layout_of, terminal_of
from longwave.macro.scenario import Scenario
from longwave.macro.solution import Solution
from longwave.numerics.stacked import Stacked

Matrix = NDArray[np.float64]

MET = 1e-9
"""What a condition may miss, relative to its own size or one."""
MOST = 60
HALVINGS = 20
_NORMAL = {0.8: 1.2815515655446004, 0.95: 1.959963984540054}


@dataclass(frozen=True, eq=False)
class Conditional:
    """solution: the path that meets the conditions; shocks: what had to happen [periods, shocks], in their own standard
    deviations in `sizes`; bands: variable -> low and high at 80 and 95 % given the conditions and no other doubt than
    these shocks; distance: sum of squared standardised shocks, likelihood of the conditions: chi-squared on
    `conditions` degrees of freedom under the model."""

    solution: Solution
    baseline: Solution
    shocks: pd.DataFrame
    sizes: pd.DataFrame
    bands: Mapping[str, pd.DataFrame]
    distance: float
    conditions: int
    iterations: int

    def __repr__(self) -> str:
        shocks = f"{self.conditions} conditions, {self.shocks.shape[1]} shocks"
        return f"Conditional({shocks}, distance {self.distance:.4g}, {self.solution!r})"

    @property
    def p_value(self) -> float:
        """How often the model's own shocks would make a path at least as far away."""
        from scipy.special import chdtrc

        return float(chdtrc(self.conditions, self.distance))

    def sentence(self) -> Message:
        """How likely the model thinks such a path."""
        return say("models.condition_likely", count=self.conditions, p=self.p_value, distance=self.distance)

    def text(self, lang: Language = "en") -> str:
        return self.sentence().text(lang)


def conditional(
    baseline: Scenario,
    conditions: Mapping[tuple[str, Period | str], float],
    shocks: Mapping[str, float],
    *,
    watch: Sequence[str] = (),
) -> Conditional:
    """The most likely path on conditions.

    conditions: (endogenous variable, period) -> value; shocks: column (an add-factor) -> its standard deviation; all
    of them may move in every solved period. Raises UsageError for conditions outside the periods and for shocks that
    are not given columns, SolveError where the shocks cannot reach the conditions.
    """
    first, last = baseline.span
    before = baseline.solution
    cells = [(_checked(before, name, when), float(value)) for (name, when), value in conditions.items()]
    deviations = np.repeat(
        [_deviation(before, name, size) for name, size in shocks.items()], last - first + 1
    )
    columns = [before.system.column(name) for name in shocks]
    moves, found = np.zeros(len(deviations)), before
    missed = _missed(found, cells)
    for iteration in range(MOST):
        answers = _responses(found, baseline, columns)
        slopes = np.array(
            [answers[row - found.rows.start, _number(found, column)] for (row, column), _ in cells]
        )
        if missed <= MET:
            return _told(
                baseline, before, found, moves, deviations, slopes, answers, shocks, watch, iteration
            )
        here = np.array([found.bank.values[row, column] for (row, column), _ in cells])
        gap = np.array([value for _, value in cells]) - here + slopes @ moves
        aim = _likeliest(slopes, deviations, gap, [name for name, _ in conditions])
        better = _step(baseline, columns, cells, moves, aim, missed)
        if better is None:
            break
        moves, found, missed = better
    raise SolveError(say("conditional.not_met", missed=missed), say("conditional.not_met_mend"))


Aims = Sequence[tuple[tuple[int, int], float]]  # (row, column), value


def _missed(solution: Solution, cells: Aims) -> float:
    """What the worst condition is off by, relative to its size or one."""
    return max(
        (abs(float(solution.bank.values[cell]) - value) / max(1.0, abs(value)) for cell, value in cells),
        default=0.0,
    )


def _step(
    baseline: Scenario, columns: Sequence[int], cells: Aims, moves: Matrix, aim: Matrix, missed: float
) -> tuple[Matrix, Solution, float] | None:
    """The longest of the halved steps from `moves` to `aim` that comes nearer to the conditions; None where none does."""
    for halving in range(HALVINGS):
        tried = moves + 0.5**halving * (aim - moves)
        try:
            found = _moved(baseline, columns, tried)
        except SolveError:
            continue
        now = _missed(found, cells)
        if now < missed:
            return tried, found, now
    return None


def _checked(solution: Solution, name: str, when: Period | str) -> tuple[int, int]:
    period = as_period(when, "when")
    if name not in solution.system.variables:
        raise UsageError(say("conditional.not_endogenous", name=name), say("conditional.not_endogenous_mend"))
    if period < solution.first or solution.last < period:
        raise UsageError(
            say(
                "conditional.outside",
                name=name,
                period=str(period),
                first=str(solution.first),
                last=str(solution.last),
            ),
            say("shock.outside_mend"),
        )
    return solution.bank.row(period), solution.system.column(name)


def _deviation(solution: Solution, name: str, size: float) -> float:
    if name in solution.system.variables or not solution.system.has(name):
        raise UsageError(say("conditional.not_given", name=name), say("conditional.not_given_mend"))
    if not size > 0.0 or not np.isfinite(size):
        raise UsageError(say("conditional.no_size", name=name, size=size), say("conditional.no_size_mend"))
    return float(size)


def _number(solution: Solution, column: int) -> int:
    return solution.system.unknowns.index(column)


def _responses(found: Solution, baseline: Scenario, columns: Sequence[int]) -> Matrix:
    """dy/du at a solution [periods, variables, shocks x periods]."""
    plan, rows = layout_of(found.system), found.rows
    terminal = terminal_of(baseline.options.terminal)
    stacked = Stacked(plan, found.bank.values, rows.start, rows.stop, found.parameters, terminal=terminal)
    factors = stacked.factors(stacked.start())
    slopes = np.asarray(plan.slopes(found.bank.values, rows.start, rows.stop, found.parameters))
    periods = rows.stop - rows.start
    answers = np.empty((periods, plan.count, len(columns) * periods))
    for number, column in enumerate(columns):
        entries = np.flatnonzero(plan.column == column)
        for step in range(periods):
            push = np.zeros((periods, plan.count))
            for place in entries:
                row = step - int(plan.shift[place])
                if 0 <= row < periods:
                    push[row, plan.equation[place]] += slopes[row, place]
            answers[:, :, number * periods + step] = factors.solve(-push.ravel()).reshape(push.shape)
    return answers


def _likeliest(slopes: Matrix, deviations: Matrix, gap: Matrix, names: Sequence[str]) -> Matrix:
    """u = D J' (J D J')^-1 gap. Raises SolveError where the shocks cannot move the conditions apart."""
    scaled = slopes * deviations
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    if len(names) > scaled.shape[1] or sizes.min(initial=np.inf) <= 1e-10 * sizes.max(initial=0.0):
        worst = int(np.argmax(np.abs(left[:, -1])))
        raise SolveError(
            say("conditional.unreachable", name=names[worst]), say("conditional.unreachable_mend")
        )
    return np.asarray(deviations * np.linalg.lstsq(scaled, gap, rcond=None)[0])


def _moved(baseline: Scenario, columns: Sequence[int], moves: Matrix) -> Solution:
    """The baseline with these moves on its given columns."""
    before = baseline.solution
    values = before.bank.values.copy()
    for number, column in enumerate(columns):
        values[before.rows, column] += moves.reshape(len(columns), -1)[number]
    bank = Databank(before.bank.first, before.system.columns, values)
    return replace(baseline, data=bank, given=(), shocks=(), tracking=False).solution


def _told(
    baseline: Scenario,
    before: Solution,
    found: Solution,
    moves: Matrix,
    deviations: Matrix,
    slopes: Matrix,
    answers: Matrix,
    shocks: Mapping[str, float],
    watch: Sequence[str],
    iterations: int,
) -> Conditional:
    index = pd.Index(found.periods, name="period")
    paths = moves.reshape(len(shocks), -1).T
    scaled = slopes * deviations
    open_left = np.eye(len(moves)) - scaled.T @ np.linalg.pinv(scaled @ scaled.T) @ scaled
    bands = {}
    for name in watch or found.system.variables:
        response = answers[:, _number(found, found.system.column(name)), :] * deviations
        spread = np.sqrt(np.clip(np.einsum("ti,ij,tj->t", response, open_left, response), 0.0, None))
        middle = found.path(name)
        bands[name] = pd.DataFrame(
            {
                f"{side}_{level:g}": middle + sign * _NORMAL[level] * spread
                for level in _NORMAL
                for side, sign in (("low", -1.0), ("high", 1.0))
            },
            index=index,
        )
    sizes = moves / deviations
    return Conditional(
        solution=found,
        baseline=before,
        shocks=pd.DataFrame(paths, index=index, columns=list(shocks)),
        sizes=pd.DataFrame(sizes.reshape(len(shocks), -1).T, index=index, columns=list(shocks)),
        bands=bands,
        distance=float(sizes @ sizes),
        conditions=len(slopes),
        iterations=iterations,
    )
