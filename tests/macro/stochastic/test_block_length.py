"""How long blocks should be."""

from __future__ import annotations

import numpy as np

from longwave.macro.stochastic.block_length import best_block_length, common_block_length


def autoregression(rho: float, count: int = 400) -> np.ndarray:
    noise = np.random.default_rng(1).normal(size=count)
    made = noise.copy()
    for row in range(1, count):
        made[row] += rho * made[row - 1]
    return made


def test_what_remembers_longer_wants_longer_blocks() -> None:
    lengths = [best_block_length(autoregression(rho)) for rho in (0.3, 0.6, 0.9)]
    assert lengths[0] < lengths[1] < lengths[2]
    assert best_block_length(autoregression(0.0)) < 5.0


def test_units_play_no_part_and_bounds_hold() -> None:
    series = autoregression(0.6)
    assert abs(best_block_length(series * 1e6 + 5.0) - best_block_length(series)) < 1e-6
    assert best_block_length(np.cumsum(series)) <= np.ceil(3 * np.sqrt(400))
    assert best_block_length(np.zeros(50)) == 1.0
    assert best_block_length(np.array([1.0, 2.0])) == 1.0
    for count in range(4, 30):
        assert 1.0 <= best_block_length(series[:count]) <= np.ceil(count / 3)


def test_several_series_take_the_mean_rounded_up() -> None:
    table = np.column_stack([autoregression(0.0), autoregression(0.8)])
    each = [best_block_length(table[:, place]) for place in range(2)]
    assert common_block_length(table) == int(np.ceil(np.mean(each)))
