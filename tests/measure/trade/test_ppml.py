"""Poisson regressions with absorbed effects, and rows that no coefficient fits."""

import numpy as np
import pytest

from longwave.measure.trade.ppml import deviance, ppml
from longwave.measure.trade.separation import separated_rows, without_separated

Codes = np.ndarray


def grouped(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray, tuple[Codes, ...]]:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 12, n), rng.integers(0, 9, n)
    x = rng.normal(size=(n, 2))
    mean = np.exp(0.6 * x[:, 0] - 0.3 * x[:, 1] + rng.normal(0, 0.5, 12)[a] + rng.normal(0, 0.5, 9)[b])
    return rng.poisson(mean).astype(float), x, (a, b)


def test_same_as_dummies_in_a_generalised_linear_model() -> None:
    import statsmodels.api as sm

    y, x, effects = grouped(2)
    dummies = [
        (codes[:, None] == np.unique(codes)[start:]).astype(float)
        for codes, start in zip(effects, (0, 1), strict=True)
    ]
    glm = sm.GLM(y, np.column_stack([x, *dummies]), family=sm.families.Poisson()).fit(tol=1e-12)
    found = ppml(y, x, effects, np.arange(len(y)) % 40)
    assert found.converged
    np.testing.assert_allclose(found.b, glm.params[:2], atol=1e-8)
    assert found.deviance == pytest.approx(glm.deviance, rel=1e-9)
    # First-order conditions: fitted flows add up to the flows of every group.
    for codes in effects:
        np.testing.assert_allclose(np.bincount(codes, found.mu), np.bincount(codes, y), rtol=1e-6)


def test_deviance_of_a_perfect_fit() -> None:
    assert deviance(np.array([0.0, 2.0]), np.array([1e-300, 2.0])) == pytest.approx(0)


def test_units_move_no_coefficient() -> None:
    y, x, effects = grouped(3)
    clusters = np.arange(len(y)) % 40
    one, other = ppml(y, x, effects, clusters), ppml(1000 * y, x, effects, clusters)
    np.testing.assert_allclose(one.b, other.b, atol=1e-8)
    np.testing.assert_allclose(one.errors, other.errors, rtol=1e-6)


def test_dummy_that_holds_only_where_nothing_is_traded() -> None:
    y = np.array([3.0, 1, 2, 4, 0, 0, 0, 5, 1, 2, 0, 3])
    group = np.arange(12) % 3
    only = np.zeros(12)
    only[[4, 6]] = 1
    found = separated_rows(y, only[:, None], (group,))
    assert found is not None
    assert set(np.flatnonzero(found)) == {4, 6}


def test_two_regressors_that_separate_together() -> None:
    """Neither alone, but their difference is zero wherever there is flow and above zero in one row without."""
    y = np.array([2.0, 3, 1, 4, 5, 0, 0])
    x = np.array([[1.0, 1], [2, 2], [0, 0], [3, 3], [1, 1], [2, 1], [1, 1]])
    found = separated_rows(y, x, (np.zeros(7, dtype=np.int64),))
    assert found is not None
    assert list(np.flatnonzero(found)) == [5]


def test_ordinary_zeros_are_kept() -> None:
    y, x, effects = grouped(4)
    kept = without_separated(y, x, effects)
    assert kept.looked
    assert kept.rows.all()
    assert (y == 0).any()


def test_groups_without_flow_and_groups_of_one_go() -> None:
    y = np.array([0.0, 0, 1, 2, 3, 1, 4])
    groups = np.array([0, 0, 1, 1, 1, 1, 2])
    kept = without_separated(y, np.arange(7.0)[:, None], (groups,))
    assert list(kept.rows) == [False, False, True, True, True, True, False]
    assert (kept.empty_groups, kept.single) == (2, 1)


def test_too_many_rows_are_not_looked_at() -> None:
    n = 60_001
    y = np.tile([0.0, 1.0, 2.0], n // 3 + 1)[:n]
    kept = without_separated(y, np.linspace(0, 1, n)[:, None], (np.arange(n) % 7,))
    assert not kept.looked
    assert kept.rows.all()
