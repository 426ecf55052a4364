"""Words that SDMX publishers share."""

import pytest

from longwave.connectors.sdmx_words import (
    AREA,
    area_of,
    first_of,
    is_house_period,
    period_of,
    status_of,
    unit_of,
    variable_of,
)


def test_the_area_dimension_is_found_whatever_its_case() -> None:
    assert first_of({"FREQ": 1, "REF_AREA": 2}, AREA) == "REF_AREA"
    assert first_of({"freq": 1, "Ref Area": 2}, AREA) == "Ref Area"
    assert first_of({"FREQ": 1}, AREA) is None


@pytest.mark.parametrize(
    ("code", "label", "area"),
    [
        ("DE", "", "DEU"),
        ("deu", "", "DEU"),
        ("EL", "", "GRC"),
        ("UK", "", "GBR"),
        ("EU27_2020", "", "EUU"),
        ("EA19", "Euro area", None),
        ("EA", "Euro area", "EMU"),
        ("840", "United States", "USA"),
        ("840", "Nowhere", None),
    ],
)
def test_area_codes(code: str, label: str, area: str | None) -> None:
    assert area_of(code, label) == area


@pytest.mark.parametrize(
    ("code", "value", "status", "noted"),
    [
        ("A", 1.0, "A", False),
        ("", 1.0, "A", False),
        ("E", 1.0, "E", False),
        ("V", 1.0, "A", True),
        ("M", 1.0, "A", True),
        ("M", None, "M", False),
        ("Q", None, "Q", False),
        ("A", None, "O", False),
        ("zz", 2.0, "A", True),
    ],
)
def test_status(code: str, value: float | None, status: str, noted: bool) -> None:
    found, note = status_of(code, value)
    assert (found, bool(note)) == (status, noted)


def test_periods() -> None:
    written = [
        "2019",
        "2019-A1",
        "2019Q3",
        "2019-Q3",
        "2019M07",
        "2019-M07",
        "2019-07",
        "2019-S1",
        "2019-07-01",
    ]
    house = ["2019", "2019", "2019-Q3", "2019-Q3", "2019-07", "2019-07", "2019-07", "2019-S1", "2019-07-01"]
    assert [period_of(text) for text in written] == house
    assert [is_house_period(text) for text in house] == [True] * 7 + [False] * 2


def test_units_and_variables() -> None:
    assert str(unit_of("US$", "6")) == "million USD, current"
    assert str(unit_of("", "odd")) == "not stated"
    key = {"FREQ": "A", "REF_AREA": "DE", "ITEM": "B1GQ", "TIME_PERIOD": "2019"}
    assert variable_of(key, "REF_AREA", ["TIME_PERIOD"]) == "A.*.B1GQ"
