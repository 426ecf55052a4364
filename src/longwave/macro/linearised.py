"""The slopes of a system at one period: sum over shifts k of A_k dy(t+k) + B dx = 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.macro.bind import System
from longwave.macro.expectations import layout_of

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Slopes:
    """at[k]: dense [equations, equations], the slopes of equations to variables at shift k, in the system's orders."""

    system: System
    at: Mapping[int, Matrix]

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


def slopes_at(system: System, values: Matrix, row: int, parameters: Matrix) -> Slopes:
    """The slopes at a row of values [rows, columns of the system].

    Raises SolveError naming the equation whose slope is not a number.
    """
    plan = layout_of(system)
    found = np.asarray(plan.slopes(values, row, row + 1, parameters))[0]
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
    return Slopes(system, matrices)
