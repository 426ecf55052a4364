"""Covariances: the sample's own where it can be, shrunk where it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.macro.stochastic.covariance import covariance_of, factor_of, is_covariance, shrinkage_of


def test_it_is_the_samples_own_where_there_are_more_periods_than_columns() -> None:
    table = np.random.default_rng(1).normal(size=(30, 4)) + 3.0
    found = covariance_of(table)
    assert found.shrinkage == 0.0
    np.testing.assert_allclose(found.matrix, np.cov(table.T, bias=True))


def test_few_periods_are_shrunk_to_a_matrix_of_full_rank_with_the_same_variances() -> None:
    table = np.random.default_rng(1).normal(size=(10, 25)) * np.logspace(-6, 6, 25)
    found = covariance_of(table)
    assert 0.0 < found.shrinkage <= 1.0
    np.testing.assert_allclose(np.diag(found.matrix), table.var(axis=0))
    spread = table.std(axis=0)
    assert np.linalg.eigvalsh(found.matrix / np.outer(spread, spread)).min() > 1e-3


def test_the_weight_is_the_formula_of_schafer_and_strimmer() -> None:
    table = np.random.default_rng(2).normal(size=(8, 5))
    count = len(table)
    scaled = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    variance = correlation = 0.0
    for i in range(5):
        for j in range(5):
            if i != j:
                products = scaled[:, i] * scaled[:, j]
                variance += count / (count - 1) ** 3 * float(((products - products.mean()) ** 2).sum())
                correlation += (count / (count - 1) * products.mean()) ** 2
    assert shrinkage_of(table) == pytest.approx(min(1.0, variance / correlation))


def test_factors_multiply_back_also_of_singular_matrices_in_any_unit() -> None:
    table = np.random.default_rng(1).normal(size=(4, 6)) * np.logspace(-8, 8, 6)
    matrix = np.cov(table.T)
    factor = factor_of(matrix)
    spread = np.sqrt(np.diag(matrix))
    np.testing.assert_allclose(
        factor @ factor.T / np.outer(spread, spread), matrix / np.outer(spread, spread), atol=1e-12
    )
    assert is_covariance(matrix)
    assert is_covariance(np.zeros((2, 2)))
    assert not is_covariance(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert not is_covariance(np.array([[1.0, 0.5], [0.2, 1.0]]))
    assert not is_covariance(np.diag([1.0, -1e-9]))
