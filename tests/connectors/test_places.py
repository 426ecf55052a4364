"""Area texts as codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.places import find_places, known_area, known_share, stated_area
from longwave.core.area import areas

STATES = ["Alabama", "Alaska", "Arizona", "California", "Georgia", "Texas", "Utah", "US"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("USA", "USA"),
            ("usa", "USA"),
            ("中国", "CHN"),
            ("China", "CHN"),
            ("Viet Nam", "VNM"),
            ("Turkey", "TUR"),
        ),
        *(
            ("Korea, Rep.", "KOR"),
            ("Cote d'Ivoire", "CIV"),
            ("Côte d’Ivoire", "CIV"),
            ("Bosnia and Herzegovina", "BIH"),
        ),
        *(
            ("São Tomé & Príncipe", "STP"),
            ("OWID_WRL", "WLD"),
            ("Euro area", "EMU"),
            ("Czech Republic", "CZE"),
        ),
        *(("Nowhere", None), ("", None), ("Q", None)),
    ],
)
def test_spellings(text: str, code: str | None) -> None:
    assert known_area(text) == code


def test_every_area_is_found_by_its_code_and_its_names() -> None:
    for code, area in areas().items():
        for word in (code, code.lower(), area.names.en, area.names.zh):
            assert known_area(word) == code, word


def test_namibia_is_a_country_and_not_a_missing_value() -> None:
    assert find_places(["NA", "NG", "ZA"]).codes == {"NA": "NAM", "NG": "NGA", "ZA": "ZAF"}


def test_among_american_states_georgia_is_not_the_country() -> None:
    places = find_places(STATES)
    assert places.codes["Georgia"] == "Georgia"
    assert places.codes["US"] == "USA"
    assert "Georgia" in places.strangers and "US" not in places.strangers


def test_among_countries_georgia_is_the_country() -> None:
    places = find_places(["Armenia", "Georgia", "Turkey", "Narnia"])
    assert places.codes["Georgia"] == "GEO"
    assert places.strangers == ("Narnia",)


def test_two_letters_are_countries_where_all_are_or_where_the_column_says_so() -> None:
    assert find_places(["DE", "EL", "UK", "EA"]).codes == {"DE": "DEU", "EL": "GRC", "UK": "GBR", "EA": "EMU"}
    states = find_places(["AL", "AK", "AZ", "CA"])
    assert states.codes["AL"] == "AL" and len(states.strangers) == 4
    iso = find_places(["AL", "QQ"], alpha2=True)
    assert iso.codes["AL"] == "ALB" and iso.strangers == ("QQ",)


def test_what_is_declared_no_country_stays_and_is_not_a_stranger() -> None:
    places = find_places(["USA", "Midwest", "XX1"], not_countries={"Midwest", "XX1"})
    assert places.codes == {"USA": "USA", "Midwest": "Midwest", "XX1": "XX1"}
    assert places.strangers == () and places.declared == ("Midwest", "XX1")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("us_quarterly", "USA"),
            ("US BLS", "USA"),
            ("US Census Bureau", "USA"),
            ("UK output", "GBR"),
            ("JPN wages", "JPN"),
        ),
        *(
            ("China: output by province", "CHN"),
            ("South Korea wages", "KOR"),
            ("中国", "CHN"),
            ("eu-labour", "EUU"),
        ),
        *(
            ("World Development Indicators", None),
            ("in_depth", None),
            ("it_spending", None),
            ("per_capita", None),
        ),
        *(
            ("us and them", None),
            ("Use of time", None),
            ("Indeed Hiring Lab", None),
            ("CAN", "CAN"),
            ("", None),
        ),
    ],
)
def test_the_area_that_a_title_begins_with(text: str, code: str | None) -> None:
    assert stated_area(text) == code


def test_the_share_of_known_texts() -> None:
    assert known_share(["USA", "Nowhere"]) == 0.5
    assert known_share([]) == 0.0


@given(st.lists(st.text(max_size=8) | st.sampled_from([*areas(), *STATES]), max_size=12))
def test_every_text_gets_a_code_and_only_known_ones_change(texts: list[str]) -> None:
    places = find_places(texts)
    assert set(places.codes) == set(texts)
    assert all(code in areas() or code == text.strip() for text, code in places.codes.items())
    assert set(places.strangers) == {text for text, code in places.codes.items() if code not in areas()}


def test_numeric_codes_are_read_where_every_text_is_one() -> None:
    assert find_places(["250", "156", "840"]).codes == {"250": "FRA", "156": "CHN", "840": "USA"}
    assert find_places(["250", "999"]).strangers == ("250", "999")
    assert find_places(["usa", "fra"]).codes == {"usa": "USA", "fra": "FRA"}
