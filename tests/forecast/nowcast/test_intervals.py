"""Bands learn their width from the past: slowly from few trials, boundedly from bad ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.forecast.method import Prediction
from longwave.forecast.nowcast.intervals import (
    DEGREES,
    coverage,
    factor,
    left_out,
    probabilities,
    quantiles,
)


def drawn(seed: int, count: int, true: float = 1.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame({"outcome": true * random.standard_t(DEGREES, count), "mean": 0.0, "sd": 1.0})


def test_right_widths_are_left_and_narrow_ones_mended() -> None:
    assert factor(drawn(1, 400)["outcome"].to_numpy()) == pytest.approx(1.0, abs=0.1)
    assert factor(drawn(2, 400, 2.0)["outcome"].to_numpy()) == pytest.approx(2.0, abs=0.2)


def test_few_trials_count_little_and_one_disaster_is_bounded() -> None:
    assert factor(np.array([5.0, 5.0, 5.0])) == 1.0
    assert factor(np.full(10, 100.0)) == pytest.approx(2.5)
    assert factor(np.array([*np.full(11, 0.92), 1e9])) < 1.4


@given(st.lists(st.floats(-1e3, 1e3), max_size=40))
def test_no_past_narrows_a_band(scores: list[float]) -> None:
    assert 1.0 <= factor(np.array(scores)) <= 4.0


@pytest.mark.parametrize("true", [0.6, 1.0, 1.8])
def test_coverage_in_simulation(true: float) -> None:
    """Twelve trials of a method whose spread is wrong by that factor: bands for the thirteenth."""
    half = {0.5: 0.718, 0.8: 1.440, 0.95: 2.447}  # of Student's t with six degrees
    held = dict.fromkeys(half, 0)
    for seed in range(1500):
        rows = drawn(seed, 13, true)["outcome"].to_numpy()
        widen = factor(rows[:12])
        for level, width in half.items():
            held[level] += abs(rows[12]) <= widen * width
    shares = {level: count / 1500 for level, count in held.items()}
    for level, share in shares.items():
        if true < 1.0:  # a method that claims too much spread keeps it
            assert share >= level
        else:
            assert share == pytest.approx(level, abs=0.13 if true > 1.0 else 0.04)


def test_left_out_means_left_out() -> None:
    rows = drawn(4, 12)
    rows.loc[3, "outcome"] = 50.0
    others = rows.drop(3)["outcome"].to_numpy()
    assert left_out(rows)[3] == factor(others)
    assert 0 <= coverage(rows, 0.8) <= 1


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=5))
def test_quantiles_ascend(levels: list[float]) -> None:
    wanted = probabilities(levels)
    said = quantiles(Prediction(np.array([1.0, 2.0]), np.array([0.5, 0.7])), np.array([1.2, 0.9]), wanted)
    assert (np.diff(np.column_stack(list(said.values())), axis=1) >= 0).all()
    assert 0.5 in wanted
