"""Any table of observations as a long one."""

import pandas as pd
import pytest

from longwave.connectors.columns import Hints
from longwave.connectors.shape import Observations, observe
from longwave.connectors.tables import Table, read_csv
from longwave.core.errors import BadInput


def seen(text: str, **hints: str) -> Observations | None:
    table = read_csv("\n".join(line.strip() for line in text.strip().splitlines()).encode(), "a.csv")
    return observe(table, Hints(**hints), subject="a.csv")


def rows(text: str, **hints: str) -> list[tuple[object, ...]]:
    found = seen(text, **hints)
    assert found is not None
    frame = found.frame[["area", "variable", "item", "period", "value"]].astype(object)
    return sorted(frame.itertuples(index=False, name=None))


LONG = [("CHN", "gdp", "", "2019", 3.0), ("USA", "gdp", "", "2019", 1.0), ("USA", "gdp", "", "2020", 2.0)]


@pytest.mark.parametrize(
    "text",
    [
        "iso3,year,variable,value\nUSA,2019,gdp,1\nUSA,2020,gdp,2\nCHN,2019,gdp,3",
        "iso3,year,gdp\nUSA,2019,1\nUSA,2020,2\nCHN,2019,3",
        "iso3,variable,2019,2020\nUSA,gdp,1,2\nCHN,gdp,3,",
    ],
)
def test_long_wide_by_years_and_wide_by_variables_are_the_same(text: str) -> None:
    assert [row for row in rows(text) if row[4] == row[4]] == LONG


def test_areas_across_want_a_variable() -> None:
    text = "year,USA,CHN\n2019,1,3\n2020,2,"
    assert [row for row in rows(text, variable="gdp") if row[4] == row[4]] == LONG
    with pytest.raises(BadInput, match="which variable"):
        seen(text)


def test_a_table_without_an_area_wants_one() -> None:
    text = "year,gdp\n2019,1\n2020,2"
    assert rows(text, area="USA") == [("USA", "gdp", "", "2019", 1.0), ("USA", "gdp", "", "2020", 2.0)]
    with pytest.raises(BadInput, match="which area"):
        seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "industry_id,industry_name\n1,Farms\n2,Mining",
        "occupation,skill,value\nclerk,reading,3\nclerk,writing,4",
        "soc,skill,value,date\n11-1011,Reading,4.1,07/2014\n11-1012,Reading,4.2,07/2014",
        "iso3,variable,value\nUSA,gdp,1",
    ],
)
def test_a_table_without_periods_holds_no_observations(text: str) -> None:
    assert seen(text) is None


def test_words_beside_become_the_item() -> None:
    text = "iso3,year,industry,sex,variable,value\nUSA,2019,Farms,F,jobs,1\nUSA,2019,Farms,M,jobs,2\nUSA,2019,All,,jobs,3"
    assert [row[2] for row in rows(text)] == ["All", "Farms | F", "Farms | M"]


def test_what_other_columns_determine_is_left_out_and_said() -> None:
    text = "iso3,name,freq,year,variable,value\nUSA,United States,A,2019,gdp,1\nCHN,China,A,2019,gdp,2"
    found = seen(text)
    assert found is not None
    assert found.frame["item"].astype(str).unique().tolist() == [""]
    assert [fault.check for fault in found.faults] == ["columns_left_out"]
    assert "freq" in str(found.faults[0].message)


def test_the_unit_multiplier_goes_into_the_unit_not_into_the_numbers() -> None:
    found = seen(
        "REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT\nUSA,2019,5,USD,6\nUSA,2020,6,USD,6",
        variable="x",
    )
    assert found is not None
    assert found.frame["unit"].astype(str).unique().tolist() == ["million USD"]
    assert found.frame["value"].tolist() == [5.0, 6.0]
    with pytest.raises(BadInput, match=r"row 2.*multiplier 5"):
        seen("REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nUSA,2019,5,5\nUSA,2020,6,6", variable="x")


def test_what_cannot_be_told_is_refused() -> None:
    table = Table(
        "a", pd.DataFrame({"iso3": ["USA"] * 2, "year": [2019] * 2, "value": [1.0, 2.0], "other": [0.5, 0.7]})
    )
    with pytest.raises(BadInput, match="both the value column and other"):
        observe(table, Hints(variable="x"), subject="a")
    with pytest.raises(BadInput, match="no column of numbers"):
        seen("iso3,year,colour\nUSA,2019,red\nUSA,2020,blue")
    with pytest.raises(BadInput, match="row 3, the column gdp"):
        seen("iso3,year,gdp\nUSA,2019,1\nUSA,2020,red\nUSA,2021,3")
    with pytest.raises(BadInput, match="row 3 has no area"):
        seen("iso3,year,variable,value\nUSA,2019,gdp,1\n,2020,gdp,2\nUSA,2021,gdp,2")


def test_series_without_a_number_are_no_series_and_gaps_stay_null() -> None:
    found = rows("iso3,2019,2020,2021\nUSA,1,..,3\nCHN,,,", variable="gdp")
    assert {row[0] for row in found} == {"USA"}
    assert [row[3] for row in found if row[4] != row[4]] == ["2020"]


def test_the_mark_of_a_missing_figure_is_its_note() -> None:
    found = seen("iso3,year,variable,value\nUSA,2019,gdp,..\nUSA,2020,gdp,2")
    assert found is not None
    assert found.frame["note"].astype(str).tolist() == ["..", ""]
