import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import LANGUAGES
from longwave.forecast.forecast import forecast
from longwave.forecast.wording import sentences

WORDS = {"variable": "real_gdp", "area": "USA", "unit": "million USD, constant 2017"}


def walk(length=50, drift=0.02, noise=0.02, seed=0, first=1970):
    steps = drift + np.random.default_rng(seed).normal(0, noise, length)
    return pd.Series(100 * np.exp(np.cumsum(steps)), index=[str(first + i) for i in range(length)])


def test_a_walk_is_forecast_with_ordered_bands():
    found = forecast(walk(), **WORDS, horizon=10)
    assert isinstance(found, ForecastTable)
    assert list(found.frame.columns) == ["mean", "0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"]
    assert found.frame.index.tolist() == [str(year) for year in range(2020, 2030)]
    assert (found.origin, found.horizon, found.sample.observations) == ("2019", 10, 50)
    quantiles = found.frame.drop(columns="mean").to_numpy()
    assert (np.diff(quantiles, axis=1) > 0).all()
    assert (found.frame["mean"] >= found.frame["0.5"]).all()


def test_bands_are_no_narrower_than_the_librarys():
    from statsforecast.models import AutoARIMA

    series = walk(30, seed=3)
    library = AutoARIMA(season_length=1, max_d=1).fit(np.log(series.to_numpy())).predict(h=10, level=[80])
    found = forecast(series, **WORDS)
    width = np.log(found.frame["0.9"] / found.frame["0.1"]).to_numpy()
    assert (width >= np.asarray(library["hi-80"]) - np.asarray(library["lo-80"]) - 1e-12).all()


def test_same_input_same_numbers():
    first, second = (forecast(walk(seed=5), **WORDS, seed=seed) for seed in (1, 2))
    pd.testing.assert_frame_equal(first.frame, second.frame)


@pytest.mark.parametrize(("last", "text"), [("2019-Q4", "2020-Q1"), ("2019-12", "2020-01")])
def test_quarters_and_months_go_on_in_their_own_writing(last, text):
    steps = 4 if "Q" in last else 12
    index = [
        f"{2012 + i // steps}-Q{i % 4 + 1}" if steps == 4 else f"{2012 + i // 12}-{i % 12 + 1:02d}"
        for i in range(8 * steps)
    ]
    assert index[-1] == last
    rng = np.random.default_rng(1)
    season = 0.1 * np.sin(2 * np.pi * np.arange(len(index)) / steps)
    series = pd.Series(np.exp(season + np.cumsum(rng.normal(0.002, 0.01, len(index)))), index=index)
    found = forecast(series, **WORDS, horizon=4)
    assert found.frame.index[0] == text


def test_shares_stay_shares():
    rng = np.random.default_rng(2)
    logits = np.cumsum(0.2 + rng.normal(0, 0.15, 30)) - 2
    series = pd.Series(1 / (1 + np.exp(-logits)), index=[str(1990 + i) for i in range(30)])
    found = forecast(
        series, variable="internet_users", area="CHN", unit="share of population", horizon=20, method="drift"
    )
    assert ((found.frame > 0) & (found.frame <= 1)).all().all()
    assert "logit" in str(found.method)


def test_growth_rates_may_be_negative():
    series = pd.Series(np.random.default_rng(3).normal(0, 0.02, 40), index=[str(1980 + i) for i in range(40)])
    found = forecast(series, variable="x", area="USA", unit="share a year", method="drift")
    assert (found.frame["0.1"] < 0).all()
    assert "allow no logarithm" not in str(found.method)


def test_negative_amounts_fall_back_to_levels_and_say_so():
    series = walk() - 150
    found = forecast(series, **WORDS, method="drift")
    assert "allow no logarithm" in str(found.method)


def test_leading_zeros_and_figures_before_a_gap_are_left_out_and_said():
    series = walk(40, first=1980)
    series["1990"] = np.nan
    series["1991"] = 0.0
    found = forecast(series, **WORDS, method="drift")
    assert found.sample.first == "1992"
    assert found.sample.observations == 28
    assert "left out" in str(found.method)


