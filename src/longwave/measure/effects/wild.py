"""The wild cluster bootstrap: honest tests and intervals where countries are few.

Clustered standard errors rest on many clusters; with eleven countries a 5 % test rejects a true null twice as
often. The bootstrap under the null (Cameron, Gelbach and Miller 2008; Roodman, MacKinnon, Nielsen and Webb 2019)
multiplies each country's restricted residuals by a random sign w_g and compares the t statistic with those of the
made-up samples; the interval holds every b0 that is not rejected. Below twelve countries there are too few sign
patterns, so Webb's six-point weights are drawn.

Let r be the regressor with everything else taken out, u(b0) = My - b0 r, s_g = r_g'u_g. Since country effects are
nested in the clusters, a draw's estimate less b0 is sum w_g s_g / r'r, and its clustered variance is the sum of
squares of w'A / r'r, with A linear in b0. So one test costs a product of (draws by G) and (G by G), and the interval
is found by bisection with the same draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.effects.within import Codes, Matrix, Sample, Vector, sweep

DRAWS = 999
_WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
FEW = 12
"""Below this many clusters the signs make too few different samples (2^11 = 2,048, half of them mirrored)."""


def weights(clusters: int, draws: int = DRAWS, seed: int = 0) -> Matrix:
    """draws by clusters random weights with mean 0 and variance 1: signs, or Webb's six points below 12 clusters."""
    rng = np.random.default_rng(seed)
    points = _WEBB if clusters < FEW else np.array([-1.0, 1.0])
    return np.asarray(rng.choice(points, size=(draws, clusters)), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Wild:
    """One regression's draws. b: the estimate; error: its clustered standard error; labels: country codes.

    moved, spread: what the draws' estimates and country scores are at b0 = 0, and what one unit of b0 takes off.
    """

    b: float
    error: float
    labels: Codes
    moved: tuple[Vector, Vector]
    spread: tuple[Matrix, Matrix]

    def statistic(self, b0: float) -> float:
        return (self.b - b0) / self.error

    def draws(self, b0: float) -> Vector:
        """t statistics of the samples made up under b = b0."""
        moved = self.moved[0] - b0 * self.moved[1]
        spread = self.spread[0] - b0 * self.spread[1]
        return np.asarray(moved / np.sqrt((spread**2).sum(axis=1)), dtype=np.float64)

    def p_value(self, b0: float) -> float:
        """Share of draws whose t is at least as far from zero; never exactly 0."""
        draws = self.draws(b0)
        far = np.abs(draws) >= abs(self.statistic(b0)) - 1e-12
        return float((far.sum() + 1) / (len(draws) + 1))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Every b0 that the bootstrap does not reject; bounds are infinite where clusters are too few for any."""
        return self._bound(level, -1.0), self._bound(level, 1.0)

    def _bound(self, level: float, side: float) -> float:
        inside, outside = 0.0, 2.0 * self.error
        for _ in range(10):
            if self.p_value(self.b + side * outside) <= 1 - level:
                break
            inside, outside = outside, 2 * outside
        else:
            return side * np.inf
        for _ in range(16):
            middle = (inside + outside) / 2
            if self.p_value(self.b + side * middle) <= 1 - level:
                outside = middle
            else:
                inside = middle
        return self.b + side * (inside + outside) / 2


def wild(sample: Sample, w: Matrix | None = None) -> Wild | None:
    """The bootstrap of the first regressor; None where it does not vary once everything else is taken out.

    w: draws by clusters, the same draws for several regressions where they are to be compared; own ones otherwise.
    """
    swept = sweep(sample)
    target, others = swept.z[:, 0], swept.z[:, 1:]
    basis = _basis(others)
    r = target - basis @ (basis.T @ target)
    total = float(r @ r)
    if total <= 1e-12 * max(float(target @ target), 1e-300):
        return None
    y = swept.y - basis @ (basis.T @ swept.y)
    b = float(r @ y) / total
    scores_y, scores_r = _sums(r * y, swept.starts), _sums(r * r, swept.starts)
    spread_y = _spread(r, y, basis, swept.starts, scores_y, scores_r, total)
    spread_r = _spread(r, r, basis, swept.starts, scores_r, scores_r, total)
    actual = scores_y - b * scores_r
    error = float(np.sqrt((actual**2).sum())) / total
    if error <= 0:
        return None
    w = weights(len(swept.labels)) if w is None else w
    return Wild(
        b,
        error,
        swept.labels,
        (w @ scores_y, w @ scores_r),
        (w @ spread_y.T, w @ spread_r.T),
    )


def _spread(
    r: Vector, u: Vector, basis: Matrix, starts: NDArray[np.int64], scores: Vector, own: Vector, total: float
) -> Matrix:
    """A[g, h]: what country h's residuals do to country g's score once the draw is regressed anew."""
    with_r = np.add.reduceat(basis * r[:, None], starts, axis=0)
    with_u = np.add.reduceat(basis * u[:, None], starts, axis=0)
    return np.asarray(np.diag(scores) - with_r @ with_u.T - np.outer(own, scores) / total, dtype=np.float64)


def _sums(values: Vector, starts: NDArray[np.int64]) -> Vector:
    return np.asarray(np.add.reduceat(values, starts), dtype=np.float64)


def _basis(columns: Matrix) -> Matrix:
    """Orthonormal columns that span the same, whatever their rank."""
    if columns.shape[1] == 0:
        return columns
    scale = np.sqrt((columns**2).sum(axis=0))
    u, s, _ = np.linalg.svd(columns / np.where(scale > 0, scale, 1.0), full_matrices=False)
    return np.asarray(u[:, s > 1e-9 * max(s[0], 1e-300)], dtype=np.float64)
