"""Levels of the real internal rate of return as the Penn World Table 10.01 publishes them (per cent a
year)."""

import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.returns.return_on_capital import measure_returns

PUBLISHED = {
    ("USA", 1950): 8.22,
    ("USA", 1990): 8.03,
    ("USA", 2019): 7.29,
    ("JPN", 1970): 12.44,
    ("JPN", 2019): 4.95,
    ("CHN", 1970): 16.69,
    ("CHN", 2019): 7.74,
    ("DEU", 2019): 4.96,
}


@pytest.fixture(scope="module")
def rates(world_pack):
    columns = ["source", "iso3", "year", "variable", "value"]
    table = pd.read_parquet(world_pack / "panel.parquet", columns=columns).astype(
        {"variable": str, "iso3": str}
    )
    return table[(table["source"] == "pwt1001") & (table["variable"] == "irr")].dropna(subset=["value"])


@pytest.mark.parametrize(("area", "year"), PUBLISHED)
def test_return_is_the_published_one(rates, area, year):
    rows = rates[rates["iso3"] == area].rename(columns={"year": "period"})
    panel = Panel.of(rows.assign(area=area, variable="return_on_capital", unit="share a year"))
    found = measure_returns(panel, area)
    assert 100 * found.table.loc[str(year), "return_on_capital"] == pytest.approx(
        PUBLISHED[area, year], abs=0.005
    )
    assert found.estimate("return_on_capital_change").low < found.estimate("return_on_capital_change").high