def test_unsorted_periods_are_sorted():
    series = walk()
    pd.testing.assert_frame_equal(
        forecast(series.iloc[::-1], **WORDS, method="drift").frame,
        forecast(series, **WORDS, method="drift").frame,
    )


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (walk(11), "at least 12"),
        (walk(1), "at least 12"),
        (pd.Series(dtype=float), "no figures"),
        (pd.Series([np.nan] * 20, index=[str(2000 + i) for i in range(20)]), "no figures"),
        (pd.Series([3.0] * 20, index=[str(2000 + i) for i in range(20)]), "does not vary"),
        (pd.Series([0.0] * 20, index=[str(2000 + i) for i in range(20)]), "does not vary"),
        (pd.Series([*range(1, 20), np.inf], index=[str(2000 + i) for i in range(20)]), "infinite"),
    ],
)
def test_what_cannot_carry_a_forecast_is_refused(series, said):
    found = forecast(series, **WORDS)
    assert isinstance(found, Refusal)
    assert said in str(found.reason)
    assert found.subject == "real_gdp"


def test_perfect_regularity_is_refused():
    series = pd.Series(np.exp(0.02 * np.arange(30)), index=[str(1990 + i) for i in range(30)])
    assert "perfect regularity" in str(forecast(series, **WORDS).reason)


@pytest.mark.parametrize(
    "options",
    [
        {"horizon": 0},
        {"horizon": -3},
        {"horizon": 1000},
        {"levels": (1.5,)},
        {"levels": ()},
        {"method": "magic"},
    ],
)
def test_bad_options_are_errors(options):
    with pytest.raises(UsageError):
        forecast(walk(), **WORDS, **options)


def test_bad_periods_are_errors():
    with pytest.raises(BadInput, match="twice"):
        forecast(pd.concat([walk(), walk()]), **WORDS)
    with pytest.raises(BadInput, match="period"):
        forecast(pd.Series([1.0] * 20, index=[f"day {i}" for i in range(20)]), **WORDS)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    length=st.integers(12, 40),
    kind=st.sampled_from(["jump", "spikes", "tiny", "huge", "trend", "steps"]),
)
def test_any_series_gives_finite_ordered_bands_or_a_refusal(seed, length, kind):
    rng = np.random.default_rng(seed)
    base = {
        "jump": np.where(np.arange(length) < length // 2, 1.0, 1e4) + rng.random(length),
        "spikes": 1 + (rng.random(length) < 0.1) * 1e6 + rng.random(length),
        "tiny": 1e-9 * (1 + rng.random(length)),
        "huge": 1e15 * np.exp(np.cumsum(rng.normal(0, 1, length))),
        "trend": np.arange(length) - 3.0,
        "steps": np.repeat(rng.random(length), 4)[:length],
    }[kind]
    found = forecast(pd.Series(base, index=[str(1980 + i) for i in range(length)]), **WORDS, method="drift")
    if isinstance(found, ForecastTable):
        assert np.isfinite(found.frame.to_numpy()).all()
        assert (np.diff(found.frame.drop(columns="mean").to_numpy(), axis=1) >= 0).all()


def test_sentences_speak_both_languages_and_name_the_yardstick():
    series = walk()
    said = sentences(forecast(series, **WORDS, method="drift"), series, "real GDP")
    assert "is forecast to grow" in str(said[0])
    assert "80% interval" in str(said[0])
    assert "random walk with drift" in str(said[1])
    assert all(one.text(lang) for one in said for lang in LANGUAGES)


def test_share_sentence_is_in_per_cent():
    series = pd.Series(
        0.05 + 0.01 * np.random.default_rng(1).random(30), index=[str(1990 + i) for i in range(30)]
    )
    found = forecast(
        series, variable="unemployment_rate", area="USA", unit="share of labour force", method="drift"
    )
    assert "% in 2029" in str(sentences(found, series, "unemployment")[0])
