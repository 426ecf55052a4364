"""Figures for models: the ways in which people write periods, headings and missing cells; files that are none."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import DataError, LongwaveError, UsageError
from longwave.core.settings import Settings
from longwave.workflows.model.figures import find_figures, read_databank
from longwave.workflows.model.source import find_model


def table(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("periods", "first"),
    [
        (("1962Q1", "1962Q2"), "1962-Q1"),
        (("1962q1", "1962q2"), "1962-Q1"),
        (("1962-Q1", "1962-Q2"), "1962-Q1"),
        (("1962 Q1", "1962 Q2"), "1962-Q1"),
        (("1962:1", "1962:2"), "1962-Q1"),
        (("1962:01", "1962:02"), "1962-01"),
        (("1962-01", "1962-02"), "1962-01"),
        (("1962M01", "1962M02"), "1962-01"),
        (("1962", "1963"), "1962"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_periods_are_read_as_people_write_them(
    tmp_path: Path, periods: tuple[str, str], first: str, packed: bool
) -> None:
    text = f"when,x\n{periods[0]},1.5\n{periods[1]},2.5\n"
    path = table(tmp_path / "x.csv", text)
    if packed:
        path = tmp_path / "x.csv.gz"
        path.write_bytes(gzip.compress(text.encode("utf-8")))
    bank = read_databank(path)
    assert str(bank.first) == first
    assert bank.series("x").tolist() == [1.5, 2.5]


def test_chinese_headings_and_missing_cells(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "年份,消费,收入\n2001,1.5,NA\n2002,,4\n2003,3,..\n")
    bank = read_databank(path)
    assert bank.names == ("消费", "收入")
    assert np.isnan(bank.series("消费")["2002"])
    assert bank.series("收入").isna().tolist() == [True, False, True]


def test_a_spreadsheet_and_a_parquet_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"year": [2001, 2002], "x": [1.0, 2.0]})
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    frame.to_parquet(tmp_path / "x.parquet", index=False)
    for name in ("x.xlsx", "x.parquet"):
        bank = read_databank(tmp_path / name)
        assert (str(bank.first), bank.series("x").tolist()) == ("2001", [1.0, 2.0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "year,x\n",
        "year\n2001\n",
        "year,x\n2001,1\n2001,2\n",
        "year,x\n2001,1\n2004,2\n",
        "year,x\n2001,a word\n",
        "year,x,x\n2001,1,2\n",
        "year,x\nsoon,1\n",
        "year,x\n2001,1\n2002-Q1,2\n",
        "year,x\n1;2;3,4\n",
        '"year,x\n2001,1\n',
        "year,x\n2001,inf\n",
        "\x00\x01\x02",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_broken_tables_are_refused_in_words(tmp_path: Path, text: str, packed: bool) -> None:
    path = tmp_path / ("x.csv.gz" if packed else "x.csv")
    path.write_bytes(gzip.compress(text.encode("utf-8")) if packed else text.encode("utf-8"))
    try:
        bank = read_databank(path)
    except LongwaveError as error:
        assert error.text("zh")
        return
    assert np.isfinite(bank.values).sum() == 0 or "inf" in text, (
        "what is not refused holds no invented figure"
    )


def test_what_is_no_archive_or_no_table(tmp_path: Path) -> None:
    (tmp_path / "x.csv.gz").write_bytes(b"no archive")
    with pytest.raises(DataError):
        read_databank(tmp_path / "x.csv.gz")
    for path in (tmp_path / "x.docx", tmp_path / "missing.csv", tmp_path):
        with pytest.raises(UsageError):
            if path.suffix == ".docx":
                path.write_text("x", "utf-8")
            read_databank(path)


def test_a_model_without_figures_says_how_to_bring_them(tmp_path: Path) -> None:
    path = table(tmp_path / "own.lw", "exogenous x\nidentity y = 2*x\n")
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    with pytest.raises(UsageError) as caught:
        find_figures(find_model(path), None, None, settings)
    assert "--data" in caught.value.text("en")
