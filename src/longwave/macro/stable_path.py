"""What a forward-looking solve must say of itself: whether it found the one stable path, one of many, or none.

A stacked solve always finds a path that fits the terminal condition. Whether that path is the economy's answer is told
by the roots of the model (Blanchard and Kahn, 1980; `stability`): too few outside the unit circle, and the terminal
condition picks one of many stable paths; too many, and what is shown hangs on where the horizon ends. The roots are
taken at the last solved period that leads do not leave and at the first, relative to paths that grow, and both must
agree before anything is said: off a growing or kinked path a linearisation can misjudge. Large models are left to the
weight of the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import Message, say
from longwave.macro.bind import System
from longwave.macro.linearised import slopes_at
from longwave.macro.solve import Inputs, reach
from longwave.macro.stability import Verdict, stability_of

MOST_VARIABLES = 200
MOST_STATES = 200
"""Up to which the roots are computed with every solve: some milliseconds."""
KEPT = 64
"""Verdicts that a system remembers, one a vector of parameters."""

Vector = NDArray[np.float64]
Verdicts = dict[bytes, Verdict | None]


def stable_path_note(inputs: Inputs, values: Vector) -> Message | None:
    """The warning that a solution without one stable path needs; None where there is one, or a model is too large."""
    kept: Verdicts = inputs.system.__dict__.setdefault("_verdicts", {})
    key = inputs.parameters.tobytes()
    if key not in kept:
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = _verdict(inputs, values)
    found = kept[key]
    if found is Verdict.INDETERMINATE:
        return say("stacked.many_paths")
    return say("stacked.no_stable_path") if found is Verdict.NO_STABLE_PATH else None


def _verdict(inputs: Inputs, values: Vector) -> Verdict | None:
    """The verdict at the last period, where the first one has it too; else None."""
    system = inputs.system
    if len(system.variables) > MOST_VARIABLES or _states(system) > MOST_STATES:
        return None
    end = max(inputs.rows.start, inputs.rows.stop - 1 - system.max_lead)
    last = _at(inputs, values, end)
    if last in (None, Verdict.UNIQUE):
        return last
    return last if _at(inputs, values, inputs.rows.start) is last else None


def _states(system: System) -> int:
    far, unknowns = reach(system), list(system.unknowns)
    return int(far.lag[unknowns].clip(min=0).sum() + far.lead[unknowns].clip(min=0).sum())


def _at(inputs: Inputs, values: Vector, row: int) -> Verdict | None:
    try:
        slopes = slopes_at(inputs.system, values, row, inputs.parameters, relative_from=inputs.rows.start)
    except SolveError:
        return None
    return stability_of(slopes).verdict
