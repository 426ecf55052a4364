"""Whether the order that is kept leaves factors sparse, seen on the part of a matrix that is eliminated first.

The order of stacked time (`stacked.py`) suits models whose core is read everywhere. A large model of many groups that
hardly touch one another is sparser in an order of minimum degree (Liu, 1985; SuperLU's, on the pattern of A + A'): with
3,000 equations in a chain and 20 periods a tenth of the entries, and the gap grows. Entries in the kept order are
counted without numbers, row by row (Rose and Tarjan, 1978), and no further than the other order's allow.
"""

from __future__ import annotations

from typing import Any

PIVOT_THRESHOLD = 1e-4
"""The diagonal is kept as pivot unless it is smaller than this times the largest entry below it."""

SMALL = 5_000
"""Unknowns below which the order does not matter."""

SAMPLED_PERIODS = 4
"""Periods at the end of stacked time that are looked at."""

WORTH = 0.5
"""The other order must leave at most this part of the entries: it fills in faster with more periods."""


def degree_is_sparser(matrix: Any, size: int) -> bool:
    """Whether an order of minimum degree leaves far fewer entries than the order as it stands.

    matrix: square CSC array; judged on its first `size` rows and columns.
    """
    from scipy.sparse import csc_array

    if matrix.shape[0] < SMALL:
        return False
    lead = csc_array(matrix[:size, :size])
    try:
        most = int(by_degree(lead).nnz / WORTH)
    except RuntimeError:  # the part alone is singular, which says nothing of the whole
        return False
    return entries_in_order(lead, most) > most


def by_degree(matrix: Any) -> Any:
    """SuperLU's factors in an order of minimum degree, with the diagonal as pivot where it is not far too small.

    Raises RuntimeError for a singular matrix.
    """
    from scipy.sparse.linalg import splu

    return splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=PIVOT_THRESHOLD,
        options={"SymmetricMode": True},
    )


def entries_in_order(matrix: Any, most: int) -> int:
    """Entries of both factors of a square matrix in its own order with pivots on the diagonal; above `most`, some number
    above it."""
    size = int(matrix.shape[0])
    by_row = matrix.tocsr()
    starts, columns = by_row.indptr.tolist(), by_row.indices.tolist()
    right: list[int] = []  # bit k of right[i]: column k > i in row i of the upper factor
    entries = size
    for row in range(size):
        found = 0
        for column in columns[starts[row] : starts[row + 1]]:
            found |= 1 << column
        before = (1 << row) - 1
        left = found & before
        while left:
            column = (left & -left).bit_length() - 1
            found |= right[column]
            left = found & before & -(2 << column)
        found &= ~(1 << row)
        right.append(found & ~before)
        entries += found.bit_count()
        if entries > most:
            return entries
    return entries
