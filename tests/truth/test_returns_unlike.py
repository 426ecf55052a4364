"""The naive net return against the published internal rate, Penn World Table 10.01: correlation -.10 for the
United States and .93 for Japan over the years in which capital services are published too (1954-2019). A
calculation of our own, first made with another program; and the table's identity of the capital-output ratio."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.returns.marginal_product_of_capital import (
    marginal_product,
    measure_marginal_product,
    price_adjusted,
)
from longwave.measure.returns.unlike import Kind, alike, told_apart

NAMES = {
    "rgdpna": ("real_gdp", "million 2017 US$"),
    "rnna": ("capital_stock", "million 2017 US$"),
    "labsh": ("labour_share", "share of GDP"),
    "delta": ("depreciation_rate", "share a year"),
    "irr": ("return_on_capital", "share a year"),
}


@pytest.fixture(scope="module")
def accounts(world_pack):
    columns = ["source", "iso3", "year", "variable", "value"]
    table = pd.read_parquet(world_pack / "panel.parquet", columns=columns).astype(
        {"variable": str, "iso3": str}
    )
    return table[(table["source"] == "pwt1001") & table["variable"].isin(NAMES)].dropna(subset=["value"])


def wide(accounts, area):
    return accounts[accounts["iso3"] == area].pivot(index="year", columns="variable", values="value")


@pytest.mark.parametrize(("area", "published"), [("USA", -0.10), ("JPN", 0.93)])
def test_naive_net_return_is_not_the_internal_rate(accounts, area, published):
    w = wide(accounts, area).loc[1954:]
    naive = marginal_product(w["rgdpna"], w["rnna"], w["labsh"]) - w["delta"]
    found = alike(naive, w["irr"])
    assert found is not None
    assert found.correlation == pytest.approx(published, abs=0.005)


def test_measure_tells_them_apart_and_never_calls_the_product_a_return(accounts):
    rows = accounts[accounts["iso3"] == "USA"].rename(columns={"iso3": "area", "year": "period"})
    rows = rows.assign(
        unit=[NAMES[name][1] for name in rows["variable"]],
        variable=[NAMES[name][0] for name in rows["variable"]],
    )
    found = measure_marginal_product(Panel.of(rows), "USA")
    said = " ".join(str(one) for one in found.findings)
    assert "different things" in said
    assert "not a rate of return" in said
    assert found.table.loc["2017", "capital_output_ratio"] == pytest.approx(3.4, abs=0.3)
    assert all("return" not in one.name for one in found.estimates)


def test_every_pair_of_kinds_is_told_apart(accounts):
    w = wide(accounts, "JPN")
    product = marginal_product(w["rgdpna"], w["rnna"], w["labsh"])
    said = told_apart(
        {Kind.INTERNAL_RATE: w["irr"], Kind.MARGINAL_PRODUCT: product, Kind.NAIVE_NET: product - w["delta"]}
    )
    assert len(said) == 3
    assert all("are different things" in one.text() and "不同" in one.text("zh") for one in said)


def test_price_adjustment_closes_the_gap_of_poor_countries():
    """Caselli and Feyrer (2007): where capital goods cost more against output, the price-adjusted product is
    lower than the physical one, in the proportion of the prices."""
    years = [2005]
    one = pd.Series([0.27], index=years)
    assert price_adjusted(one, pd.Series([0.5], index=years), pd.Series([1.0], index=years)).iloc[
        0
    ] == pytest.approx(0.135)
    assert np.isfinite(price_adjusted(one, one, one)).all()
