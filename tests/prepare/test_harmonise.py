"""Names and units: what is converted, by how much, and what is held back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.harvest import Harvest
from longwave.core.unit import Unit
from longwave.prepare.concepts import concepts, find_concept
from longwave.prepare.harmonise import convert, harmonise

from .tables import harvest, origin, rows

GAPMINDER = origin("gapminder_sg", title="Systema Globalis", publisher="Gapminder")
PWT = origin("pwt1001", title="Penn World Table 10.01")


def factor(code: str, unit: str, about=GAPMINDER) -> float | None:
    match = find_concept(code, about)
    assert match is not None
    conversion = convert(Unit.parse(unit), match)
    return None if conversion is None else conversion.factor


@pytest.mark.parametrize(
    ("code", "unit", "wanted"),
    [
        ("rd_intensity", "% of GDP", 0.01),
        ("rd_intensity", "share of GDP", 1.0),
        ("rd_intensity", "%", 0.01),
        ("rd_intensity", "share", 1.0),
        ("employment", "thousand persons", 1e-3),
        ("employment", "million", 1.0),
        ("population", "persons", 1e-6),
        ("inflation", "annual %", 0.01),
        ("inflation", "%", 0.01),
        ("gdp_current", "US$", 1e-6),
        ("gdp_current", "billion US$", 1e3),
        ("real_gdp", "billion 2015 US$", 1e3),
        ("internet_users", "per 100 people", 0.01),
        ("hours_per_worker", "hours per worker", 1.0),
        ("hours_per_worker", "hours per person per year", 1.0),
        ("real_gdp", "CLV15_MEUR", 1.0),
        ("SL.UEM.TOTL.ZS", "% of total labor force", 0.01),
        ("NY.GDP.MKTP.KD", "constant 2015 US$", 1e-6),
        ("SP.POP.TOTL", "not stated", 1e-6),
        ("patent_applications_total", "see label", 1.0),
        ("total_gdp_us_inflation_adjusted", "constant US$ (see label)", 1e-6),
    ],
)
def test_what_is_converted(code: str, unit: str, wanted: float) -> None:
    assert factor(code, unit) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("rd_intensity", "not stated"),  # the user's own code fixes no unit
        ("rd_intensity", "see label"),
        ("rd_intensity", "% of population"),
        ("rd_intensity", "million US$"),
        ("real_gdp", "current US$"),
        ("real_gdp", "US$"),
        ("gdp_current", "constant 2015 US$"),
        ("gdp_current", "EUR"),
        ("employment", "hours"),
        ("unemployment_rate", "annual %"),
        ("NY.GDP.MKTP.CD", "constant 2015 US$"),
        ("co2_intensity", "kg CO2 per 2017 PPP $ of GDP"),
    ],
)
def test_what_is_held_back(code: str, unit: str) -> None:
    assert factor(code, unit) is None


def test_a_price_base_is_kept_not_renamed() -> None:
    match = find_concept("real_gdp", GAPMINDER)
    assert match is not None
    conversion = convert(Unit.parse("billion 2015 US$"), match)
    assert conversion is not None
    assert str(conversion.unit) == "million USD, constant 2015"


def test_rows_get_name_unit_and_value() -> None:
    named = harmonise(harvest(rows("GB.XPD.RSDV.GD.ZS", {"usa": [3.45]}, unit="% of GDP")))
    row = named.frame.iloc[0]
    assert (row["area"], row["variable"], row["unit"]) == ("USA", "rd_intensity", "share of GDP")
    assert row["value"] == pytest.approx(0.0345, rel=1e-12)
    assert named.metas[0].source_variable == "GB.XPD.RSDV.GD.ZS"
    assert named.metas[0].dimensions == ("innovation",)


def test_an_unknown_code_keeps_name_value_and_unit() -> None:
    named = harmonise(harvest(rows("my_index", {"USA": [3.5]}, unit="2010=100")))
    row = named.frame.iloc[0]
    assert (row["variable"], row["unit"], row["value"]) == ("my_index", "index 2010=100", 3.5)


def test_an_unreadable_unit_is_held_back_with_the_mend() -> None:
    named = harmonise(harvest(rows("rd_intensity", {"USA": [3.4, 3.5]}), rows("x", {"USA": [1.0]})))
    assert list(named.frame["variable"]) == ["x"]
    fault = named.faults[0]
    assert (fault.check, fault.held_back, fault.rows, fault.subject) == ("unit", True, 2, "mine:rd_intensity")
    assert "State the unit" in fault.message.text("en")
    assert "请在变量说明中注明单位" in fault.message.text("zh")
    assert [meta.variable for meta in named.metas] == ["x"]


def test_the_unit_of_the_code_book_counts_where_the_table_has_none() -> None:
    named = harmonise(harvest(rows("rd_intensity", {"USA": [3.4]}), units={"rd_intensity": "% of GDP"}))
    assert named.frame["value"].tolist() == pytest.approx([0.034])


def test_of_two_codes_for_one_concept_the_first_is_taken() -> None:
    table = [rows(code, {"USA": [5.0]}, unit="%") for code in ("SL.UEM.TOTL.NE.ZS", "SL.UEM.TOTL.ZS")]
    named = harmonise(harvest(*table))
    assert sorted(named.frame["variable"]) == ["SL.UEM.TOTL.NE.ZS", "unemployment_rate"]
    assert named.metas[1].source_variable == "SL.UEM.TOTL.ZS"
    assert [fault.check for fault in named.faults] == ["second_code"]


def test_a_variable_that_bears_the_name_is_never_pushed_aside() -> None:
    tables = [
        rows(code, {"USA": [value]}, unit="%")
        for code, value in (("inflation", 2.0), ("FP.CPI.TOTL.ZG", 3.0))
    ]
    frame = harmonise(harvest(*tables)).frame
    assert dict(zip(frame["variable"], frame["value"], strict=True)) == {
        "inflation": 0.02,
        "FP.CPI.TOTL.ZG": 3.0,
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.sampled_from(["%", "share"]))
def test_conversion_is_a_factor_and_nothing_else(values: list[float], unit: str) -> None:
    named = harmonise(harvest(rows("exports_share", {"USA": values}, unit=unit)))
    wanted = np.array(values) / (100.0 if unit == "%" else 1.0)
    np.testing.assert_array_equal(named.frame["value"].to_numpy(), wanted)


def test_the_penn_world_table_keeps_every_digit(world: Mapping[str, Harvest]) -> None:
    source = world["pwt1001"]
    named = harmonise(source)
    for code, name in (("rgdpna", "real_gdp"), ("rtfpna", "tfp_published"), ("labsh", "labour_share")):
        before = source.panel.frame[source.panel.frame["variable"] == code]
        after = named.frame[named.frame["variable"] == name]
        assert after["value"].tolist() == before["value"].tolist()
    assert set(named.frame["unit"][named.frame["variable"] == "real_gdp"]) == {"million USD, constant 2017"}


def test_world_bank_percent_becomes_fractions(world: Mapping[str, Harvest]) -> None:
    """Published: United States, R&D 2020, 3.45 % of GDP (World Development Indicators, mid-2022)."""
    frame = harmonise(world["wb_wdi_2022"]).frame
    row = frame[
        (frame["variable"] == "rd_intensity") & (frame["area"] == "USA") & (frame["period"] == "2020")
    ]
    assert row["value"].iloc[0] == pytest.approx(0.0345, abs=5e-5)


def test_every_concept_is_served_by_some_pack(
    world: Mapping[str, Harvest], plus: Mapping[str, Harvest]
) -> None:
    sources = [*world.values(), *plus.values()]
    served = {meta.variable for source in sources for meta in harmonise(source).metas}
    # Quarterly figures come in under the name of the concept that they belong to.
    assert {name for name, concept in concepts().items() if not concept.of} <= served
    assert {concept.of for concept in concepts().values() if concept.of} <= served


def test_a_refused_unit_is_told_which_are_accepted() -> None:
    (fault,) = harmonise(harvest(rows("real_gdp", {"FRA": [1.0]}, unit="current LCU"))).faults
    said = fault.message.text("en")
    assert "constant prices of any currency" in said
    assert "dollar" not in said and "USD" not in said


def test_codes_of_one_concept_become_its_items(plus: Mapping[str, Harvest]) -> None:
    """``diffusion_pct: Radio`` is the item Radio; per cent of households become a share."""
    frame = harmonise(plus["owid_tech_diffusion"]).frame
    assert set(frame["variable"]) == {"technology_adoption"}
    radio = frame[frame["item"] == "Radio"]
    assert radio["value"].max() <= 1.0
    assert frame["item"].nunique() == 45


def test_an_area_with_parts_left_out_is_an_item_of_it(world: Mapping[str, Harvest]) -> None:
    frame = harmonise(world["census_bds"]).frame
    partial = frame[frame["item"] != ""]
    assert set(partial["area"]) == {"USA"}
    assert set(partial["item"]) == {"US_ex_AZ_CT_IL_TN"}
