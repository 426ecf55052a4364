import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.measure.productivity.labour_productivity import measure_productivity


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
    assert "turning point" not in text
    assert "2005–2019" in text


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


def test_hours_that_end_early_are_left_and_said(economy):
    panel = economy()
    frame = panel.frame
    early = Panel(frame[(frame["variable"] != "hours_per_worker") | (frame["period"] < "2007")])
    found = measure_productivity(early, "AAA")
    assert found.units["labour_productivity"].startswith("USD per person")
    assert "hours worked end in 2006" in str(found.findings[0])
    assert found.table.index[-1] == "2019"
    assert "2006" in str(found.refusals[-1].reason)
    near = Panel(frame[(frame["variable"] != "hours_per_worker") | (frame["period"] < "2017")])
    assert measure_productivity(near, "AAA").units["labour_productivity"].startswith("USD per hour")


def published(first=1991, last=2024):
    years = np.arange(first, last + 1)
    growth = 0.02 + np.random.default_rng(5).normal(0, 0.005, len(years))
    return dict(zip(map(int, years), 2e4 * np.exp(growth.cumsum()), strict=True))


def test_published_output_per_person_stands_in(panel_of):
    found = measure_productivity(panel_of({"gdp_per_person_employed": published()}, unit="2021 PPP $"), "AAA")
    assert "as published (modelled by the ILO)" in str(found.findings[0])
    last = found.estimate("productivity_growth_2005_2024")
    assert last.value == pytest.approx(0.02, abs=0.005)
    assert last.grade is Grade.C
    assert found.refusals[-1].subject == "growth_per_hour"
    assert "no figures for real GDP, employment in" in str(found.refusals[-1].reason)
    assert found.units["labour_productivity"] == "USD per person, constant 2021 PPP"


def test_published_output_stands_in_for_few_years_only(economy, panel_of):
    extra = panel_of({"gdp_per_person_employed": published()}).frame
    frame = economy().frame
    few = frame[frame["period"] >= "2012"]
    short = measure_productivity(Panel.of(pd.concat([few, extra])), "AAA")
    assert "as published" in str(short.findings[0])
    whole = measure_productivity(Panel.of(pd.concat([frame, extra])), "AAA")
    assert "per hour worked" in str(whole.findings[0])


def test_the_mend_names_the_command(economy):
    mend = measure_productivity(economy(drop=("employment",)), "AAA").refusals[0].mend
    for lang in ("en", "zh"):
        assert "longwave data pull world_bank SL.GDP.PCAP.EM.KD --area AAA" in mend.text(lang)
