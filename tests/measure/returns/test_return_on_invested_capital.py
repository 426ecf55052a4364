import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.measurement import MEASURES
from longwave.measure.returns.return_on_invested_capital import (
    after_tax,
    measure_invested,
    return_on_invested,
    weighted_return,
)


@pytest.fixture
def firms():
    rng = np.random.default_rng(0)
    capital = np.exp(rng.standard_normal(20)) * 100
    return pd.DataFrame(
        {
            "firm": [f"firm {place}" for place in range(20)],
            "period": "2023",
            "operating_profit": capital * (0.12 + 0.05 * rng.standard_normal(20)),
            "invested_capital": capital,
            "tax_rate": 0.25,
            "cost_of_capital": 0.08,
        }
    )


def test_it_is_in_the_catalogue():
    assert MEASURES.get("return_on_invested_capital").dimension == "returns"


def test_by_hand():
    """Operating profit 100 taxed at a quarter on 500 of capital: 15 %."""
    profit = after_tax(pd.Series([100.0, -40.0]), pd.Series([0.25, 0.25]))
    assert list(profit) == [75.0, -40.0], "a loss earns no credit"
    assert list(return_on_invested(profit, pd.Series([500.0, 400.0]))) == [0.15, -0.1]


def test_weighted_level_and_wedge(firms):
    found = measure_invested(firms)
    one = found.estimate("return_on_invested_capital_2023")
    assert one.low < 0.09 < one.high
    wedge = found.estimate("hurdle_wedge_2023")
    assert wedge.value == pytest.approx(one.value - 0.08)
    assert "neither a country's internal rate" in " ".join(str(said) for said in found.findings)


def test_ranges_of_cost_and_capital_widen_the_wedge(firms):
    narrow = measure_invested(firms).estimate("hurdle_wedge_2023")
    wide = measure_invested(
        firms.assign(
            cost_of_capital_low=0.06,
            cost_of_capital_high=0.11,
            invested_capital_low=firms["invested_capital"] * 0.9,
            invested_capital_high=firms["invested_capital"] * 1.1,
        )
    )
    assert wide.estimate("hurdle_wedge_2023").low < narrow.low - 0.03
    assert wide.estimate("hurdle_wedge_2023").high > narrow.high + 0.02
    counts = next(one for one in wide.findings if one.key == "returns.hurdle_count").values
    assert counts["above"] + counts["below"] + counts["open"] == 20
    assert counts["open"] > 0


def test_without_a_tax_rate_it_is_before_tax_and_meets_no_hurdle(firms):
    found = measure_invested(firms.drop(columns="tax_rate"))
    assert [one.name for one in found.estimates] == ["return_before_tax_2023"]
    assert "operating_profit_before_tax" in found.table
    assert "before tax" in str(found.findings[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"invested_capital": -5.0}, "zero or less"),
        ({"tax_rate": 25.0}, "outside 0 to 1"),
        ({"cost_of_capital_low": 0.2}, "wrong side"),
        ({"firm": None}, "lack a firm"),
        ({"operating_profit": float("nan")}, "lack a firm"),
    ],
)
def test_bad_rows_are_left_out_by_name(firms, change, said):
    table = firms.assign(cost_of_capital_low=0.07)
    for column, value in change.items():
        table.loc[3, column] = value
    found = measure_invested(table)
    assert len(found.table) == 19
    assert said in str(found.refusals[0].reason)


def test_two_faults_at_once(firms):
    table = firms.copy()
    table.loc[3, "invested_capital"] = 0.0
    table.loc[4, "tax_rate"] = -1.0
    found = measure_invested(table)
    assert len(found.table) == 18
    assert len(found.refusals) == 2


def test_a_firm_twice_and_too_few_firms(firms):
    assert "twice" in str(measure_invested(pd.concat([firms, firms.head(1)])).refusals[0].reason)
    few = measure_invested(firms.head(3))
    assert not few.estimates
    assert len(few.table) == 3
    assert "needed" in str(few.refusals[0].reason)
    assert measure_invested(firms.head(0)).refusals


@given(st.integers(5, 40), st.floats(0.01, 1e6))
def test_weighted_return_does_not_know_unit_nor_order(count, scale):
    rng = np.random.default_rng(count)
    capital = pd.Series(np.exp(rng.standard_normal(count)))
    profit = capital * rng.normal(0.1, 0.05, count)
    one = weighted_return(profit, capital)
    other = weighted_return(profit[::-1] * scale, capital[::-1] * scale)
    assert (other.value, other.low, other.high) == pytest.approx((one.value, one.low, one.high))
    assert profit.div(capital).min() <= one.value <= profit.div(capital).max()


def test_interval_over_firms_covers():
    """300 samples of 12 firms of unequal size: 95 % must cover 91 to 99."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(300):
        capital = np.exp(rng.standard_normal(12))
        one = weighted_return(pd.Series(capital * rng.normal(0.08, 0.05, 12)), pd.Series(capital))
        held += one.low <= 0.08 <= one.high
    assert 0.91 <= held / 300 <= 0.99
