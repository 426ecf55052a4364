"""Data envelopment: how far a unit stands from the best practice that the units themselves have shown.

Input oriented, with constant returns to scale (Charnes, Cooper and Rhodes 1978):

    min theta   subject to   X' lambda <= theta x_0,   Y' lambda >= y_0,   lambda >= 0

Variable returns (Banker, Charnes and Cooper 1984) add sum(lambda) = 1, non-increasing returns sum(lambda) <= 1.
Output oriented: max phi with X' lambda <= x_0, Y' lambda >= phi y_0. Both are given as Farrell efficiency, theta or
1 / phi: 1 on the frontier, below 1 inside. Against a frontier of which the unit itself is no part the score may
exceed 1. The linear programmes are solved exactly, many in one sparse programme, by HiGHS.

The frontier is made of the best that was observed: it is an inner bound, so that efficiencies are too high, the more
so the fewer the units and the more the inputs and outputs; every error of measurement is taken for efficiency or for
the lack of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
Returns: TypeAlias = Literal["crs", "vrs", "nirs"]
Orientation: TypeAlias = Literal["input", "output"]

_BLOCK = 48
"""Programmes solved together: more gain little, and one without a solution spoils its whole block."""
ON_FRONTIER = 1e-6
"""Scores this close to 1 count as on the frontier: the solver's own tolerance is 1e-7."""


@dataclass(frozen=True, eq=False)
class Slacks:
    """What remains to be saved or added after the radial move; the second stage of data envelopment.

    inputs: n x m, outputs: n x s, in the units of the data; peers: n x N, the weights of the reference units.
    """

    inputs: Vector
    outputs: Vector
    peers: Vector


def efficiency(
    inputs: Vector,
    outputs: Vector,
    reference: tuple[Vector, Vector] | None = None,
    *,
    returns: Returns = "crs",
    orientation: Orientation = "input",
    leave_out: bool = False,
) -> Vector:
    """Farrell efficiency of each unit; nan where the programme has no solution.

    inputs: n x m, outputs: n x s, not negative, each unit with at least one positive input and output; reference:
    inputs and outputs of the units that make the frontier (default: the units themselves); leave_out: each unit is
    held against all others (super-efficiency, Andersen and Petersen 1993). No solution there is under variable returns
    for a unit beyond the reach of the others, and where an input is zero that every reference unit uses. Raises
    ValueError for tables that do not fit or hold figures that cannot be.
    """
    x, y = _checked(inputs, outputs)
    rx, ry = (x, y) if reference is None else _checked(*reference)
    if rx.shape[1] != x.shape[1] or ry.shape[1] != y.shape[1]:
        raise ValueError("units and reference must have the same inputs and outputs")
    if leave_out and reference is not None:
        raise ValueError("a unit is left out of its own table only, not of another reference")
    scale_x, scale_y = rx.max(axis=0), ry.max(axis=0)
    scale_x, scale_y = np.where(scale_x > 0, scale_x, 1.0), np.where(scale_y > 0, scale_y, 1.0)
    x, rx, y, ry = x / scale_x, rx / scale_x, y / scale_y, ry / scale_y
    keep = np.arange(len(rx)) if leave_out else undominated(rx, ry)
    rx, ry = rx[keep], ry[keep]
    scores = np.full(len(x), np.nan)
    for first in range(0, len(x), _BLOCK):
        those = np.arange(first, min(first + _BLOCK, len(x)))
        scores[those] = _solved(x, y, rx, ry, those, returns, orientation, leave_out)
    return scores


def undominated(inputs: Vector, outputs: Vector) -> NDArray[np.intp]:
    """The units that no other one dominates (no more of any input, no less of any output): only these can shape a
    frontier. Of equal units the first is kept. inputs: n x m, outputs: n x s."""
    kept: list[int] = []
    order = np.lexsort((-outputs.sum(axis=1), inputs.sum(axis=1)))
    for unit in order:
        those = np.array(kept, dtype=np.intp)
        less = (inputs[those] <= inputs[unit]).all(axis=1) & (outputs[those] >= outputs[unit]).all(axis=1)
        if not less.any():
            kept.append(int(unit))
    return np.sort(np.array(kept, dtype=np.intp))


