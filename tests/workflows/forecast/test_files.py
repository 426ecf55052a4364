"""Tables and pictures of forecasts as files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.core.settings import Settings
from longwave.workflows.forecast import Made, make_forecast
from longwave.workflows.forecast.files import check_out, check_plot, save_frame, save_plot

from .conftest import walk, written


@pytest.fixture(scope="module")
def made(settings: Settings) -> Made:
    return make_forecast("real_gdp@JPN", horizon=2, method="drift", settings=settings)


@pytest.mark.parametrize("name", ["x.txt", "x", "none/x.csv", "x.html"])
def test_tables_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        check_out(tmp_path / name)


@pytest.mark.parametrize("name", ["x.pdf", "x", "none/x.svg", "x.csv"])
def test_pictures_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        check_plot(tmp_path / name)


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.JSON"])
def test_what_is_written_is_what_was_made(tmp_path: Path, made: Made, name: str) -> None:
    path = save_frame(made.frame, tmp_path / name)
    readers = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".json": pd.read_json}
    back = readers[path.suffix.lower()](path)
    assert back["0.5"].to_numpy() == pytest.approx(made.frame["0.5"].to_numpy())
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_the_dates_of_a_series_are_a_column(tmp_path: Path) -> None:
    index = pd.period_range("2015-01", periods=30, freq="M")
    own = make_forecast(pd.Series(walk(30), index=index, name="a"), horizon=2, method="drift")
    records = json.loads(save_frame(own.frame.rename_axis("ds"), tmp_path / "x.json").read_text("utf-8"))
    assert len(records) == 2
    assert records[0]["ds"] == "2017-07"


def test_nothing_is_left_of_what_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(OSError, match=r"x\.csv"):
        save_frame(pd.DataFrame({"a": [1.0]}), tmp_path / "x.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]


def test_a_page_in_each_language(tmp_path: Path, made: Made) -> None:
    paths = save_plot(made, tmp_path / "japan.html", ("en", "zh"))
    assert {name: path.name for name, path in paths.items()} == {
        "plot_en": "japan.html",
        "plot_zh": "japan.zh.html",
    }
    assert 'lang="en"' in paths["plot_en"].read_text("utf-8")
    assert "japan.zh.html" in paths["plot_en"].read_text("utf-8")
    assert "日本" in paths["plot_zh"].read_text("utf-8")


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_fan_alone(tmp_path: Path, made: Made, ending: str) -> None:
    (path,) = save_plot(made, tmp_path / f"fan.{ending}", ("zh",)).values()
    assert path.stat().st_size > 5_000


def test_a_page_of_one_s_own_figures(tmp_path: Path) -> None:
    own = make_forecast(written(tmp_path / "own.csv"), horizon=2, method="drift", unit="% of GDP")
    paths = save_plot(own, tmp_path / "own.html", ("zh",))
    assert "own" in paths["plot_zh"].read_text("utf-8")


def test_a_fan_a_language(tmp_path: Path, made: Made) -> None:
    paths = save_plot(made, tmp_path / "fan.svg", ("en", "zh"))
    assert {name: path.name for name, path in paths.items()} == {
        "plot_en": "fan.svg",
        "plot_zh": "fan.zh.svg",
    }
    assert paths["plot_en"].read_bytes() != paths["plot_zh"].read_bytes()


def test_json_keeps_every_digit_and_no_nonsense(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1.2345678901234567e-13, float("nan"), float("inf")]
    frame = pd.DataFrame({"ds": pd.date_range("2020-01-01", periods=4), "n": range(4), "y": values})
    records = json.loads(save_frame(frame, tmp_path / "x.json").read_text("utf-8"))
    assert [one["y"] for one in records] == [*values[:2], None, None]
    assert [one["n"] for one in records] == [0, 1, 2, 3]
    assert records[0]["ds"].startswith("2020-01-01")


@pytest.mark.parametrize("name", ["a" * 300 + ".csv", "folder.csv", "file.txt/x.csv", "a\0b.csv"])
def test_a_place_that_takes_no_file_is_told_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file.txt").write_text("", "utf-8")
    with pytest.raises(UsageError):
        check_out(tmp_path / name)
    assert {each.name for each in tmp_path.iterdir()} == {"folder.csv", "file.txt"}
    check_out(tmp_path / "fine.csv")
    assert not (tmp_path / "fine.csv").exists()
