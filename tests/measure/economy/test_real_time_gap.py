"""The gap in real time: what it adds up to, what its interval covers, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.filters.hp_filter import hpfilter

from longwave.measure.economy.hamilton_gap import hamilton_gap
from longwave.measure.economy.real_time_gap import ANNUAL, real_time_gaps


def economy(seed: int, years: int = 60) -> pd.Series:
    """Growth that wanders slowly, and a cycle about it."""
    rng = np.random.default_rng(seed)
    slope = 0.03 + np.cumsum(rng.normal(0, 0.002, years))
    cycle = np.zeros(years)
    for year in range(2, years):
        cycle[year] = 1.1 * cycle[year - 1] - 0.5 * cycle[year - 2] + rng.normal(0, 0.012)
    return pd.Series(1e5 * np.exp(np.cumsum(slope) + cycle), index=range(1960, 1960 + years))


def test_the_last_gap_is_the_same_from_both_sides_and_the_final_one_is_the_two_sided_filter():
    output = economy(1)
    found = real_time_gaps(output, ANNUAL)
    assert found.gaps["one_sided"].iloc[-1] == pytest.approx(found.gaps["final"].iloc[-1], abs=1e-8)
    cycle, _ = hpfilter(np.log(output), 6.25)
    np.testing.assert_allclose(found.gaps["final"], cycle, atol=1e-7)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 500), scale=st.floats(1e-3, 1e9))
def test_the_unit_of_output_does_not_matter(seed, scale):
    output = economy(seed)
    once, again = real_time_gaps(output, ANNUAL), real_time_gaps(output * scale, ANNUAL)
    np.testing.assert_allclose(once.interval(), again.interval(), atol=1e-7)


def test_past_gaps_use_the_past_only():
    output = economy(3)
    whole, part = real_time_gaps(output, ANNUAL), real_time_gaps(output.iloc[:45], ANNUAL)
    np.testing.assert_allclose(whole.gaps["one_sided"].iloc[:45], part.gaps["one_sided"], atol=1e-8)


def test_the_interval_covers_what_the_gap_is_revised_to():
    inside = []
    for seed in range(150):
        output = economy(seed)
        final = real_time_gaps(output, ANNUAL).gaps["final"]
        known = real_time_gaps(output.iloc[:-8], ANNUAL)
        _, low, high = known.interval(0.9)
        inside.append(low <= final[known.gaps.index[-1]] <= high)
    assert 0.84 <= np.mean(inside) <= 0.97


def test_a_year_left_out_is_bridged():
    output = economy(4)
    found = real_time_gaps(output.drop(1990), ANNUAL)
    assert np.isnan(found.gaps["one_sided"][1990])
    assert 1990 not in found.settled.index
    np.testing.assert_allclose(found.interval(), real_time_gaps(output, ANNUAL).interval(), atol=0.01)


@pytest.mark.parametrize(
    "output",
    [
        economy(1, 24),
        economy(1).replace(economy(1).iloc[5], -1.0),
        economy(1).replace(economy(1).iloc[5], np.inf),
        pd.Series(np.exp(0.02 * np.arange(60)), index=range(1960, 2020)),
        pd.Series(1.0, index=range(1960, 2020)),
        economy(1).iloc[::2],
    ],
    ids=["short", "negative", "infinite", "constant growth", "constant", "every other year"],
)
def test_what_carries_no_gap_is_refused(output):
    with pytest.raises(ValueError, match=r"\w"):
        real_time_gaps(output, ANNUAL)


def test_hamiltons_gap_is_the_residual_of_his_regression():
    logs = np.log(economy(5))
    found = hamilton_gap(logs, 2, 2)
    y, x = logs.to_numpy()[3:], np.column_stack([np.ones(57), logs.to_numpy()[1:-2], logs.to_numpy()[:-3]])
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(found.gaps, left, atol=1e-10)
    value, low, high = found.interval()
    assert low < value < high


@pytest.mark.parametrize("logs", [np.log(economy(1)).iloc[:13], pd.Series(1.0, index=range(60))])
def test_hamiltons_gap_is_refused_where_nothing_can_be_fitted(logs):
    with pytest.raises(ValueError, match=r"\w"):
        hamilton_gap(logs, 2, 2)
