"""Factors of a large sparse matrix in an order that is kept, and what a singular one hangs on.

SuperLU (Demmel and others, 1999) keeps the given order of rows and columns and leaves the diagonal only for a pivot
10,000 times as large, or an order of minimum degree where that is asked for (`fill.py`). A solve is checked against the
matrix and refined once; where the factors are no good, SuperLU's own ordering (COLAMD) with full partial pivoting takes
over.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.fill import PIVOT_THRESHOLD, by_degree

Vector = NDArray[np.float64]
Places = NDArray[np.intp]

BAD_SOLVE = 1e-6
"""What a solve may miss, relative to its right side, before its factors are given up."""

NEARLY_SINGULAR = 1e-13
"""A pivot smaller than this part of its column counts as none, and so does a smallest singular value."""


class Factors:
    """LU factors of a square CSC array. Raises ArithmeticError where it is singular to working precision of SuperLU."""

    def __init__(self, matrix: Any, *, keep_order: bool = True, degree: bool = False) -> None:
        self.matrix = matrix
        self._kept = keep_order
        found = (_of_degree(matrix) if degree else _kept_order(matrix)) if keep_order else None
        self._lu: Any = _own_order(matrix) if found is None else found

    @property
    def entries(self) -> int:
        """Entries of both factors."""
        return int(self._lu.nnz)

    def solve(self, right: Vector) -> Vector:
        """x of matrix @ x = right; not finite where it cannot be found."""
        x, missed = self._tried(right)
        if missed <= BAD_SOLVE or not self._kept:
            return x
        try:
            self._lu, self._kept = _own_order(self.matrix), False
        except ArithmeticError:
            return x
        return self._tried(right)[0]

    def _tried(self, right: Vector) -> tuple[Vector, float]:
        """(the solution, the part of the right side that it misses), refined once where it is rough."""
        norm = float(np.linalg.norm(right)) or 1.0
        x = self._lu.solve(right)
        with np.errstate(all="ignore"):
            left_over = right - self.matrix @ x
            missed = float(np.linalg.norm(left_over)) / norm
            if 1e-12 < missed < 1.0:
                x = x + self._lu.solve(left_over)
                missed = float(np.linalg.norm(right - self.matrix @ x)) / norm
        return x, missed if np.isfinite(missed) else np.inf

    def is_singular(self) -> bool:
        """Whether the matrix is singular but for rounding.

        Two signs are wanted: a vector that the scaled matrix all but annihilates, and a pivot that is next to
        nothing beside its column. Dynamics that explode or die out show the first alone.
        """
        if self._smallest() > NEARLY_SINGULAR:
            return False
        from scipy.sparse import csc_array

        upper = csc_array(self._lu.U)
        largest = np.maximum.reduceat(np.abs(upper.data), upper.indptr[:-1])
        return bool(np.any(np.abs(upper.diagonal()) <= NEARLY_SINGULAR * largest))

    def _smallest(self) -> float:
        """An estimate, from above, of the smallest singular value of the matrix with rows scaled to one."""
        size = self.matrix.shape[0]
        rows = np.zeros(size)
        np.maximum.at(rows, self.matrix.indices, np.abs(self.matrix.data))
        probe = np.random.default_rng(1).choice([-1.0, 1.0], size)
        with np.errstate(all="ignore"):
            columns = np.maximum.reduceat(
                np.abs(self.matrix.data / rows[self.matrix.indices]), self.matrix.indptr[:-1]
            )
            largest = float(np.linalg.norm(columns * self._lu.solve(rows * probe)))
        return float(np.sqrt(size)) / largest if np.isfinite(largest) else 0.0


def _kept_order(matrix: Any) -> Any:
    from scipy.sparse.linalg import splu

    try:
        return splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=PIVOT_THRESHOLD)
    except RuntimeError:
        return None


def _of_degree(matrix: Any) -> Any:
    try:
        return by_degree(matrix)
    except RuntimeError:
        return None


def _own_order(matrix: Any) -> Any:
    from scipy.sparse.linalg import splu

    try:
        return splu(matrix, permc_spec="COLAMD", diag_pivot_thresh=1.0)
    except RuntimeError as singular:
        raise ArithmeticError("singular") from singular


def null_pair(matrix: Any) -> tuple[int, int]:
    """(row, column) that a singular square matrix hangs on.

    Where no permutation puts non-zeros all along the diagonal, a row and a column left without one another; else
    the largest entries of the left and right null vectors, by inverse iteration on the slightly shifted matrix.
    """
    from scipy.sparse import csc_array, csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    by_row = csr_array(matrix)
    by_row.eliminate_zeros()
    column_of = maximum_bipartite_matching(by_row, perm_type="column")
    if np.any(column_of < 0):
        alone = np.setdiff1d(np.arange(matrix.shape[0]), column_of)
        return int(np.argmax(column_of < 0)), int(alone[0])
    left, right = _null_vectors(csc_array(by_row), column_of)
    return int(np.argmax(np.abs(left))), int(np.argmax(np.abs(right)))


def _null_vectors(matrix: Any, column_of: Places) -> tuple[Vector, Vector]:
    """Left and right vectors that the matrix, rows and columns scaled to one, nearly annihilates."""
    from scipy.sparse import csc_array, diags_array
    from scipy.sparse.linalg import splu

    rows = 1.0 / np.maximum(abs(matrix).max(axis=1).toarray().ravel(), 1e-300)
    scaled = csc_array(diags_array(rows) @ matrix)
    columns = 1.0 / np.maximum(abs(scaled).max(axis=0).toarray().ravel(), 1e-300)
    scaled = csc_array(scaled @ diags_array(columns))
    count = scaled.shape[0]
    rng = np.random.default_rng(1)
    signs = rng.choice([-1.0, 1.0], count)
    lu = None
    for size in (1e-11, 1e-8, 1e-5, 1e-2):  # some matrices stay singular to rounding under the smaller ones
        nudge = csc_array((size * signs, (np.arange(count), column_of)), shape=(count, count))
        try:
            lu = splu(csc_array(scaled + nudge))
            break
        except RuntimeError:
            continue
    if lu is None:
        return np.ones(count), np.ones(count)
    right = left = rng.standard_normal(count)
    for _ in range(3):
        right = _unit(lu.solve(left))
        left = _unit(lu.solve(right, trans="T"))
    return left, right


def _unit(x: Vector) -> Vector:
    norm = float(np.linalg.norm(x))
    return x / norm if np.isfinite(norm) and norm > 0.0 else np.ones_like(x) / np.sqrt(len(x))
