"""Leontief models against numbers that others computed.

Sources: Miller and Blair (2022), Input-Output Analysis, 3rd edition, the two-sector table of section 2.3; multipliers of
the United States 2021 from the supply and use tables of the Bureau of Economic Analysis, computed apart from this
package; labour productivity of the Economic Transformation Database (Kruse, Mensah, Sen and de Vries 2022), the split of
McMillan and Rodrik (2011) computed apart from this package.
"""

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.structure.input_output_multipliers import linked_of, measure_published
from longwave.measure.structure.leontief import input_coefficients, leontief
from longwave.measure.structure.published_tables import published_table
from longwave.measure.structure.structural_change_growth import (
    Ends,
    long_difference,
    measure_structural_change,
)

FLOWS, OUTPUT = np.array([[150.0, 500], [200, 100]]), np.array([1000.0, 2000])


def test_the_two_sectors_of_miller_and_blair():
    found = leontief(input_coefficients(FLOWS, OUTPUT))
    np.testing.assert_allclose(found.inverse, [[1.254125, 0.330033], [0.264026, 1.122112]], atol=5e-7, rtol=0)
    np.testing.assert_allclose(found.multipliers, [1.518152, 1.452145], atol=5e-7)
    np.testing.assert_allclose(found.output([600, 1500]), [1247.524752, 1841.584158], atol=5e-7)


def test_multipliers_of_the_united_states():
    table = published_table("USA")
    linked = linked_of(table)
    at = {code: place for place, code in enumerate(linked.industries)}
    for code, whole, home in (
        ("manufacturing", 2.294, 1.839),
        ("construction", 2.106, 1.718),
        ("finance_and_real_estate", 1.645, 1.586),
        ("government", 1.713, 1.548),
    ):
        assert linked.whole.multipliers[at[code]] == pytest.approx(whole, abs=5e-4)
        assert linked.home.multipliers[at[code]] == pytest.approx(home, abs=5e-4)
    measured = measure_published(None, "USA")
    assert measured.estimate("domestic_multiplier_manufacturing").value == pytest.approx(1.839, abs=5e-4)


def test_dividing_by_supply_with_imports_is_the_trap():
    """The package the copy came from divides by supply that includes imports."""
    tables = published_table("USA").tables
    supply = tables.supply.sum(axis=1) + tables.imports
    found = leontief(tables.use / supply[None, :]).multipliers
    codes = list(published_table("USA").industries)
    assert found[codes.index("manufacturing")] == pytest.approx(1.792, abs=2e-3)
    assert found[codes.index("information")] == pytest.approx(1.915, abs=2e-3)


def test_value_added_and_inputs_are_output_in_the_published_table():
    table = published_table("USA")
    paid = table.tables.use.sum(axis=0) + table.paid_otherwise + table.value_added
    np.testing.assert_allclose(paid, table.tables.output, atol=3)
    assert table.tables.output.sum() == pytest.approx(40_575_547, abs=5)
    assert table.value_added.sum() == pytest.approx(22_485_863, abs=5)
    np.testing.assert_allclose(table.tables.supply.sum(axis=0), table.tables.output, rtol=3e-3)


SPLITS = {"CHN": (7.81, 5.67, 2.13), "VNM": (4.05, 2.28, 1.77), "ZAF": (0.73, 1.10, -0.36)}


@pytest.fixture(scope="module")
def sectors(plus_pack):
    """Value added at prices of 2015 and persons of 51 countries and 12 industries, totals left out."""
    table = pd.read_parquet(plus_pack / "sector_plus.parquet")
    table = table[table["source"].astype(str) == "ggdc_etd"].dropna(subset=["value"])
    texts = table[["iso3", "variable", "industry"]].astype(str)
    wanted = texts["variable"].isin(["VA_Q15", "EMP"]) & (texts["industry"] != "Total")
    return texts[wanted].assign(year=table["year"].astype(int), value=table["value"])


def ends(part, years=(1990, 2018)):
    """The two ends of an area's split, industries without persons in either by themselves."""
    wide = {
        year: part[part["year"] == year].pivot(index="industry", columns="variable", values="value")
        for year in years
    }
    hands = [
        item
        for item in wide[years[0]].index
        if all(one["EMP"].fillna(0.0)[item] > 0 for one in wide.values())
    ]
    for one in wide.values():
        whole = one["EMP"].sum()
        yield Ends(
            one.loc[hands, "EMP"] / whole,
            one.loc[hands, "VA_Q15"] / one.loc[hands, "EMP"],
            one.drop(index=hands)["VA_Q15"].sum() / whole,
        )


def test_structural_change_in_fifty_one_countries(sectors):
    structural = {}
    for area, part in sectors.groupby("iso3"):
        found = long_difference(*ends(part), 28)
        structural[area] = found["structural_growth"]
        parts = ("within_growth", "structural_growth", "without_workers_growth")
        assert sum(found[name] for name in parts) == pytest.approx(
            found["labour_productivity_growth"], abs=1e-12
        )
        if area in SPLITS:
            three = [100 * found[name] for name in ("labour_productivity_growth", *parts[:2])]
            np.testing.assert_allclose(three, SPLITS[area], atol=6e-3)
    assert len(structural) == 51
    assert sum(value > 0 for value in structural.values()) == 42


def test_the_industry_of_india_without_workers_is_told_apart(sectors):
    """Dwellings: 0.27 points of growth a year that are neither within industries nor from moving between them."""
    part = sectors[sectors["iso3"] == "IND"]
    found = long_difference(*ends(part), 28)
    assert 100 * found["without_workers_growth"] == pytest.approx(0.266, abs=2e-3)


def test_the_measure_says_what_the_split_says(sectors):
    part = sectors[sectors["iso3"] == "CHN"]
    variables = {
        "VA_Q15": ("sector_value_added_constant", "million LCU, constant 2015"),
        "EMP": ("sector_employment", "thousand persons"),
    }
    rows = part.assign(
        area="CHN",
        variable=part["variable"].map(lambda name: variables[name][0]),
        unit=part["variable"].map(lambda name: variables[name][1]),
        item=part["industry"],
        period=part["year"].astype(str),
        source="ggdc_etd",
    )
    found = measure_structural_change(Panel.of(rows.drop(columns=["iso3", "industry", "year"])), "CHN")
    assert 100 * found.estimate("structural_growth").value == pytest.approx(2.13, abs=6e-3)
    assert found.estimate("structural_growth").low < 0.0213 < found.estimate("structural_growth").high
