"""The factbook's reader, on the built-in factbook and on small ones that are wrong in one place."""

from pathlib import Path

import pytest

from longwave.connectors.factbook import read_factbook
from longwave.core.area import areas
from longwave.core.errors import BadInput
from longwave.core.origin import checksum

LIST = """
[[datasets]]
id = "facts"
title = "Facts"
publisher = "A Statistical Office"
release = "2025"
released = "2025-05-05"
licence = "CC-BY-4.0"
licence_url = "https://creativecommons.org/licenses/by/4.0/"
url = "https://example.org"
attribution = "A Statistical Office, Facts"

[[tables]]
file = "real_gdp.csv"
dataset = "facts"
variable = "rgdpna"
concept = "real_gdp"
unit = "million 2017 US$"
en = "Real GDP"
zh = "实际国内生产总值"
dimensions = ["productivity"]
domains = ["macro"]
note = "chained"
missing = { CHN = "accounts begin later", "USA:1951" = "not published" }
"""
TABLE = "period,USA,CHN\n1950,1.5,\n1951,,\n1952,2.5,7\n"


def folder(tmp_path: Path, listed: str = LIST, table: str = TABLE) -> Path:
    (tmp_path / "factbook.toml").write_text(listed, "utf-8")
    (tmp_path / "real_gdp.csv").write_text(table, "utf-8")
    return tmp_path


def test_a_factbook_is_read_with_its_origin_and_its_reasons(tmp_path: Path) -> None:
    (harvest,) = read_factbook(folder(tmp_path))
    origin, frame = harvest.origin, harvest.panel.frame.set_index(["area", "period"])
    assert (origin.dataset, origin.publisher, origin.released, origin.retrieved) == (
        *("facts", "A Statistical Office", "2025-05-05", ""),
    )
    assert origin.sha256 == checksum(TABLE.encode())
    assert harvest.panel.series("rgdpna", area="USA").to_dict() == {"1950": 1.5, "1952": 2.5}
    assert frame.loc[("CHN", "1950"), "note"] == "accounts begin later"
    assert frame.loc[("USA", "1951"), "note"] == "not published"
    assert frame.loc[("USA", "1951"), "status"] == "O"
    (meta,) = harvest.metas
    assert (meta.variable, meta.source_variable, str(meta.unit)) == (
        "rgdpna",
        "rgdpna",
        "million USD, constant 2017",
    )
    assert (meta.names.zh, meta.dimensions, meta.domains, meta.note) == (
        *("实际国内生产总值", ("productivity",), ("macro",), "chained"),
    )


def test_the_built_in_factbook_is_whole() -> None:
    harvests = read_factbook()
    assert sum(int(harvest.panel.frame["value"].notna().sum()) for harvest in harvests) <= 10_000
    assert len({harvest.origin.dataset for harvest in harvests}) == len(harvests)
    for harvest in harvests:
        assert harvest.origin.licence.stated and harvest.origin.licence.url and harvest.origin.attribution
        assert harvest.origin.sha256 == checksum(b"".join(file.data for file in harvest.raw))
        assert {meta.variable for meta in harvest.metas} == set(harvest.panel.variables())
        assert set(harvest.panel.areas()) <= set(areas())


@pytest.mark.parametrize(
    ("listed", "table", "said"),
    [
        (LIST, TABLE.replace("period", "year"), "must have the columns period"),
        (LIST, TABLE.replace("CHN", "QQQ"), "must have the columns period"),
        (LIST, TABLE.replace("2.5", "two"), "'two' for USA in 1952"),
        (LIST, TABLE.replace("2.5", "inf"), "'inf' for USA in 1952"),
        (LIST, TABLE.replace("2.5,7", "2.5"), "wrong length at 1952"),
        (LIST, "", "must have the columns period"),
        (LIST, TABLE.replace("1951", "1950"), "share their key"),
        (LIST.replace('dataset = "facts"', 'dataset = "other"'), TABLE, "names the dataset other"),
        (LIST.replace('publisher = "A Statistical Office"', ""), TABLE, "facts lacks publisher"),
        (LIST.replace("zh = ", "cn = "), TABLE, "real_gdp.csv lacks zh"),
        (LIST.replace('file = "real_gdp.csv"', 'file = "absent.csv"'), TABLE, "absent.csv"),
        ("[[datasets", TABLE, "cannot be read"),
        ("tables = 3", TABLE, "cannot be read"),
    ],
)
def test_a_factbook_that_is_wrong_names_the_place(tmp_path: Path, listed: str, table: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_factbook(folder(tmp_path, listed, table))


def test_no_factbook_is_refused_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="install longwave again"):
        read_factbook(tmp_path)
