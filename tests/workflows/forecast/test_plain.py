"""Forecasts as plain data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from longwave.core.settings import Settings
from longwave.workflows.forecast import make_forecast
from longwave.workflows.forecast.methods import method_rows

from .conftest import walk


def test_sentences_stand_in_both_languages(settings: Settings) -> None:
    (one,) = make_forecast("real_gdp@JPN", horizon=2, method="drift", settings=settings).results()[
        "forecasts"
    ]
    assert one["name"]["en"] != one["name"]["zh"]
    assert one["sentences"][0]["en"].startswith("Japan: ")
    assert one["sentences"][0]["zh"].startswith("日本：")
    assert one["table"]["period"] == ["2020", "2021"]
    assert one["raw"]["0.5"]
    assert one["history"]["period"][-1] == "2019"
    assert one["made_by"] == "drift"
    assert one["backtest"] is None


def test_a_short_series_has_nothing_where_nothing_is_known(tmp_path: Path) -> None:
    pd.DataFrame({"ds": range(2010, 2016), "y": walk(6)}).to_csv(tmp_path / "a.csv", index=False)
    made = make_forecast(tmp_path / "a.csv", horizon=2, method="naive", backtest=True)
    document = json.loads(json.dumps(made.results(), allow_nan=False))
    (one,) = document["forecasts"]
    assert one["tried"] is None
    assert one["backtest"] is None
    assert document["refusals"][0]["subject"] == "a"


def test_every_method_says_what_it_is() -> None:
    rows = method_rows()
    assert rows[0].name == "ensemble"
    assert {row.kind for row in rows} == {"together", "single", "several"}
    for row in rows:
        assert row.about.text("en") and row.about.text("zh")


def test_shares_of_counts_stay_and_what_is_missing_is_null(settings: Settings) -> None:
    made = make_forecast("real_gdp@JPN", horizon=1, method="drift", backtest=True, settings=settings)
    found = made.backtests["real_gdp@JPN"]
    changed = replace(found, pit=pd.Series([0.5, float("nan"), 2.0]))
    document = replace(made, backtests={"real_gdp@JPN": changed}).results()
    assert document["forecasts"][0]["backtest"]["pit"] == [0.5, None, 2.0]
