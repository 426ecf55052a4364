"""Whether the order that is kept leaves factors sparse, seen on the part of a matrix that is eliminated first.

The order of stacked time (`stacked.py`) suits models whose core is read everywhere. A large model of many groups that
hardly touch one another is sparser in an order of minimum degree (Liu, 1985; SuperLU's, on the pattern of A + A'): with
3,000 equations in a chain and 20 periods a tenth of the entries, and the gap grows. Entries in the kept order are
counted without numbers, by the elimination tree (Liu, 1990): column j hands what stands below its first entry on to
the column of that entry. Where they are few nothing else is tried.
"""

from __future__ import annotations

from typing import Any

PIVOT_THRESHOLD = 1e-4
"""The diagonal is kept as pivot unless it is smaller than this times the largest entry below it."""

SAMPLED_PERIODS = 6
"""Periods at the end of stacked time that are looked at."""

DENSE = 60
"""Entries an unknown from which on another order is worth a trial. FRB/US has 42."""

WORTH = 0.5
"""The other order must leave at most this part of the entries: it fills in faster with more periods."""


def degree_is_sparser(matrix: Any, size: int) -> bool:
    """Whether an order of minimum degree leaves far fewer entries than the order as it stands.

    matrix: square CSC array; judged on its first `size` rows and columns.
    """
    from scipy.sparse import csc_array

    size = min(size, matrix.shape[0])
    lead = csc_array(matrix[:size, :size])
    kept = entries_in_order(lead)
    if kept <= DENSE * size:
        return False
    try:
        found = by_degree(lead)
    except RuntimeError:  # the part alone is singular, which says nothing of the whole
        return False
    return bool(found.nnz < WORTH * kept)


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


def entries_in_order(matrix: Any) -> int:
    """Entries of both factors of a square matrix in its own order, with pivots on the diagonal, of the pattern A + A'."""
    size = matrix.shape[0]
    whole = matrix.tocoo()
    low, high = whole.row.tolist(), whole.col.tolist()
    below = [0] * size  # bit k of below[j]: row j + 1 + k
    for one, other in zip(low, high, strict=True):
        if one > other:
            below[other] |= 1 << (one - other - 1)
        elif other > one:
            below[one] |= 1 << (other - one - 1)
    entries = size
    for column in range(size):
        rows = below[column]
        if rows:
            entries += 2 * rows.bit_count()
            parent = (rows & -rows).bit_length()
            below[column + parent] |= rows >> parent
            below[column] = 0
    return entries
