"""Point scores: their edges, and what does not change them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.core.errors import BadInput
from longwave.forecast.scores.point import (
    bias,
    divided,
    mae,
    mase,
    naive_scale,
    naive_scales,
    owa,
    rmse,
    smape,
)

NUMBERS = st.floats(-1e3, 1e3).map(lambda value: round(value, 3))
SERIES = arrays(float, 24, elements=NUMBERS)


def test_errors_have_their_signs():
    assert bias([3.0, 5.0], [1.0, 3.0]) == 2
    assert mae([1.0, -1.0], [0.0, 0.0]) == rmse([1.0, -1.0], [0.0, 0.0]) == 1


def test_smape_is_0_for_two_zeros_and_200_at_most():
    assert smape([0.0, 0.0], [0.0, 0.0]) == 0
    assert smape([1.0, 0.0], [-1.0, 5.0]) == 200


@given(SERIES, SERIES)
def test_smape_lies_between_0_and_200(came, said):
    assert 0 <= smape(came, said) <= 200 + 1e-9


@given(SERIES, st.floats(0.1, 50), st.floats(-100, 100))
def test_mase_keeps_under_scale_and_shift(values, factor, shift):
    history, came, said = values[:16], values[16:20], values[20:]
    first = mase(came, said, naive_scale(history, 4))
    again = mase(factor * came + shift, factor * said + shift, naive_scale(factor * history + shift, 4))
    assert again == pytest.approx(first, rel=1e-6, nan_ok=True)


@given(SERIES)
def test_scales_at_each_date_are_those_of_the_history_until_then(values):
    scales = naive_scales(values, 4)
    for count in (1, 4, 5, 12, 24):
        assert scales[count - 1] == pytest.approx(naive_scale(values[:count], 4), nan_ok=True)


@pytest.mark.parametrize(
    "history",
    [[5.0] * 20, [0.0] * 20, [0.1 + 0.2, 0.3] * 10, [1.0, 2.0, 3.0, 4.0], [7.0], [np.nan] * 8],
    ids=["constant", "zero", "rounding", "one season", "one figure", "missing"],
)
def test_a_history_without_movement_gives_nan_never_infinity(history):
    scale = naive_scale(history, 4)
    assert np.isnan(scale)
    assert np.isnan(mase([1.0], [2.0], scale))
    assert np.isnan(divided(1.0, 0.0))


def test_gaps_in_a_history_join_no_wrong_pairs():
    assert naive_scale([1.0, np.nan, 5.0, 6.0], 1) == 1


def test_an_empty_history_is_refused():
    with pytest.raises(BadInput, match="history"):
        naive_scale([], 1)
    with pytest.raises(BadInput, match="history"):
        naive_scale([1.0], 0)


def test_owa_averages_before_it_divides():
    assert owa([10.0, 30.0], [1.0, 3.0], [20.0, 20.0], [1.0, 1.0]) == pytest.approx((1 + 2) / 2)
    assert owa([3.0, 5.0], [1.0, 2.0], [3.0, 5.0], [1.0, 2.0]) == 1
    assert np.isnan(owa([1.0], [1.0], [0.0], [1.0]))
