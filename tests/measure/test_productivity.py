import numpy as np
import pytest

from longwave.core.panel import Panel
from longwave.measure.productivity import measure_productivity


def test_level_is_money_per_hour(panel_of):
    panel = panel_of({"real_gdp": {2000: 1000.0, 2001: 1100.0}, "employment": {2000: 0.02, 2001: 0.02}})
    found = measure_productivity(panel, "AAA")
    assert found.table["labour_productivity"].tolist() == pytest.approx([50_000, 55_000])
    assert found.units["labour_productivity"] == "USD per person, constant 2017"
    assert found.table["growth"].iloc[1] == pytest.approx(np.log(1.1))


def test_per_hour_where_hours_are_there(economy):
    found = measure_productivity(economy(), "AAA")
    assert found.units["labour_productivity"] == "USD per hour, constant 2017"
    first = found.table.iloc[0]
    assert first["labour_productivity"] == pytest.approx(1e11 / 20e6 / 2000)
    assert found.estimate("productivity_growth_change").high < 0
    text = str(found.findings[0])
    assert "per hour worked" in text
    assert "No turning point is dated here" in text
    assert "2005-2019" in text


def test_per_person_is_said_aloud(economy):
    found = measure_productivity(economy(drop=("hours_per_worker",)), "AAA")
    assert "per person employed" in str(found.findings[0])
    assert found.refusals[-1].subject == "growth_per_hour"
    assert "缺少工时" in found.findings[0].text("zh")


def test_a_few_years_of_hours_do_not_carry_the_measure(economy):
    panel = economy()
    keep = (panel.frame["variable"] != "hours_per_worker") | (panel.frame["period"] >= "2012")
    found = measure_productivity(Panel(panel.frame[keep].reset_index(drop=True)), "AAA")
    assert found.units["labour_productivity"].startswith("USD per person")


def test_one_year_is_refused(panel_of):
    found = measure_productivity(panel_of({"real_gdp": {2000: 1000.0}, "employment": {2000: 0.02}}), "AAA")
    assert found.table.empty
    assert found.refusals


def test_missing_employment_is_named(economy):
    found = measure_productivity(economy(drop=("employment",)), "AAA")
    assert [one.subject for one in found.refusals] == ["employment"]
