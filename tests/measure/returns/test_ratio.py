import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.returns.ratio import fieller, mean_factor


@given(st.floats(0.1, 10), st.floats(0.5, 10), st.floats(0.001, 0.05), st.floats(-0.5, 0.5))
def test_bounds_solve_fiellers_equation(top, bottom, variance, correlation):
    covariance = correlation * variance
    found = fieller(top, bottom, (variance, variance, covariance), 1.96)
    if not found.bounded:
        assert bottom**2 <= 1.96**2 * variance
        return
    for bound in (found.low, found.high):
        spread = variance - 2 * bound * covariance + bound**2 * variance
        assert (top - bound * bottom) ** 2 == pytest.approx(1.96**2 * spread, rel=1e-5, abs=1e-9)
    assert found.low <= found.value <= found.high


def test_no_bounds_where_the_denominator_may_be_zero():
    found = fieller(1.0, 0.1, (0.01, 0.01, 0.0), 2.0)
    assert not found.bounded
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert not fieller(1.0, 0.0, (0.01, 0.0, 0.0), 2.0).bounded
    with pytest.raises(ValueError, match="nothing"):
        fieller(0.0, 0.0, (0.01, 0.01, 0.0), 2.0)
    with pytest.raises(ValueError, match="negative"):
        fieller(1.0, 1.0, (-0.01, 0.01, 0.0), 2.0)


def test_variance_of_a_mean_of_persistent_values():
    assert mean_factor(5, 0.0) == pytest.approx(0.2)
    # (3 + 2 x 2 x .5 + 2 x 1 x .25) / 9
    assert mean_factor(3, 0.5) == pytest.approx(5.5 / 9)
