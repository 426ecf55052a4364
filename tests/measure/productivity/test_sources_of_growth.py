"""The measure productivity_sources: parts that add up, and what is said of the labour input."""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.productivity.sources_of_growth import labour_productivity_sources, measure_sources

PARTS = ["capital_deepening", "human_capital", "tfp"]


def test_parts_add_up_and_known_growth_comes_back(economy):
    found = measure_sources(economy(), "AAA")
    table = found.table
    np.testing.assert_allclose(table[PARTS].sum(axis=1), table["growth"], atol=1e-12)
    assert set(table["labour_input"]) == {"hours"}
    assert found.estimate("tfp_contribution_2005_2019").value == pytest.approx(0.005, abs=0.003)
    assert found.estimate("tfp_contribution_change").high < 0
    keys = [one.key for one in found.findings]
    assert "productivity.sources_moved" in keys


def test_means_of_the_parts_add_up_to_the_mean(economy):
    found = measure_sources(economy(), "AAA")
    names = ("capital_deepening", "human_capital_contribution", "tfp_contribution")
    total = sum(found.estimate(f"{name}_1974_1995").value for name in names)
    assert total == pytest.approx(found.estimate("labour_productivity_growth_1974_1995").value)


def test_without_hours_labour_is_persons_and_that_is_said(economy):
    found = measure_sources(economy(drop=("hours_per_worker", "human_capital")), "AAA")
    table = found.table
    np.testing.assert_allclose(table[["capital_deepening", "tfp"]].sum(axis=1), table["growth"], atol=1e-12)
    assert table["human_capital"].isna().all()
    assert "persons" in str(found.findings[-1])
    assert "人数" in found.findings[-1].text("zh")


def test_hours_that_begin_late_change_the_labour_input_in_that_year():
    years = range(2000, 2010)
    even = pd.Series(1.0, index=years)
    hours = pd.Series(np.exp(-0.01 * np.arange(5)), index=range(2005, 2010))
    found = labour_productivity_sources(even, even, even, 0.6 * even, hours)
    assert list(found["labour_input"]) == ["persons"] * 5 + ["hours"] * 4
    np.testing.assert_allclose(found.loc[2006:, "growth"], 0.01)
    np.testing.assert_allclose(found[["capital_deepening", "tfp"]].sum(axis=1), found["growth"], atol=1e-15)


@pytest.mark.parametrize("lacking", ["real_gdp", "capital_services", "employment", "labour_share"])
def test_what_is_lacking_is_named(economy, lacking):
    found = measure_sources(economy(drop=(lacking,)), "AAA")
    assert found.table.empty
    assert [one.subject for one in found.refusals] == [lacking]


def test_impossible_figures_are_refused(panel_of):
    years = range(2000, 2010)
    series = {
        name: dict.fromkeys(years, value)
        for name, value in {
            "real_gdp": 1.0,
            "capital_services": 0.0,
            "employment": 1.0,
            "labour_share": 1.2,
        }.items()
    }
    found = measure_sources(panel_of(series), "AAA")
    assert {one.subject for one in found.refusals} == {"capital_services", "labour_share"}


def test_constant_figures_have_no_mean_and_no_traceback(panel_of):
    years = range(2000, 2010)
    names = ("real_gdp", "capital_services", "employment", "labour_share")
    found = measure_sources(panel_of({name: dict.fromkeys(years, 0.5) for name in names}), "AAA")
    assert not found.estimates
    assert found.refusals
