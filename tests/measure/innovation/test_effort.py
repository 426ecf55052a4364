import numpy as np
import pandas as pd
import pytest

from longwave.measure.innovation.effort import last_jump, measure_innovation, whole_years


def rising(first, last, start, growth, seed=0):
    years = np.arange(first, last + 1)
    noise = np.random.default_rng(seed).normal(0, 0.01, len(years))
    return dict(zip(map(int, years), start * np.exp(np.cumsum(growth + noise)), strict=True))


def test_research_and_patents(panel_of):
    panel = panel_of(
        {
            "rd_intensity": rising(1990, 2020, 0.01, 0.03),
            "patent_applications": rising(1990, 2020, 1000, 0.05),
        }
    )
    found = measure_innovation(panel, "AAA")
    assert found.estimate("patent_applications_growth_2011_2020").value == pytest.approx(0.05, abs=0.01)
    assert list(found.table.columns) == ["rd_intensity", "patent_applications"]
    assert [one.subject for one in found.refusals] == ["patent_grants"]
    assert "percentage points more than in 2010" in str(found.findings[0])


def test_an_incomplete_last_year_is_left_out_and_said(panel_of):
    patents = rising(2000, 2020, 1000, 0.02) | {2021: 300.0}
    found = measure_innovation(panel_of({"patent_grants": patents}), "AAA")
    assert found.table["patent_grants"].index[-1] == "2020"
    assert any("2021 look incomplete" in str(one) for one in found.findings)


def test_an_ordinary_fall_is_kept():
    values = pd.Series([100.0, 110.0, 105.0, 80.0], index=range(2000, 2004))
    assert whole_years(values)[1] is None


def test_zero_patents_have_no_growth_rate_but_a_level(panel_of):
    patents = rising(2000, 2020, 10, 0.02) | {2005: 0.0}
    found = measure_innovation(panel_of({"patent_applications": patents}), "AAA")
    assert not found.estimates
    assert any("zero" in str(one.reason) for one in found.refusals)


def test_research_every_other_year_gets_a_level_and_a_refusal(panel_of):
    research = {year: 0.01 + year / 1e5 for year in range(1999, 2020, 2)}
    found = measure_innovation(panel_of({"rd_intensity": research}), "AAA")
    assert not found.estimates
    assert any("neighbouring years" in str(one.reason) for one in found.refusals)
    assert "of GDP in 2019" in str(found.findings[0])


def test_nothing_there_is_three_refusals(panel_of):
    assert len(measure_innovation(panel_of({"x": {2000: 1.0}}), "AAA").refusals) == 3


def broken(jump, after=26):
    counts = pd.Series(rising(1980, 2020, 1000, 0.03))
    counts[counts.index >= 1980 + 41 - after] *= 1 + jump
    return counts


def test_a_change_of_coverage_is_not_growth(panel_of):
    counts = broken(0.65)
    assert last_jump(counts) == 1995
    found = measure_innovation(panel_of({"patent_applications": counts.to_dict()}), "AAA")
    assert found.estimate("patent_applications_growth_1996_2010").value == pytest.approx(0.03, abs=0.01)
    told = [str(one) for one in found.findings]
    assert any("jump by" in one and "1995, most likely a change of what is counted" in one for one in told)


def test_what_is_no_change_of_coverage():
    assert last_jump(broken(0.3)) is None
    outlier = broken(0.0)
    outlier[1995] *= 2
    assert last_jump(outlier) is None
    wild = pd.Series(np.exp(np.random.default_rng(0).normal(0, 0.5, 40).cumsum()), index=range(1980, 2020))
    assert last_jump(wild) is None
    assert last_jump(broken(0.65, after=1)) is None
    assert last_jump(broken(-0.5)) == 1995


def test_wild_counts_get_a_level(panel_of):
    wild = np.exp(np.random.default_rng(1).normal(0, 0.8, 30)) * 100
    series = dict(zip(range(1990, 2020), wild, strict=True))
    found = measure_innovation(panel_of({"patent_grants": series}), "AAA")
    assert not found.estimates
    assert any("too variable for a mean growth rate" in str(one) for one in found.findings)
