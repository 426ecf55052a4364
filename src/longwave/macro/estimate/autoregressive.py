"""Errors with a memory: u = rho1 u(-1) + ... + rho_p u(-p) + e, all coefficients at once.

The quasi-differenced equation e = u - rho1 u(-1) - ... is an expression like any other: its derivatives to b and to rho are
exact, and nonlinear least squares on it is the fixed point of Cochrane and Orcutt's (1949) iterations, found without
iterating between the two. **First observations**: those p periods before the sample are history only and are not
fitted (conditional least squares); where data for them are missing a written sample starts p periods later, which the
result says. Prais-Winsten and exact likelihood would fit them too and so differ a little in short samples.
Several minima do occur (Hildreth and Lu 1960): eight values of rho are tried as starts.
Standard errors allow for b and rho being estimated together, also with lagged explained variables, where those of a
two-step procedure are wrong (Cooper 1972).
"""

from __future__ import annotations

import numpy as np

from longwave.core.message import Message, say
from longwave.macro.estimate.result import EquationEstimate


def memory(estimate: EquationEstimate) -> tuple[float, ...]:
    """rho1 ... rho_p of an estimated equation, () without such errors."""
    values = [each.value for each in estimate.coefficients]
    return tuple(values[len(values) - estimate.order :]) if estimate.order else ()


def memory_notes(equation: str, rho: tuple[float, ...]) -> tuple[Message, ...]:
    """A warning where errors do not die out: a root of 1 - rho1 z - ... on or within the unit circle."""
    if not rho:
        return ()
    companion = np.zeros((len(rho), len(rho)))
    companion[0] = rho
    companion[1:, :-1] = np.eye(len(rho) - 1)
    largest = float(np.abs(np.linalg.eigvals(companion)).max())
    return (say("estimate.lasting_errors", equation=equation, root=largest),) if largest >= 1.0 else ()
