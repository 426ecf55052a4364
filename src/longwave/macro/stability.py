"""Whether a model comes to rest: the roots of its linearisation, and whether expectations have one answer.

The linearised model sum_k A_k y(t+k) = 0 is written in first order on the states that it needs: the lags of variables
with lags, the present and later values of variables with leads. Variables that only their own period needs are
eliminated by an orthogonal factorisation. The roots are generalised eigenvalues. Blanchard and Kahn (1980): there is
one stable path when as many roots lie outside the unit circle as there are values that are not given by the past;
fewer leave the path open, more leave none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.linearised import Slopes, slopes_at
from longwave.macro.model import Model
from longwave.macro.solution import Solution
from longwave.macro.solve import bound, gather, with_starts

Matrix = NDArray[np.float64]

UNIT = 1e-6
"""How near to one a root's size counts as one."""
UNIT_GROWING = 1e-4
"""The same where variables grow: off its balanced path a growing model's unit roots are read this far off."""
HISTORY = 40
"""Periods before the one that is looked at from which the pace of growth is taken."""
_INFINITE = 1e8


class Verdict(StrEnum):
    STABLE = "stable"  # every path comes to rest
    UNIT_ROOT = "unit_root"  # shocks stay, and do not grow
    EXPLOSIVE = "explosive"  # some shocks grow without end
    UNIQUE = "unique"  # with leads: one stable path
    INDETERMINATE = "indeterminate"  # with leads: many stable paths
    NO_STABLE_PATH = "no_stable_path"  # with leads: none


@dataclass(frozen=True, eq=False)
class Stability:
    """roots: complex, the largest first, infinite ones left out; states: how many roots there are with them; needed: of
    these, values that expectations must pin down; outside: roots outside the unit circle, infinite ones among them."""

    roots: NDArray[np.complex128]
    states: int
    needed: int
    outside: int
    verdict: Verdict

    def __repr__(self) -> str:
        largest = f"{abs(self.roots[0]):.4f}" if len(self.roots) else "none"
        return (
            f"Stability({self.verdict}, {self.states} states, {self.outside} outside, largest root {largest})"
        )

    def sentence(self) -> Message:
        """The verdict in words."""
        largest = float(np.abs(self.roots[0])) if len(self.roots) else 0.0
        return say(
            f"steady.verdict_{self.verdict}", largest=largest, needed=self.needed, outside=self.outside
        )

    def frame(self, most: int = 20) -> pd.DataFrame:
        """The largest finite roots: size, half-life and length of the cycle in periods (NaN where there is none)."""
        rows = []
        for root in self.roots[:most]:
            size, angle = abs(root), abs(math.atan2(root.imag, root.real))
            half = math.log(0.5) / math.log(size) if 0.0 < size < 1.0 - UNIT else math.nan
            cycle = 2.0 * math.pi / angle if angle > 1e-9 else math.nan
            rows.append((root.real, root.imag, size, half, cycle))
        return pd.DataFrame(rows, columns=["real", "imaginary", "modulus", "half_life", "cycle"])


def stability(
    model: Model | System,
    data: Databank,
    period: Period | str,
    *,
    parameters: Mapping[str, float] | None = None,
) -> Stability:
    """The roots of a model linearised at the figures of a period (a steady state where the answer shall be exact).

    Growth is not told as an explosion (`roots_at`). Raises SolveError where a slope is not a number.
    """
    system, period = bound(model), as_period(period, "period")
    inputs = gather(system, data, period, period, parameters)
    row = inputs.rows.start
    values, before = _with_history(with_starts(inputs), system, data, inputs.first)
    return roots_at(system, values, row + before, inputs.parameters, row + before)


def roots_at(system: System, values: Matrix, row: int, parameters: Matrix, start: int) -> Stability:
    """The roots at one row of values [rows, columns]; start: the first solved row, before which stands history.

    In levels first: that is exact where nothing grows. Only where levels seem to explode are variables that grow taken
    relative to their paths, since a level that grows by one per cent has the root 1.01 by itself; and only if that
    explains the explosion does it count.
    """
    plain = stability_of(slopes_at(system, values, row, parameters))
    if plain.verdict not in (Verdict.EXPLOSIVE, Verdict.NO_STABLE_PATH):
        return plain
    relative = stability_of(slopes_at(system, values, row, parameters, relative_from=start))
    return plain if relative.verdict in (Verdict.EXPLOSIVE, Verdict.NO_STABLE_PATH) else relative


def _with_history(values: Matrix, system: System, data: Databank, first: Period) -> tuple[Matrix, int]:
    """The values with more rows of the data on top, and how many: a pace is told from more than a lag or two."""
    stop = data.row(first)
    start = max(0, stop - HISTORY)
    if start >= min(stop, len(data.values)):
        return values, 0
    part = Databank(data.first + start, data.names, data.values[start:stop])
    known = part.columns(system.columns, dict.fromkeys(system.add_factors, 0.0))
    return np.vstack([known, values]), len(known)


def stability_at_end(solution: Solution) -> Stability:
    """The roots at the last period of a solution that its leads do not leave, as near to its balanced path as it comes.

    What grew before the first solved period may grow; what only the solution lets grow is an explosion. Raises
    SolveError where a slope is not a number.
    """
    rows, system = solution.rows, solution.system
    row = max(rows.start, rows.stop - 1 - system.max_lead)
    slopes = slopes_at(system, solution.bank.values, row, solution.parameters, relative_from=rows.start)
    return stability_of(slopes)


