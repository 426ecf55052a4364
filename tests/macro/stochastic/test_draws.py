"""Random numbers belong to a replication: not to how many are drawn, nor in what order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.macro.stochastic.draws import (
    ByBlock,
    ByPeriod,
    Normal,
    Purpose,
    Stream,
    along_component,
    standard_normal,
    with_memory,
)


@given(
    seed=st.integers(0, 2**63),
    start=st.integers(0, 50),
    count=st.integers(0, 20),
    width=st.integers(1, 9),
    antithetic=st.booleans(),
)
def test_a_replication_is_the_same_wherever_one_begins(seed, start, count, width, antithetic) -> None:
    stream = Stream(seed, Purpose.SHOCKS, antithetic)
    whole = stream.uniforms(0, start + count + 3, width)
    assert np.array_equal(stream.uniforms(start, start + count, width), whole[start : start + count])
    assert ((whole > 0.0) & (whole < 1.0)).all()


def test_the_first_numbers_are_the_same_however_many_follow() -> None:
    stream = Stream(3, Purpose.SHOCKS)
    assert np.array_equal(stream.uniforms(0, 5, 24)[:, :7], stream.uniforms(0, 5, 7))


def test_purposes_and_seeds_share_nothing() -> None:
    drawn = [
        Stream(1, Purpose.SHOCKS).uniforms(0, 50, 40),
        Stream(1, Purpose.COEFFICIENTS).uniforms(0, 50, 40),
        Stream(2, Purpose.SHOCKS).uniforms(0, 50, 40),
    ]
    assert len(np.unique(np.concatenate([each.ravel() for each in drawn]))) == 3 * 50 * 40


def test_uniform_numbers_are_uniform_and_independent_of_each_other() -> None:
    from scipy.stats import kstest

    drawn = Stream(11, Purpose.SHOCKS).uniforms(0, 4000, 5)
    assert kstest(drawn.ravel(), "uniform").pvalue > 1e-4
    between = np.corrcoef(drawn.T) - np.eye(5)
    assert np.abs(between).max() < 5.0 / np.sqrt(4000)
    assert abs(np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]) < 5.0 / np.sqrt(4000)


def test_antithetic_pairs_mirror_each_other() -> None:
    drawn = Stream(1, Purpose.SHOCKS, antithetic=True).uniforms(0, 10, 4)
    assert np.allclose(drawn[0::2] + drawn[1::2], 1.0)
    assert np.allclose(standard_normal(drawn[0::2]), -standard_normal(drawn[1::2]))


def test_whole_periods_are_drawn_each_as_likely_as_another() -> None:
    table = np.column_stack([np.arange(10.0), 100.0 + np.arange(10.0)])
    drawn = ByPeriod(table).shocks(Stream(1, Purpose.SHOCKS).uniforms(0, 3000, 4), 4)
    assert np.array_equal(drawn[..., 0] + 100.0, drawn[..., 1])
    counts = np.bincount(drawn[..., 0].astype(int).ravel(), minlength=10)
    assert np.abs(counts - 1200).max() < 5 * np.sqrt(1200)


@given(length=st.integers(1, 6), horizon=st.integers(1, 13))
def test_blocks_are_neighbours_on_the_circle_and_every_period_is_as_likely(length, horizon) -> None:
    table = np.arange(6.0)[:, None]
    drawer = ByBlock(table, length)
    width = drawer.width(horizon)
    drawn = drawer.shocks(Stream(1, Purpose.SHOCKS).uniforms(0, 30, width), horizon)[..., 0]
    assert drawn.shape == (30, horizon)
    for step in range(1, horizon):
        if step % length:
            assert np.array_equal(drawn[:, step], (drawn[:, step - 1] + 1) % 6)
    # one uniform in the middle of each sixth takes every start once: the mean is that of the sample, exactly
    middles = np.repeat(((np.arange(6) + 0.5) / 6)[:, None], width, axis=1)
    assert np.allclose(drawer.shocks(middles, horizon).mean(axis=0), table.mean())


def test_normal_shocks_have_the_covariance_asked_for() -> None:
    factor = np.array([[1.0, 0.0], [0.8, 0.6]])
    drawer = Normal(factor, np.array([0.5, -1.0]))
    drawn = drawer.shocks(Stream(1, Purpose.SHOCKS).uniforms(0, 20_000, drawer.width(2)), 2)
    assert drawn.reshape(-1, 2).mean(axis=0) == pytest.approx([0.5, -1.0], abs=0.03)
    assert np.cov(drawn[:, 1].T) == pytest.approx(factor @ factor.T, abs=0.05)
    assert abs(np.corrcoef(drawn[:, 0, 0], drawn[:, 1, 0])[0, 1]) < 0.03


def test_rows_are_ordered_along_what_the_columns_have_in_common() -> None:
    common = np.array([0.3, -1.0, 2.0, 0.1])
    order = along_component(np.column_stack([common, 5.0 * common + 1.0]))
    assert order.tolist() in ([1, 3, 0, 2], [2, 0, 3, 1])
    assert sorted(along_component(np.zeros((4, 2)))) == [0, 1, 2, 3]


def test_memory_is_the_autoregression_of_the_shocks() -> None:
    shocks = np.zeros((1, 4, 2))
    shocks[0, 0] = 1.0
    made = with_memory(shocks, np.array([[0.5, 0.0], [0.1, 0.0]]))
    assert made[0, :, 0] == pytest.approx([1.0, 0.5, 0.35, 0.225])
    assert made[0, :, 1] == pytest.approx([1.0, 0.0, 0.0, 0.0])
    each = with_memory(np.repeat(shocks, 2, axis=0), np.array([[[0.5, 0.0]], [[0.2, 0.0]]]))
    assert each[:, 1, 0] == pytest.approx([0.5, 0.2])
