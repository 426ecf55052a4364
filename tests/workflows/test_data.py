"""Looking at what there is and taking it away."""

import json
from pathlib import Path

import pandas as pd
import pytest

import longwave as lw
from longwave.core.errors import DataError, UnknownArea, UnknownSeries, UsageError
from longwave.core.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", cache=tmp_path / "cache")


def test_the_factbook_is_listed_with_open_licences(settings: Settings) -> None:
    rows = lw.datasets(settings)
    assert rows
    assert all(row.embedded for row in rows)
    assert {row.licence for row in rows} <= {"CC-BY-4.0", "CC0-1.0", "US-federal-public-domain"}
    assert sum(row.observations for row in rows) > 5000


def test_an_area_by_code_or_name_in_two_languages(settings: Settings) -> None:
    frames = [lw.show(name, "real_gdp", settings=settings).panel.frame for name in ("CHN", "China", "中国")]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


def test_what_is_not_there_is_said_with_the_nearest(settings: Settings) -> None:
    with pytest.raises(UnknownSeries, match="real_gdp"):
        lw.show("USA", "real_gpd", settings=settings)
    with pytest.raises(UnknownArea, match="longwave data add"):
        lw.show("TUV", settings=settings)
    with pytest.raises(UnknownArea, match="no country or region"):
        lw.show("Atlantis", settings=settings)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
def test_export_gives_the_same_figures_in_every_form(suffix: str, settings: Settings, tmp_path: Path) -> None:
    out = lw.export(tmp_path / f"x.{suffix}", areas=["USA"], variables=["real_gdp"], settings=settings)
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "json": pd.read_json}[suffix](out.path)
    expected = lw.show("USA", "real_gdp", settings=settings).panel.frame
    assert read["value"].astype(float).tolist() == expected["value"].tolist()
    origins = json.loads(out.origins_path.read_text("utf-8"))
    assert origins[0]["licence"]["name"]


def test_export_refuses_what_it_cannot_write(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.xls"):
        lw.export(tmp_path / "x.xls", settings=settings)
    with pytest.raises(DataError, match="No figures match"):
        lw.export(tmp_path / "x.csv", areas=["USA"], variables=["no_such"], settings=settings)


def test_a_cell_that_looks_like_a_formula_is_disarmed(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('area,variable,period,value\nUSA,"=HYPERLINK(1)",2019,-5\n', "utf-8")
    lw.add(path, settings=settings)
    out = lw.export(tmp_path / "safe.csv", areas=["USA"], sources=["f"], settings=settings)
    text = out.path.read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",-5.0," in text


def test_check_finds_a_damaged_table(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("area,variable,period,value\nUSA,x,2019,5\n", "utf-8")
    lw.add(path, settings=settings)
    (table,) = settings.store.glob("tables/**/*.parquet")
    table.chmod(0o644)
    table.write_bytes(table.read_bytes()[:100])
    assert "file_damaged" in {fault.check for fault in lw.check(settings)}
