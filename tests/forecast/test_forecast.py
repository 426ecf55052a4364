import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import LANGUAGES
from longwave.forecast.calibration import Pool
from longwave.forecast.forecast import forecast
from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.wording import sentences

from .made_series import WORDS, autoregression, gdp, yearly


def walk(length=50, drift=0.02, noise=0.02, seed=0, first=1970):
    return gdp(length, drift, noise, seed, first)


def test_a_walk_is_forecast_with_ordered_bands():
    found = forecast(walk(), **WORDS, horizon=10)
    assert isinstance(found, ForecastTable)
    assert list(found.frame.columns) == ["mean", "0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"]
    assert found.frame.index.tolist() == [str(year) for year in range(2020, 2030)]
    assert (found.origin, found.horizon, found.sample.observations) == ("2019", 10, 50)
    quantiles = found.frame.drop(columns="mean").to_numpy()
    assert (np.diff(quantiles, axis=1) > 0).all()
    assert (found.frame["mean"] >= found.frame["0.5"]).all()


@pytest.mark.parametrize("method", ["auto_arima", "ets", "theta", "ensemble"])
def test_bands_of_a_lone_series_are_no_narrower_than_the_models_own(method):
    for seed in range(3):
        found = forecast(walk(30, seed=seed), **WORDS, method=method)
        for low, high in (("0.1", "0.9"), ("0.025", "0.975")):
            own = found.raw[high] - found.raw[low]
            assert (found.frame[high] - found.frame[low] >= own * (1 - 1e-9)).all()


def test_raw_is_what_the_model_says_and_the_median_is_the_same():
    series = walk(40, seed=2)
    found = forecast(series, **WORDS, method="auto_arima", horizon=6)
    own = FORECAST_METHODS.get("auto_arima").fit(np.log(series.to_numpy()), 1, 0).ahead(6)
    np.testing.assert_allclose(np.log(found.raw["0.9"]), own.quantile(0.9))
    np.testing.assert_allclose(np.log(found.frame["0.5"]), own.mean)
    assert found.raw["0.5"].tolist() == found.frame["0.5"].tolist()
    assert found.raw.columns.tolist() == found.frame.columns.tolist()
    assert found.raw.index.tolist() == found.frame.index.tolist()
    assert (found.frame["0.9"] > found.raw["0.9"]).all()


@pytest.mark.parametrize("method", ["fast", "auto_arima", "long_run"])
def test_a_short_look_ahead_is_the_beginning_of_a_long_one(method):
    short, long = (forecast(walk(40), **WORDS, method=method, horizon=h) for h in (6, 12))
    np.testing.assert_allclose(short.frame["0.5"], long.frame["0.5"].iloc[:6])
    np.testing.assert_allclose(short.raw["0.9"], long.raw["0.9"].iloc[:6])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), power=st.integers(-20, 40))
def test_the_unit_of_the_values_does_not_matter(seed, power):
    series = walk(30, seed=seed)
    plain, scaled = (
        forecast(series * factor, **WORDS, method="fast", horizon=4) for factor in (1, 2.0**power)
    )
    width = (plain.frame["0.9"] - plain.frame["0.1"]).to_numpy()[:, None]
    assert (np.abs(scaled.frame / 2.0**power - plain.frame).to_numpy() < 0.05 * width).all()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-500, 500))
def test_a_rate_may_be_shifted(seed, shift):
    """On the scale of the values, methods that add: the whole fan moves along."""
    words = {"variable": "balance", "area": "USA", "unit": "percentage points"}
    series = yearly(autoregression(40, 0.6, seed))
    plain, moved = (forecast(each, **words, method="autoregression") for each in (series, series + shift))
    pd.testing.assert_frame_equal(moved.frame - shift, plain.frame, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("phi", [0.0, 0.5])
def test_long_series_that_a_method_describes_are_not_widened_blindly(phi):
    """Final bands over the model's own: within a tenth on average over 25 autoregressions of 200 years."""
    ratio = []
    for seed in range(25):
        series = yearly(autoregression(200, phi, seed), first=1801)
        found = forecast(
            series, variable="x", area="USA", unit="percentage points", method="autoregression", horizon=6
        )
        ratio.append(
            ((found.frame["0.9"] - found.frame["0.1"]) / (found.raw["0.9"] - found.raw["0.1"])).to_numpy()
        )
    assert (np.mean(ratio, axis=0) < 1.1).all()


def test_a_pool_calibrates_and_is_told():
    pool = Pool(np.tile([0.5, 0.6, 0.7], (10, 1)), (0.5, 0.8, 0.95), 400)
    series = walk(40)
    alone, pooled = (forecast(series, **WORDS, method="fast", pool=each) for each in (None, pool))
    assert (pooled.frame["0.9"] < alone.frame["0.9"]).all()
    pd.testing.assert_frame_equal(pooled.raw, alone.raw)
    assert "400 series" in str(pooled.method)
    with pytest.raises(UsageError, match="levels"):
        forecast(series, **WORDS, method="fast", pool=pool, levels=(0.9,))


def test_what_the_past_showed_is_told_and_kept():
    found = forecast(walk(50, seed=4), **WORDS, method="fast")
    assert found.backtest.origins == 8
    assert set(found.backtest.coverage) == {0.5, 0.8, 0.95}
    covered = list(found.backtest.coverage.values())
    assert covered == sorted(covered)
    assert f"{found.backtest.coverage[0.8]:.0%}" in str(found.method)
    assert found.made_by == "fast"


@pytest.mark.parametrize("length", range(5, 12))
def test_short_series_are_forecast_without_a_back_test_and_say_so(length):
    found = forecast(walk(length), **WORDS, horizon=3)
    assert isinstance(found, ForecastTable)
    assert found.backtest is None
    assert "too short to try" in str(found.method)
    assert (np.diff(found.frame.drop(columns="mean").to_numpy(), axis=1) > 0).all()
    assert found.made_by == ("drift" if length < 6 else "ensemble")


def test_a_fall_back_is_told():
    found = forecast(walk(6), **WORDS, method="auto_arima", horizon=3)
    assert found.made_by == "fast"
    assert "took its place" in str(found.method)


@pytest.mark.parametrize("method", ["ensemble", "long_run", "theta"])
def test_amounts_get_no_band_below_zero(method):
    rng = np.random.default_rng(1)
    series = yearly(np.maximum(100 - 3 * np.arange(31) + rng.normal(0, 6, 31), 1.0))
    found = forecast(series, **WORDS, method=method, horizon=12)
    assert (found.frame.to_numpy() >= 0).all()
    assert (found.raw.to_numpy() >= 0).all()


def test_a_level_that_is_not_among_the_usual_ones():
    found = forecast(walk(), **WORDS, method="fast", levels=(0.9, 0.6))
    assert found.frame.columns.tolist() == ["mean", "0.05", "0.2", "0.5", "0.8", "0.95"]


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
    assert found.horizon == 4


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
        (walk(4), "at least 5"),
        (walk(1), "at least 5"),
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