def stability_at_rest(
    system: System, resting: Databank, period: Period, parameters: NDArray[np.float64]
) -> Stability:
    """The roots at a state of rest: nothing grows there, so that what grows is an explosion."""
    given = dict(zip(system.parameters, map(float, parameters), strict=True))
    inputs = gather(system, resting, period, period, given)
    return stability_of(slopes_at(system, inputs.values, inputs.rows.start, inputs.parameters))


def stability_of(slopes: Slopes) -> Stability:
    """The roots of a linearised system."""
    from scipy.linalg import eigvals

    left, right, needed = pencil(slopes)
    if not len(left):
        return Stability(np.zeros(0, dtype=np.complex128), 0, 0, 0, Verdict.STABLE)
    over, under = eigvals(right, left, homogeneous_eigvals=True)
    with np.errstate(all="ignore"):
        infinite = np.abs(under) * _INFINITE <= np.abs(over)
        roots = np.where(infinite, np.inf, over / np.where(infinite, 1.0, under))
    near = UNIT_GROWING if slopes.relative else UNIT
    outside = int(np.sum(infinite | (np.abs(roots) > 1.0 + near)))
    finite = roots[~infinite].astype(np.complex128)
    finite = finite[np.argsort(-np.abs(finite), kind="stable")]
    return Stability(finite, len(left), needed, outside, _verdict(finite, needed, outside, near))


def _verdict(roots: NDArray[np.complex128], needed: int, outside: int, near: float) -> Verdict:
    if needed:
        if outside == needed:
            return Verdict.UNIQUE
        return Verdict.INDETERMINATE if outside < needed else Verdict.NO_STABLE_PATH
    if outside:
        return Verdict.EXPLOSIVE
    return Verdict.UNIT_ROOT if len(roots) and abs(roots[0]) > 1.0 - near else Verdict.STABLE


def pencil(slopes: Slopes) -> tuple[Matrix, Matrix, int]:
    """(L, R, values not given by the past) of L z(t+1) = R z(t).

    z(t) holds y_v(t-1) .. y_v(t-lag) for variables with lags, then y_v(t) .. y_v(t+lead-1) for variables with leads.
    """
    lags, leads = slopes.lags, slopes.leads
    back = {(place, lag): number for number, (place, lag) in enumerate(_pairs(lags))}
    ahead = {(place, lead - 1): len(back) + number for number, (place, lead) in enumerate(_pairs(leads))}
    size, count = len(back) + len(ahead), len(slopes.at[0])
    now = [place for place in range(count) if place not in leads]
    static = slopes.at[0][:, now]
    later, here = np.zeros((count, size)), np.zeros((count, size))
    for shift, matrix in slopes.at.items():
        for column in np.flatnonzero(np.any(matrix != 0.0, axis=0)):
            read = int(column)
            if shift < 0:
                here[:, back[read, -shift]] -= matrix[:, read]
            elif (read, shift) in ahead:
                here[:, ahead[read, shift]] -= matrix[:, read]
            elif read in leads:
                later[:, ahead[read, leads[read] - 1]] += matrix[:, read]
    # static @ s(t) + later @ z(t+1) = here @ z(t): rotate the equations so that the first ones give s(t)
    rotation, triangle = np.linalg.qr(static, mode="complete") if now else (np.eye(count), static)
    later, here = rotation.T @ later, rotation.T @ here
    kept = len(now)
    rows_left, rows_right = [later[kept:]], [here[kept:]]
    answer = _answers(triangle[:kept], later[:kept], here[:kept])
    position = {place: number for number, place in enumerate(now)}
    for (place, lag), number in back.items():
        left, right = np.zeros((1, size)), np.zeros((1, size))
        left[0, number] = 1.0
        if lag > 1:
            right[0, back[place, lag - 1]] = 1.0
        elif place in position:
            left[0] -= answer[0][position[place]]
            right[0] += answer[1][position[place]]
        else:
            right[0, ahead[place, 0]] = 1.0
        rows_left.append(left)
        rows_right.append(right)
    for place, lead in ahead:
        if lead + 1 < leads[place]:
            left, right = np.zeros((1, size)), np.zeros((1, size))
            left[0, ahead[place, lead]], right[0, ahead[place, lead + 1]] = 1.0, 1.0
            rows_left.append(left)
            rows_right.append(right)
    return np.vstack(rows_left, dtype=np.float64), np.vstack(rows_right, dtype=np.float64), len(ahead)


def _pairs(reach: Mapping[int, int]) -> list[tuple[int, int]]:
    return [(place, step) for place, longest in sorted(reach.items()) for step in range(1, longest + 1)]


def _answers(triangle: Matrix, later: Matrix, here: Matrix) -> tuple[Matrix, Matrix]:
    """s(t) = P z(t+1) + Q z(t): (P, Q). What nothing decides is given by least squares, and shows as a root of nought."""
    if not len(triangle):
        return np.zeros_like(later), np.zeros_like(here)
    solved = np.asarray(np.linalg.lstsq(triangle, np.hstack([-later, here]), rcond=None)[0], dtype=np.float64)
    return solved[:, : later.shape[1]], solved[:, later.shape[1] :]
