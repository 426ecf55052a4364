"""The slopes of a system at one period: sum over shifts k of A_k dy(t+k) + B dx = 0.

Levels that grow may be taken relative to their paths, so that growth is not mistaken for explosion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.macro.bind import System
from longwave.macro.expectations import layout_of

Matrix = NDArray[np.float64]

FLAT_PACE = 2.5e-3
"""Growth a period that needs no history: data wander a little."""


@dataclass(frozen=True, eq=False)
class Slopes:
    """at[k]: dense [equations, equations], the slopes of equations to variables at shift k, in the system's orders.

    relative: whether any variable grows and is taken relative to its path."""

    system: System
    at: Mapping[int, Matrix]
    relative: bool = False

    @property
    def lags(self) -> dict[int, int]:
        """Variable (its place) -> longest lag with a slope."""
        return self._reach(-1)

    @property
    def leads(self) -> dict[int, int]:
        """Variable (its place) -> longest lead with a slope."""
        return self._reach(1)

    def _reach(self, sign: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for shift, matrix in self.at.items():
            if shift * sign > 0:
                for place in np.flatnonzero(np.any(matrix != 0.0, axis=0)):
                    found[int(place)] = max(found.get(int(place), 0), abs(shift))
        return found


def slopes_at(
    system: System, values: Matrix, row: int, parameters: Matrix, *, relative_from: int | None = None
) -> Slopes:
    """The slopes at a row of values [rows, columns of the system].

    relative_from: the first solved row; variables that grew before it, and grow at the row, are taken relative to their
    paths. None: none are. Raises SolveError naming the equation whose slope is not a number.
    """
    plan = layout_of(system)
    found = np.asarray(plan.slopes(values, row, row + 1, parameters))[0]
    grows = False
    if relative_from is not None:
        used = np.isin(plan.column, np.array(system.unknowns))
        sizes = _sizes(values, row, relative_from, plan.column[used], plan.shift[used])
        found = found.copy()
        found[used] *= sizes
        grows = bool((sizes != 1.0).any())
    place_of = {column: place for place, column in enumerate(system.unknowns)}
    count = len(system.unknowns)
    matrices: dict[int, Matrix] = {0: np.zeros((count, count))}
    for slope, equation, column, shift in zip(found, plan.equation, plan.column, plan.shift, strict=True):
        place = place_of.get(int(column))
        if place is None:
            continue
        if not np.isfinite(slope):
            raise SolveError(
                say(
                    "steady.no_slope",
                    equation=system.labels[int(equation)][0],
                    name=system.columns[int(column)],
                ),
                say("model.not_a_number_mend"),
            )
        matrices.setdefault(int(shift), np.zeros((count, count)))[int(equation), place] = slope
    return Slopes(system, matrices, grows)


def _sizes(values: Matrix, row: int, start: int, column: Any, shift: Any) -> Matrix:
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


def _pace(path: Matrix) -> float:
    """Growth a period on the logarithm; NaN for a path that is not known or changes its sign."""
    if len(path) < 2 or not (path * path[0] > 0.0).all():
        return float("nan")
    return float(np.log(path[-1] / path[0])) / (len(path) - 1)
