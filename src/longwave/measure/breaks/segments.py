"""The residual sum of squares of every stretch of the sample, and of every place where one more break could go.

Both are computed from running sums of cross products, without a regression of their own: the work is that of
n(n+1)/2 small Cholesky factors for all stretches, and of n for one more break.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.message import say

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_SINGULAR = 1e-9
"""Smallest share of a stretch's own variation below which a regressor says nothing new there."""


@dataclass(frozen=True, eq=False)
class Regression:
    """y = z b + x d_j + u, regime j: y of n observations, x (n, q) breaks, z (n, p) does not; p may be 0."""

    y: Vector
    x: Matrix
    z: Matrix

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def q(self) -> int:
        return int(self.x.shape[1])

    @property
    def p(self) -> int:
        return int(self.z.shape[1])

    def part(self, start: int, stop: int) -> Regression:
        """Observations start, ..., stop - 1."""
        return Regression(self.y[start:stop], self.x[start:stop], self.z[start:stop])

    def design(self, ends: tuple[int, ...]) -> Matrix:
        """x by regime (regime j in columns jq, ..., jq + q - 1), then z. ends: number of observations up to each
        break."""
        bounds = (0, *ends, self.n)
        by_regime = np.zeros((self.n, self.q * (len(ends) + 1)))
        for regime, (start, stop) in enumerate(pairwise(bounds)):
            by_regime[start:stop, regime * self.q : (regime + 1) * self.q] = self.x[start:stop]
        return np.column_stack([by_regime, self.z])


def fit(design: Matrix, y: Matrix) -> tuple[Matrix, Matrix]:
    """Least-squares coefficients and residuals. Raises BadInput where the regressors are collinear."""
    coefficients, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    if rank < design.shape[1]:
        raise BadInput(say("breaks.collinear"), say("breaks.collinear_mend"))
    return np.asarray(coefficients, dtype=np.float64), y - design @ coefficients


def segment_ssr(y: Vector, x: Matrix, shortest: int) -> Matrix:
    """S[i, j]: residual sum of squares of y on x over observations i, ..., j - 1; infinite for stretches of fewer
    than `shortest`.

    Raises BadInput where x is collinear within some stretch (a dummy that is zero throughout it, say).
    """
    n = len(x)
    # A basis of the same columns with unit scale, and y without what x explains in the whole: same sums, less rounding.
    basis = np.linalg.qr(x)[0] * np.sqrt(n)
    rest = y - basis @ (basis.T @ y) / n
    cross = _running(basis[:, :, None] * basis[:, None, :])
    moment = _running(basis * rest[:, None])
    square = _running(rest * rest)
    ssr = np.full((n + 1, n + 1), np.inf)
    for start in range(n - shortest + 1):
        own = cross[start + shortest :] - cross[start]
        joint = moment[start + shortest :] - moment[start]
        total = square[start + shortest :] - square[start]
        explained = (roots(own, joint[:, :, None]) ** 2).sum(axis=(1, 2))
        ssr[start, start + shortest :] = np.maximum(total - explained, 0.0)
    return ssr


def roots(own: NDArray[np.float64], joint: NDArray[np.float64]) -> NDArray[np.float64]:
    """L^-1 b for each A = L L' (k, q, q) and b (k, q, draws): its squares sum to b'A^-1 b. Raises BadInput when
    some A is singular."""
    q = own.shape[1]
    diagonal = np.einsum("kii->ki", own)
    scale = diagonal.mean(axis=1)
    if q == 1:
        if (diagonal <= 0).any():
            raise BadInput(say("breaks.collinear"), say("breaks.collinear_mend"))
        return np.asarray(joint / np.sqrt(own), dtype=np.float64)
    try:
        root = np.linalg.cholesky(own)
    except np.linalg.LinAlgError:
        raise BadInput(say("breaks.collinear"), say("breaks.collinear_mend")) from None
    if (np.einsum("kii->ki", root) ** 2 <= _SINGULAR * scale[:, None]).any():
        raise BadInput(say("breaks.collinear"), say("breaks.collinear_mend"))
    return np.asarray(np.linalg.solve(root, joint), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class BreakScan:
    """One more break within observations start, ..., stop - 1, at every place that leaves `shortest` on either
    side: row r stands for a break after start + shortest + r observations of the sample.

    By Frisch, Waugh and Lovell: x up to the break becomes a regressor of its own beside those already there.
    """

    base: Matrix
    column: Matrix
    start: int
    stop: int
    shortest: int
    inverse_root: NDArray[np.float64]

    @classmethod
    def of(cls, base: Matrix, x: Matrix, start: int, stop: int, shortest: int) -> BreakScan:
        """base (n, k): all regressors without that break, among them x over this stretch. Raises BadInput where
        x is collinear on one side."""
        inside, kept = slice(start, stop), slice(shortest, stop - start - shortest + 1)
        base = np.linalg.qr(base)[0]
        column = np.linalg.qr(x[inside])[0]
        reach = _running(base[inside, :, None] * column[:, None, :])[kept]
        own = _running(column[:, :, None] * column[:, None, :])[kept]
        own = own - np.einsum("rkq,rkp->rqp", reach, reach)
        unit = np.broadcast_to(np.eye(x.shape[1]), own.shape)
        return cls(base, column, start, stop, shortest, roots(own, unit))

    @property
    def ends(self) -> range:
        return range(self.start + self.shortest, self.stop - self.shortest + 1)

    def scores(self, rest: Matrix) -> NDArray[np.float64]:
        """(rows, q, draws): their squares, summed over q, are the reductions. rest (n, draws): residuals on base,
        of one series or of many at once."""
        own = rest[self.start : self.stop]
        moments = [
            np.cumsum(one[:, None] * own, axis=0)[self.shortest - 1 : -self.shortest] for one in self.column.T
        ]
        return np.asarray(self.inverse_root @ np.stack(moments, axis=1), dtype=np.float64)

    def gains(self, rest: Matrix) -> Matrix:
        """(rows, draws): by how much the break lowers the residual sum of squares."""
        return np.asarray((self.scores(rest) ** 2).sum(axis=1), dtype=np.float64)

    def step(self, row: int, change: Vector) -> Vector:
        """(n,): what a break at this row adds, after projection off base; change: its coefficients on `column`."""
        added = np.zeros(len(self.base))
        upto = self.shortest + row
        added[self.start : self.start + upto] = self.column[:upto] @ change
        return np.asarray(added - self.base @ (self.base.T @ added), dtype=np.float64)


def _running(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running sums with a zero before the first."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
