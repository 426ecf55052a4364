"""``longwave forecast``: what it prints, writes, lists and refuses."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from .conftest import Run

QUICK = ("--method", "drift", "--h", "3")


def table(name: str, rows: int = 30) -> str:
    lines = [f"{1990 + row},{100 + row + (row * 7 % 5)}" for row in range(rows)]
    Path(name).write_text("ds,y\n" + "\n".join(lines) + "\n", "utf-8")
    return name


def many(name: str) -> str:
    months = [f"{2015 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    draws = random.Random(1)  # noqa: S311 - figures, no secrets
    rows = [f"s{series},{month},{draws.gauss(100, 5):.3f}" for series in range(31) for month in months]
    rows += [f"same,{month},7" for month in months]
    Path(name).write_text("unique_id,ds,y\n" + "\n".join(rows) + "\n", "utf-8")
    return name


def test_the_methods_are_listed(run: Run) -> None:
    done = run("forecast", "methods")
    assert done.code == 0, done.err
    assert "bayesian_var" in done.out
    document = run("forecast", "methods", "--json").document
    assert document["schema"] == "longwave.forecast_methods/1"
    assert document["methods"][0]["name"] == "ensemble"


@pytest.mark.parametrize(("lang", "word"), [("en", "median"), ("zh", "中位数")])
def test_a_series_of_the_store(run: Run, lang: str, word: str) -> None:
    done = run("forecast", "real_gdp@Japan", *QUICK, "--lang", lang)
    assert done.code == 0, done.err
    assert done.out.startswith("real_gdp@JPN")
    assert word in done.out
    assert "2022" in done.out
    assert "Penn World Table" in done.err


def test_the_default_with_its_record(run: Run) -> None:
    document = run(
        "forecast", "labour_productivity@USA", "--h", "2", "--backtest", "--method", "fast", "--json"
    ).document
    (one,) = document["forecasts"]
    assert one["backtest"]["method"] == "fast"
    assert {"fast", "naive", "ar2", "naive2", "drift"} == set(one["backtest"]["scores"]["method"])


def test_the_document_alone_is_on_stdout(run: Run) -> None:
    done = run("forecast", "real_gdp@JPN", "real_gdp@USA", *QUICK, "--backtest", "--json")
    assert done.document["schema"] == "longwave.forecast/1"
    assert [one["series"] for one in done.document["forecasts"]] == ["real_gdp@JPN", "real_gdp@USA"]
    assert all(math.isfinite(each) for each in numbers(done.document))


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [each for one in value.values() for each in numbers(one)]
    if isinstance(value, list):
        return [each for one in value for each in numbers(one)]
    return [value] if isinstance(value, float) else []


def test_files_are_written_and_named(run: Run) -> None:
    done = run(
        "forecast", table("own.csv"), *QUICK,
        "--out", "f.csv", "--plot", "f.html", "--lang", "en", "--lang", "zh", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert set(done.document["files"]) == {"out", "plot_en", "plot_zh"}
    assert pd.read_csv("f.csv")["ds"].tolist() == [2020, 2021, 2022]
    assert Path("f.zh.html").is_file()


def test_scenarios_and_a_change_since(run: Run) -> None:
    Path("paths.csv").write_text("unique_id,ds,y\nboom,2020,200\nboom,2021,220\n", "utf-8")
    first = run("forecast", table("own.csv"), *QUICK, "--scenarios", "paths.csv", "--json")
    assert first.document["forecasts"][0]["scenarios"][0]["name"] == "boom"
    Path("earlier.json").write_text(first.out, "utf-8")
    done = run("forecast", table("own.csv", 31), *QUICK, "--since", "earlier.json")
    assert done.code == 0, done.err
    assert "since the forecast from data up to 2019" in done.out


def test_many_series_together(run: Run) -> None:
    done = run("forecast", many("many.csv"), *QUICK, "--out", "f.parquet", "--backtest")
    assert done.code == 3, done.err
    assert "Series forecast: 31; refused: 1." in done.out
    assert "same: " in done.err
    assert len(pd.read_parquet("f.parquet")) == 31 * 3
    document = run("forecast", "many.csv", *QUICK, "--json").document
    assert document["schema"] == "longwave.forecast_many/1"
    assert len(document["forecasts"]["longwave"]) == 31 * 3


def test_many_series_have_the_unit_that_is_stated(run: Run) -> None:
    figures = pd.read_csv(many("many.csv"))
    shares = figures.assign(y=(figures["y"] / 200).round(4))
    shares.to_csv("many.csv", index=False)
    plain, stated = (
        run("forecast", "many.csv", "--method", "drift", "--h", "3", "--json", *words).document
        for words in ((), ("--unit", "share"))
    )
    assert plain["forecasts"]["longwave"] != stated["forecasts"]["longwave"]


def test_parts_add_up_to_a_total(run: Run) -> None:
    draws = random.Random(2)  # noqa: S311 - figures, no secrets
    lines, farms, shops = ["year,all,farms,shops"], 50.0, 50.0
    for year in range(1970, 2020):
        farms, shops = farms * draws.uniform(0.97, 1.05), shops * draws.uniform(0.99, 1.04)
        lines.append(f"{year},{farms + shops},{farms},{shops}")
    Path("parts.csv").write_text("\n".join(lines), "utf-8")
    done = run("forecast", "parts.csv", *QUICK, "--total", "all", "--json")
    assert done.code == 0, done.err
    tables = {one["series"]: one["table"]["0.5"] for one in done.document["forecasts"]}
    parts = [farm + shop for farm, shop in zip(tables["farms"], tables["shops"], strict=True)]
    assert tables["all"] == pytest.approx(parts)


def test_wrong_use_is_told_with_a_mend(run: Run) -> None:
    table("own.csv")
    many("many.csv")
    for words in (
        (),
        ("methods", "real_gdp@USA"),
        ("nonsense",),
        ("none.csv",),
        ("own.csv", "own.csv"),
        ("real_gdp@USA", "--h", "0"),
        ("real_gdp@USA", "--h", "121"),
        ("real_gdp@USA", "--h", "x"),
        ("real_gdp@USA", "--method", "nonsense"),
        ("real_gdp@USA", "--seed", "-1"),
        ("real_gdp@USA", "--processes", "0"),
        ("real_gdp@USA", "--freq", "W"),
        ("real_gdp@USA", "--method", "drift", "--with", "real_gdp@CHN"),
        ("real_gdp@USA", "--out", "none/f.csv"),
        ("real_gdp@USA", "--out", "f.txt"),
        ("real_gdp@USA", "--plot", "f.pdf"),
        ("own.csv", "--since", "2020-01-01"),
        ("own.csv", "--as-of", "2020-01-01"),
        ("many.csv", "--plot", "f.html"),
        ("many.csv", "--as-of", "2020-01-01"),
        ("many.csv", "--scenarios", "own.csv"),
    ):
        done = run("forecast", *words)
        assert done.code == 2, words
        assert done.err.startswith("Error"), words
        assert not done.out, words


def test_what_the_data_cannot_carry_ends_with_5(run: Run) -> None:
    Path("flat.csv").write_text("ds,y\n" + "".join(f"{year},5\n" for year in range(1990, 2010)), "utf-8")
    for words in (("flat.csv",), ("real_gdp@Narnia",), ("nonsense@USA",), ("real_gdp@USA", "--freq", "Q")):
        done = run("forecast", *words)
        assert done.code == 5, words
        failed = run("forecast", *words, "--json")
        assert json.loads(failed.out)["schema"] == "longwave.error/1"


def test_one_of_two_refused_ends_with_3(run: Run) -> None:
    rows = "".join(f"{1990 + row},{100 + row + row * 7 % 5},7\n" for row in range(30))
    Path("two.csv").write_text("year,good,flat\n" + rows, "utf-8")
    done = run("forecast", "two.csv", *QUICK)
    assert done.code == 3
    assert "good" in done.out
    assert "flat: " in done.err
