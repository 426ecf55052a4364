"""Zivot and Andrews: a stationary series around a break is told from a random walk."""

import numpy as np
import pytest

from longwave.core.errors import BadInput, NotEnoughData
from longwave.measure.breaks.unit_root import zivot_andrews


@pytest.mark.parametrize("shift", ["mean", "trend", "both"])
def test_noise_around_a_step_is_no_random_walk(shift: str) -> None:
    rng = np.random.default_rng(2)
    found = zivot_andrews(rng.normal(size=100) + np.repeat([0.0, 6.0], 50), shift=shift, lags=1)
    if shift != "trend":
        assert found.statistic < found.critical
        assert abs(found.position - 49) <= 1


def test_a_random_walk_is_left_alone() -> None:
    found = zivot_andrews(np.random.default_rng(7).normal(size=100).cumsum(), lags=1)
    assert found.p_value > 0.05


def test_bad_input() -> None:
    with pytest.raises(NotEnoughData):
        zivot_andrews(np.random.default_rng(1).normal(size=10))
    with pytest.raises(BadInput):
        zivot_andrews(np.ones(50))
