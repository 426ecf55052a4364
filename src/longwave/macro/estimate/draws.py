"""Draws of coefficients from their estimated normal law, for uncertainty of coefficients in simulations.

Draw r takes its numbers from its own place in a counter-based stream (Philox; Salmon, Moraes, Dror and Shaw 2011), so
that it is the same however many are drawn and wherever one begins. Normal numbers are made by inverting the distribution
function, which takes one number each. The root of the correlations is the symmetric one: unique, also where restrictions
make the covariance singular, and no order of coefficients is favoured.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.estimate import Estimate
from longwave.core.message import say

Vector = NDArray[np.float64]
WORDS = 4  # numbers that one step of the Philox counter gives


class WithCoefficients(Protocol):
    """Any estimate with coefficients and their covariance: of one equation or of a system."""

    @property
    def coefficients(self) -> tuple[Estimate, ...]: ...

    @property
    def covariance(self) -> Vector: ...


def coefficient_draws(estimate: WithCoefficients, replications: int, seed: int, *, start: int = 0) -> Vector:
    """Draws number `start` to `start + replications` - 1 of the coefficients, float64 [replications, coefficients].

    The columns are in the order of `estimate.coefficients`. Raises UsageError for a count or seed below nought, or an
    estimate whose covariance is not finite.
    """
    if replications < 0 or seed < 0 or start < 0:
        raise UsageError(say("estimate_system.bad_draws"), say("estimate_system.bad_draws_mend"))
    values = np.array([each.value for each in estimate.coefficients])
    if not (np.isfinite(values).all() and np.isfinite(estimate.covariance).all()):
        raise UsageError(say("estimate_system.no_spread"), say("estimate_system.no_spread_mend"))
    return values + standard_normals(seed, start, replications, len(values)) @ root(estimate.covariance)


def standard_normals(seed: int, start: int, rows: int, columns: int) -> Vector:
    """Rows `start` ... of an endless table of independent standard normal numbers that the seed fixes."""
    from scipy.special import ndtri

    steps = max(1, -(-columns // WORDS))
    stream = np.random.Philox(seed)
    stream.advance(start * steps)
    words = stream.random_raw(rows * steps * WORDS).reshape(rows, steps * WORDS)[:, :columns]
    # 53 bits, in the middle of their cell: never 0 or 1
    return np.asarray(ndtri(((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53))


def root(covariance: Vector) -> Vector:
    """S with S'S = covariance: the symmetric root of the correlations times the standard errors; a strength below nought,
    which only rounding makes, is nought."""
    sizes = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    safe = np.where(sizes > 0.0, sizes, 1.0)
    strength, directions = np.linalg.eigh(covariance / np.outer(safe, safe))
    half = (directions * np.sqrt(np.maximum(strength, 0.0))) @ directions.T
    return np.asarray(half * sizes)
