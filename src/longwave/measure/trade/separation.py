"""Flows that no finite coefficient fits: separation in Poisson regressions.

Some zeros can be fitted ever better by sending a coefficient to infinity: a pair that never trades has its own effect, an
agreement may hold only where nothing is traded. Such rows say nothing of the coefficients that are finite, and keep the
iteration from resting. Correia, Guimaraes and Zylkin (2021, "Verifying the existence of maximum likelihood estimates for
generalized linear models") show that a row is separated exactly where some combination of regressors and effects

    c_i = x_i g + d_i   is 0 in all rows with y > 0, at least 0 in all with y = 0, and above 0 in this one.

Groups without any flow are such rows, and are found by counting; groups of one row are fitted exactly and go with
them. The rest is one linear programme: make sum of s as large as can be, 0 <= s_i <= 1, s_i <= c_i where y_i = 0.
Since c may be scaled at will, its answer has s = 1 in every separated row and 0 in all others: a certificate, not a
search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.measure.trade.ppml import Codes, Matrix, Vector

LARGEST = 60_000
"""Rows beyond which the programme is not set up (it would take minutes); the groups are still looked at."""
_SECONDS = 30.0


@dataclass(frozen=True, eq=False)
class Kept:
    """Which rows can be used. rows (n,): True where kept; empty_groups, single, separated: how many rows went because
    their group has no flow, stands alone, or is separated by the programme; looked: whether the programme was
    solved."""

    rows: NDArray[np.bool_]
    empty_groups: int
    single: int
    separated: int
    looked: bool


def without_separated(y: Vector, x: Matrix, effects: tuple[Codes, ...]) -> Kept:
    """Rows that carry information on finite coefficients. y (n,) none below zero; x (n, k); effects: codes (n,) each."""
    rows, empty, single = _groups(y, effects)
    if not rows.any() or (y[rows] > 0).all():
        return Kept(rows, empty, single, 0, True)
    inside = np.flatnonzero(rows)
    if len(inside) > LARGEST:
        return Kept(rows, empty, single, 0, False)
    found = separated_rows(y[inside], x[inside], tuple(codes[inside] for codes in effects))
    if found is None:
        return Kept(rows, empty, single, 0, False)
    rows[inside[found]] = False
    # A group may be left without flow, or alone, once separated rows are gone.
    rest, more_empty, more_single = _groups(y, effects, rows)
    return Kept(rest, empty + more_empty, single + more_single, int(found.sum()), True)


def separated_rows(y: Vector, x: Matrix, effects: tuple[Codes, ...]) -> NDArray[np.bool_] | None:
    """True for each separated row; None where the programme was not solved in time."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, identity

    zero = y <= 0
    count = int(zero.sum())
    if count == 0:
        return np.zeros(len(y), dtype=bool)
    design = hstack([csr_array(_scaled(x)), *(_dummies(codes) for codes in effects)], format="csr")
    wide = design.shape[1]
    free = csr_array((int((~zero).sum()), count))
    answer = linprog(
        np.concatenate([np.zeros(wide), -np.ones(count)]),
        A_ub=hstack([-design[zero], identity(count)], format="csr"),
        b_ub=np.zeros(count),
        A_eq=hstack([design[~zero], free], format="csr"),
        b_eq=np.zeros(int((~zero).sum())),
        bounds=[(None, None)] * wide + [(0.0, 1.0)] * count,
        method="highs",
        options={"time_limit": _SECONDS},
    )
    if answer.status != 0:
        return None
    found = np.zeros(len(y), dtype=bool)
    found[np.flatnonzero(zero)[answer.x[wide:] > 0.5]] = True
    return found


def _groups(
    y: Vector, effects: tuple[Codes, ...], rows: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.bool_], int, int]:
    """Rows left once groups without flow and groups of one row are gone, again and again until nothing goes."""
    rows = np.ones(len(y), dtype=bool) if rows is None else rows.copy()
    empty = single = 0
    while True:
        before = int(rows.sum())
        for codes in effects:
            size = int(codes.max()) + 1
            flow = np.bincount(codes[rows], weights=y[rows], minlength=size)
            none = rows & (flow[codes] <= 0)
            empty += int(none.sum())
            rows &= ~none
            members = np.bincount(codes[rows], minlength=size)
            alone = rows & (members[codes] == 1)
            single += int(alone.sum())
            rows &= ~alone
        if int(rows.sum()) == before:
            return rows, empty, single


def _scaled(x: Matrix) -> Matrix:
    spread = np.abs(x).max(axis=0)
    return np.asarray(x / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _dummies(codes: Codes) -> Any:
    from scipy.sparse import csr_array

    _, place = np.unique(codes, return_inverse=True)
    ones = np.ones(len(codes))
    return csr_array((ones, (np.arange(len(codes)), place)), shape=(len(codes), int(place.max()) + 1))