def slacks(
    inputs: Vector,
    outputs: Vector,
    *,
    returns: Returns = "crs",
    orientation: Orientation = "input",
    scores: Vector | None = None,
) -> Slacks:
    """The largest sum of slacks (each in units of its column's maximum, so that the answer does not hang on units of
    measurement) that is left when every unit has moved radially to the frontier.

    inputs: n x m, outputs: n x s; scores: Farrell efficiencies where they are known already. Raises ValueError as
    `efficiency`.
    """
    from scipy.optimize import linprog

    x, y = _checked(inputs, outputs)
    found = efficiency(x, y, returns=returns, orientation=orientation) if scores is None else scores
    n, m, s = len(x), x.shape[1], y.shape[1]
    scale_x = np.where(x.max(axis=0) > 0, x.max(axis=0), 1.0)
    scale_y = np.where(y.max(axis=0) > 0, y.max(axis=0), 1.0)
    x, y = x / scale_x, y / scale_y
    cost = np.concatenate([np.zeros(n), -np.ones(m + s)])
    balance = np.zeros((m + s, n + m + s))
    balance[:m, :n], balance[:m, n : n + m] = x.T, np.eye(m)
    balance[m:, :n], balance[m:, n + m :] = y.T, -np.eye(s)
    total = np.concatenate([np.ones(n), np.zeros(m + s)])[None, :]
    answer = np.zeros((n, n + m + s))
    for unit in range(n):
        aim_x, aim_y = (
            (found[unit] * x[unit], y[unit]) if orientation == "input" else (x[unit], y[unit] / found[unit])
        )
        solved = linprog(
            cost,
            A_eq=np.vstack([balance, total]) if returns == "vrs" else balance,
            b_eq=np.concatenate([aim_x, aim_y, [1.0]])
            if returns == "vrs"
            else np.concatenate([aim_x, aim_y]),
            A_ub=total if returns == "nirs" else None,
            b_ub=[1.0] if returns == "nirs" else None,
            method="highs",
        )
        if solved.status == 0:
            answer[unit] = solved.x
        else:
            # The radial move ends on the frontier to within the solver's tolerance: nothing is left beside it.
            answer[unit, unit] = 1.0
    answer[answer < ON_FRONTIER] = 0.0
    return Slacks(answer[:, n : n + m] * scale_x, answer[:, n + m :] * scale_y, answer[:, :n])


def scale_region(crs: float, vrs: float, nirs: float) -> str:
    """Where a unit stands by its three input-oriented scores: ``constant``, ``increasing`` or ``decreasing`` returns
    (Färe, Grosskopf and Lovell 1985)."""
    if abs(crs - vrs) <= ON_FRONTIER * 10:
        return "constant"
    return "decreasing" if abs(nirs - vrs) <= ON_FRONTIER * 10 else "increasing"


def _checked(inputs: Vector, outputs: Vector) -> tuple[Vector, Vector]:
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(outputs, dtype=np.float64)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not x.size or not y.size:
        raise ValueError("inputs and outputs must be tables with one row for each unit")
    if not (np.isfinite(x).all() and np.isfinite(y).all()) or (x < 0).any() or (y < 0).any():
        raise ValueError("inputs and outputs must be finite and not negative")
    if not ((x > 0).any(axis=1).all() and (y > 0).any(axis=1).all()):
        raise ValueError("every unit needs an input and an output that is not zero")
    return x, y


def _solved(
    x: Vector,
    y: Vector,
    rx: Vector,
    ry: Vector,
    those: NDArray[np.intp],
    returns: Returns,
    orientation: Orientation,
    leave_out: bool,
) -> Vector:
    """Scores of some units, in one programme; one by one where that has no solution."""
    from scipy.optimize import linprog
    from scipy.sparse import block_diag

    blocks = [_programme(x[unit], y[unit], rx, ry, returns, orientation) for unit in those]
    width = len(rx) + 1
    cost = np.zeros(width)
    cost[0] = 1.0 if orientation == "input" else -1.0
    upper = np.full((len(those), width), np.inf)
    if leave_out:
        upper[np.arange(len(those)), 1 + those] = 0.0
    total = np.concatenate([[0.0], np.ones(len(rx))])[None, :]
    solved = linprog(
        np.tile(cost, len(those)),
        A_ub=block_diag([block[0] for block in blocks], format="csc"),
        b_ub=np.concatenate([block[1] for block in blocks]),
        A_eq=block_diag([total] * len(those), format="csc") if returns == "vrs" else None,
        b_eq=np.ones(len(those)) if returns == "vrs" else None,
        bounds=np.column_stack([np.zeros(upper.size), upper.ravel()]),
        method="highs-ds",
    )
    if solved.status == 0:
        radial = np.asarray(solved.x.reshape(len(those), width)[:, 0], dtype=np.float64)
        if orientation == "input":
            return radial
        return np.where(radial > 0, 1.0 / np.where(radial > 0, radial, 1.0), np.nan)
    if len(those) == 1:
        return np.array([np.nan])
    return np.concatenate(
        [_solved(x, y, rx, ry, those[[one]], returns, orientation, leave_out) for one in range(len(those))]
    )


def _programme(
    x: Vector, y: Vector, rx: Vector, ry: Vector, returns: Returns, orientation: Orientation
) -> tuple[Any, Vector]:
    """Left and right side of the inequalities of one unit; the first variable is theta or phi."""
    inward = orientation == "input"
    left = np.vstack(
        [
            np.column_stack([-x if inward else np.zeros_like(x), rx.T]),
            np.column_stack([np.zeros_like(y) if inward else y, -ry.T]),
        ]
    )
    right = np.concatenate([np.zeros_like(x) if inward else x, -y if inward else np.zeros_like(y)])
    if returns == "nirs":
        left = np.vstack([left, np.concatenate([[0.0], np.ones(len(rx))])])
        right = np.append(right, 1.0)
    return left, right
