"""Final demand under capacities: how much of it can be met when industries cannot make more than so much.

    max sum_j w_j y_j   subject to   x = A x + y,  0 <= y <= f,  0 <= x <= capacity

A linear programme, solved by HiGHS. The shadow price of a capacity is what one more unit of it would let through of
final demand (weighted). Where several ways of rationing meet equally much, one of them is given.

Reference: Dorfman, Samuelson and Solow (1958), Linear Programming and Economic Analysis, chapters 9 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]

_NO_LIMIT = 1e12
"""A capacity so many times the largest demand never binds."""


class NoPlan(ValueError):
    """The programme has no solution; with coefficients that are not negative this cannot happen."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The most that can be met. output: x; met: y, by industry; unmet: f - y; worth: final demand let through by one
    more unit of each capacity, zero where it does not bind."""

    output: Vector
    met: Vector
    unmet: Vector
    worth: Vector


def meet_demand(
    coefficients: ArrayLike, final: ArrayLike, capacity: ArrayLike, weights: ArrayLike | None = None
) -> Plan:
    """The plan that meets most of a final demand.

    coefficients: A, n x n; final: f, not negative; capacity: most output, infinite where there is no limit; weights:
    of a unit of each industry's final demand (default 1: money). Raises ValueError for negative or unfit figures,
    NoPlan.
    """
    from scipy.optimize import linprog

    a, f, most = (np.asarray(each, dtype=float) for each in (coefficients, final, capacity))
    n = len(f)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    if a.shape != (n, n) or most.shape != (n,) or w.shape != (n,) or not np.isfinite(a).all():
        raise ValueError("coefficients, final demand and capacities must be of the same industries")
    if not np.isfinite(f).all() or (f < 0).any() or np.isnan(most).any() or (most < 0).any() or (w < 0).any():
        raise ValueError("final demand, capacities and weights must not be negative")
    # In units of the largest figure, so that the solver's tolerances mean the same for thousands and for billions.
    scale = float(f.max()) or 1.0
    bounds = [(0.0, None if top >= _NO_LIMIT * scale else top / scale) for top in most]
    bounds += [(0.0, top / scale) for top in f]
    found = linprog(
        np.concatenate([np.zeros(n), -w]),
        A_eq=np.hstack([np.eye(n) - a, -np.eye(n)]),
        b_eq=np.zeros(n),
        bounds=bounds,
        method="highs",
    )
    if not found.success:
        raise NoPlan(str(found.message))
    output, met = found.x[:n] * scale, np.minimum(found.x[n:] * scale, f)
    worth = np.where(np.isinf(most), 0.0, -np.asarray(found.upper.marginals[:n]))
    return Plan(output, met, f - met, np.maximum(worth, 0.0))
