"""Parameters held: the earlier forecast is made again exactly, and only the data move it afterwards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal, Sample
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.core.period import Period
from longwave.forecast.forecast import forecast
from longwave.forecast.held import held, known_figures
from longwave.forecast.profiles import profile
from longwave.forecast.scale import method_scale

QUANTILES = ("0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975")


def series_of(values: np.ndarray, first: str = "1980") -> pd.Series:
    start = Period.parse(first)
    return pd.Series(values, index=[str(start + step) for step in range(len(values))])


def table_of(
    series: pd.Series, method: str = "drift", unit: str = "persons", *, horizon: int = 5, widened: float = 1.0
) -> ForecastTable:
    """A forecast by the method with every distance from the median times `widened`, on the house's scale."""
    values = series.to_numpy(float)
    scale = method_scale(values, unit, log=profile(method).log)
    season = Period.parse(series.index[0]).frequency.value
    said = profile(method).fitted.fit(scale.forward(values), season, 0).ahead(horizon)
    middle = said.mean
    frame = pd.DataFrame(
        {one: scale.backward(middle + widened * (said.quantile(float(one)) - middle)) for one in QUANTILES}
    ).assign(**{"0.5": scale.backward(middle)})
    frame.insert(0, "mean", frame["0.5"])
    end = Period.parse(series.index[-1])
    frame.index = pd.Index([str(end + step) for step in range(1, horizon + 1)], name="period", dtype=object)
    sample = Sample(len(series), series.index[0], str(end))
    return ForecastTable("hours", "PRT", str(end), unit, frame, say("forecast.drift"), sample, made_by=method)


def wandering(count: int = 30, seed: int = 0) -> pd.Series:
    steps = np.random.default_rng(seed).normal(0.02, 0.03, count)
    return series_of(100 * np.exp(np.cumsum(steps)))


@pytest.mark.parametrize("method", ["drift", "auto_arima"])
@pytest.mark.parametrize("unit", ["persons", "percent a year"])
def test_the_earlier_forecast_is_made_again_with_its_calibration(method: str, unit: str) -> None:
    old = wandering()
    earlier = table_of(old, method, unit, widened=1.7)
    replay = held(method, earlier, old)
    assert not isinstance(replay, Refusal)
    again = replay(old)
    assert isinstance(again, ForecastTable)
    np.testing.assert_allclose(again.frame[list(QUANTILES)], earlier.frame[list(QUANTILES)], rtol=1e-9)


@pytest.mark.parametrize("method", ["fast", "long_run"])
def test_a_profile_is_made_again_as_the_house_made_it(method: str) -> None:
    old = wandering(24)
    earlier = forecast(old, variable="hours", area="PRT", unit="persons", horizon=3, method=method)
    assert isinstance(earlier, ForecastTable)
    replay = held(earlier.made_by, earlier, old)
    assert not isinstance(replay, Refusal)
    again = replay(old)
    assert isinstance(again, ForecastTable)
    np.testing.assert_allclose(again.frame["0.5"], earlier.frame["0.5"], rtol=1e-9)
    np.testing.assert_allclose(again.frame["0.9"], earlier.frame["0.9"], rtol=1e-9)


def test_parameters_stay_when_the_series_grows() -> None:
    old = wandering()
    earlier = table_of(old, unit="percent a year")
    replay = held("drift", earlier, old)
    assert not isinstance(replay, Refusal)
    step = float(np.diff(old).mean())
    longer = pd.concat([old, series_of(np.array([500.0]), "2010")])
    made = replay(longer)
    assert isinstance(made, ForecastTable)
    assert made.origin == "2010"
    np.testing.assert_allclose(made.frame["0.5"], 500.0 + step * np.arange(1, 6))
    widths = earlier.frame["0.9"] - earlier.frame["0.1"]
    np.testing.assert_allclose(made.frame["0.9"] - made.frame["0.1"], widths)


def test_figures_that_leave_the_scale_are_refused() -> None:
    old = wandering()
    replay = held("long_run", table_of(old, "long_run"), old)
    assert not isinstance(replay, Refusal)
    made = replay(pd.concat([old, series_of(np.array([-1.0]), "2010")]))
    assert isinstance(made, Refusal)
    assert "logarithm" in made.reason.text("en")


def test_a_short_run_is_refused() -> None:
    old = wandering()
    earlier = table_of(old)
    gap = old.drop("2006")
    assert isinstance(held("drift", earlier, gap), Refusal)


def test_an_unknown_method_is_named() -> None:
    old = wandering()
    with pytest.raises(UsageError, match="drift"):
        held("drfit", table_of(old), old)


def test_known_figures_are_put_in_order() -> None:
    old = wandering(12)
    shuffled = old.iloc[::-1].copy()
    shuffled["1979"] = np.nan
    assert list(known_figures(shuffled, "1991").index) == list(old.index)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (pd.Series([1.0, 2.0], index=["1990", "1990"]), "twice"),
        (pd.Series([1.0, 2.0], index=["1990", "1991"]), "end in 1991"),
        (pd.Series([], index=[], dtype=float), "end in -"),
        (pd.Series([1.0], index=["spring"]), "spring"),
    ],
)
def test_figures_that_cannot_be_those_are_refused_in_words(series: pd.Series, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        known_figures(series, "1990")
