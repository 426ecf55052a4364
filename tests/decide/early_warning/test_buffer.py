"""The buffer guide: nothing, a line, the most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.estimate import Estimate, Grade, Sample
from longwave.core.message import say
from longwave.decide.early_warning.buffer import buffer_guide, buffer_of


@pytest.mark.parametrize(("gap", "guide"), [(-20, 0), (2, 0), (6, 1.25), (10, 2.5), (40, 2.5), (3, 0.3125)])
def test_the_line(gap: float, guide: float) -> None:
    assert buffer_guide(gap) == pytest.approx(guide)


@given(st.floats(-100, 100), st.floats(0, 50))
def test_a_higher_gap_never_asks_for_less(gap: float, more: float) -> None:
    assert 0 <= buffer_guide(gap) <= buffer_guide(gap + more) <= 2.5


def test_the_interval_is_that_of_the_gap() -> None:
    gap = Estimate(
        "credit_gap", 6, 1, 11, "pp", say("early_warning.nothing"), Sample(80, "a", "b"), Grade.B, 0.9
    )
    guide = buffer_of(gap)
    assert (guide.low, guide.value, guide.high) == pytest.approx((0, 1.25, 2.5))
    assert np.isclose(guide.level, 0.9)


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        buffer_guide(5, low=10, high=2)
