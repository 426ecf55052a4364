"""Dates ahead against utilsforecast (Nixtla), and names of fiscal periods against pandas."""

import numpy as np
import pandas as pd
import pytest
from utilsforecast.processing import make_future_dataframe

from longwave.core.period import Period
from longwave.forecast.frames import read_many, read_series

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


@pytest.mark.parametrize(
    "freq", ["MS", "ME", "QS", "QE", "QS-NOV", "QE-NOV", "YS", "YE", "YE-JUN", "YS-JUL", "BME"]
)
def test_dates_ahead_are_those_of_nixtla(freq):
    frame = pd.concat(
        pd.DataFrame(
            {
                "unique_id": name,
                "ds": pd.date_range("2001-05-01", periods=length, freq=freq),
                "y": np.arange(float(length)),
            }
        )
        for name, length in (("a", 20), ("b", 31), ("c", 7))
    )
    last = frame.groupby("unique_id")["ds"].max()
    theirs = make_future_dataframe(pd.Series(last.index), last, freq=freq, h=9)
    ours = read_many(frame)
    np.testing.assert_array_equal(ours.form.dates_ahead(ours.ids, ours.last, 9), theirs["ds"])


@pytest.mark.parametrize("month", MONTHS)
def test_fiscal_years_are_called_as_pandas_calls_them(month):
    years = pd.period_range("2001", periods=9, freq=f"Y-{month}")
    for dates in (years, years.to_timestamp(how="end").normalize()):
        read = read_series(pd.Series(range(9), index=dates, name="a"))
        assert read.series["a"].index.tolist() == [str(year.year) for year in years]


@pytest.mark.parametrize("month", MONTHS)
def test_fiscal_quarters_are_called_after_the_quarter_of_their_last_day(month):
    quarters = pd.period_range("2001Q1", periods=9, freq=f"Q-{month}")
    read = read_series(pd.Series(range(9), index=quarters, name="a"))
    ends = [quarter.end_time for quarter in quarters]
    assert read.series["a"].index.tolist() == [f"{end.year}-Q{end.quarter}" for end in ends]
    ahead = read.form.dates_ahead(["a"], np.array([Period.parse(read.series["a"].index[-1]).ordinal]), 3)
    assert ahead.tolist() == [quarters[-1] + step for step in (1, 2, 3)]
