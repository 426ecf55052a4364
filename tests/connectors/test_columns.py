"""Which column is what."""

import pandas as pd
import pytest

from longwave.connectors.columns import (
    ROLES,
    Hints,
    areas_across,
    determined,
    find_columns,
    names_something,
    tidy,
)


def columns_of(header: str, *rows: str, **roles: str):
    frame = pd.DataFrame([row.split(",") for row in rows], columns=header.split(","))
    return find_columns(frame, Hints(roles=roles))


@pytest.mark.parametrize(
    ("header", "row", "area", "period", "variable", "value"),
    [
        ("iso3,year,variable,value", "USA,2019,gdp,1", "iso3", "year", "variable", "value"),
        (
            "REF_AREA,TIME_PERIOD,INDICATOR,OBS_VALUE",
            "USA,2019,gdp,1",
            "REF_AREA",
            "TIME_PERIOD",
            "INDICATOR",
            "OBS_VALUE",
        ),
        ("geo,time,metric,values", "DE,2019,gdp,1", "geo", "time", "metric", "values"),
        (
            "Country or Area,Year,Series,Value",
            "China,2019,gdp,1",
            "Country or Area",
            "Year",
            "Series",
            "Value",
        ),
        ("国家,年份,指标,数值", "中国,2019,gdp,1", "国家", "年份", "指标", "数值"),
        ("Economy,Quarter,Measure,Val", "China,2019Q1,gdp,1", "Economy", "Quarter", "Measure", "Val"),
    ],
)
def test_the_words_of_the_publishers(
    header: str, row: str, area: str, period: str, variable: str, value: str
) -> None:
    found = columns_of(header, row)
    assert (found.area, found.period, found.variable, found.value) == ((area,), (period,), variable, value)


def test_the_area_column_is_the_one_whose_texts_are_areas() -> None:
    found = columns_of("Area Code,Area,Year,Value", "351,China,2019,1", "231,United States of America,2019,1")
    assert found.area[0] == "Area"  # the FAO's numbers are no ISO codes
    codes = columns_of("Entity,Code,Year,Share", "World,OWID_WRL,2019,1", "China,CHN,2019,2", "Asia,,2019,3")
    assert codes.area == ("Code", "Entity")  # and what has no code keeps its name


def test_a_code_that_is_no_area_is_no_area_column() -> None:
    found = columns_of("code,country,year,value", "A1,China,2019,1", "B2,China,2019,2")
    assert found.area == ("country",)
    assert found.rest == ("code",)


def test_the_indicator_name_is_a_label() -> None:
    found = columns_of("Country Code,Indicator Name,Indicator Code,2019", "CHN,Output,NY.GDP,1")
    assert found.variable == "Indicator Code"
    assert found.labels == ("Indicator Name",)
    assert found.spans == {"2019": "2019"}


def test_a_stated_role_settles_the_question() -> None:
    found = columns_of(
        "where,when,how_much,year", "USA,2019,1,5", where="area", when="period", how_much="value"
    )
    assert (found.area, found.period, found.value) == (("where",), ("when",), "how_much")


def test_a_date_that_is_none_is_no_period() -> None:
    assert columns_of("soc,skill,value,date", "11-1011,Reading,4.1,07/2014").period == ()


def test_years_and_quarters_in_two_columns() -> None:
    assert columns_of("iso3,year,quarter,value", "USA,2019,1,5", "USA,2019,2,5").period == (
        "year",
        "quarter",
        "Q",
    )


def test_a_column_follows_from_another() -> None:
    frame = pd.DataFrame({"code": ["a", "a", "b"], "name": ["A", "A", "B"], "other": [1, 2, 2]})
    assert determined(frame, ["code"], "name")
    assert not determined(frame, ["code"], "other")


def test_no_name_has_two_roles_and_all_are_tidy() -> None:
    names = [name for names in ROLES.values() for name in names]
    assert len(names) == len(set(names))
    assert all(tidy(name) == name for name in names)
    assert names_something("Country Code") and names_something("2019") and not names_something("GDP")


def test_headers_that_are_areas() -> None:
    assert areas_across(("USA", "China"))
    assert not areas_across(("USA", "gdp"))
    assert not areas_across(("USA",))
