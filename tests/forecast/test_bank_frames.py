"""Trials in the Bank of England's tables and back, without loss."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.core.forecast import Trials
from longwave.forecast.bank_frames import FORECAST_COLUMNS, OUTTURN_COLUMNS, from_bank_frames, to_bank_frames
from longwave.forecast.real_time import real_time_trials

from .made_trials import one_series, periods, trials_of, walk

KEY = ["unique_id", "method", "origin", "vintage", "step"]
METHODS = {"naive": 0.0, "bold": 1.0}


def same(first: Trials, second: Trials) -> None:
    left, right = (each.frame.sort_values(KEY, ignore_index=True) for each in (first, second))
    pd.testing.assert_frame_equal(left, right, check_dtype=False)
    assert first.season == second.season
    assert {name: values.to_dict() for name, values in first.history.items()} == {
        name: values.to_dict() for name, values in second.history.items()
    }


@pytest.mark.parametrize(
    ("first", "season", "letter"), [("1950", 1, "A"), ("2000-Q3", 4, "Q"), ("2010-11", 12, "M")]
)
def test_round_trip_of_each_frequency(first, season, letter):
    series = {name: pd.Series(walk(30, seed), index=periods(first, 30)) for seed, name in enumerate("ab")}
    trials = trials_of(series, METHODS, season=season)
    frames = to_bank_frames(trials)
    assert tuple(frames.forecasts.columns) == FORECAST_COLUMNS
    assert set(frames.forecasts["frequency"]) == {letter}
    assert "vintage_date" not in frames.outturns.columns
    same(trials, from_bank_frames(frames.forecasts, frames.outturns, frames.densities))


def test_rows_are_dated_as_the_guide_says():
    """date is the period's last day; horizon 0 is the first period that is not known."""
    trials = trials_of({"gdp": pd.Series(walk(24, 0), index=periods("2009-Q1", 24))}, {"BVAR": 0.0})
    row = to_bank_frames(trials).forecasts.iloc[0]
    assert row["date"] == pd.Timestamp("2014-03-31")
    assert row["vintage_date"] == pd.Timestamp("2014-03-31")
    assert (row["variable"], row["source"], row["frequency"], row["forecast_horizon"]) == (
        "gdp",
        "BVAR",
        "Q",
        0,
    )


def vintages() -> dict[str, pd.Series]:
    values, written = walk(30, 0), periods("2010-Q1", 30)
    ends = [pd.Period(text.replace("-", ""), freq="Q").end_time.date() for text in written]
    return {
        str(ends[count - 1] + pd.Timedelta(days=45)): pd.Series(
            values[:count] + 1 / count, index=written[:count]
        )
        for count in range(15, 31)
    }


def naive(series, horizon):
    band = pd.DataFrame({"0.1": [series.iloc[-1] - 2] * horizon, "0.9": [series.iloc[-1] + 2] * horizon})
    return np.full(horizon, series.iloc[-1]), band


def test_round_trip_of_vintages():
    trials = real_time_trials(vintages(), {"naive": naive}, 3, unique_id="gdp", fewest=15)
    frames = to_bank_frames(trials, {"gdp": vintages()})
    assert tuple(frames.outturns.columns) == OUTTURN_COLUMNS
    assert frames.outturns["vintage_date"].nunique() == 16
    same(trials, from_bank_frames(frames.forecasts, frames.outturns, frames.densities))


def test_forecasts_keep_their_day_without_vintages_of_outturns():
    trials = real_time_trials(vintages(), {"naive": naive}, 3, unique_id="gdp", fewest=15)
    frames = to_bank_frames(trials)
    back = from_bank_frames(frames.forecasts, frames.outturns, frames.densities)
    same(trials, back)


def test_text_dates_and_anchored_frequencies_are_read():
    trials = trials_of(one_series(), METHODS)
    frames = to_bank_frames(trials)
    tables = []
    for table, letter in ((frames.forecasts, "QE-DEC"), (frames.outturns, "QS"), (frames.densities, "q")):
        days = (table["date"] - pd.Timedelta(days=40)).dt.strftime("%Y-%m-%d")
        tables.append(table.assign(date=days, frequency=letter, extra="ignored"))
    same(trials, from_bank_frames(*tables))


def test_known_periods_and_missing_outturns_are_left_out():
    frames = to_bank_frames(trials_of(one_series(), METHODS))
    early = frames.forecasts.assign(forecast_horizon=frames.forecasts["forecast_horizon"] - 1)
    back = from_bank_frames(early, frames.outturns)
    assert back.frame["step"].min() == 1
    assert len(back.frame) == (frames.forecasts["forecast_horizon"] > 0).sum()
    short = frames.outturns[frames.outturns["date"] < "2012-01-01"]
    assert from_bank_frames(frames.forecasts, short).frame["period"].max() == "2011-Q4"


def test_points_alone_make_no_densities():
    trials = trials_of(one_series(), METHODS)
    bare = Trials(trials.frame[trials.frame.columns[:8]], trials.history, 4)
    frames = to_bank_frames(bare)
    assert frames.densities.empty
    assert "quantile" in frames.densities.columns
    same(bare, from_bank_frames(frames.forecasts, frames.outturns, frames.densities))


def test_two_outcomes_of_one_period_want_vintages():
    trials = trials_of(one_series(), METHODS)
    frame = trials.frame.copy()
    frame.loc[0, "outcome"] += 1
    with pytest.raises(BadInput, match="two outcomes"):
        to_bank_frames(Trials(frame, trials.history, 4))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"drop": "value"}, "value"),
        ({"frequency": "W"}, "Frequencies"),
        ({"value": np.nan}, "missing or infinite"),
        ({"value": "n/a"}, "missing or infinite"),
        ({"date": "the other day"}, "cannot be read"),
        ({"date": None}, "cannot be read"),
        ({"forecast_horizon": 0.5}, "whole forecast_horizon"),
        ({"vintage_date": None}, "vintage_date"),
        ({"frequency": "M"}, "one frequency"),
    ],
)
def test_tables_that_cannot_be_read(change, said):
    frames = to_bank_frames(trials_of(one_series(), METHODS))
    given, dropped = frames.forecasts, change.get("drop", [])
    table = given.drop(columns=dropped) if dropped else given.assign(**change)
    with pytest.raises(BadInput, match=said):
        from_bank_frames(table, frames.outturns)


def test_what_is_there_twice_or_empty_is_refused():
    frames = to_bank_frames(trials_of(one_series(), METHODS))
    twice = pd.concat([frames.forecasts, frames.forecasts.iloc[[0]]])
    with pytest.raises(BadInput, match="there twice"):
        from_bank_frames(twice, frames.outturns)
    dense = pd.concat([frames.densities, frames.densities.iloc[[0]]])
    with pytest.raises(BadInput, match="there twice"):
        from_bank_frames(frames.forecasts, frames.outturns, dense)
    with pytest.raises(BadInput, match="Probabilities"):
        from_bank_frames(frames.forecasts, frames.outturns, frames.densities.assign(quantile=1.5))
    with pytest.raises(BadInput, match="at least one row"):
        from_bank_frames(frames.forecasts.iloc[:0], frames.outturns)
