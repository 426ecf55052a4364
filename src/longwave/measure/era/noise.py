"""How the years' noise hangs together: first-order autoregression, or a level that wanders under the noise.

A wandering level is let in on purpose: it is what a slow drift without any era looks like, and a turning point
must stand out from that too. Structures are correlation matrices over the years given; gaps are allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]

PERSISTENCE = (0.0, 0.2, 0.4, 0.55, 0.7, 0.8, 0.9)
WANDERING = (0.01, 0.04, 0.16, 0.64)
"""Yearly variance of the wandering level relative to the yearly noise."""


@dataclass(frozen=True, slots=True)
class Structure:
    """persistence: of an AR(1); wander: yearly variance of a random walk beside unit white noise (inf: a random
    walk alone)."""

    persistence: float = 0.0
    wander: float = 0.0

    def matrix(self, years: Whole) -> Vector:
        """Covariance up to scale, (n, n)."""
        if self.wander:
            walk = np.minimum.outer(years, years) - years[0] + 1.0
            return np.asarray(walk if np.isinf(self.wander) else np.eye(len(years)) + self.wander * walk)
        return np.asarray(self.persistence ** np.abs(np.subtract.outer(years, years)), float)


STRUCTURES = (
    *(Structure(persistence=rho) for rho in PERSISTENCE),
    *(Structure(wander=share) for share in WANDERING),
    Structure(wander=np.inf),
)
