import numpy as np
import pandas as pd
import pytest

from longwave.measure.era.grid import grid_for
from longwave.measure.era.model import prepare
from longwave.measure.era.series import EraSeries, read_series
from longwave.measure.era.waves import two_waves

from .samples import contribution


def waves_of(series, draws=99):
    grid = grid_for(int(series.values.index[0]), int(series.values.index[-1]))
    return two_waves(prepare([read_series("c", series)], grid)[0], grid, draws, np.random.default_rng(0))


def test_two_clear_waves_are_told_with_their_dates() -> None:
    values = (
        contribution(120, 35, 8, seed=1, first=1890).values
        + contribution(120, 95, 8, persistence=0, seed=2, first=1890).values
    )
    found = waves_of(EraSeries(values, "contribution"))
    assert found.two
    assert abs(found.earlier - 1925) <= 5
    assert abs(found.later - 1985) <= 5


@pytest.mark.slow
def test_one_wave_is_seldom_taken_for_two() -> None:
    two = [waves_of(contribution(100, 50, 8, seed=seed), 59).two for seed in range(12)]
    assert sum(two) <= 2


def test_the_calendar_leaves_the_waves_alone() -> None:
    one = contribution(60, 30, 8, seed=5)
    moved = EraSeries(pd.Series(one.values.to_numpy(), index=one.values.index + 30), "contribution")
    before, after = waves_of(one, 39), waves_of(moved, 39)
    assert (after.earlier - before.earlier, after.later - before.later) == (30, 30)
