"""What is far out is flagged, by series and by period, and nothing else is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longwave.forecast.nowcast.outliers import far_out, flagged

CALM = np.random.default_rng(3).normal(size=(200, 6))


def test_noise_is_left_alone() -> None:
    assert not flagged(CALM).any()


def test_one_wild_figure_is_flagged_alone_and_a_wild_period_whole() -> None:
    values = CALM.copy()
    values[50, 2] = 30
    values[100, :2] = -30
    aside = flagged(values)
    assert aside[50].tolist() == [False, False, True, False, False, False]
    assert aside[100].all()
    assert aside.sum() == 7


def test_a_missing_figure_is_never_flagged_and_never_far_out() -> None:
    values = CALM.copy()
    values[100, :2] = -30
    values[100, 3] = np.nan
    assert not flagged(values)[100, 3]


def test_a_rate_that_mostly_rests_has_no_ranges_to_be_far_out_of() -> None:
    steps = np.zeros(100)
    steps[40] = 0.25
    assert not far_out(steps).any()


@given(st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
def test_scale_and_shift_do_not_matter(scale: float, shift: float) -> None:
    values = CALM[:, 0].copy()
    values[7] = 40
    np.testing.assert_array_equal(far_out(values), far_out(scale * (values + shift)))
