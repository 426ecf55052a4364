"""Whether a model has one stable path, by the roots of its linearisation (Blanchard and Kahn 1980; Klein 2000).

    A_0 w_t + sum_k A_-k w_{t-k} + sum_k A_+k E_t w_{t+k} = 0

Written as G z_{t+1} = H z_t with z the lagged values and the values now and ahead. Exactly as many roots as there are
lagged values must lie on or inside the unit circle: with fewer no path is stable, with more there are many. A
model without leads has its own roots only, and none may lie outside. Levels that grow are taken relative to their paths, so
that growth is not mistaken for explosion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.macro.bind import System
from longwave.macro.expectations import layout_of

Vector = NDArray[np.float64]

UNIT = 1.0 + 1e-6
"""Roots up to here count as on the unit circle: levels that a shock moves for good are no explosion."""

FLAT_PACE = 2.5e-3
"""Growth a period that needs no history: data wander a little."""


@dataclass(frozen=True, slots=True)
class Determinacy:
    """stable: roots on or inside the unit circle; wanted: how many there must be; largest_stable: the largest of
    them in absolute value; smallest_unstable: the smallest of the others, infinite where there is none."""

    stable: int
    wanted: int
    largest_stable: float
    smallest_unstable: float

    @property
    def determinate(self) -> bool:
        return self.stable == self.wanted

    def refusal(self) -> SolveError:
        """The error for a model that is not determinate."""
        if self.stable > self.wanted:
            return SolveError(
                say(
                    "control.indeterminate", stable=self.stable, wanted=self.wanted, root=self.largest_stable
                ),
                say("control.indeterminate_mend"),
            )
        return SolveError(
            say("control.explosive", stable=self.stable, wanted=self.wanted, root=self.smallest_unstable),
            say("control.indeterminate_mend"),
        )


def determinacy(system: System, values: Vector, row: int, parameters: Vector, start: int) -> Determinacy:
    """The roots of the system linearised at one row of solved values [rows, columns]; start: the first solved row.

    Raises SolveError where the linearisation is singular or holds a slope that is not finite.
    """
    plan = layout_of(system)
    slopes = np.asarray(plan.slopes(values, row, row + 1, parameters))[0]
    place_of = np.full(plan.width, -1, dtype=np.intp)
    place_of[plan.unknowns] = np.arange(plan.count)
    used = place_of[plan.column] >= 0
    equation, place, shift = plan.equation[used], place_of[plan.column[used]], plan.shift[used]
    slopes = slopes[used] * _sizes(values, row, start, plan.column[used], shift)
    if not np.isfinite(slopes).all():
        lost = int(equation[int(np.argmin(np.isfinite(slopes)))])
        raise SolveError(
            say("control.no_slope", equation=system.labels[lost][0]), say("control.no_slope_mend")
        )
    pairs = _pairs(place, -shift)
    matrices = _Matrices(plan.count, pairs)
    for eq, w, k, slope in zip(
        equation.tolist(), place.tolist(), shift.tolist(), slopes.tolist(), strict=True
    ):
        matrices.enter(eq, w, k, slope)
    roots = _backward_roots(matrices) if not (shift > 0).any() else _forward_roots(matrices, place, shift)
    size = np.abs(roots)
    stable = size <= UNIT
    return Determinacy(
        int(stable.sum()),
        len(pairs),
        float(np.max(size[stable], initial=0.0)),
        float(np.min(size[~stable], initial=np.inf)),
    )


def _sizes(values: Vector, row: int, start: int, column: Any, shift: Any) -> Vector:
    """What each slope is multiplied by, so that roots are those of relative deviations where a variable grows.

    A level that grows by one per cent has the root 1.01 by itself, and that is no explosion. What counts as growth is
    a pace that the variable, or a quarter of the model's growing variables, had before the first solved row: else an
    explosion would excuse itself. What fades away is left as it is: relative to a fading level everything grows.
    """
    sizes = np.ones(len(column))
    history = {int(each): _pace(values[:start, each]) for each in np.unique(column)}
    growing = [pace for pace in history.values() if pace > 0.0]
    usual = float(np.quantile(growing, 0.75)) if len(growing) > 1 else 0.0
    for each, before in history.items():
        entries = column == each
        read = values[
            row + min(-1, int(shift[entries].min())) : row + max(0, int(shift[entries].max())) + 1, each
        ]
        if (np.abs(read[1:]) >= np.abs(read[:-1])).all() and _pace(read) <= 1.5 * max(
            before, usual
        ) + FLAT_PACE:
            at = np.abs(values[row + shift[entries], each])
            sizes[entries] = at / np.abs(values[row, each])
    return sizes


def _pace(path: Vector) -> float:
    """Growth a period on the logarithm; NaN for a path that is not known or changes its sign."""
    if len(path) < 2 or not (path * path[0] > 0.0).all():
        return float("nan")
    return float(np.log(path[-1] / path[0])) / (len(path) - 1)


class _Matrices:
    """A_0, the coefficients on lagged values, and those on leads by how far ahead."""

    def __init__(self, count: int, pairs: dict[tuple[int, int], int]) -> None:
        self.count, self.pairs = count, pairs
        self.now = np.zeros((count, count))
        self.past = np.zeros((count, len(pairs)))
        self.ahead: dict[int, Vector] = {}

    def enter(self, equation: int, place: int, shift: int, slope: float) -> None:
        if shift == 0:
            self.now[equation, place] += slope
        elif shift < 0:
            self.past[equation, self.pairs[place, -shift]] += slope
        else:
            self.ahead.setdefault(shift, np.zeros((self.count, self.count)))[equation, place] += slope


def _pairs(place: Any, lag: Any) -> dict[tuple[int, int], int]:
    """(place, lag) -> number, for every lag read or needed to carry one that is."""
    most: dict[int, int] = {}
    for w, k in zip(place.tolist(), lag.tolist(), strict=True):
        if k > 0:
            most[w] = max(most.get(w, 0), k)
    return {
        pair: number
        for number, pair in enumerate((w, k) for w in sorted(most) for k in range(1, most[w] + 1))
    }


def _backward_roots(found: _Matrices) -> Vector:
    try:
        now = -np.linalg.solve(found.now, found.past)
    except np.linalg.LinAlgError as error:
        raise SolveError(say("control.singular"), say("control.singular_mend")) from error
    moved = np.zeros((len(found.pairs), len(found.pairs)))
    for (w, lag), number in found.pairs.items():
        if lag == 1:
            moved[number] = now[w]
        else:
            moved[number, found.pairs[w, lag - 1]] = 1.0
    return np.asarray(np.linalg.eigvals(moved)) if len(moved) else np.zeros(0)


def _forward_roots(found: _Matrices, place: Any, shift: Any) -> Vector:
    """Of G z_{t+1} = H z_t, z = (lagged values, all values now, leading values 1 .. most-1 ahead)."""
    from scipy.linalg import eig

    states, count, most = len(found.pairs), found.count, int(shift.max())
    leading = {int(w): number for number, w in enumerate(sorted(set(place[shift > 0].tolist())))}
    width = len(leading)
    size = states + count + width * (most - 1)
    left, right = np.zeros((size, size)), np.zeros((size, size))

    def ahead(k: int, number: int) -> int:  # where leading value `number`, k >= 1 periods ahead, stands in z
        return states + count + (k - 1) * width + number

    for (w, lag), number in found.pairs.items():
        left[number, number] = 1.0
        right[number, states + w if lag == 1 else found.pairs[w, lag - 1]] = 1.0
    equations = slice(states, states + count)
    right[equations, :states], right[equations, states : states + count] = found.past, found.now
    for k, matrix in found.ahead.items():
        for w, number in leading.items():
            column = matrix[:, w]
            if k < most:
                right[equations, ahead(k, number)] += column
            elif most == 1:
                left[equations, states + w] -= column
            else:
                left[equations, ahead(most - 1, number)] -= column
    for k in range(1, most):
        for w, number in leading.items():
            row = ahead(k, number)
            left[row, states + w if k == 1 else ahead(k - 1, number)] = 1.0
            right[row, row] = 1.0
    alpha, beta = eig(right, left, right=False, homogeneous_eigvals=True)
    lost = (np.abs(alpha) + np.abs(beta)) <= 1e-12 * (np.abs(alpha).max() + np.abs(beta).max())
    if lost.any():
        raise SolveError(say("control.singular"), say("control.singular_mend"))
    infinite = np.abs(beta) <= 1e-12 * np.abs(alpha)
    return np.where(infinite, np.inf, alpha / np.where(infinite, 1.0, beta))
