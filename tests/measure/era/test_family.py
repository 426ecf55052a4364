"""Holm's adjustment against the published worked way, and what it must keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from longwave.measure.era.family import in_family


def test_one_dimension_is_left_alone() -> None:
    assert in_family([0.03])[0].adjusted == 0.03


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=8))
def test_it_is_holm_as_statsmodels_has_it(p_values) -> None:
    found = in_family(p_values)
    assert [one.adjusted for one in found] == pytest.approx(multipletests(p_values, method="holm")[1])
    assert [one.alone for one in found] == p_values
    assert {one.among for one in found} == {len(p_values)}


def test_six_dimensions_without_an_era_seldom_have_one_that_is_told() -> None:
    drawn = np.random.default_rng(1).random((2000, 6))
    told = [any(one.adjusted <= 0.05 for one in in_family(list(row))) for row in drawn]
    assert np.mean(told) == pytest.approx(0.05, abs=0.02)
