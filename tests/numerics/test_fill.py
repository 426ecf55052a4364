"""The choice of an order of elimination: entries counted without numbers, and when another order is taken."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csc_array, random_array
from scipy.sparse.linalg import splu

from longwave.numerics.factors import Factors
from longwave.numerics.fill import by_degree, degree_is_sparser, entries_in_order


def chain(groups: int, periods: int, size: int = 8) -> csc_array:
    """Groups of equations that need each other, chained to the group and the period before and after; periods outermost."""
    count = groups * size * periods
    rng = np.random.default_rng(1)
    number = np.arange(count).reshape(periods, groups, size)
    pairs = [(np.repeat(number.reshape(-1, size), size, axis=1), np.tile(number.reshape(-1, size), size))]
    pairs += [(number[1:], number[:-1]), (number[:-1], number[1:]), (number[:, 1:], number[:, :-1])]
    rows, columns = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    entries = rng.uniform(0.0, 0.1, len(rows)) + np.where(rows == columns, 2.0, 0.0)
    return csc_array((entries, (rows, columns)), shape=(count, count))


@pytest.mark.parametrize("seed", range(20))
def test_entries_are_those_that_superlu_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = random_array((60, 60), density=0.05, rng=rng) + csc_array(np.diag(np.full(60, 100.0)))
    matrix = csc_array(matrix)
    found = splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    dense = np.abs(found.L.toarray()) + np.abs(found.U.toarray())
    assert entries_in_order(matrix, 10**6) == np.count_nonzero(dense)
    assert entries_in_order(matrix, 80) > 80


def test_a_long_chain_of_groups_takes_the_other_order_and_gives_the_same_answer() -> None:
    matrix = chain(groups=150, periods=6)
    assert degree_is_sparser(matrix, 4 * 150 * 8)
    right = np.random.default_rng(2).normal(size=matrix.shape[0])
    kept, other = Factors(matrix), Factors(matrix, degree=True)
    assert other.entries < 0.5 * kept.entries
    np.testing.assert_allclose(other.solve(right), kept.solve(right), rtol=1e-10, atol=1e-12)


def test_small_and_triangular_matrices_keep_their_order() -> None:
    assert not degree_is_sparser(chain(groups=20, periods=6), 640)
    upper = csc_array(np.triu(np.random.default_rng(3).uniform(size=(300, 300))))
    assert entries_in_order(upper, 10**9) == upper.nnz


def test_a_singular_part_says_nothing() -> None:
    matrix = csc_array((6000, 6000))
    assert not degree_is_sparser(matrix, 2000)
    with pytest.raises(RuntimeError):
        by_degree(matrix)
