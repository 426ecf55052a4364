"""Competition indices against published values.

Sources: US Department of Justice, "Herfindahl-Hirschman Index" (shares 30, 30, 20 and 20 per cent give 2,600); the
Merger Guidelines of 2023, guideline 1 (above 1,800 is highly concentrated, a rise of more than 100 is significant);
the R package REAT 3.0 for 20/50/20/10; US Census Bureau, Business Dynamics Statistics 2018.
"""

import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.competition.concentration import CHANGE, HIGH, band, hhi, merger_change
from longwave.measure.competition.dynamism import measure_competition, reallocation
from longwave.measure.inputs import Input
from longwave.measure.structure.concentration import equal_number


def test_the_example_of_the_department_of_justice():
    assert hhi((30, 30, 20, 20)) == pytest.approx(2600)
    assert band(2600) == "high"


def test_bands_of_2023():
    assert (HIGH, CHANGE) == (1800, 100)
    assert [band(value) for value in (1000, 1001, 1800, 1801)] == ["low", "moderate", "moderate", "high"]
    # Two firms of 5 and 10 per cent: the guidelines' own arithmetic, 2 x 5 x 10.
    assert merger_change(0.05, 0.10) == pytest.approx(100)


def test_equal_number_as_reat_has_it():
    assert equal_number((20, 50, 20, 10)) == pytest.approx(2.94, abs=5e-3)


def test_rates_of_the_business_dynamics_statistics(world_pack):
    """Job creation as the file has it, from its own count and denominator; reallocation as the sum."""
    table = pd.read_parquet(world_pack / "us_dynamism_rd.parquet").astype({"variable": str, "area": str})
    part = table[(table["area"] == "US_ex_AZ_CT_IL_TN") & table["value"].notna()]
    wide = part.pivot_table(index="year", columns="variable", values="value")
    counted = wide["Job Creation.Count"] / wide["DHS Denominator"]
    pd.testing.assert_series_equal(100 * counted, wide["job_creation_rate"], check_names=False, atol=0.05)
    names = {"estab_entry_rate": "establishment_entry_rate", "estab_exit_rate": "establishment_exit_rate"}
    wide = wide.rename(columns=names)[[*names.values(), "job_creation_rate", "job_destruction_rate"]]
    long = wide.melt(ignore_index=False, var_name="variable").reset_index(names="period")
    long = long.assign(
        area="USA", item="US_ex_AZ_CT_IL_TN", unit="percent a year", period=long["period"].astype(str)
    )
    found = measure_competition(Panel.of(long), "USA")
    made, lost = found.table["job_creation_rate"], found.table["job_destruction_rate"]
    assert found.table.loc["1978", "establishment_entry_rate"] == pytest.approx(0.154, abs=5e-4)
    assert found.table.loc["2018", "establishment_entry_rate"] == pytest.approx(0.092, abs=5e-4)
    pd.testing.assert_series_equal(found.table["job_reallocation_rate"], made + lost, check_names=False)
    assert found.estimate("establishment_entry_rate_trend").value == pytest.approx(-0.0126, abs=1e-4)
    assert any("without AZ, CT, IL, TN" in str(one) for one in found.findings)


def test_excess_reallocation_is_the_reallocation_rate_of_the_census_bureau(world_pack):
    """The Bureau publishes creation + destruction - |net| by state under the name of reallocation rate; here it is
    computed from its rates of creation and destruction (given to three digits)."""
    table = pd.read_parquet(world_pack / "us_dynamism_rd.parquet").astype({"variable": str, "area": str})
    wide = table[table["source"] == "census_bds"].pivot_table(
        index=["area", "year"], columns="variable", values="value"
    )
    published = wide["Calculated.Reallocation Rate"].dropna()
    rates = wide.loc[published.index]
    for area in ("California", "Texas", "Ohio", "Wyoming"):
        part = rates.loc[area]
        series = {
            "job_creation_rate": part["Job Creation.Rate"],
            "job_destruction_rate": part["Job Destruction.Rate"],
        }
        found = reallocation(
            {name: Input(name, one, "share a year", "bds", 1.0) for name, one in series.items()}
        )
        mine = found["excess_reallocation_rate"].values
        assert len(mine) > 35
        pd.testing.assert_series_equal(mine, published.loc[area], check_names=False, atol=0.02)
