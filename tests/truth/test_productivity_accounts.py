"""Labour productivity against the publishers' own figures: Penn World Table, Economic Transformation Database, US
industry accounts.

Feenstra, Inklaar and Timmer (2015), PWT 10.01; Kruse, Mensah, Sen and de Vries (2022), ETD (GGDC/UNU-WIDER); Elbadri and
Vizcaino (2025) from BEA-BLS and US KLEMS.
"""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.productivity.by_industry import decompose, within_growth
from longwave.measure.productivity.sources_of_growth import labour_productivity_sources


def figures(file, source, variables):
    """Rows of one source: iso3, year, variable, value, and industry where the file has it."""
    table = pd.read_parquet(file)
    table = table[(table["source"].astype(str) == source) & table["variable"].astype(str).isin(variables)]
    texts = [name for name in ("iso3", "variable", "industry") if name in table]
    return table.assign(
        **{name: table[name].astype(str) for name in texts}, year=table["year"].astype(int)
    ).dropna(subset=["value"])


@pytest.fixture(scope="module")
def pwt(world_pack):
    names = ["rgdpna", "rkna", "emp", "avh", "hc", "labsh", "rtfpna"]
    return figures(world_pack / "panel.parquet", "pwt1001", names).pivot(
        index=["iso3", "year"], columns="variable", values="value"
    )


def test_sources_add_up_and_their_residual_is_the_published_one_in_every_country_with_hours(pwt):
    countries = 0
    for _, part in pwt.groupby(level="iso3"):
        series = {name: column.dropna() for name, column in part.droplevel("iso3").items()}
        found = labour_productivity_sources(
            series["rgdpna"], series["rkna"], series["emp"], series["labsh"], series["avh"], series["hc"]
        )
        found = found[found["labour_input"] == "hours"]
        published = np.log(series["rtfpna"]).diff()[np.diff(series["rtfpna"].index, prepend=0) == 1]
        common = found.index.intersection(published.index)
        if common.empty:
            continue
        output = np.log(series["rgdpna"] / series["emp"] / series["avh"]).diff()
        np.testing.assert_allclose(found.loc[common, "growth"], output[common], atol=1e-9)
        np.testing.assert_allclose(found.loc[common, "tfp"], published[common], atol=1e-6)
        parts = found[["capital_deepening", "human_capital", "tfp"]].fillna(0.0).sum(axis=1)
        np.testing.assert_allclose(parts, found["growth"], atol=1e-12)
        countries += 1
    assert countries == 64


def test_ignoring_hours_moves_growth_by_up_to_one_point_four(pwt):
    """Found by us for the United States, Japan, Germany and China: so the labour input is named for every year."""
    largest = 0.0
    for area in ("USA", "JPN", "DEU", "CHN"):
        series = {name: column.dropna() for name, column in pwt.loc[area].items()}
        both = [
            labour_productivity_sources(
                series["rgdpna"], series["rkna"], series["emp"], series["labsh"], hours, series["hc"]
            )["tfp"]
            for hours in (series["avh"], None)
        ]
        largest = max(largest, float((both[0] - both[1]).abs().max()))
    assert 0.013 < largest < 0.020


def test_industries_add_up_to_the_published_total(plus_pack):
    """ETD gives the sum of all industries beside them: growth of output a person must be that of its totals."""
    table = figures(plus_pack / "sector_plus.parquet", "ggdc_etd", ["VA_Q15", "EMP"])
    countries = 0
    for area, part in table.groupby("iso3"):
        volume, persons = (
            part[part["variable"] == name].pivot(index="year", columns="industry", values="value")
            for name in ("VA_Q15", "EMP")
        )
        whole = (volume["Total"] / persons["Total"]).pct_change().dropna()
        industries = volume.columns.drop("Total")
        found = decompose(volume[industries], persons.reindex(columns=industries).fillna(0.0))
        np.testing.assert_allclose(found["growth"], whole, atol=5e-4, err_msg=area)
        countries += 1
    assert countries == 51


def test_within_growth_is_that_of_the_published_industry_indices(world_pack):
    """LPVA, the authors' own index of value added an hour, weighted by us, against ours from volumes and hours."""
    table = figures(world_pack / "sector.parquet", "us_klems_ev", ["VA", "VA_QI", "HRS_QI", "LPVA"])
    table = table[table["industry"].str.startswith("44Ind:")]
    wide = {
        name: part.pivot(index="year", columns="industry", values="value")
        for name, part in table.groupby("variable")
    }
    found = within_growth(wide["VA_QI"], wide["HRS_QI"], wide["VA"])
    share = wide["VA"].div(wide["VA"].sum(axis=1), axis=0)
    published = ((share + share.shift()) / 2 * np.log(wide["LPVA"]).diff()).sum(axis=1).iloc[1:]
    assert wide["VA"].shape[1] == 44
    np.testing.assert_allclose(found, published, atol=2e-4)
