"""Bringing data in through the verbs: a file, a pack and a publisher's service on this machine."""

import json
from pathlib import Path

import pytest
from publisher import open_publisher

import longwave as lw
from longwave.connectors.connector import CONNECTORS
from longwave.connectors.files import FileSource
from longwave.connectors.world_bank import WorldBank
from longwave.core.errors import BadInput, UnsafeInput, UsageError
from longwave.core.settings import Settings

CODE = "NY.GDP.MKTP.KD"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", cache=tmp_path / "cache")


def csv(path: Path, *lines: str) -> Path:
    path.write_text("area,variable,period,value,unit\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def test_a_file_is_kept_with_what_is_said_of_it(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "research.csv"
    path.write_text("year,value\n2018,1.5\n2019,2.5\n", "utf-8")
    source = FileSource(
        publisher="Destatis", area="DEU", variable="rd_intensity", unit="% of GDP", licence="CC-BY-4.0"
    )
    report = lw.add(path, source, settings=settings)
    assert [(each.publisher, each.licence, each.observations) for each in report.kept] == [
        ("Destatis", "CC-BY-4.0", 2)
    ]
    shown = lw.show("Germany", "rd_intensity", source="research", settings=settings)
    assert shown.panel.frame["value"].tolist() == [0.015, 0.025]
    assert shown.panel.frame["unit"].unique().tolist() == ["share of GDP"]


def test_a_dry_run_writes_nothing(tmp_path: Path, settings: Settings) -> None:
    report = lw.add(csv(tmp_path / "a.csv", "USA,x,2019,1,percent"), settings=settings, dry_run=True)
    assert report.dry_run
    assert report.kept
    assert not settings.store.exists()


def test_what_is_refused_leaves_the_store_as_it_was(tmp_path: Path, settings: Settings) -> None:
    lw.add(csv(tmp_path / "good.csv", "USA,x,2019,1,percent"), settings=settings)
    before = lw.datasets(settings)
    for name, line in (
        ("text", "USA,x,2019,about five,percent"),
        ("twice", "USA,x,2019,1,percent\nUSA,x,2019,2,percent"),
    ):
        with pytest.raises(BadInput):
            lw.add(csv(tmp_path / f"{name}.csv", line), settings=settings)
    assert lw.datasets(settings) == before


def test_a_pack_that_leaves_its_folder_is_refused(tmp_path: Path, settings: Settings) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    csv(tmp_path / "secret.csv", "USA,x,2019,1,percent")
    (pack / "datapackage.json").write_text(
        json.dumps({"name": "p", "resources": [{"name": "r", "path": "../secret.csv"}]}), "utf-8"
    )
    with pytest.raises(UnsafeInput):
        lw.add(pack, settings=settings)
    assert not settings.store.exists() or not [row for row in lw.datasets(settings) if not row.embedded]


def test_a_package_states_itself(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UsageError, match="states publisher"):
        lw.add(tmp_path, FileSource(publisher="me"), settings=settings)


def test_a_path_that_is_not_there(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(BadInput, match="no file or folder"):
        lw.add(tmp_path / "nowhere", settings=settings)


def answer(area: str) -> list[object]:
    row = {
        "indicator": {"id": CODE, "value": "GDP (constant 2015 US$)"},
        "country": {"id": area[:2], "value": area},
        "countryiso3code": area,
        "date": "2019",
        "value": 5e6,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }
    head = {
        "page": 1,
        "pages": 1,
        "per_page": 20000,
        "total": 1,
        "sourceid": "2",
        "lastupdated": "2024-06-28",
    }
    return [head, [row]]


ABOUT = [
    {"page": 1, "pages": 1, "per_page": "50", "total": 1},
    [
        {
            "id": CODE,
            "name": "GDP (constant 2015 US$)",
            "unit": "",
            "source": {"id": "2", "value": "World Development Indicators"},
        }
    ],
]


def test_a_second_pull_keeps_what_the_first_brought(tmp_path: Path) -> None:
    with open_publisher() as publisher:
        CONNECTORS.register("test_bank")(WorldBank(publisher.base))
        settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache", hosts=(publisher.host,))
        publisher.says_json(f"/indicator/{CODE}", ABOUT)
        for area in ("USA", "CHN"):
            publisher.says_json(f"/country/{area}/indicator/{CODE}", answer(area))
            lw.pull("test_bank", [CODE], areas=[area], settings=settings)
        for area in ("USA", "CHN"):
            frame = lw.show(area, "real_gdp_usd", source="world_bank_wdi", settings=settings).panel.frame
            assert frame["value"].tolist() == [pytest.approx(5.0)]
    offline = Settings(
        store=tmp_path / "other", cache=tmp_path / "cache", hosts=(publisher.host,), offline=True
    )
    lw.pull("test_bank", [CODE], areas=["USA"], settings=offline)
    assert len(lw.show("USA", "real_gdp_usd", source="world_bank_wdi", settings=offline).panel) == 1


def test_an_unknown_publisher_is_named_with_the_nearest(settings: Settings) -> None:
    with pytest.raises(UsageError, match="world_bank"):
        lw.pull("wold_bank", [CODE], settings=settings)


@pytest.mark.parametrize("values", [("1.7", "1.8"), ("-0.5", "-0.4"), ("50", "60")])
def test_when_nothing_is_kept_the_reason_is_the_fault_that_held_it_back(
    values: tuple[str, str], tmp_path: Path, settings: Settings
) -> None:
    path = csv(
        tmp_path / "ls.csv", *(f"USA,labour_share,{2018 + n},{value},share" for n, value in enumerate(values))
    )
    with pytest.raises(BadInput) as caught:
        lw.add(path, settings=settings)
    assert "release date" not in str(caught.value)
    assert "Labour share" in str(caught.value)
    assert caught.value.mend is not None


def test_a_file_without_a_figure_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(BadInput):
        lw.add(csv(tmp_path / "empty.csv", "USA,x,2018,,percent", "USA,x,2019,,percent"), settings=settings)
