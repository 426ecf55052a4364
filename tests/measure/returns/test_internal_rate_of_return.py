import pandas as pd
import pytest

from longwave.measure.measurement import MEASURES
from longwave.measure.returns.internal_rate_of_return import NAME, measure_internal_rate


def flows(values, first=2020, **columns):
    periods = [str(first + place) for place in range(len(values))]
    return pd.DataFrame({"period": periods, "cash_flow": [float(v) for v in values]}).assign(**columns)


def test_it_is_in_the_catalogue():
    assert MEASURES.get("internal_rate_of_return").columns[1].name == "cash_flow"


def test_one_rate():
    found = measure_internal_rate(
        flows([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], cost_of_capital=0.05)
    )
    one = found.estimate(NAME)
    assert one.value == pytest.approx(0.0866, abs=5e-5)
    assert one.low == one.high == one.value
    assert "no interval" in str(one.method)
    assert found.table["net_present_value"].iloc[0] > 0
    assert not found.refusals


def test_bounds_of_the_flows_bound_the_rate():
    table = flows([-100, 60, 60]).assign(cash_flow_low=[-110.0, 50, 50], cash_flow_high=[-90.0, 70, 70])
    one = measure_internal_rate(table).estimate(NAME)
    assert one.low < one.value < one.high


def test_quarters_are_told_by_the_year():
    table = pd.DataFrame({"period": ["2020-Q1", "2020-Q2"], "cash_flow": [-100.0, 102.0]})
    assert measure_internal_rate(table).estimate(NAME).value == pytest.approx(1.02**4 - 1)


def test_several_rates_are_all_listed_and_none_is_the_projects():
    found = measure_internal_rate(flows([-1_600, 10_000, -10_000], cost_of_capital=0.1))
    assert not found.estimates
    assert "25.00%, 400.00%" in str(found.refusals[0].reason)
    assert found.table["number_of_rates"].iloc[0] == 2
    assert any("net present value" in str(one) for one in found.findings)


def test_several_projects_and_a_bad_one():
    table = pd.concat(
        [
            flows([-100, 110], project="a"),
            flows([-100, 120], project="b"),
            flows([5, 5], project="c"),
        ]
    )
    found = measure_internal_rate(table)
    assert list(found.table.index) == ["a", "b"]
    assert [one.subject for one in found.refusals] == [f"{NAME}: c"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (flows([]), "missing"),
        (flows([-1, float("nan")]), "missing"),
        (flows([-1]), "between 2"),
        (flows([1, 1, 1]), "same sign"),
        (flows([1_000, -3_000, 2_500]), "no rate"),
        (flows([-1, 1, 1]).drop(index=1), "a period is missing"),
        (pd.concat([flows([-1, 1]), flows([2])]), "twice"),
        (flows([-1, 2], cost_of_capital=8.0), "cost of capital"),
        (flows([-1, 2]).assign(cash_flow_low=[0.0, 2], cash_flow_high=[1.0, 2]), "bounds"),
        (flows([-1, 2]).assign(period=["2020", "2020-Q1"]), "mixed"),
        (flows([-1, 2]).assign(period=["2020", "soon"]), "soon"),
    ],
)
def test_bad_tables_get_a_sentence(table, said):
    found = measure_internal_rate(table)
    assert not found.estimates
    assert said in str(found.refusals[0].reason)
    assert all(one.reason.text("zh") for one in found.refusals)


def test_borrowing_is_told_as_a_cost():
    said = " ".join(str(one) for one in measure_internal_rate(flows([100, -110])).findings)
    assert "paid, not earned" in said
