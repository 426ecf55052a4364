"""A forecast in sentences: yearly paces only over years, figures without powers of ten, periods as each language writes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.forecast import ForecastTable
from longwave.forecast.forecast import forecast
from longwave.forecast.wording import sentences, spelled


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
    change = np.log(table.frame["0.5"].iloc[-1] / walk[-1])
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
