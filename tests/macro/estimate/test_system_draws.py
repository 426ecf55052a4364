"""Draws of coefficients: the law, and that a draw does not depend on how many are drawn."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import UsageError
from longwave.macro.estimate.draws import coefficient_draws, standard_normals
from longwave.macro.estimate.system import estimate_system

from .test_system import pair


@given(st.integers(0, 2**63), st.integers(0, 50), st.integers(1, 40), st.integers(1, 11))
@settings(max_examples=40)
def test_a_draw_is_the_same_wherever_one_begins(seed: int, start: int, count: int, columns: int) -> None:
    whole = standard_normals(seed, 0, start + count + 3, columns)
    np.testing.assert_array_equal(standard_normals(seed, start, count, columns), whole[start : start + count])
    assert np.isfinite(whole).all()


def test_draws_have_the_estimated_law() -> None:
    found = estimate_system(*pair(), restrictions=["d2 = 1", "d1 + s1 = 0"])
    draws = coefficient_draws(found, 40_000, 7)
    values = np.array(list(found.values.values()))
    place = {name: number for number, name in enumerate(found.names)}
    assert (draws[:, place["d2"]] == 1.0).all()
    np.testing.assert_allclose(draws[:, place["d1"]] + draws[:, place["s1"]], 0.0, atol=1e-7)
    sizes = np.maximum(found.standard_errors, 1e-12)
    np.testing.assert_allclose((draws.mean(axis=0) - values) / sizes, 0.0, atol=0.02)
    np.testing.assert_allclose(
        np.cov(draws.T) / np.outer(sizes, sizes), found.covariance / np.outer(sizes, sizes), atol=0.03
    )
    np.testing.assert_array_equal(coefficient_draws(found, 10, 7), draws[:10])
    np.testing.assert_array_equal(coefficient_draws(found, 10, 7, start=100), draws[100:110])
    assert not np.array_equal(coefficient_draws(found, 10, 8), draws[:10])
    assert coefficient_draws(found, 0, 7).shape == (0, 6)


def test_impossible_draws_are_refused() -> None:
    found = estimate_system(*pair())
    with pytest.raises(UsageError):
        coefficient_draws(found, -1, 0)
    lost = SimpleNamespace(coefficients=found.coefficients, covariance=np.full((6, 6), np.nan))
    with pytest.raises(UsageError):
        coefficient_draws(lost, 1, 0)
