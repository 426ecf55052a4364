import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.estimate import Grade
from longwave.measure.competition.concentration import (
    NAME,
    band,
    hhi,
    hhi_bounds,
    measure_concentration,
    merger_change,
)

sales = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=15)


def firms(values, **columns):
    return pd.DataFrame({"firm": [f"f{one}" for one in range(len(values))], "sales": values}).assign(
        **columns
    )


@given(sales, st.floats(1e-3, 1e3), st.randoms())
def test_units_and_order_do_not_matter(values, scale, random):
    other = [scale * value for value in values]
    random.shuffle(other)
    assert hhi(other) == pytest.approx(hhi(values), rel=1e-9)
    assert 10_000 / len(values) - 1e-6 <= hhi(values) <= 10_000 + 1e-6


@given(sales)
def test_a_merger_raises_the_index_by_twice_the_product(values):
    total = sum(values)
    merged = [values[0] + values[1], *values[2:]]
    rise = merger_change(values[0] / total, values[1] / total)
    assert hhi(merged) == pytest.approx(hhi(values) + rise, rel=1e-9)


@given(st.lists(st.floats(0.1, 100), min_size=3, max_size=20), st.integers(1, 15))
def test_the_whole_market_lies_between_the_bounds(values, known):
    """Whatever firms are left unlisted, so long as none is larger than the smallest listed one."""
    ordered = sorted(values, reverse=True)
    low, high = hhi_bounds(ordered[:known], sum(ordered))
    assert low - 1e-6 <= hhi(values) <= high + 1e-6


def test_the_measure_on_the_textbook_market():
    found = measure_concentration(firms([30, 30, 20, 20]))
    assert found.measure == NAME == "concentration"
    assert found.estimate("hhi_all").value == pytest.approx(2600)
    assert found.estimate("hhi_all").low == found.estimate("hhi_all").high
    assert "census" in str(found.estimate("hhi_all").method)
    assert "highly concentrated" in str(found.findings[0])
    assert "exact" in str(found.findings[0])
    assert "four largest" not in str(found.findings[0])


def test_unlisted_firms_give_bounds():
    found = measure_concentration(firms([30.0, 20.0, 10.0], market_sales=100.0))
    one = found.estimate("hhi_all")
    assert one.low == pytest.approx(1400)
    assert one.high == pytest.approx(1800)
    assert found.table["cr4"].iloc[0] == pytest.approx(0.6)
    assert "between 1400 and 1800" in str(found.findings[0])


def test_markets_and_years_and_a_trend():
    rng = np.random.default_rng(0)
    frames = [
        firms(
            np.array([20 + year, 20, 20, 20, 20]) + rng.uniform(0, 0.5, 5),
            market="steel",
            period=str(2000 + year),
        )
        for year in range(15)
    ]
    found = measure_concentration(pd.concat([*frames, firms([1, 1], market="bread", period="2014")]))
    trend = found.estimate("hhi_trend_steel")
    assert trend.low > 0
    assert {one.name for one in found.estimates} == {"hhi_steel", "hhi_trend_steel", "hhi_bread"}
    assert any("concentration rises" in str(one) for one in found.findings)
    assert all(one.text("zh") for one in found.findings)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (firms([np.nan, np.nan]), "no row"),
        (firms([10.0, -1.0]), "negative"),
        (pd.concat([firms([1.0]), firms([2.0])]), "twice"),
        (firms([0.0, 0.0]), "nobody sells"),
        (firms([50.0, 60.0], market_sales=100.0), "below the sum"),
    ],
)
def test_refusals(table, words):
    found = measure_concentration(table)
    assert found.table.empty
    assert words in str(found.refusals[0].reason)


def test_a_monopoly():
    found = measure_concentration(firms([7.0]))
    assert found.estimate("hhi_all").value == pytest.approx(10_000)
    assert found.estimate("hhi_all").grade is Grade.D
    assert "By construction" in str(found.estimate("hhi_all").method)
    assert "by construction" in str(found.findings[0])
    assert band(10_000) == "high"


def test_a_fault_names_only_what_the_table_has():
    found = measure_concentration(pd.concat([firms([1.0]), firms([2.0])]))
    assert str(found.refusals[0].reason).endswith(": f0.")
    silent = measure_concentration(firms([0.0, 0.0]))
    assert str(silent.refusals[0].reason) == "The market: nobody sells anything."


def test_the_four_largest_are_told_of_where_there_are_more():
    assert "the four largest of 6 firms hold 66.7%" in str(
        measure_concentration(firms([1.0] * 6)).findings[0]
    )
    listed = measure_concentration(firms([30.0, 20.0], market_sales=100.0))
    assert "those listed hold 50.0%" in str(listed.findings[0])


@pytest.mark.parametrize("shares", [(-0.1, 0.5), (0.6, 0.6)])
def test_impossible_mergers(shares):
    with pytest.raises(ValueError, match="between 0 and 1"):
        merger_change(*shares)
    with pytest.raises(ValueError, match="smaller than"):
        hhi_bounds([5, 5], 8)
