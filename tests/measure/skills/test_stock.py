import numpy as np
import pandas as pd
import pytest

from longwave.measure.skills.stock import five_year_growth, measure_skills


def interpolated(rates):
    """An index drawn straight (in logs) between surveys five years apart from 1950 on."""
    yearly = np.repeat(rates, 5)
    return dict(
        zip(range(1950, 1951 + len(yearly)), 2 * np.exp(np.append(0, np.cumsum(yearly))), strict=True)
    )


def test_a_survey_counts_once():
    rates = [0.01, 0.012, 0.008, 0.02]
    assert five_year_growth(pd.Series(interpolated(rates))).tolist() == pytest.approx(rates)


def test_growth_by_halves(panel_of):
    rates = np.random.default_rng(0).normal(0.01, 0.002, 14) - np.repeat([0, 0.006], 7)
    found = measure_skills(panel_of({"human_capital": interpolated(rates)}), "AAA")
    assert found.estimate("human_capital_growth_1955_1985").sample.observations == 7
    assert found.estimate("human_capital_growth_change").high < 0
    assert "Thin evidence: only 7" in str(found.findings[1])


def test_unemployment_never_falls_below_zero(panel_of):
    rates = np.abs(np.random.default_rng(1).normal(0.02, 0.015, 50))
    found = measure_skills(
        panel_of({"unemployment_rate": dict(zip(range(1970, 2020), rates, strict=True))}), "AAA"
    )
    assert all(one.low >= 0 for one in found.estimates if not one.name.endswith("change"))
    assert {one.name for one in found.estimates} == {
        "unemployment_rate_1970_2009",
        "unemployment_rate_2010_2019",
        "unemployment_rate_change",
    }


def test_unemployment_of_five_hundred_per_cent_is_refused(panel_of):
    found = measure_skills(panel_of({"unemployment_rate": {2000: 0.05, 2001: 5.0}}), "AAA")
    assert found.table.empty
    assert any("2001" in str(one.reason) for one in found.refusals)


def test_mismatch_is_always_refused(panel_of):
    found = measure_skills(panel_of({"x": {2000: 1.0}}), "AAA")
    assert [one.subject for one in found.refusals] == [
        "human_capital",
        "unemployment_rate",
        "skills_mismatch",
    ]
    assert "vacancies" in str(found.refusals[-1].reason)
