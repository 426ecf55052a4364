"""Forecasts of a few series, told in full: options, records, companions, scenarios."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import longwave as lw
from longwave.core.errors import DataError, UsageError
from longwave.core.message import Message
from longwave.core.settings import Settings
from longwave.workflows.forecast import Made, make_forecast

from .conftest import walk, written


@pytest.fixture(scope="module")
def told(settings: Settings) -> Made:
    return lw.make_forecast("real_gdp@China", horizon=3, method="drift", backtest=True, settings=settings)


def test_the_whole_of_a_forecast(told: Made) -> None:
    assert list(told.tables) == ["real_gdp@CHN"]
    assert told.frame["ds"].tolist() == ["2020", "2021", "2022"]
    assert told.written("real_gdp@CHN") == ["2020", "2021", "2022"]
    record = told.backtests["real_gdp@CHN"]
    assert {"drift", "naive", "ar2"} <= set(record.scores.index)
    assert told.origins.keys() == {"factbook_pwt1001"}
    assert told.document.sections


def test_every_number_is_finite_or_null(told: Made) -> None:
    def numbers(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [each for one in value.values() for each in numbers(one)]
        if isinstance(value, list):
            return [each for one in value for each in numbers(one)]
        return [value] if isinstance(value, float) else []

    document = json.loads(json.dumps(told.results()))
    assert all(math.isfinite(each) for each in numbers(document))
    assert document["forecasts"][0]["backtest"]["trials"]


def test_a_backtest_moves_the_bar(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []

    def progress(label: Message, done: int, total: int) -> None:
        steps.append((label.key, done, total))

    make_forecast(written(tmp_path / "a.csv"), horizon=2, method="naive", backtest=True, progress=progress)
    tried = [(done, total) for key, done, total in steps if key == "workflows.trying_series"]
    assert len(tried) > 10
    assert [done for done, _ in tried] == sorted(done for done, _ in tried)
    assert all(done <= total for done, total in tried)


def test_a_series_and_a_frame(settings: Settings) -> None:
    index = pd.period_range("2015-01", periods=30, freq="M")
    made = make_forecast(pd.Series(walk(30), index=index), horizon=2, method="naive", settings=settings)
    (name,) = made.names.values()
    assert isinstance(name, Message)
    assert name.text("zh") == "该序列"
    assert [str(one) for one in made.frame.index] == ["2017-07", "2017-08"]


def test_companions_are_tried_with_their_past_only(tmp_path: Path) -> None:
    frame = pd.DataFrame({"year": range(1990, 2020), "y1": walk(30), "y2": walk(30, 1)})
    frame.to_csv(tmp_path / "two.csv", index=False)
    options: dict[str, Any] = {"horizon": 2, "method": "var", "backtest": True}
    made = make_forecast(tmp_path / "two.csv", companions=["y2"], **options)
    assert list(made.tables) == ["y1"]
    alone = make_forecast(frame[["year", "y1"]].set_index("year"), **options)
    together = made.backtests["y1"].trials.of("var")["mean"].to_numpy()
    assert abs(together - alone.backtests["y1"].trials.of("var")["mean"].to_numpy()).max() > 1e-6
    later = frame.assign(y2=[*walk(30, 1)[:-3], 500.0, -300.0, 900.0])
    later.to_csv(tmp_path / "two.csv", index=False)
    changed = make_forecast(tmp_path / "two.csv", companions=["y2"], **options)
    before = made.backtests["y1"].trials.of("var").query("origin < '2017'")["mean"]
    after = changed.backtests["y1"].trials.of("var").query("origin < '2017'")["mean"]
    assert after.tolist() == before.tolist()


def test_scenarios_stand_beside(tmp_path: Path, settings: Settings) -> None:
    paths = pd.DataFrame({"unique_id": ["boom"] * 2, "ds": ["2020", "2021"], "y": [2.2e7, 2.3e7]})
    paths.to_csv(tmp_path / "paths.csv", index=False)
    options: dict[str, Any] = {
        "horizon": 2,
        "method": "drift",
        "scenarios": tmp_path / "paths.csv",
        "settings": settings,
    }
    made = make_forecast("real_gdp@USA", **options)
    assert [one.name for one in made.scenarios["real_gdp@USA"]] == ["boom"]
    with pytest.raises(UsageError, match="several"):
        make_forecast("real_gdp@USA", "real_gdp@CHN", **options)


@pytest.mark.parametrize(
    "options",
    [
        {"horizon": 0},
        {"horizon": 121},
        {"horizon": -1},
        {"method": "nonsense"},
        {"seed": -1},
        {"method": "drift", "companions": ["real_gdp@CHN"]},
        {"method": "var", "companions": ["real_gdp@USA"]},
        {"method": "var", "companions": ["real_gdp@CHN"], "since": "2024-01-01"},
        {"freq": "monkey"},
        {"since": "yesterday"},
        {"since": "none.json"},
        {"scenarios": "none.csv"},
        {"as_of": "yesterday"},
        {"horizon": 3.5},
        {"horizon": True},
        {"horizon": "3"},
        {"method": None},
        {"seed": None},
        {"seed": "a"},
        {"companions": None},
        {"companions": "real_gdp@CHN"},
        {"companions": [3]},
        {"unit": 3},
        {"freq": 3},
        {"since": 3},
        {"settings": 3},
    ],
)
def test_what_cannot_be_asked_for(settings: Settings, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        make_forecast("real_gdp@USA", **{"settings": settings, **options})
    assert caught.value.text("zh")


@pytest.mark.parametrize("name", ["a" * 10_000, "a" * 10_000 + ".csv", "a\0b.csv"])
def test_a_name_that_no_file_can_have(settings: Settings, name: str) -> None:
    with pytest.raises(UsageError):
        make_forecast(name, settings=settings)


def test_whole_numbers_of_numpy_are_whole_numbers(settings: Settings) -> None:
    made = make_forecast("real_gdp@JPN", horizon=np.int64(2), method="drift", settings=settings)  # type: ignore[arg-type]
    assert json.loads(json.dumps(made.results()))["forecasts"][0]["table"]["period"] == ["2020", "2021"]


def test_what_cannot_be_asked_of_one_s_own_table(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv")
    for options in ({"as_of": "2020-01-01"}, {"since": "2020-01-01"}, {"companions": ["b"], "method": "var"}):
        with pytest.raises(UsageError):
            make_forecast(path, **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        make_forecast(path, path)
    with pytest.raises(UsageError):
        make_forecast()


def test_one_bad_series_does_not_stop_the_others(tmp_path: Path) -> None:
    frame = pd.DataFrame({"year": range(1990, 2020), "good": walk(30), "same": 5.0})
    frame.to_csv(tmp_path / "two.csv", index=False)
    made = make_forecast(tmp_path / "two.csv", horizon=2, method="naive")
    assert list(made.tables) == ["good"]
    assert [one.subject for one in made.refusals] == ["same"]
    frame[["year", "same"]].to_csv(tmp_path / "one.csv", index=False)
    with pytest.raises(DataError):
        make_forecast(tmp_path / "one.csv", horizon=2, method="naive")
