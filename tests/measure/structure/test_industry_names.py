import csv
from pathlib import Path

import pytest

from longwave.core.message import Names
from longwave.measure.structure.industry_names import industry_name


@pytest.mark.parametrize(
    ("item", "english", "chinese"),
    [
        ("FIRE", "Finance, insurance, real estate and business services", "金融、保险、房地产和商务服务业"),
        ("SUM", "Total", "合计"),
        ("Trade services", "Trade services", "批发零售、住宿和餐饮业"),
        ("63Ind:36", "Warehousing and storage", "仓储业"),
        ("44Ind:2936", "Transportation and warehousing", "运输和仓储业"),
    ],
)
def test_a_known_code_has_a_name_in_both_languages(item, english, chinese):
    name = industry_name(item)
    assert isinstance(name, Names)
    assert (name.text("en"), name.text("zh")) == (english, chinese)


@pytest.mark.parametrize("item", ["63Ind:99", "12Ind:1", "C10", "us_accounts", "36", ""])
def test_an_unknown_code_is_told_as_it_stands(item):
    assert industry_name(item) == item


def test_the_names_of_the_us_accounts_are_their_authors(world_pack: Path):
    """Elbadri and Vizcaino (2025), table of industries; for 62 and 63 they leave out that it is government."""
    with (world_pack / "sector_industries.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = industry_name(row["industry"])
            assert isinstance(name, Names)
            assert name.en.startswith(row["industry_name"])
