"""Whether a model has one stable path: the roots of `longwave.macro.stability`, where growth is no explosion.

Exactly as many roots as there are lagged values must lie on or inside the unit circle: with fewer no path is stable,
with more there are many. A model without leads has its own roots only, and none may lie outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.macro.bind import System
from longwave.macro.stability import roots_at

Vector = NDArray[np.float64]


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

    Raises SolveError where the linearisation holds a slope that is not finite.
    """
    found = roots_at(system, values, row, parameters, start)
    infinite = found.states - len(found.roots)
    size = np.abs(found.roots)  # the largest first
    stable = np.arange(len(size)) >= found.outside - infinite
    return Determinacy(
        found.states - found.outside,
        found.states - found.needed,
        float(np.max(size[stable], initial=0.0)),
        float(np.min(size[~stable], initial=np.inf)),
    )
