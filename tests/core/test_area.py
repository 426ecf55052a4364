"""Areas: codes and names in both languages, and aggregates told from countries."""

from __future__ import annotations

import re

import pytest

from longwave.core.area import area_names, areas, find_area
from longwave.core.errors import UnknownArea


def test_every_area_has_a_code_both_names_and_a_kind() -> None:
    for code, area in areas().items():
        assert re.fullmatch(r"[A-Z]{3}", code)
        assert area.names.en.strip() == area.names.en != ""
        assert re.search(r"[\u4e00-\u9fff]", area.names.zh), code
        assert area.aggregate or re.fullmatch(r"[A-Z]{2}", area.alpha2), code


def test_iso_3166_is_there_in_full() -> None:
    """249 countries and territories in ISO 3166-1, and Kosovo under its user-assigned code."""
    countries = [area for area in areas().values() if not area.aggregate]
    assert len(countries) == 250
    assert len({area.alpha2 for area in countries}) == 250


@pytest.mark.parametrize("name", ["en", "zh"])
def test_names_are_unambiguous(name: str) -> None:
    names = [getattr(area.names, name).casefold() for area in areas().values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USA", "USA"),
        ("us", "USA"),
        ("China", "CHN"),
        ("中国", "CHN"),
        ("South Korea", "KOR"),
        ("韩国", "KOR"),
        (" germany ", "DEU"),
        ("英国", "GBR"),
        ("XKX", "XKX"),
        ("欧盟", "EUU"),
    ],
)
def test_an_area_is_found_by_code_or_name(text: str, code: str) -> None:
    assert find_area(text).code == code


@pytest.mark.parametrize("code", ["WLD", "EUU", "EMU", "OED", "SSF", "LMY", "UMC", "HIC", "EAS"])
def test_aggregates_are_flagged(code: str) -> None:
    assert areas()[code].aggregate


def test_an_unknown_area_names_the_nearest() -> None:
    with pytest.raises(UnknownArea, match="DEU"):
        find_area("Germny")


def test_a_region_of_ones_own_keeps_its_code() -> None:
    assert area_names("US-CA").text("zh") == "US-CA"


def test_the_pack_agrees_on_what_is_a_country(world_pack) -> None:
    import pandas as pd

    table = pd.read_parquet(world_pack / "panel.parquet", columns=["iso3", "is_country"]).drop_duplicates()
    for row in table.itertuples():
        assert areas()[str(row.iso3)].aggregate is not bool(row.is_country), row.iso3
