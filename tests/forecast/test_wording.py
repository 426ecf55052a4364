"""A forecast in sentences: compound growth a year over years only, large figures written out, periods by language."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longwave.core.forecast import BacktestScore, ForecastTable
from longwave.forecast.forecast import forecast
from longwave.forecast.wording import compound, is_generous, sentences, spelled, standing


def quarters(values: np.ndarray) -> pd.Series:
    index = pd.period_range("2001Q1", periods=len(values), freq="Q").strftime("%Y-Q%q")
    return pd.Series(values, index=list(index))


def made(series: pd.Series, unit: str, horizon: int, method: str = "drift") -> ForecastTable:
    table = forecast(series, variable="x", area="USA", unit=unit, horizon=horizon, method=method)
    assert isinstance(table, ForecastTable)
    return table


@pytest.mark.parametrize(
    ("period", "chinese"), [("2019", "2019年"), ("2019-Q3", "2019年第3季度"), ("2019-07", "2019年7月")]
)
def test_periods_are_written_as_the_language_does(period: str, chinese: str) -> None:
    assert spelled(period).text("en") == period
    assert spelled(period).text("zh") == chinese


def test_a_short_step_is_not_blown_up_to_a_year() -> None:
    walk = np.exp(np.cumsum(np.random.default_rng(1).normal(0.02, 0.005, 60)))
    table = made(quarters(walk), "million USD", 2)
    told = sentences(table, quarters(walk), "output")[0].text("en")
    change = table.frame["0.5"].iloc[-1] / walk[-1] - 1
    assert f"grow {change:.1%} in all" in told
    assert "a year" not in told
    yearly = sentences(made(quarters(walk), "million USD", 8), quarters(walk), "output")[0].text("en")
    assert "a year from 2015-Q4 to 2017-Q4" in yearly


def test_what_does_not_move_does_not_fall() -> None:
    walk = quarters(np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, 60))))
    assert "grow 0.0% a year" in sentences(made(walk, "million USD", 8, "naive"), walk, "x")[0].text("en")


def test_large_figures_are_written_out() -> None:
    swing = quarters(np.random.default_rng(3).normal(0, 3e6, 60))
    told = sentences(made(swing, "million USD", 4), swing, "the balance")[0].text("en")
    assert "e+" not in told


def test_growth_a_year_is_compounded() -> None:
    assert compound(100.0, 121.0, 2.0) == pytest.approx(0.1)
    steady = quarters(100 * 1.0298 ** (np.arange(60) / 4))
    wavy = steady * np.exp(0.001 * np.sin(np.arange(60)))
    told = sentences(made(wavy, "million USD", 8), wavy, "output")[0].text("en")
    assert told.count("3.0% a year") == 2, "a logarithmic rate would be 2.9%"


@pytest.mark.parametrize(
    ("ratio", "words"), [(0.9, "missed by 0.90"), (0.96, "about as good"), (1.05, "as good"), (1.1, "worse")]
)
def test_a_record_is_better_about_as_good_or_worse(ratio: float, words: str) -> None:
    walk = quarters(np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, 60))))
    for covered, wide in ((0.8, False), (1.0, True)):
        table = replace(made(walk, "index", 4), backtest=BacktestScore(8, 30, {0.8: covered}, ratio))
        told = sentences(table, walk, "x")[-1].text("en")
        assert words in told and ("wider than they need be" in told) is wide


def test_one_threshold_for_all_pages() -> None:
    assert [standing(ratio) for ratio in (0.94, 0.95, 1.05, 1.06)] == ["better", "even", "even", "worse"]
    assert is_generous(0.97) and not is_generous(0.96)


def test_a_rival_without_errors_gives_no_ratio_to_tell() -> None:
    walk = quarters(np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, 60))))
    table = replace(made(walk, "index", 4), backtest=BacktestScore(8, 30, {}, float("nan")))
    assert len(sentences(table, walk, "x")) == 1
