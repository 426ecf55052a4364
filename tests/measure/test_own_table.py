"""The door for a user's own table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.measure.measurement import Column, Measurement, TableMeasure
from longwave.measure.own_table import checked, of_own_table

NAMED = say("measure.nothing")
FIRMS = TableMeasure(
    "firms",
    "competition",
    (
        Column("firm", "text", NAMED),
        Column("year", "period", NAMED),
        Column("sales", "number", NAMED),
        Column("weight", "number", NAMED, optional=True),
    ),
    lambda table: Measurement("firms", "competition", "", table),
)


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"Firm ": [" a", "b"], "YEAR": [2019.0, 2020.0], "sales": [1, 2], **columns})


def test_headings_in_any_case_and_columns_of_their_kind() -> None:
    read = checked(FIRMS, table(other=[1, 2]))
    assert list(read.columns) == ["firm", "year", "sales"]
    assert read["firm"].tolist() == ["a", "b"]
    assert read["year"].tolist() == ["2019", "2020"]
    assert read["sales"].dtype == np.float64
    assert of_own_table(FIRMS, table()).area == ""


def test_an_optional_column_is_read_where_it_is_there() -> None:
    read = checked(FIRMS, table(weight=["1.5", None]))
    assert read["weight"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (table().drop(columns="sales"), "sales"),
        (table(sales=["1", "many"]), "row 2"),
        (table(sales=[1.0, np.inf]), "infinite"),
        (table(SALES=[1, 2]), "more than one column"),
        (table(YEAR=["2019", "soon"]), "soon"),
    ],
)
def test_what_breaks_the_door_is_named(given: pd.DataFrame, said: str) -> None:
    with pytest.raises(BadInput) as error:
        checked(FIRMS, given)
    assert said in error.value.text("en")
    assert error.value.text("zh")


def test_years_as_pandas_dates_are_years_and_dates_are_no_numbers() -> None:
    years = pd.to_datetime(["2019-01-01", "2020-01-01"])
    assert checked(FIRMS, table(YEAR=years))["year"].tolist() == ["2019", "2020"]
    with pytest.raises(BadInput):
        checked(FIRMS, table(sales=years))
