"""The additive decomposition: adds up whatever the factors do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.environment.decomposition import decompose, log_mean

ABOVE_ZERO = st.floats(1e-3, 1e3)


@given(st.lists(st.tuples(ABOVE_ZERO, ABOVE_ZERO), min_size=1, max_size=6))
def test_nothing_is_left_over(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    found = decompose(before, after)
    assert abs(found.residual) <= 1e-9 * max(found.start, found.end)
    assert found.logs.sum() == pytest.approx(np.log(found.end / found.start), abs=1e-9)


@given(ABOVE_ZERO, ABOVE_ZERO)
def test_log_mean_lies_between_the_means(a: float, b: float) -> None:
    mean = float(log_mean(a, b))
    assert np.sqrt(a * b) * (1 - 1e-9) <= mean <= (a + b) / 2 * (1 + 1e-9)
    assert mean == pytest.approx(float(log_mean(b, a)), rel=1e-9)


def test_log_mean_of_neighbours() -> None:
    assert float(log_mean(2.0, 2.0)) == 2.0
    assert float(log_mean(1 + 1e-7, 1.0)) == pytest.approx(1 + 5e-8, abs=1e-14)


@pytest.mark.parametrize("bad", [[1.0, 0.0], [1.0, -2.0], [1.0, np.nan], [1.0], []])
def test_what_cannot_be_decomposed(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="factor"):
        decompose([1.0, 2.0] if bad else [], bad)
