"""Growth accounting against the Penn World Table 10.01 itself: its published rtfpna, country by country.

Feenstra, Inklaar and Timmer (2015), "The Next Generation of the Penn World Table", www.ggdc.net/pwt, CC BY
4.0. Its variables: rgdpna real GDP, rkna capital services, emp persons engaged, avh hours, hc human capital,
labsh labour share, rtfpna TFP, irr real internal rate of return.
"""

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.productivity.accounting import account, growth_accounts

CONCEPTS = {
    "rgdpna": ("real_gdp", "million 2017 US$"),
    "rkna": ("capital_services", "2017=1"),
    "emp": ("employment", "million persons"),
    "avh": ("hours_per_worker", "hours"),
    "hc": ("human_capital", "index"),
    "labsh": ("labour_share", "share of GDP"),
    "rtfpna": ("tfp_published", "2017=1"),
    "irr": ("return_on_capital", "share a year"),
}


@pytest.fixture(scope="module")
def pwt(world_pack):
    columns = ["source", "iso3", "year", "variable", "value"]
    table = pd.read_parquet(world_pack / "panel.parquet", columns=columns).astype(
        {"variable": str, "iso3": str}
    )
    return table[(table["source"] == "pwt1001") & table["variable"].isin(list(CONCEPTS))].dropna(
        subset=["value"]
    )


@pytest.fixture(scope="module")
def wide(pwt):
    return pwt.assign(year=pwt["year"].astype(int)).pivot(
        index=["iso3", "year"], columns="variable", values="value"
    )


def panel_of(pwt, area):
    rows = pwt[pwt["iso3"] == area]
    return Panel.of(
        pd.DataFrame(
            {
                "source": rows["source"].astype(str),
                "area": area,
                "variable": rows["variable"].map(lambda name: CONCEPTS[name][0]),
                "unit": rows["variable"].map(lambda name: CONCEPTS[name][1]),
                "period": rows["year"],
                "value": rows["value"],
            }
        )
    )


def accounts_of(country, hours):
    return growth_accounts(
        country["rgdpna"].dropna(),
        country["rkna"].dropna(),
        country["emp"].dropna(),
        country["labsh"].dropna(),
        hours.dropna(),
        country["hc"].dropna(),
    )


def test_residual_equals_published_tfp_wherever_hours_are_given(wide):
    countries = years = 0
    for _, country in wide.groupby(level="iso3"):
        series = country.droplevel("iso3")
        published = np.log(series["rtfpna"].dropna())
        accounts = accounts_of(series, series["avh"])
        given = accounts.index[(accounts["labour_input"] == "hours_human_capital")]
        change = published.diff()[np.diff(published.index, prepend=0) == 1]
        common = given.intersection(change.index)
        if len(common):
            np.testing.assert_allclose(accounts.loc[common, "growth_tfp"], change[common], atol=1e-6)
            countries, years = countries + 1, years + len(common)
    assert countries == 64
    assert years > 3000


def test_where_hours_are_missing_the_penn_world_table_uses_those_of_the_united_states(wide):
    """Not documented by the publisher, found here: labour input is taken relative to the United States and
    missing hours as equal to theirs. All but the few years beside a gap agree; so "persons" may not claim
    equality."""
    american = wide.loc["USA", "avh"]
    agree = total = 0
    for _, country in wide.groupby(level="iso3"):
        series = country.droplevel("iso3")
        accounts = accounts_of(series, american)
        lacking = series["avh"].isna() & series["avh"].shift().isna()
        change = np.log(series["rtfpna"]).diff().dropna()
        years = accounts.index.intersection(change.index).intersection(series.index[lacking])
        gap = (accounts.loc[years, "growth_tfp"] - change[years]).abs()
        agree, total = agree + int((gap < 1e-6).sum()), total + len(gap)
    assert total > 3000
    assert agree == total


def test_means_for_the_united_states(pwt):
    """1955-73 1.10, 1974-95 .34, 1996-2004 1.14, 2005-19 .40 per cent a year, computed by hand from PWT
    10.01."""
    found = account(panel_of(pwt, "USA"), "USA")
    spans = {"1955_1973": 1.10, "1974_1995": 0.34, "1996_2004": 1.14, "2005_2019": 0.40}
    for span, per_cent in spans.items():
        assert 100 * found.estimate(f"tfp_growth_{span}").value == pytest.approx(per_cent, abs=0.005)


def test_china_counts_persons_before_1971(pwt):
    found = account(panel_of(pwt, "CHN"), "CHN")
    assert set(found.table.loc[:"1970", "labour_input"]) == {"persons_human_capital"}
    assert set(found.table.loc["1971":, "labour_input"]) == {"hours_human_capital"}
    assert any(one.key == "measure.equals_where_hours" for one in found.findings)


def test_a_country_without_hours_claims_no_equality(pwt):
    found = account(panel_of(pwt, "KEN"), "KEN")
    assert found.estimates
    assert not any(one.key.startswith("measure.equals") for one in found.findings)
    assert any(one.subject == "contribution_hours" for one in found.refusals)
