"""Tables of one's own: the forms in which people keep series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from longwave.core.errors import LongwaveError, UsageError
from longwave.workflows.forecast import Made, make_forecast
from longwave.workflows.forecast.own import is_file, is_long, own_table

from .conftest import walk, written


def led_on(path: Path, **options: object) -> Made:
    return make_forecast(path, horizon=2, method="naive", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dates", "ahead"),
    [
        (
            pd.date_range("2012-01-01", periods=30, freq="MS").strftime("%Y-%m-%d"),
            ["2014-07-01", "2014-08-01"],
        ),
        (
            pd.date_range("2012-01-31", periods=30, freq="ME").strftime("%Y-%m-%d"),
            ["2014-07-31", "2014-08-31"],
        ),
        (
            pd.date_range("2012-01-01", periods=30, freq="QS").strftime("%Y-%m-%d"),
            ["2019-07-01", "2019-10-01"],
        ),
        (
            pd.date_range("2012-03-31", periods=30, freq="QE").strftime("%Y-%m-%d"),
            ["2019-09-30", "2019-12-31"],
        ),
        ([f"{2012 + q // 4}Q{q % 4 + 1}" for q in range(30)], ["2019Q3", "2019Q4"]),
        ([f"{2012 + m // 12}年{m % 12 + 1}月" for m in range(30)], ["2014年7月", "2014年8月"]),
        ([str(year) for year in range(1980, 2010)], ["2010", "2011"]),
    ],
)
def test_forecasts_are_dated_as_the_file_is(tmp_path: Path, dates: list[str], ahead: list[str]) -> None:
    made = led_on(written(tmp_path / "sales.csv", ds=dates))
    assert made.frame["ds"].astype(str).tolist() == ahead
    assert made.frame["unique_id"].tolist() == ["sales", "sales"]


def test_counts_stay_counts(tmp_path: Path) -> None:
    made = led_on(written(tmp_path / "steps.csv", ds=range(1, 31)), freq="QE")
    assert made.written("steps") == ["31", "32"]
    assert made.frame["ds"].tolist() == [31, 32]
    with pytest.raises(LongwaveError, match="how often"):
        led_on(tmp_path / "steps.csv")


@pytest.mark.parametrize("first", ["ds", "Date", "year", "年份"])
def test_dates_and_one_column_a_series(tmp_path: Path, first: str) -> None:
    frame = pd.DataFrame({first: range(1990, 2020), "钢": walk(30), "b": walk(30, 1), "empty": None})
    frame.to_csv(tmp_path / "wide.csv", index=False)
    assert set(led_on(tmp_path / "wide.csv").tables) == {"钢", "b"}


def test_a_wide_table_names_the_row_that_is_wrong(tmp_path: Path) -> None:
    frame = pd.DataFrame({"year": range(1990, 2020), "a": walk(30), "b": ["x", *walk(29)]})
    frame.to_csv(tmp_path / "wide.csv", index=False)
    made = led_on(tmp_path / "wide.csv")
    assert list(made.tables) == ["a"]
    assert "Row 1 (1990) holds 'x'" in made.refusals[0].reason.text()


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_workbooks_and_parquet(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame(
        {"unique_id": "a", "ds": pd.date_range("2015-01-01", periods=30, freq="MS"), "y": walk(30)}
    )
    path = tmp_path / f"own.{ending}"
    if ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    assert list(led_on(path).tables) == ["a"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"y": ["abc", *walk(29)]}, "holds 'abc'"),
        ({"ds": [str(1990 + min(row, 28)) for row in range(30)]}, "twice"),
        ({"ds": [str(2015 + row) for row in range(30)]}, "has not begun"),
        ({"y": [5.0] * 30}, "does not vary"),
        ({"y": ["inf", *walk(29)]}, "infinite"),
        ({"y": [*walk(27), "", *walk(2)]}, "last unbroken run"),
        ({"y": [value * 1e300 for value in walk(30)]}, "too wildly"),
    ],
)
def test_what_cannot_be_forecast_is_said(tmp_path: Path, columns: dict[str, object], words: str) -> None:
    with pytest.raises(LongwaveError, match=words):
        led_on(written(tmp_path / "bad.csv", **columns))


@pytest.mark.parametrize("text", ["", "ds,y\n", "a,b,c\n1,2,3\n2,3,4\n", "ds,y\n2000,1\n"])
def test_files_without_a_series(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.csv").write_text(text, "utf-8")
    with pytest.raises(LongwaveError):
        led_on(tmp_path / "bad.csv")


@pytest.mark.parametrize("name", ["bad.csv", "bad.xlsx", "bad.parquet", "bad"])
def test_bytes_of_another_kind(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 40)
    with pytest.raises(LongwaveError):
        led_on(tmp_path / name)


def test_a_path_that_leads_nowhere_or_to_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        own_table(tmp_path / "none.csv")
    with pytest.raises(LongwaveError, match="folder"):
        led_on(tmp_path)


def test_negative_figures_and_gaps_are_carried(tmp_path: Path) -> None:
    made = led_on(written(tmp_path / "below.csv", y=[value - 110 for value in walk(30)]))
    assert "negative" in made.tables["below"].method.text()
    made = led_on(written(tmp_path / "gap.csv", y=[*walk(12), "", *walk(17)]))
    assert made.tables["gap"].sample.observations == 17


def test_what_is_a_file_and_what_is_long(tmp_path: Path) -> None:
    small = written(tmp_path / "small.csv")
    assert is_file(str(small))
    assert is_file("not-there.parquet")
    assert not is_file("real_gdp@USA")
    assert not is_long(small)
